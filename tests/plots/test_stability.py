import matplotlib.pyplot as plt
import pytest

from segkit.plots.palette import segment_color
from segkit.plots.stability import plot_stability

TABLE = {
    "segment": [0, 2, 5],
    "n": [1200, 300, 200],
    "jaccard": [0.91, 0.78, 0.4],
    "low": [0.9, 0.74, 0.3],
    "high": [0.92, 0.82, 0.5],
}


def test_bars_are_the_table(frame_kind):
    ax = plot_stability(frame_kind.make(TABLE))
    assert [bar.get_width() for bar in ax.patches[:3]] == TABLE["jaccard"]
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names == ["Segment 0  (n = 1,200)", "Segment 2  (n = 300)", "Segment 5  (n = 200)"]


def test_intervals_are_drawn(frame_kind):
    ax = plot_stability(frame_kind.make(TABLE))
    spans = [sorted(segment[:, 0]) for c in ax.collections for segment in c.get_segments()]
    for low, high in zip(TABLE["low"], TABLE["high"], strict=True):
        assert any(span == pytest.approx([low, high]) for span in spans)


def test_segments_keep_their_colour(frame_kind):
    ax = plot_stability(frame_kind.make(TABLE))
    shown = [plt.matplotlib.colors.to_hex(bar.get_facecolor()).upper() for bar in ax.patches[:3]]
    assert shown == [segment_color(0), segment_color(2), segment_color(5)]


def test_thresholds_and_their_words(frame_kind):
    ax = plot_stability(frame_kind.make(TABLE))
    assert {line.get_xdata()[0] for line in ax.lines} >= {0.75, 0.85}
    assert {"doubtful", "valid", "stable"} <= {text.get_text() for text in ax.texts}


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ([0.9, 0.8], "All 2 segments come back in samples of the respondents"),
        ([0.9, 0.7], "1 of 2 segments comes back in samples of the respondents"),
        ([0.5, 0.7], "None of 2 segments comes back in samples of the respondents"),
    ],
)
def test_the_title_says_the_finding(frame_kind, values, title):
    table = {"segment": ["a", "b"], "n": [1, 1], "jaccard": values, "low": values, "high": values}
    assert plot_stability(frame_kind.make(table)).get_title(loc="left") == title


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_stability(frame_kind.make(TABLE), ax) is ax
