import pandas as pd

from segkit.diagnostics import migration
from segkit.plots.palette import segment_color


def drawn(**more):
    before = pd.DataFrame({"id": range(100), "segment": [0] * 60 + [2] * 30 + [None] * 10})
    after = pd.DataFrame({"id": range(10, 110), "segment": [0] * 60 + [2] * 40})
    return migration(before, after, ids="id").plot(**more)


def test_bars_are_people_and_bands_are_flows():
    ax = drawn()
    heights = [round(bar.get_height()) for bar in ax.patches]
    assert heights == [60, 30, 10, 10, 60, 40, 10]
    assert len(ax.collections) == 6
    words = [t.get_text() for t in ax.texts]
    assert "Segment 2\nn = 30 (27 %)" in words
    assert "entrants\nn = 10 (9 %)" in words
    assert "83 %" in words


def test_segments_keep_their_colour():
    from matplotlib.colors import to_hex

    ax = drawn()
    assert [to_hex(bar.get_facecolor()).upper() for bar in ax.patches[:2]] == [
        segment_color(0),
        segment_color(2),
    ]


def test_the_title_says_what_changed():
    assert drawn().get_title(loc="left").startswith("12 % of 80 customers have another segment")
    one = pd.DataFrame({"segment": [0, 1]})
    assert migration(one, one).plot().get_title(loc="left") == (
        "None of 2 customers has another segment"
    )


def test_it_draws_where_it_is_told():
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    assert drawn(ax=ax) is ax
