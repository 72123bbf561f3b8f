import matplotlib.pyplot as plt
import numpy as np

from segkit.plots.reliability_diagram import plot_reliability_diagram

TABLE = {
    "predicted": [0.3, 0.5, 0.8],
    "observed": [0.33, 0.49, 0.72],
    "low": [0.2, 0.4, 0.6],
    "high": [0.45, 0.6, 0.85],
    "n": [100.0, 100.0, 50.0],
}


def test_dots_are_the_table(frame_kind):
    ax = plot_reliability_diagram(frame_kind.make(TABLE))
    dots = [c for c in ax.collections if len(c.get_offsets()) == 3][-1]
    np.testing.assert_allclose(
        dots.get_offsets(), np.column_stack([TABLE["predicted"], TABLE["observed"]])
    )


def test_intervals_and_the_diagonal_are_drawn(frame_kind):
    ax = plot_reliability_diagram(frame_kind.make(TABLE))
    spans = [sorted(s[:, 1]) for c in ax.collections if hasattr(c, "get_segments")
             for s in c.get_segments()]  # fmt: skip
    for low, high in zip(TABLE["low"], TABLE["high"], strict=True):
        assert any(np.allclose(span, [low, high]) for span in spans)
    assert any(list(line.get_xdata()) == list(line.get_ydata()) == [0, 1] for line in ax.lines)
    assert "as stated" in {t.get_text() for t in ax.texts}


def test_the_title_says_the_mean_gap(frame_kind):
    ax = plot_reliability_diagram(frame_kind.make(TABLE))
    assert ax.get_title(loc="left") == "Stated probabilities are off by 3 points on average"
    one = TABLE | {"observed": [0.31, 0.51, 0.79]}
    ax = plot_reliability_diagram(frame_kind.make(one))
    assert ax.get_title(loc="left") == "Stated probabilities are off by 1 point on average"


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_reliability_diagram(frame_kind.make(TABLE), ax) is ax
