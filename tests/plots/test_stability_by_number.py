import pandas as pd
import pytest

from segkit.plots.stability_by_number import plot_stability_by_number


def table(values):
    """One list of mean overlaps a number of segments."""
    rows = [
        {
            "n_segments": len(v), "segment": i, "n": 10, "jaccard": j, "low": j - 0.02,
            "high": j + 0.02,
        }
        for v in values for i, j in enumerate(v)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_a_dot_a_segment_and_a_line_through_the_weakest():
    ax = plot_stability_by_number(table([[0.9, 0.95], [0.8, 0.6, 0.9]]))
    assert ax.lines[-1].get_ydata().tolist() == [0.9, 0.6]
    assert ax.lines[-1].get_xdata().tolist() == [2, 3]
    assert "n = 20" in ax.get_xlabel()


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ([[0.9, 0.9], [0.8, 0.8, 0.8]], "With 2 to 3 segments all come back"),
        ([[0.9, 0.9], [0.8, 0.7, 0.8]], "Up to 2 segments all come back"),
        ([[0.9, 0.5], [0.8, 0.7, 0.8]], "With every number of segments some do not come back"),
        ([[0.9, 0.5], [0.8] * 3], "All segments come back with 3 of them"),
    ],
)
def test_the_title_says_up_to_where_segments_come_back(values, title):
    assert plot_stability_by_number(table(values)).get_title(loc="left") == title
