import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

from segkit.plots.loading_intervals import loading_intervals_plot


def table(frame_kind):
    return frame_kind.make(
        {
            "item": ["a", "a", "b", "b", "c", "c"],
            "factor": ["factor_1", "factor_2"] * 3,
            "loading": [0.1, 0.5, 0.8, 0.0, 0.0, -0.6],
            "low": [0.0, 0.2, 0.7, -0.1, -0.1, -0.7],
            "high": [0.2, 0.8, 0.9, 0.1, 0.1, -0.5],
        }
    )


def test_items_are_sorted_by_their_factor_and_the_title_counts_sure_ones(frame_kind):
    ax = loading_intervals_plot(table(frame_kind))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "c", "a"]
    title = ax.get_title(loc="left")
    assert title == "Beyond chance, 2 of 3 items load more than 0.3 on their factor"


def test_each_interval_is_drawn_at_its_factor(frame_kind):
    ax = loading_intervals_plot(table(frame_kind))
    segments = np.concatenate(
        [c.get_segments() for c in ax.collections if hasattr(c, "get_segments")]
    )
    widths = np.sort(segments[:, 1, 0] - segments[:, 0, 0])
    assert_allclose(widths, [0.2, 0.2, 0.2, 0.2, 0.2, 0.6])
    names = ax.child_axes[0].get_xticklabels()
    assert [name.get_text() for name in names] == ["factor 1", "factor 2"]


def test_a_factor_without_intervals_is_drawn_as_dots():
    frame = pd.DataFrame({"item": ["a", "b"], "factor": ["factor_1"] * 2, "loading": [0.8, 0.4],
                          "low": [np.nan] * 2, "high": [np.nan] * 2})  # fmt: skip
    ax = loading_intervals_plot(frame)
    assert ax.get_title(loc="left").startswith("Beyond chance, 0 of 2 items load")
