import pandas as pd

from segkit.diagnostics import migration


def found():
    before = pd.DataFrame({"segment": [0] * 50 + [1] * 50})
    after = pd.DataFrame({"segment": [0] * 45 + [1] * 40 + [0] * 15})
    return migration(before, after)


def test_every_segment_has_a_point_and_an_interval():
    ax = found().homogeneity().plot()
    assert ax.get_title(loc="left") == "Segment 1 moves most: 30 % have another segment later"
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "Segment 0  (n = 50)",
        "Segment 1  (n = 50)",
    ]
    assert len(ax.lines) == 4


def test_periods_stand_below_each_other():
    ax = found().homogeneity(found()).plot()
    assert "in period 1" in ax.get_title(loc="left")
    assert len(ax.get_yticklabels()) == 4
