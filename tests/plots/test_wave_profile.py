import numpy as np

from segkit.plots.wave_profile import MOST, plot_wave_profile

TABLE = {
    "segment": ["0", "0", "1", "0"],
    "kind": ["profile", "profile", "profile", "size"],
    "item": ["speed", "cost $", "speed", ""],
    "change": [0.4, -0.1, 0.0, 0.2],
    "low": [0.3, -0.2, -0.1, 0.1],
    "high": [0.5, 0.0, 0.1, 0.3],
    "changed": [True, False, False, True],
}


def test_dots_are_the_changes_full_where_they_count(frame_kind):
    ax = plot_wave_profile(frame_kind.make(TABLE))
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [float(d.get_xdata()[0]) for d in dots] == [0.4, -0.1, 0.0]
    assert [d.get_markerfacecolor() == "white" for d in dots] == [False, True, True]
    names = [t.get_text() for t in ax.get_yticklabels()]
    assert names[0] == "Segment 0: speed"
    assert "\\$" in names[1]


def test_the_title_says_the_finding(frame_kind):
    def title(table, **given):
        return plot_wave_profile(frame_kind.make(table), **given).get_title(loc="left")

    assert title(TABLE) == "Segment 0 needs more speed: +0.40 sd [+0.30, +0.50]"
    assert title(TABLE | {"changed": [False] * 4}).startswith("No segment's needs changed")
    assert "cannot be compared" in title(TABLE, interpretable=False)


def test_the_largest_changes_are_drawn_and_the_rest_is_counted():
    n = MOST + 5
    table = {
        "segment": ["0"] * n, "kind": ["profile"] * n, "item": [f"q{i}" for i in range(n)],
        "change": np.linspace(0, 1, n), "low": np.zeros(n), "high": np.ones(n),
        "changed": [True] * n,
    }  # fmt: skip
    import pandas as pd

    ax = plot_wave_profile(pd.DataFrame(table))
    assert len(ax.get_yticks()) == MOST
    assert "5 smaller changes are not shown" in ax.get_xlabel()
