import matplotlib.pyplot as plt
import numpy as np
import pytest

from segkit.plots.field_importance import plot_field_importance

TABLE = {
    "field": ["age", "plan", "luck"],
    "loss_rise": [0.12, 0.05, 0.001],
    "low": [0.1, 0.03, -0.002],
    "high": [0.14, 0.07, 0.004],
    "conditional_rise": [0.09, 0.002, 0.0],
    "conditional_low": [0.07, -0.01, -0.003],
    "conditional_high": [0.11, 0.014, 0.003],
}


def test_bars_and_intervals_are_the_table(frame_kind):
    ax = plot_field_importance(frame_kind.make(TABLE))
    assert [bar.get_width() for bar in ax.patches] == TABLE["loss_rise"]
    assert [t.get_text() for t in ax.get_yticklabels()] == TABLE["field"]
    spans = [sorted(s[:, 0]) for c in ax.collections[:2] for s in c.get_segments()]
    for side in ("", "conditional_"):
        for low, high in zip(TABLE[f"{side}low"], TABLE[f"{side}high"], strict=True):
            assert any(np.allclose(span, [low, high]) for span in spans)
    diamonds = ax.collections[-1]
    assert diamonds.get_offsets()[:, 0].tolist() == TABLE["conditional_rise"]


def test_fields_that_say_nothing_are_grey(frame_kind):
    ax = plot_field_importance(frame_kind.make(TABLE))
    colors = [bar.get_facecolor() for bar in ax.patches]
    assert colors[0] == colors[1] != colors[2]
    faces = ax.collections[-1].get_facecolors()
    assert not np.allclose(faces[0], faces[1])
    np.testing.assert_allclose(faces[1], faces[2])


@pytest.mark.parametrize(
    ("low", "title"),
    [
        ([0.1, 0.03, -0.01], "age tells most; 1 of 3 fields tells nothing beyond noise"),
        ([0.1, -0.03, -0.01], "age tells most; 2 of 3 fields tell nothing beyond noise"),
        ([0.1, 0.03, 0.01], "age tells most"),
        ([-0.1, -0.03, -0.01], "No field tells segments apart beyond noise"),
    ],
)
def test_the_title_says_the_finding(frame_kind, low, title):
    ax = plot_field_importance(frame_kind.make(TABLE | {"low": low}))
    assert ax.get_title(loc="left") == title


def test_many_fields_are_cut_and_the_axis_says_so(frame_kind):
    many = {
        "field": [f"f{i}" for i in range(40)],
        "loss_rise": [0.1] * 40,
        "low": [0.05] * 40,
        "high": [0.2] * 40,
        "conditional_rise": [0.1] * 40,
        "conditional_low": [0.05] * 40,
        "conditional_high": [np.nan] * 40,
    }
    ax = plot_field_importance(frame_kind.make(many))
    assert len(ax.patches) == 25
    assert "the first 25 of 40 fields" in ax.get_xlabel()


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_field_importance(frame_kind.make(TABLE), ax) is ax
