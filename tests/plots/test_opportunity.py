import numpy as np
import pytest
from matplotlib.figure import Figure

from segkit import SegkitError
from segkit.plots.opportunity import opportunity_plot


def table(frame_kind, p=20, bounds=True):
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0, 10, (2, 2 * p))
    score = x + np.maximum(x - y, 0)
    gap = 0.4 if bounds else np.nan
    return frame_kind.make(
        {
            "item": [f"need {j}" for j in range(p)] * 2,
            "segment": ["all"] * p + ["1"] * p,
            "importance": x.tolist(),
            "satisfaction": y.tolist(),
            "opportunity": score.tolist(),
            "low": (score - gap).tolist(),
            "high": (score + gap).tolist(),
            "n": [50] * (p - 1) + [40] + [9] * p,
        }
    )


def test_points_are_the_numbers_of_the_table(frame_kind):
    data = table(frame_kind)
    ax = opportunity_plot(data)
    drawn = np.asarray(ax.collections[0].get_offsets())
    np.testing.assert_allclose(drawn[:, 0], data["importance"].to_numpy()[:20])
    np.testing.assert_allclose(drawn[:, 1], data["satisfaction"].to_numpy()[:20])
    assert "importance" in ax.get_xlabel()
    assert "satisfaction" in ax.get_ylabel()


def test_the_title_names_the_highest_need_with_its_base(frame_kind):
    data = table(frame_kind)
    score = data["opportunity"].to_numpy()[:20]
    title = opportunity_plot(data).get_title(loc="left")
    assert title.startswith(f"need {score.argmax()} is the largest opportunity")
    assert title.endswith("(all, n = 40 to 50)")
    assert opportunity_plot(data, segment=1).get_title(loc="left").endswith("(1, n = 9)")


def test_the_highest_needs_are_labelled_with_their_interval(frame_kind):
    ax = opportunity_plot(table(frame_kind))
    labels = [text.get_text() for text in ax.texts if text.get_text().startswith("need ")]
    assert len(labels) == 12
    assert all("[" in label for label in labels)
    plain = opportunity_plot(table(frame_kind, bounds=False))
    assert not any("[" in text.get_text() for text in plain.texts)


def test_the_zones_begin_at_their_scores(frame_kind):
    ax = opportunity_plot(table(frame_kind))
    assert len(ax.patches) == 3
    for patch, cut in zip(ax.patches, (15, 12, 10), strict=True):
        for x, y in patch.get_xy():
            assert x + max(x - y, 0) >= cut - 1e-9
    words = [text.get_text() for text in ax.texts]
    assert {"> 15\nextreme", "> 12\nsolid", "> 10\nworth a look"} <= set(words)


def test_labels_do_not_cover_each_other(frame_kind):
    crowd = {
        "item": [f"n{j}" for j in range(8)],
        "segment": ["all"] * 8,
        **{name: [8.0] * 8 for name in ("importance", "low", "high")},
        "satisfaction": [4.0] * 8,
        "opportunity": [12.0] * 8,
        "n": [10] * 8,
    }
    ax = opportunity_plot(frame_kind.make(crowd))
    heights = sorted(t.get_position()[1] for t in ax.texts if t.get_text().startswith("n"))
    assert np.diff(heights).min() > 0.2


def test_it_draws_where_it_is_told(frame_kind):
    ax = Figure().add_subplot()
    assert opportunity_plot(table(frame_kind), ax=ax) is ax


def test_needs_without_ratings_are_left_out(frame_kind):
    empty = {
        "item": ["a"],
        "segment": ["all"],
        **{c: [float("nan")] for c in ("importance", "satisfaction", "opportunity", "low", "high")},
        "n": [0],
    }
    ax = opportunity_plot(frame_kind.make(empty))
    assert ax.get_title(loc="left") == "no need was rated"


def test_an_unknown_segment_is_refused(frame_kind):
    with pytest.raises(SegkitError, match="segment='7' is not known; expected one of 'all', '1'"):
        opportunity_plot(table(frame_kind), segment=7)
