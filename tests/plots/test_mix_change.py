import matplotlib.pyplot as plt
import numpy as np
import pytest

from segkit.plots.mix_change import plot_mix_change
from segkit.plots.palette import segment_color

PARTS = ["turnover", "moved", "model", "total"]


def made(frame_kind, change=(0.01, -0.04, 0.0, -0.03, -0.01, 0.02, 0.0, 0.01), names=("0", "1")):
    change = np.array(change)
    return frame_kind.make(
        {
            "segment": np.repeat(names, len(PARTS)).tolist(),
            "part": PARTS * len(names),
            "change": change.tolist(),
            "low": (change - 0.01).tolist(),
            "high": (change + 0.02).tolist(),
        }
    )


def test_a_bar_is_a_part_in_points_with_its_interval(frame_kind):
    ax = plot_mix_change(made(frame_kind))
    widths = [float(p.get_width()) for p in ax.patches]
    assert widths == pytest.approx([1, -4, 0, -3, -1, 2, 0, 1])
    ends = [line.get_xdata() for line in ax.lines[:8]]
    np.testing.assert_allclose(ends[1], [-5, -2])
    assert [t.get_text() for t in ax.texts][:4] == ["+1.0", "-4.0", "+0.0", "-3.0"]


def test_segments_stand_apart_in_their_colours_and_are_named_once(frame_kind):
    ax = plot_mix_change(made(frame_kind))
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert labels[:4] == ["Segment 0:  came or went", "moved", "the new tool", "in all"]
    assert labels[4] == "Segment 1:  came or went"
    colors = [p.get_facecolor()[:3] for p in ax.patches]
    assert colors[0] == plt.matplotlib.colors.to_rgb(segment_color(0))
    assert colors[4] == plt.matplotlib.colors.to_rgb(segment_color(1))
    middle = [p.get_y() + p.get_height() / 2 for p in ax.patches]
    assert middle[4] - middle[3] > middle[1] - middle[0]


def test_the_title_names_the_largest_change_and_its_largest_part(frame_kind):
    title = "Segment 0 changed most, by -3.0 points; of it -4.0 by people who moved"
    assert plot_mix_change(made(frame_kind)).get_title(loc="left") == title
    by_tool = made(frame_kind, (0, 0, 0, 0, 0.01, 0.0, -0.07, -0.06))
    title = "Segment 1 changed most, by -6.0 points; of it -7.0 by the new tool"
    assert plot_mix_change(by_tool).get_title(loc="left") == title


def test_nothing_changed_is_said(frame_kind):
    still = plot_mix_change(made(frame_kind, [0.0] * 8))
    assert still.get_title(loc="left") == "No segment changed its size"


def test_segments_may_have_names(frame_kind):
    ax = plot_mix_change(made(frame_kind, names=("Savers", "Spenders")))
    assert ax.get_title(loc="left").startswith("Savers changed most")


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_mix_change(made(frame_kind), ax) is ax
