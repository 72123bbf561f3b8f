import matplotlib.pyplot as plt
import numpy as np
import pytest

from segkit.plots.learning_curve import plot_learning_curve

N = [100, 200, 400, 200, 400, 600, 800, 4000]
KIND = ["measured"] * 3 + ["fitted"] * 5
VALUE = [0.40, 0.45, 0.50, 0.44, 0.50, 0.52, 0.53, 0.6]


def made(frame_kind, **other):
    value = np.array(VALUE)
    columns = {
        "metric": ["accuracy"] * len(N), "kind": KIND, "n": N, "value": VALUE,
        "low": (value - 0.04).tolist(), "high": (value + 0.02).tolist(),
    }  # fmt: skip
    return frame_kind.make(columns | other)


def test_the_dots_are_measured_and_the_lines_fitted(frame_kind):
    ax = plot_learning_curve(made(frame_kind), 400)
    inside, beyond = ax.lines[:2]
    assert inside.get_xdata().tolist() == [200, 400]
    assert beyond.get_xdata().tolist() == [400, 600, 800]  # twice the people, and no further
    assert beyond.get_linestyle() == "--"
    dots = ax.containers[0].lines[0]
    assert dots.get_xdata().tolist() == N[:3]
    assert dots.get_ydata().tolist() == VALUE[:3]


def test_intervals_of_dots_are_those_of_the_table(frame_kind):
    bars = plot_learning_curve(made(frame_kind), 400).containers[0].lines[2][0].get_segments()
    ends = np.array([sorted(bar[:, 1]) for bar in bars])
    np.testing.assert_allclose(ends, [[0.36, 0.42], [0.41, 0.47], [0.46, 0.52]])


def test_the_title_says_what_twice_the_people_would_bring(frame_kind):
    ax = plot_learning_curve(made(frame_kind), 400)
    title = "From 50 % with 400 respondents to 53 % with 800, if the curve holds"
    assert ax.get_title(loc="left") == title
    assert [t.get_text() for t in ax.texts] == ["all 400 respondents"]


def test_other_metrics_are_left_out(frame_kind):
    metric = ["log_loss", *["accuracy"] * 7]
    ax = plot_learning_curve(made(frame_kind, metric=metric), 400)
    assert ax.containers[0].lines[0].get_xdata().tolist() == N[1:3]


def test_a_dot_outside_its_own_interval_has_no_negative_bar(frame_kind):
    ax = plot_learning_curve(made(frame_kind, low=[0.41, *[0.3] * 7]), 400)
    bar = ax.containers[0].lines[2][0].get_segments()[0]
    assert sorted(bar[:, 1].tolist()) == pytest.approx([0.40, 0.42])


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_learning_curve(made(frame_kind), 400, ax) is ax
