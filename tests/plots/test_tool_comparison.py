import matplotlib.pyplot as plt

from segkit.plots.tool_comparison import plot_tool_comparison

TABLE = {
    "first": ["0", "0", "untagged", "untagged"],
    "second": ["0", "1", "0", "1"],
    "n": [80, 20, 30, 70],
    "share": [0.8, 0.2, 0.3, 0.7],
    "low": [0.71, 0.13, 0.22, 0.6],
    "high": [0.87, 0.29, 0.4, 0.78],
    "borderline": [20, 10, 0, 0],
}


def test_cells_are_the_table(frame_kind):
    ax = plot_tool_comparison(frame_kind.make(TABLE))
    assert ax.images[0].get_array().ravel().tolist() == TABLE["share"]
    assert [t.get_text() for t in ax.texts][1] == "20 %\n13-29"
    rows = [t.get_text() for t in ax.get_yticklabels()]
    assert rows == ["Segment 0  (n = 100)", "untagged  (n = 100)"]


def test_the_title_says_the_finding(frame_kind):
    ax = plot_tool_comparison(frame_kind.make(TABLE))
    told = ax.get_title(loc="left")
    assert told == "60 % of 200 customers change tag; 8 % of the changes are borderline"


def test_it_draws_where_it_is_told():
    import pandas as pd

    _, ax = plt.subplots()
    assert plot_tool_comparison(pd.DataFrame(TABLE), ax=ax) is ax
