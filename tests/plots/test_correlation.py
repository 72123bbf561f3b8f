import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

from segkit.plots.correlation import correlation_plot

TABLE = pd.DataFrame(
    {
        "item_a": ["a", "a", "b"],
        "item_b": ["b", "c", "c"],
        "correlation": [0.2, -0.7, 0.4],
        "n": [90, 88, 91],
    }
)


def test_the_lower_triangle_holds_every_pair():
    ax = correlation_plot(TABLE)
    grid = np.ma.filled(ax.images[0].get_array(), np.nan)
    assert_allclose(grid, [[0.2, np.nan], [-0.7, 0.4]])
    assert [text.get_text() for text in ax.get_xticklabels()] == ["a", "b"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["b", "c"]


def test_the_title_names_the_strongest_pair_and_what_pairs_rest_on():
    title = correlation_plot(TABLE).get_title(loc="left")
    assert title == "Strongest pair: a and c (-0.70)\nn = 88 to 91 a pair"
    assert correlation_plot(TABLE.assign(n=90)).get_title(loc="left").endswith("\nn = 90")


def test_figures_are_written_while_they_can_be_read(frame_kind):
    table = frame_kind.make({name: TABLE[name].to_list() for name in TABLE})
    ax = correlation_plot(table)
    assert {text.get_text() for text in ax.texts} == {"0.20", "-0.70", "0.40"}
    names = [f"i{k}" for k in range(14)]
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    many = pd.DataFrame(pairs, columns=["item_a", "item_b"]).assign(correlation=0.1, n=9)
    assert not correlation_plot(many).texts
