import matplotlib.pyplot as plt
import numpy as np

from segkit.plots.palette import segment_color
from segkit.plots.wave import plot_wave

TABLE = {
    "segment": ["0", "2", "0"],
    "kind": ["size", "size", "profile"],
    "what": ["old model", "old model", "refitted"],
    "before": [0.6, 0.4, 0.1],
    "after": [0.5, 0.5, 0.2],
    "low": [-0.15, 0.05, 0.0],
    "high": [-0.05, 0.15, 0.2],
    "changed": [True, False, False],
    "n_before": [60, 40, 60],
    "n_after": [50, 50, 50],
}


def test_bars_are_the_sizes_before_and_after(frame_kind):
    ax = plot_wave(frame_kind.make(TABLE))
    assert [bar.get_width() for bar in ax.patches] == [0.6, 0.4, 0.5, 0.5]
    spans = [sorted(s[:, 0]) for c in ax.collections for s in c.get_segments()]
    for low, high in ((0.45, 0.55), (0.45, 0.55)):
        assert any(np.allclose(span, [low, high]) for span in spans)


def test_segments_keep_name_and_colour(frame_kind):
    ax = plot_wave(frame_kind.make(TABLE))
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Segment 0", "Segment 2"]
    shown = [plt.matplotlib.colors.to_hex(bar.get_facecolor()).upper() for bar in ax.patches]
    assert shown == [segment_color(0), segment_color(2)] * 2


def test_the_title_says_the_finding(frame_kind):
    def title(table, **given):
        return plot_wave(frame_kind.make(table), **given).get_title(loc="left")

    assert title(TABLE) == "Segment 0 shrank from 60 % to 50 % [-15.0, -5.0 points]"
    nothing = title(TABLE | {"changed": [False] * 3})
    assert nothing == "No segment's size changed beyond chance by a size that matters"
    assert "cannot be compared" in title(TABLE, interpretable=False)
