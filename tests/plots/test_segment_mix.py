import matplotlib.pyplot as plt
import numpy as np

from segkit.plots.palette import segment_color
from segkit.plots.segment_mix import plot_segment_mix

TABLE = {
    "segment": [0, 1, 3],
    "counted": [0.5, 0.3, 0.2],
    "corrected": [0.35, 0.4, 0.25],
    "low": [0.3, 0.33, 0.2],
    "high": [0.4, 0.47, 0.3],
}


def test_bars_circles_and_intervals_are_the_table(frame_kind):
    ax = plot_segment_mix(frame_kind.make(TABLE))
    assert [bar.get_width() for bar in ax.patches] == TABLE["corrected"]
    circles = next(c for c in ax.collections if not hasattr(c, "get_segments"))
    assert circles.get_offsets()[:, 0].tolist() == TABLE["counted"]
    spans = [sorted(s[:, 0]) for c in ax.collections if hasattr(c, "get_segments")
             for s in c.get_segments()]  # fmt: skip
    for low, high in zip(TABLE["low"], TABLE["high"], strict=True):
        assert any(np.allclose(span, [low, high]) for span in spans)


def test_segments_keep_name_and_colour(frame_kind):
    ax = plot_segment_mix(frame_kind.make(TABLE))
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Segment 0", "Segment 1", "Segment 3"]
    shown = [plt.matplotlib.colors.to_hex(bar.get_facecolor()).upper() for bar in ax.patches]
    assert shown == [segment_color(s) for s in TABLE["segment"]]


def test_the_title_names_the_largest_with_its_interval(frame_kind):
    ax = plot_segment_mix(frame_kind.make(TABLE))
    assert ax.get_title(loc="left") == "Segment 1 is the largest: 40 % [33 %, 47 %]"
    named = plot_segment_mix(frame_kind.make(TABLE | {"segment": ["a", "Planners", "c"]}))
    assert named.get_title(loc="left").startswith("Planners is the largest")


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_segment_mix(frame_kind.make(TABLE), ax) is ax


def test_other_estimators_are_drawn_where_they_are_there(frame_kind):
    others = {"by_tags": [0.34, 0.42, 0.24], "em": [0.36, 0.37, 0.27]}
    ax = plot_segment_mix(frame_kind.make(TABLE | others))
    shown = [c.get_offsets()[:, 0].tolist() for c in ax.collections if len(c.get_offsets()) == 3]
    assert others["by_tags"] in shown
    assert others["em"] in shown
    assert "cross: by tags; plus: calibrated EM" in ax.get_xlabel()
    assert "cross" not in plot_segment_mix(frame_kind.make(TABLE)).get_xlabel()
