import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from segkit.plots.reliability import reliability_plot

TABLE = {
    "scale": ["control", "speed", "pair"],
    "n_items": [8, 5, 2],
    "n": [1200, 1190, 1180],
    "alpha": [0.82, 0.61, 0.75],
    "low": [0.8, 0.57, 0.72],
    "high": [0.84, 0.65, 0.78],
    "omega_total": [0.86, 0.64, None],
    "omega_low": [0.84, 0.6, None],
    "omega_high": [0.88, 0.68, None],
    "omega_hierarchical": [0.71, 0.64, None],
    "n_factors": [3, 1, 0],
}


def test_points_and_intervals_are_those_of_the_table(frame_kind):
    ax = reliability_plot(frame_kind.make(TABLE))
    alpha, omega = (line.get_xdata() for line in ax.lines[:2])
    assert_allclose(alpha, TABLE["alpha"])
    assert_allclose(omega, [0.86, 0.64, np.nan])
    drawn = [path[:, 0].tolist() for path in ax.collections[0].get_segments()]
    assert drawn == [list(pair) for pair in zip(TABLE["low"], TABLE["high"], strict=True)]


def test_a_hollow_point_is_the_general_factor_of_a_scale_with_several():
    ax = reliability_plot(pd.DataFrame(TABLE))
    assert ax.lines[2].get_xdata().tolist() == [0.71]
    assert ax.lines[2].get_markerfacecolor() == "white"


def test_rows_say_items_and_respondents_and_marks_are_drawn():
    ax = reliability_plot(pd.DataFrame(TABLE))
    assert ax.get_yticklabels()[0].get_text() == "control\n8 items, n = 1,200"
    assert {".7", ".8", "0.82", "0.86"} <= {text.get_text() for text in ax.texts}


def test_categorical_omega_takes_the_place_of_omega():
    more = {"omega_categorical": [0.83] * 3, "categorical_low": [0.8] * 3}
    table = pd.DataFrame({**TABLE, **more, "categorical_high": [0.85] * 3})
    ax = reliability_plot(table)
    assert ax.lines[1].get_xdata().tolist() == [0.83] * 3
    assert "omega categorical" in [t.get_text() for t in ax.get_legend().get_texts()]


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([0, 1, 2], "2 of 3 scales reach the customary .7"),
        ([0, 2], "Both scales reach the customary .7"),
        ([1], "The scale stays below the customary .7"),
        ([1, 1], "None of 2 scales reaches the customary .7"),
        ([0, 2, 0], "All 3 scales reach the customary .7"),
    ],
)
def test_the_title_says_how_many_reach_the_mark(rows, title):
    table = pd.DataFrame(TABLE).iloc[rows]
    assert reliability_plot(table).get_title(loc="left") == title


def test_it_draws_on_the_axes_given():
    ax = reliability_plot(pd.DataFrame(TABLE))
    assert reliability_plot(pd.DataFrame(TABLE), ax=ax) is ax


def test_a_negative_alpha_stands_within_the_axis():
    table = pd.DataFrame(TABLE).assign(alpha=[-0.4, 0.6, 0.7], low=[-0.6, 0.5, 0.6])
    assert reliability_plot(table).get_xlim()[0] < -0.6
