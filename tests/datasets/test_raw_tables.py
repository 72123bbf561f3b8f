"""Raw text made into tables: nothing is guessed, nothing slips through."""

import numpy as np
import pytest

from segkit._frames import Nullable, column, numeric_column
from segkit.datasets.raw_tables import (
    build,
    codebook_of,
    days,
    flags,
    integers,
    numbers,
    read_texts,
    tidy,
    translated,
    without_fraction,
)
from segkit.exceptions import SegkitError
from segkit.survey import Codebook, Item


class TestReadTexts:
    def test_everything_stays_text(self):
        read = read_texts(b"id,date,share\n007,2017-01-01,0.50\n")
        assert {n: v.tolist() for n, v in read.items()} == {
            "id": ["007"],
            "date": ["2017-01-01"],
            "share": ["0.50"],
        }

    def test_blanks_are_missing_and_words_for_missing_are_not(self):
        read = read_texts(b'a,b\n, NA \n" ",null\n')
        assert read["a"].tolist() == [None, None]
        assert read["b"].tolist() == ["NA", "null"]

    def test_a_byte_order_mark_is_no_part_of_the_first_name(self):
        assert list(read_texts(b"\xef\xbb\xbfa,b\n1,2\n")) == ["a", "b"]

    def test_names_with_commas_and_another_separator(self):
        assert list(read_texts(b'"Hiphop, Rap",Pop\n1,2\n')) == ["Hiphop, Rap", "Pop"]
        assert read_texts(b'"age";"y"\n56;"no"\n', separator=";")["y"].tolist() == ["no"]

    def test_windows_line_ends(self):
        assert read_texts(b"a,b\r\n1,2\r\n")["b"].tolist() == ["2"]


class TestColumns:
    def test_numbers(self):
        read = numbers(["1.5", None, "999"], name="x", missing=["999"])
        np.testing.assert_array_equal(read, [1.5, np.nan, np.nan])

    def test_a_word_among_numbers_is_named(self):
        with pytest.raises(SegkitError, match=r"`x` holds a text .* 'many'"):
            numbers(["1", "many"], name="x")

    @pytest.mark.parametrize("bad", ["1.5", None])
    def test_integers_have_no_gaps_and_no_fractions(self, bad):
        with pytest.raises(SegkitError, match="`x` holds a blank or a fraction"):
            integers(["1", bad], name="x")

    def test_an_untranslated_code_is_named(self):
        with pytest.raises(SegkitError, match="`type` holds `VKLAD`; expected `PRIJEM`"):
            translated(["PRIJEM", "VKLAD"], {"PRIJEM": "credit"}, name="type")

    def test_flags_need_an_answer(self):
        assert flags(["Yes", "No"], name="x").dtype == bool
        with pytest.raises(SegkitError, match="`maybe`"):
            flags(["maybe"], name="x")

    def test_fractions_go_only_where_they_are_zero(self):
        assert without_fraction(["10.0", "10.05", None]).tolist() == ["10", "10.05", None]


@pytest.mark.parametrize("output", ["pandas", "polars"])
class TestTables:
    def test_gaps(self, output):
        columns = {"n": np.array([1.0, np.nan]), "t": np.array(["a", None], dtype=object)}
        columns["yes"] = Nullable(np.array([True, False]), np.array([False, True]))
        table = build({**columns, "d": days(["2017-10-31", None])}, output)
        assert list(table.columns) == ["n", "t", "yes", "d"]
        assert column(table, "yes").tolist() == [True, None]
        np.testing.assert_array_equal(numeric_column(table, "n"), columns["n"])
        assert column(table, "t").tolist() == ["a", None]
        assert column(table, "d")[1] is None
        assert column(table, "d")[0].isoformat().startswith("2017-10-31")
        if output == "polars":
            assert table["n"].null_count() == table["d"].null_count() == 1

    def test_codes_are_translated_in_the_direction_asked(self, output):
        book = Codebook(
            [
                Item("calm", scale=(1, 5), reversed=True, missing=(-1,)),
                Item("sex", labels={1: "male", 2: "female"}, role="field"),
            ]
        )
        raw = {"sex": ["1", "2"], "calm": ["5", "-1"], "note": ["x", None]}
        table = tidy(raw, output, book)
        assert list(table.columns) == ["calm", "sex", "note"]
        np.testing.assert_array_equal(numeric_column(table, "calm"), [5, np.nan])
        assert column(table, "sex").tolist() == ["male", "female"]

    def test_a_code_outside_the_scale_is_refused(self, output):
        book = Codebook([Item("calm", scale=(1, 5))])
        with pytest.raises(SegkitError, match="`calm` holds 6"):
            tidy({"calm": ["6"]}, output, book)

    def test_a_lacking_column_is_named(self, output):
        with pytest.raises(SegkitError, match="raw file lacks `calm`"):
            tidy({"tense": ["1"]}, output, Codebook([Item("calm", scale=(1, 5))]))


def test_codebooks_read():
    assert len(codebook_of("bfi").names("item")) == 25


def test_an_unknown_kind_of_table_is_refused():
    with pytest.raises(SegkitError, match="output"):
        build({"a": [1]}, "excel")
