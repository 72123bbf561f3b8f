import matplotlib.pyplot as plt
import pytest

from segkit.plots.invariance_items import invariance_items_plot

TABLE = {
    "step": ["metric", "metric", "scalar", "scalar", "strict"],
    "item": ["a", "b", "a", "b", "a"],
    "difference": [0.02, -0.05, 0.01, 0.6, 0.3],
    "group": ["2025", "2025", "2025", "2025", "2025"],
    "breaks": [False, False, False, True, False],
}


def marks(ax):
    return [line for line in ax.lines if line.get_marker() in ("s", "o") and len(line.get_xdata())]


def test_marks_are_the_differences_of_loadings_and_intercepts(frame_kind):
    ax = invariance_items_plot(frame_kind.make(TABLE))
    drawn = [float(line.get_xdata()[0]) for line in marks(ax)]
    assert drawn == TABLE["difference"][:4]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]


def test_what_is_beyond_chance_is_filled_and_names_its_group(frame_kind):
    ax = invariance_items_plot(frame_kind.make(TABLE))
    filled = [line.get_xdata()[0] for line in marks(ax) if line.get_markerfacecolor() != "white"]
    assert filled == [0.6]
    assert [t.get_text() for t in ax.texts] == ["2025"]
    assert {t.get_text() for t in ax.get_legend().get_texts()} == {"loading", "intercept"}


@pytest.mark.parametrize(
    ("breaks", "title"),
    [
        ([False] * 5, "None of 2 items differs between groups"),
        ([False, False, False, True, False], "1 of 2 items differs between groups: b"),
        ([True, False, True, True, False], "2 of 2 items differ between groups: a, b"),
    ],
)
def test_the_title_says_the_finding(frame_kind, breaks, title):
    ax = invariance_items_plot(frame_kind.make({**TABLE, "breaks": breaks}))
    assert ax.get_title(loc="left") == title


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert invariance_items_plot(frame_kind.make(TABLE), ax) is ax
