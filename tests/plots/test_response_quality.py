from matplotlib.figure import Figure

from segkit.plots.response_quality import response_quality_plot


def table(frame_kind):
    reasons = ["", "longstring; irv", "longstring", "mahalanobis", "", "longstring"]
    return frame_kind.make({"flagged": [bool(r) for r in reasons], "reason": reasons})


def test_bars_count_the_reasons_alone_and_with_others(frame_kind):
    ax = response_quality_plot(table(frame_kind))
    alone, others = (
        [patch.get_width() for patch in bars] for bars in (ax.containers[0], ax.containers[1])
    )
    words = [label.get_text() for label in ax.get_yticklabels()]
    assert words[-1] == "same answer on and on"  # the longest bar stands on top
    assert dict(zip(words, zip(alone, others, strict=True), strict=True)) == {
        "same answer on and on": (2, 1),
        "hardly any variation": (0, 1),
        "far from everybody": (1, 0),
    }


def test_the_title_says_how_many(frame_kind):
    ax = response_quality_plot(table(frame_kind))
    assert ax.get_title(loc="left") == "4 of 6 respondents (66.7 %) are flagged"
    assert ax.get_xlabel() == "respondents flagged (of 6)"


def test_nobody_flagged_is_said(frame_kind):
    ax = Figure().add_subplot()
    clean = frame_kind.make({"flagged": [False, False], "reason": ["", ""]})
    assert response_quality_plot(clean, ax=ax) is ax
    assert "nobody flagged" in [text.get_text() for text in ax.texts]
