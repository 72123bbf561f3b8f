import matplotlib.pyplot as plt
import pytest

from segkit.plots.structure import plot_structure


def tables(frame_kind, p):
    table = {
        "statistic": ["stability", "separation"],
        "observed": [0.9, 0.5],
        "null_median": [0.6, 0.3],
        "null_95": [0.7, 0.4],
        "p": list(p),
        "n_null": [3, 3],
    }
    worlds = {
        "world": [0, 1, 2, 3] * 2,
        "statistic": ["stability"] * 4 + ["separation"] * 4,
        "value": [0.9, 0.5, 0.6, 0.7, 0.5, 0.2, 0.3, 0.4],
    }
    return frame_kind.make(table), frame_kind.make(worlds)


@pytest.mark.parametrize(
    ("p", "word"),
    [((0.01, 0.01), "natural"), ((0.01, 0.3), "reproducible"), ((0.3, 0.01), "constructive")],
)
def test_the_title_says_the_verdict(frame_kind, p, word):
    assert plot_structure(*tables(frame_kind, p)).get_title(loc="left").endswith(f": {word}")


def test_a_dot_a_world_and_a_diamond_for_the_answers(frame_kind):
    ax = plot_structure(*tables(frame_kind, (0.01, 0.3)), plt.subplots()[1])
    x = [c.get_offsets()[:, 0].tolist() for c in ax.collections]
    assert x == [[0.5, 0.6, 0.7], [0.9], [0.2, 0.3, 0.4], [0.5]]
    assert [t.get_text() for t in ax.texts] == ["0.90, p = 0.01", "0.50, p = 0.30"]
