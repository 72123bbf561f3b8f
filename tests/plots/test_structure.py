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
        "p_low": [max(0.0, each - 0.02) for each in p],
        "p_high": [each + 0.02 for each in p],
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


def test_a_verdict_on_the_border_is_called_so_where_it_matters(frame_kind):
    titles = [
        plot_structure(*tables(frame_kind, p)).get_title(loc="left")
        for p in [(0.04, 0.01), (0.01, 0.06), (0.06, 0.01), (0.3, 0.04)]
    ]
    assert [t.endswith(", but borderline") for t in titles] == [True, True, True, False]


def test_three_worlds_have_no_bar_for_95_of_100(frame_kind):
    ax = plot_structure(*tables(frame_kind, (0.3, 0.3)))
    assert not ax.lines
    assert "bar" not in ax.get_xlabel()


def test_a_dot_a_world_and_a_diamond_for_the_answers(frame_kind):
    ax = plot_structure(*tables(frame_kind, (0.01, 0.3)), plt.subplots()[1])
    x = [c.get_offsets()[:, 0].tolist() for c in ax.collections]
    assert x == [[0.5, 0.6, 0.7], [0.9], [0.2, 0.3, 0.4], [0.5]]
    assert [t.get_text() for t in ax.texts] == ["0.90, p = 0.01", "0.50, p = 0.30"]
