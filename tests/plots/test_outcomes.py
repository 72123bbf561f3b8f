import numpy as np

from segkit.plots.outcomes import plot_outcome
from segkit.plots.palette import segment_color


def made(kind):
    return kind.make(
        {
            "item": ["spend"] * 2 + ["region"] * 4,
            "level": [None, None, "north", "north", "south", "south"],
            "kind": ["mean"] * 2 + ["share"] * 4,
            "segment": [0, 1] * 3,
            "n": [90, 90] + [100] * 4,
            "value": [10.0, 15.0, 0.2, 0.6, 0.8, 0.4],
            "low": [9.0, 14.0, 0.1, 0.5, 0.7, 0.3],
            "high": [11.0, 16.0, 0.3, 0.7, 0.9, 0.5],
            "uncorrected": [10.5, 14.2, 0.25, 0.55, 0.75, 0.45],
            "overall": [12.0, 12.0, 0.4, 0.4, 0.6, 0.6],
        }
    )


def test_means_are_drawn_in_their_unit_with_both_figures(frame_kind):
    ax = plot_outcome(made(frame_kind), "spend")
    dots = [line.get_xdata()[0] for line in ax.lines]
    assert dots == [10.0, 10.5, 15.0, 14.2]
    assert ax.lines[0].get_color() == segment_color(0)
    assert ax.get_title(loc="left") == "spend: 10.0 in segment 0, 15.0 in segment 1"
    assert "90 respondents" in ax.get_xlabel()


def test_answers_of_text_stand_in_groups_under_their_names(frame_kind):
    ax = plot_outcome(made(frame_kind), "region")
    words = [t.get_text() for t in ax.texts]
    assert words == ["20 %", "60 %", "80 %", "40 %", "north", "south"]
    heights = np.diff([line.get_ydata()[0] for line in ax.lines[::2]])
    assert heights[1] > heights[0]
    assert ax.get_title(loc="left") == "region = north: 20 % in segment 0, 60 % in segment 1"
