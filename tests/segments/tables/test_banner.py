import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.segments import Scheme
from segkit.segments.tables.banner import column_letter, read_banners


@pytest.fixture
def table(frame_kind):
    return frame_kind.make(
        {"region": ["north", None, "south", "north"], "app": [True, False, None, True],
         "wave": [2, 1, None, 2]}
    )  # fmt: skip


def read(table, banner):
    return [(b.name, b.columns, b.codes.tolist()) for b in read_banners(table, banner)]


def test_columns_of_the_table_are_taken_by_name(table):
    region = ("region", ("north", "south"), [0, -1, 1, 0])
    assert read(table, "region") == [region]
    assert read(table, ["region", "wave"]) == [region, ("wave", ("1", "2"), [1, 0, -1, 1])]
    assert read(table, "app") == [("app", ("False", "True"), [1, 0, -1, 1])]


def test_labels_are_taken_one_a_row(table):
    assert read(table, [1, 0, -1, 0]) == [("segment", ("0", "1"), [1, 0, -1, 0])]
    assert read(table, np.array(["x", "y", "y", "x"])) == [("segment", ("x", "y"), [0, 1, 1, 0])]
    scheme = Scheme([0, 0, 1, 1], names=["Late", "Early"])
    assert read(table, scheme) == [("segment", ("Late", "Early"), [0, 0, 1, 1])]


def test_a_mapping_names_what_it_holds(table):
    found = read(table, {"place": "region", "group": [1, 1, 2, 2]})
    assert [name for name, *_ in found] == ["place", "group"]


def test_text_labels_are_told_from_names_of_columns(table):
    # as many texts as rows are labels unless all of them are columns
    assert read(table, ["region", "x", "x", "x"])[0][1] == ("region", "x")
    with pytest.raises(SegkitError, match="table lacks `income`"):
        read_banners(table, ["region", "income"])


@pytest.mark.parametrize(
    ("banner", "words"),
    [
        ({}, "banner is empty; expected a column of the table or one label a row"),
        ([0, 0, 0, 0], r"`segment` has 1 column\(s\); expected at least two"),
        ({"wave": [1, 2]}, "the banner `wave` has 2 rows but the table has 4"),
        ([0, 1, None, 1], "the banner `segment` is missing in 1 row"),
    ],
)
def test_what_is_no_banner_is_named(table, banner, words):
    with pytest.raises(SegkitError, match=words):
        read_banners(table, banner)


def test_dates_are_no_banner(frame_kind):
    import datetime as dt

    made = frame_kind.make({"day": [dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 2)]})
    with pytest.raises(SegkitError, match=r"the banner `day` holds .* values; expected text"):
        read_banners(made, "day")


def test_letters_are_all_different():
    letters = [column_letter(i) for i in range(200)]
    assert len(set(letters)) == 200
    assert all(x[0].isupper() and (len(x) == 1 or x[1:].islower()) for x in letters)
