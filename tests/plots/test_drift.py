import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from segkit.exceptions import SegkitError
from segkit.plots.drift import plot_drift

TABLE = {
    "segment": ["all", "all", "all", "0"],
    "field": ["age", "plan", "constant", "age"],
    "psi": [0.001, 0.3, 0.0, 0.02],
    "psi_null_95": [0.02, 0.01, 0.0, 0.04],
    "kind": ["stable", "new level", "stable", "stable"],
    "detail": ["", "`crypto` (4.0 %)", "", ""],
    "n_before": [2000.0, 2000.0, 2000.0, 700.0],
    "n_after": [5000.0, 5000.0, 5000.0, 900.0],
}


def dots(ax):
    return {
        (y, float(x)) for line in ax.lines for x, y in zip(*line.get_data(), strict=True)
    }  # fmt: skip


def test_dots_are_the_psi_largest_first(frame_kind):
    ax = plot_drift(frame_kind.make(TABLE))
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["plan", "age", "constant"]
    assert {(0, 0.3), (1, 0.001)} <= dots(ax)


def test_bands_end_at_the_null_quantile(frame_kind):
    ax = plot_drift(frame_kind.make(TABLE))
    ends = [bar.get_x() + bar.get_width() for bar in ax.patches]
    assert ends[:2] == pytest.approx([0.01, 0.02])


def test_a_field_without_any_change_stands_at_the_left_end(frame_kind):
    ax = plot_drift(frame_kind.make(TABLE))
    at = dict(dots(ax))
    assert at[2] == pytest.approx(ax.get_xlim()[0])
    assert ax.get_xscale() == "log"


def test_the_change_is_named_beside_its_dot(frame_kind):
    ax = plot_drift(frame_kind.make(TABLE))
    assert [text.get_text() for text in ax.texts] == ["new level: `crypto` (4.0 %)"]


def test_the_title_says_the_finding_and_the_axis_the_sizes(frame_kind):
    ax = plot_drift(frame_kind.make(TABLE))
    assert ax.get_title(loc="left") == (
        "1 of 3 fields changed beyond chance and by a size that matters"
    )
    assert ax.get_xlabel().endswith("effective n = 2,000 before, 5,000 after")


def test_only_changes_of_a_size_that_matters_stand_in_colour(frame_kind):
    changed = TABLE | {"kind": ["shift", "new level", "stable", "shift"]}
    ax = plot_drift(frame_kind.make(changed | {"matters": [False, True, False, False]}))
    told = {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}
    assert list(told["changed"].get_xdata()) == [0.3]
    assert list(told["changed little"].get_xdata()) == [0.001]
    assert told["changed little"].get_markerfacecolor() == "white"
    title = "2 of 3 fields changed beyond chance, 1 by a size that matters"
    assert ax.get_title(loc="left") == title
    assert "ring: beyond chance" in ax.get_xlabel()
    none = plot_drift(frame_kind.make(changed | {"matters": [False] * 4}), segment="0")
    assert none.get_title(loc="left") == (
        "1 of 1 field changed beyond chance, none by a size that matters in segment 0"
    )
    assert "ring" not in plot_drift(frame_kind.make(TABLE)).get_xlabel()


def test_one_segment_can_be_drawn(frame_kind):
    ax = plot_drift(frame_kind.make(TABLE), segment="0")
    assert ax.get_title(loc="left") == "No field changed beyond chance in segment 0"


def test_tables_without_words_and_sizes_will_do(frame_kind):
    short = {k: v for k, v in TABLE.items() if k not in ("detail", "n_before", "n_after")}
    ax = plot_drift(frame_kind.make(short), plt.subplots()[1])
    assert [text.get_text() for text in ax.texts] == ["new level"]
    assert "effective n" not in ax.get_xlabel()


def test_a_table_of_zeros_can_be_drawn(frame_kind):
    zeros = {
        "segment": ["all"], "field": ["x"], "psi": [0.0], "psi_null_95": [0.0], "kind": ["stable"],
    }  # fmt: skip
    ax = plot_drift(frame_kind.make(zeros))
    assert np.isfinite(ax.get_xlim()).all()


@pytest.mark.parametrize("n_fields", [3, 24])
def test_long_words_leave_the_axes_room(n_fields):
    words = ", ".join(f"`Airline of {place}` (2.6 %)" for place in ("China", "India", "the Gulf"))
    table = {
        "segment": ["all"] * n_fields,
        "field": [f"a field of a longer name, {i}" for i in range(n_fields)],
        "psi": [0.3 / (i + 1) for i in range(n_fields)],
        "psi_null_95": [0.01] * n_fields,
        "kind": ["new level"] * n_fields,
        "detail": [words + "; vanished: " + words] * n_fields,
    }
    ax = plot_drift(pd.DataFrame(table))
    ax.figure.draw_without_rendering()  # warns, and so fails, where no layout is found
    figure, words = ax.figure.bbox, [t.get_window_extent() for t in ax.texts]
    assert ax.bbox.width > 0.3 * figure.width
    assert all(box.x1 <= figure.x1 for box in words)
    assert all(low.y1 <= high.y0 + 1 for high, low in itertools.pairwise(words))
    assert ax.texts[0].get_text().endswith("...")


def test_a_segment_that_is_not_there_is_named_not_drawn_empty():
    with pytest.raises(SegkitError, match=r"segment='x' is not known; expected one of 'all', '0'"):
        plot_drift(pd.DataFrame(TABLE), segment="x")
