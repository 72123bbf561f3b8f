import numpy as np
import pandas as pd
import pytest

from segkit._frames import numeric_column
from segkit.survey import Codebook, Item, response_style

BOOK = Codebook(
    [
        Item("a", scale=(1, 5)),
        Item("b", scale=(1, 5), reversed=True),
        Item("c", scale=(1, 4)),
        Item("d"),
    ]
)
ROWS = {"a": [5, 3, None], "b": [5, 1, None], "c": [4, 2, None], "d": [7, 7, 9]}


def test_shares_are_those_of_counting_by_hand(frame_kind):
    frame = frame_kind.make(ROWS)
    table = response_style(frame, BOOK).frame()
    assert type(table) is type(frame)
    expected = {
        "acquiescence": [1, 0, np.nan],
        "disacquiescence": [0, 2 / 3, np.nan],
        "extreme": [1, 1 / 3, np.nan],
        # the scale 1-4 of c has no middle, so only a and b count
        "midpoint": [0, 1 / 2, np.nan],
        "n": [3, 3, 0],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(numeric_column(table, name), values)


def test_cleaned_answers_give_the_same(frame_kind):
    frame = frame_kind.make(ROWS)
    raw = response_style(frame, BOOK).frame()
    again = response_style(BOOK.clean(frame), BOOK, cleaned=True).frame()
    for name in ("acquiescence", "extreme"):
        np.testing.assert_array_equal(numeric_column(raw, name), numeric_column(again, name))


def test_the_summary_tells_the_spread(frame_kind):
    rng = np.random.default_rng(0)
    frame = frame_kind.make({k: rng.integers(1, 5, 50).tolist() for k in "abcd"})
    summary = response_style(frame, BOOK).summary()
    assert summary.startswith("Response style of 50 respondents on 3 items")
    assert "extreme" in summary
    assert "nan" not in summary


def test_without_a_middle_there_is_no_midpoint_share(frame_kind):
    book = Codebook([Item("c", scale=(1, 4))])
    style = response_style(frame_kind.make({"c": [1, 2]}), book)
    assert np.isnan(numeric_column(style.frame(), "midpoint")).all()
    assert "midpoint" not in style.summary()


@pytest.mark.real_data
def test_the_styles_of_a_real_survey_differ_between_people(data_folder):
    bfi = pd.read_csv(data_folder / "bfi" / "bfi.csv.gz")
    book = Codebook(Item(n, scale=(1, 6), block=n[0]) for n in bfi.columns[1:26])
    table = response_style(bfi, book).frame()
    assert table["extreme"].quantile(0.9) > 1.5 * table["extreme"].median()
    np.testing.assert_allclose(table["acquiescence"] + table["disacquiescence"], 1)
