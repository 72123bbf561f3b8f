import numpy as np

from segkit.segments import match


def test_bands_join_related_segments_and_bars_have_the_sizes(frame_kind):
    table = frame_kind.make({"a": [0] * 70 + [1] * 30, "b": [0] * 60 + [1] * 10 + [0] * 30})
    ax = match(table["a"], table["b"]).plot()
    heights = sorted(bar.get_height() for bar in ax.patches)
    assert np.allclose(heights, [10, 30, 70, 90])
    words = [t.get_text() for t in ax.texts]
    assert any("same 86%" in w for w in words)
    assert any("merged 100%" in w for w in words)
    assert any("Segment 1\nn = 30" in w for w in words)
    assert ax.get_title(loc="left") == "1 of 2 segments is the same; 1 split, 1 merged"
    assert len(ax.collections) == 3


def test_segments_that_come_and_go_have_bars_without_bands():
    a = [0] * 60 + [1] * 60 + [0] * 20 + [1] * 20 + [2] * 30
    b = [0] * 60 + [1] * 60 + [2] * 40 + [0] * 10 + [1] * 10 + [2] * 10
    ax = match(a, b).plot()
    assert ax.get_title(loc="left") == "2 of 3 segments are the same; 1 new, 1 gone"
    assert len(ax.collections) == 2
    assert len(ax.patches) == 6
    assert all(np.isfinite(bar.get_height()) for bar in ax.patches)


def test_it_draws_where_it_is_told():
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    assert match(["x", "y"], ["p", "q"]).plot(ax=ax) is ax
