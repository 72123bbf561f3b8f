import numpy as np
import pandas as pd

from segkit.plots._canvas import MUTED
from segkit.plots.loadings import loadings_plot

TABLE = pd.DataFrame(
    {
        "item": ["imp_02", "imp_01", "imp_03"],
        "wording": ["Pay on the day I choose", "", "See all my bills in one place " * 4],
        "factor_1": [0.8, 0.5, 0.1],
        "factor_2": [-0.05, 0.4, np.nan],
    }
)


def test_every_loading_is_written_and_small_ones_are_muted():
    ax = loadings_plot(TABLE)
    written = {text.get_text(): text.get_color() for text in ax.texts}
    assert set(written) == {"0.80", "-0.05", "0.50", "0.40", "0.10"}
    assert [t for t, color in written.items() if color == MUTED] == ["-0.05", "0.10"]


def test_rows_are_labelled_with_wording_and_item_long_wordings_are_shortened():
    labels = [text.get_text() for text in loadings_plot(TABLE).get_yticklabels()]
    assert labels[:2] == ["Pay on the day I choose  imp_02", "imp_01"]
    assert labels[2].endswith("...  imp_03")


def test_the_title_counts_items_that_belong_to_one_factor():
    title = loadings_plot(TABLE).get_title(loc="left")
    assert title == "1 of 3 items load at least 0.3 on one factor alone; 1 on several; 1 on none"


def test_it_draws_on_the_axes_given(frame_kind):
    table = frame_kind.make({"item": ["a", "b"], "factor_1": [0.5, 0.6]})
    ax = loadings_plot(table)
    assert loadings_plot(table, ax=ax) is ax


def test_a_beginning_that_all_wordings_share_leaves_room_for_what_tells_them_apart():
    start = "How important is it to you, when you pay in a shop, "
    wordings = [start + end for end in ("that it is quick?", "that it is safe?")]
    table = pd.DataFrame({"item": ["a", "b"], "wording": wordings, "factor_1": [0.5, 0.6]})
    labels = [text.get_text() for text in loadings_plot(table).get_yticklabels()]
    assert labels == ["... quick?  a", "... safe?  b"]


def test_a_loading_that_rounds_to_nothing_has_no_sign():
    table = pd.DataFrame({"item": ["a"], "factor_1": [-0.001]})
    assert [text.get_text() for text in loadings_plot(table).texts] == ["0.00"]
