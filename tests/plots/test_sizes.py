import numpy as np

from segkit.plots.sizes import plot_sizes
from segkit.segments import Scheme


def test_bars_intervals_and_words_are_those_of_the_frame(frame_kind):
    labels = frame_kind.make({"s": [0] * 60 + [1] * 40})["s"]
    scheme = Scheme(labels, names=["Planners", "Savers"])
    ax = scheme.plot()
    assert np.allclose([bar.get_width() for bar in ax.patches], [60, 40])
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "Planners  (n = 60)",
        "Savers  (n = 40)",
    ]
    assert (
        ax.get_title(loc="left")
        == "60 % of 100 people are in Planners, 40 % in Savers, the smallest"
    )
    assert "95 % interval" in ax.get_xlabel()
    assert len(ax.collections) == 1


def test_one_segment_and_a_frame_without_names(frame_kind):
    one = {"segment": [0], "n": [10], "share": [1.0], "low": [0.72], "high": [1.0]}
    assert (
        plot_sizes(frame_kind.make(one)).get_title(loc="left")
        == "100 % of 10 people are in Segment 0"
    )
