import numpy as np
import pandas as pd

from segkit._result import percent
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
    assert "Segment 2\nn = 30 (30 %)" in words
    assert "entrants\nn = 10" in words
    assert "leavers\nn = 10" in words
    assert words.count("% of n = 100") == 2
    assert "83 %" in words


def test_empty_bars_have_no_label_and_low_ones_one_line():
    before = pd.DataFrame({"segment": [0] * 95 + [1] * 5})
    after = pd.DataFrame({"segment": [0] * 100})
    words = [t.get_text() for t in migration(before, after).plot().texts]
    assert "Segment 1, n = 5 (5 %)" in words
    assert sum("Segment 1" in word for word in words) == 1


def test_the_title_says_the_share_that_the_summary_says():
    rng = np.random.default_rng(0)
    p = rng.uniform(size=(2, 400))
    tables = [
        pd.DataFrame({"segment": (q < 0.5).astype(int), "probability_0": q, "probability_1": 1 - q})
        for q in p
    ]
    found = migration(*tables, n_boot=20)
    said = f"typing noise taken out, {percent(found.noise.rate, 1)} moved"
    assert found.plot().get_title(loc="left").endswith(said)
    assert f"out, {percent(found.noise.rate, 1)} [" in found.summary()


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
