import pytest

from segkit.plots.end_to_end import plot_end_to_end

ROWS = {
    "redone": ["needs", "segments", "all", "needs", "segments", "typing", "all"],
    "answer": ["segments"] * 3 + ["typing"] * 4,
    "n": [900] * 7,
    "kept": [0.9, 0.8, 0.75, 0.95, 0.9, 0.7, 0.65],
    "low": [0.88, 0.7, 0.7, 0.9, 0.8, 0.6, 0.6],
    "high": [0.92, 0.9, 0.8, 0.98, 0.95, 0.8, 0.7],
}


def test_bars_are_what_is_lost_with_their_intervals(frame_kind):
    ax = plot_end_to_end(frame_kind.make(ROWS))
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == pytest.approx([1 - kept for kept in ROWS["kept"]])
    spans = [sorted(s[:, 0]) for c in ax.collections for s in c.get_segments()]
    assert spans[0] == pytest.approx([0.08, 0.12])
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names == ["needs alone", "segments alone", "typing alone", "all stages"]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["at segments", "at typing"]


def test_the_title_says_how_many_and_why(frame_kind):
    ax = plot_end_to_end(frame_kind.make(ROWS))
    assert ax.get_title(loc="left") == (
        "35 % change their segment in another sample, most because of typing"
    )
    calm = ROWS | {"kept": [1.0] * 7, "low": [1.0] * 7, "high": [1.0] * 7}
    ax = plot_end_to_end(frame_kind.make(calm))
    assert ax.get_title(loc="left") == "0 % change their segment in another sample"
