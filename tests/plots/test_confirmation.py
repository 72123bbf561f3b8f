import matplotlib.pyplot as plt
import numpy as np
import pytest

from segkit.plots.confirmation import confirmation_plot

TABLE = {
    "factor": ["price", "price", "service"],
    "item": ["p1", "p2", "s1"],
    "loading": [0.8, 0.2, -0.5],
    "low": [0.7, 0.1, -0.6],
    "high": [0.9, 0.3, -0.4],
}


def test_dots_and_intervals_are_the_table(frame_kind):
    ax = confirmation_plot(frame_kind.make(TABLE))
    dots = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])
    assert sorted(dots) == sorted(TABLE["loading"])
    spans = [s[:, 0].tolist() for c in ax.containers for s in c.lines[2][0].get_segments()]
    for low, high in zip(TABLE["low"], TABLE["high"], strict=True):
        assert any(span == pytest.approx([low, high]) for span in spans)


def test_items_stand_beside_their_rows_and_factors_at_the_right(frame_kind):
    ax = confirmation_plot(frame_kind.make(TABLE))
    assert [t.get_text() for t in ax.get_yticklabels()] == TABLE["item"]
    assert {"price", "service"} <= {t.get_text() for t in ax.texts}


@pytest.mark.parametrize(
    ("loadings", "title"),
    [
        ([0.8, 0.7, 0.6], "Close fit; none of 3 loadings is weaker than 0.3"),
        ([0.8, 0.2, -0.6], "Close fit; 1 of 3 loadings is weaker than 0.3"),
        ([0.8, 0.2, -0.1], "Close fit; 2 of 3 loadings are weaker than 0.3"),
    ],
)
def test_the_title_says_the_finding(frame_kind, loadings, title):
    table = {**TABLE, "loading": loadings, "low": loadings, "high": loadings}
    ax = confirmation_plot(frame_kind.make(table), "Close fit")
    assert ax.get_title(loc="left") == title


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert confirmation_plot(frame_kind.make(TABLE), ax=ax) is ax
