import matplotlib.pyplot as plt
import numpy as np

from segkit.plots.comparison import plot_comparison

TABLE = {
    "input": ["needs"] * 4,
    "model": ["KMeans", "KMeans", "LatentClass", "LatentClass"],
    "n_segments": [3, 4, 3, 4],
    "weakest": [0.8, 0.9, 0.7, 0.6],
    "weakest_low": [0.7, 0.85, 0.6, 0.5],
    "weakest_high": [0.9, 0.95, 0.8, 0.7],
    "allowed": [True, True, True, False],
    "suggested": [False, True, False, False],
}


def test_the_title_says_what_is_suggested(frame_kind):
    ax = plot_comparison(frame_kind.make(TABLE))
    title = ax.get_title(loc="left")
    assert title == "4 segments by KMeans on needs: the weakest comes back at 0.90"


def test_a_line_a_way_with_an_interval_a_point(frame_kind):
    ax = plot_comparison(frame_kind.make(TABLE), plt.subplots()[1])
    lines = [line for line in ax.lines if line.get_label()[0] != "_"]
    assert [line.get_label() for line in lines] == ["KMeans on needs", "LatentClass on needs"]
    assert [line.get_ydata().tolist() for line in lines] == [[0.8, 0.9], [0.7, 0.6]]
    intervals = ax.collections[0].get_segments()
    assert np.allclose([s[:, 1] for s in intervals], [[0.7, 0.9], [0.85, 0.95]])
    assert ax.get_xticks().tolist() == [3, 4]


def test_what_breaks_a_constraint_is_hollow(frame_kind):
    ax = plot_comparison(frame_kind.make(TABLE))
    hollow = [c.get_facecolors()[-1].tolist() for c in ax.collections if len(c.get_offsets()) == 2]
    assert hollow[-1] == [1.0, 1.0, 1.0, 1.0]
