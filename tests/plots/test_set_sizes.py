import matplotlib.pyplot as plt

from segkit.plots.set_sizes import plot_set_sizes

TABLE = {"size": [1, 2, 3], "n": [200, 500, 300], "share": [0.2, 0.5, 0.3]}


def test_bars_are_the_table(frame_kind):
    ax = plot_set_sizes(frame_kind.make(TABLE))
    assert [bar.get_width() for bar in ax.patches] == TABLE["share"]
    names = [t.get_text() for t in ax.get_yticklabels()]
    assert names == ["1 segment", "2 segments", "3 segments"]
    assert "50 % (500)" in {t.get_text() for t in ax.texts}


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_set_sizes(frame_kind.make(TABLE), ax) is ax
