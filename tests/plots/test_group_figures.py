import matplotlib.pyplot as plt
import numpy as np

from segkit.plots.group_figures import plot_group_figures

TABLE = {
    "by": ["origin", "origin", "origin", "sex"],
    "group": ["a", "b", "a", "f"],
    "n": [80, 20, 80, 50],
    "few": [False, True, False, False],
    "metric": ["accuracy", "accuracy", "kappa", "accuracy"],
    "value": [0.6, 0.5, 0.3, 0.7],
    "low": [0.5, 0.3, 0.2, 0.6],
    "high": [0.7, 0.7, 0.4, 0.8],
    "rest": [0.5, 0.6, 0.2, 0.5],
    "p_adjusted": [0.4, np.nan, 0.5, 0.01],
}


def test_dots_intervals_and_the_rest_are_the_accuracy_of_the_table(frame_kind):
    ax = plot_group_figures(frame_kind.make(TABLE))
    rest, intervals, dots = ax.collections
    assert [s[0, 0] for s in rest.get_segments()] == [0.5, 0.6, 0.5]
    spans = [s[:, 0].tolist() for s in intervals.get_segments()]
    assert spans == [[0.5, 0.7], [0.3, 0.7], [0.6, 0.8]]
    assert dots.get_offsets()[:, 0].tolist() == [0.6, 0.5, 0.7]
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert labels == ["origin: a  (n = 80)", "origin: b  (n = 20, few)", "sex: f  (n = 50)"]
    assert ax.get_title(loc="left") == (
        "1 of 3 groups is typed right more or less often than the rest"
    )
    # the group of few people is open
    assert dots.get_facecolors()[1].tolist() == [1, 1, 1, 1]


def test_no_difference_is_said_and_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    same = TABLE | {"p_adjusted": [np.nan] * 4}
    assert plot_group_figures(frame_kind.make(same), ax) is ax
    assert ax.get_title(loc="left").startswith("No group is typed right more or less")
