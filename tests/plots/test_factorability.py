import pandas as pd
from numpy.testing import assert_allclose

from segkit.plots.factorability import factorability_plot

TABLE = pd.DataFrame({"item": ["overall", "a", "b", "c"], "kmo": [0.7, 0.8, 0.45, 0.75]})


def test_items_stand_in_order_the_weakest_at_the_bottom():
    ax = factorability_plot(TABLE)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["b", "c", "a"]
    assert_allclose(ax.collections[1].get_offsets()[:, 0], [0.45, 0.75, 0.8])


def test_the_overall_measure_is_a_line_and_stands_in_the_title():
    ax = factorability_plot(TABLE)
    assert_allclose(ax.collections[2].get_segments()[0][:, 0], 0.7)
    assert ax.get_title(loc="left") == "KMO 0.70 overall (line); 1 of 3 items below .5"
    strong = factorability_plot(TABLE.replace(0.45, 0.6))
    assert strong.get_title(loc="left").endswith("none of 3 items is below .5")


def test_it_draws_on_the_axes_given(frame_kind):
    table = frame_kind.make({name: TABLE[name].to_list() for name in TABLE})
    ax = factorability_plot(table)
    assert factorability_plot(table, ax=ax) is ax
    assert ax.get_xlabel() == "measure of sampling adequacy"
