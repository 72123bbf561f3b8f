import matplotlib.pyplot as plt
import numpy as np

from segkit.plots.lift_curve import plot_lift_curve

TABLE = {
    "segment": ["0", "0", "0", "Savers", "Savers", "Savers"],
    "called": [0.1, 0.5, 1.0] * 2,
    "found": [0.2, 0.7, 1.0, 0.15, 0.6, 1.0],
    "low": [0.15, 0.6, 1.0, 0.1, 0.5, 1.0],
    "high": [0.25, 0.8, 1.0, 0.2, 0.7, 1.0],
    "lift": [2.0, 1.4, 1.0, 1.5, 1.2, 1.0],
}


def test_curves_are_the_table_from_the_origin(frame_kind):
    ax = plot_lift_curve(frame_kind.make(TABLE))
    drawn = [line.get_xydata() for line in ax.lines if len(line.get_xdata()) == 4]
    for at, line in enumerate(drawn):
        rows = slice(3 * at, 3 * at + 3)
        np.testing.assert_allclose(line[0], [0, 0])
        np.testing.assert_allclose(line[1:, 0], TABLE["called"][rows])
        np.testing.assert_allclose(line[1:, 1], TABLE["found"][rows])
    assert len(drawn) == 2


def test_chance_and_the_top_tenth_are_marked(frame_kind):
    ax = plot_lift_curve(frame_kind.make(TABLE))
    assert [t.get_text() for t in ax.get_legend().get_texts()] == [
        "Segment 0: lift 2.0 in the top tenth",
        "Savers: lift 1.5 in the top tenth",
    ]
    assert "at random" in [t.get_text() for t in ax.texts]
    assert ax.get_title(loc="left") == (
        "Calling the likeliest tenth reaches 1.5 to 2.0 times as many of a segment as calling "
        "at random"
    )


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_lift_curve(frame_kind.make(TABLE), ax) is ax
