import matplotlib.pyplot as plt
import numpy as np
import pytest

from segkit.plots._canvas import MUTED
from segkit.plots.choices import MOST, plot_choices


def table(share, used, kinds=None):
    names = [f"f{i}" for i in range(len(share))]
    return {
        "choice": kinds or ["field"] * len(share),
        "value": names,
        "used": used,
        "share": share,
    }


def bars(ax):
    names = [t.get_text() for t in ax.get_yticklabels()]
    return dict(zip(names, [round(float(p.get_width()), 9) for p in ax.patches], strict=True))


def test_the_bars_are_the_fields_the_most_chosen_first(frame_kind):
    frame = frame_kind.make(
        table([0.2, 1.0, 0.6, 9.0], [False, True, True, True], ["field"] * 3 + ["n_trees"])
    )
    ax = plot_choices(frame)
    assert list(bars(ax).items()) == [("f1", 1.0), ("f2", 0.6), ("f0", 0.2)]
    assert [t.get_text() for t in ax.texts] == ["100 %", "60 %", "20 %"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first stands at the top


def test_fields_that_are_not_in_the_tool_are_grey_and_come_after_equals(frame_kind):
    ax = plot_choices(frame_kind.make(table([0.5, 0.5, 0.5], [False, True, False])))
    assert list(bars(ax)) == ["f1", "f0", "f2"]
    grey = plt.matplotlib.colors.to_rgba(MUTED)
    assert [p.get_facecolor() == grey for p in ax.patches] == [False, True, True]


@pytest.mark.parametrize(
    ("share", "used", "title"),
    [
        ([1.0, 0.2], [True, False], "1 of 2 fields is in use; every training part chose it"),
        ([1.0, 1.0], [True, True], "2 of 2 fields are in use; every training part chose them all"),
        (
            [1.0, 0.5, 0.4],
            [True, True, False],
            "2 of 3 fields are in use; 1 of them was chosen by every training part",
        ),
        (
            [0.9, 0.5],
            [True, True],
            "2 of 2 fields are in use; 0 of them were chosen by every training part",
        ),
    ],
)
def test_the_title_counts_those_in_use_and_those_that_were_sure(frame_kind, share, used, title):
    assert plot_choices(frame_kind.make(table(share, used))).get_title(loc="left") == title


def test_more_fields_than_fit_are_counted_below_the_axis(frame_kind):
    share = np.linspace(1, 0.1, MOST + 5).tolist()
    ax = plot_choices(frame_kind.make(table(share, [True] * len(share))))
    assert len(ax.patches) == MOST
    assert f"(the first {MOST} of {MOST + 5} fields)" in ax.get_xlabel()
    assert "first" not in plot_choices(frame_kind.make(table([1.0], [True]))).get_xlabel()


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_choices(frame_kind.make(table([1.0], [True])), ax) is ax
