import matplotlib.pyplot as plt
import numpy as np
import pytest

from segkit.plots.typing_quality import plot_typing_quality

TABLE = {
    "metric": ["accuracy", "kappa", "recall", "precision", "recall", "precision"],
    "segment": ["all", "all", "0", "0", "1", "1"],
    "value": [0.5, 0.31, 0.6, 0.5, 0.4, float("nan")],
    "low": [0.45, 0.25, 0.55, 0.45, 0.35, float("nan")],
    "high": [0.55, 0.37, 0.65, 0.55, 0.45, float("nan")],
    "chance": [0.3, 0.0, 0.35, 0.3, 0.2, 0.25],
}


def test_dots_and_intervals_are_the_table(frame_kind):
    ax = plot_typing_quality(frame_kind.make(TABLE))
    dots = [c.get_offsets()[:, 0] for c in ax.collections if not hasattr(c, "get_segments")]
    np.testing.assert_array_equal(np.ma.getdata(dots[0]), [0.6, 0.4])
    assert dots[1][0] == 0.5
    spans = [s for c in ax.collections if hasattr(c, "get_segments") for s in c.get_segments()]
    assert any(np.allclose(sorted(s[:, 0]), [0.55, 0.65]) for s in spans)
    chance = [s[0, 0] for s in spans if len(s) and np.ptp(s[:, 0]) == 0]
    assert chance == pytest.approx([0.35, 0.2, 0.3, 0.25])


def test_words_stand_on_the_marks(frame_kind):
    ax = plot_typing_quality(frame_kind.make(TABLE))
    words = {t.get_text() for t in ax.texts}
    assert words == {
        "60 % of its people, tagged so",
        "50 % of those tagged so, its people",
        "40 %",
    }
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Segment 0", "Segment 1"]
    assert ax.get_title(loc="left") == "Agreement beyond chance: kappa 0.31 [0.25, 0.37]"


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_typing_quality(frame_kind.make(TABLE), ax) is ax
