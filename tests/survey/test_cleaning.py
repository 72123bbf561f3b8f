import numpy as np
import pandas as pd
import polars as pl
import pytest

from segkit import SegkitError
from segkit._frames import column, numeric_column
from segkit.survey import Codebook, Item


def cleaned(frame_kind, item, values):
    return Codebook([item]).clean(frame_kind.make({item.item: values}))


def test_a_code_outside_the_scale_is_reported_in_one_sentence(frame_kind):
    values = [3] * 50
    for row in (41, 44, 47):
        values[row] = 6
    expected = (
        r"^`imp_07` holds 6 in 3 rows \(first: row 41\); its scale is 1-5\. "
        r"Declare 6 as a missing code or widen the scale\.$"
    )
    with pytest.raises(SegkitError, match=expected):
        cleaned(frame_kind, Item("imp_07", scale=(1, 5), role="importance"), values)


def test_missing_codes_become_missing(frame_kind):
    out = cleaned(frame_kind, Item("q", scale=(1, 5), missing=(0, 99)), [1, 0, 99, 5, None])
    np.testing.assert_array_equal(numeric_column(out, "q"), [1, np.nan, np.nan, 5, np.nan])


def test_missing_is_null_in_polars_and_nan_in_pandas():
    codebook = Codebook([Item("q", scale=(1, 5), missing=(9,))])
    assert codebook.clean(pl.DataFrame({"q": [1, 9]}))["q"].null_count() == 1
    assert codebook.clean(pd.DataFrame({"q": [1, 9]}))["q"].dtype == float


def test_words_become_codes(frame_kind):
    item = Item("q", scale=(1, 3), labels={1: "hard", 3: "easy"}, missing=("refused",))
    values = ["easy ", " hard", "2", "refused", "", None, "3.0"]
    out = cleaned(frame_kind, item, values)
    np.testing.assert_array_equal(numeric_column(out, "q"), [3, 1, 2, np.nan, np.nan, np.nan, 3])


def test_categories_of_the_frame_are_read_as_words():
    item = Item("q", scale=(1, 3), labels={1: "hard", 3: "easy"})
    frame = pd.DataFrame({"q": pd.Categorical(["easy", "hard", None])})
    np.testing.assert_array_equal(Codebook([item]).clean(frame)["q"], [3, 1, np.nan])


def test_pandas_nullable_numbers_are_read():
    frame = pd.DataFrame({"q": pd.array([1, None, 5], dtype="Int64")})
    cleaned = Codebook([Item("q", scale=(1, 5))]).clean(frame)
    np.testing.assert_array_equal(cleaned["q"], [1, np.nan, 5])


def test_words_are_case_sensitive_and_strange_ones_are_named(frame_kind):
    item = Item("q", scale=(1, 2), labels={1: "no", 2: "yes"})
    with pytest.raises(SegkitError, match=r"`q` holds 'Yes' in 2 rows \(first: row 1\); expected"):
        cleaned(frame_kind, item, ["no", "Yes", "Yes"])


def test_words_without_labels_are_refused(frame_kind):
    with pytest.raises(SegkitError, match="expected numbers, as it has no labels"):
        cleaned(frame_kind, Item("q", scale=(1, 5)), ["often", "never"])


def test_reversed_items_are_turned(frame_kind):
    out = cleaned(frame_kind, Item("q", scale=(1, 6), reversed=True, missing=(9,)), [1, 6, 4, 9])
    np.testing.assert_array_equal(numeric_column(out, "q"), [6, 1, 3, np.nan])


def test_an_unused_category_needs_no_answer(frame_kind):
    out = cleaned(frame_kind, Item("q", scale=(0, 2)), [0, 2, 0])
    np.testing.assert_array_equal(numeric_column(out, "q"), [0, 2, 0])


def test_averaged_or_standardised_answers_are_refused(frame_kind):
    with pytest.raises(SegkitError, match=r"`q` holds 2\.5 in 1 row .* in whole steps"):
        cleaned(frame_kind, Item("q", scale=(1, 5)), [1.0, 2.5, 4.0])


def test_a_field_on_a_scale_may_hold_fractions(frame_kind):
    out = cleaned(frame_kind, Item("age", scale=(18, 99), role="field"), [18.5, 40.0])
    np.testing.assert_array_equal(numeric_column(out, "age"), [18.5, 40])


def test_codes_without_a_scale_must_be_labelled(frame_kind):
    with pytest.raises(SegkitError, match=r"`q` holds 3 in 1 row .* Declare 3 as a label or as a"):
        cleaned(frame_kind, Item("q", labels={1: "no", 2: "yes"}), [1, 2, 3])


def test_a_nominal_field_holds_its_labels(frame_kind):
    item = Item("region", labels={1: "north", 2: "south"}, missing=(-1,), role="field")
    out = cleaned(frame_kind, item, [2, 1, -1, None])
    assert column(out, "region").tolist() == ["south", "north", None, None]
    words = cleaned(frame_kind, item, ["south ", "1", "-1", ""])
    assert column(words, "region").tolist() == ["south", "north", None, None]


def test_a_nominal_field_refuses_a_code_without_label(frame_kind):
    item = Item("region", labels={1: "north", 2: "south"}, role="field")
    with pytest.raises(SegkitError, match=r"`region` holds 3 in 2 rows \(first: row 1\)"):
        cleaned(frame_kind, item, [1, 3, 3])


def test_a_plain_field_loses_only_its_missing_codes(frame_kind):
    item = Item("segment", missing=("unknown", "n/a"), role="field")
    out = cleaned(frame_kind, item, ["retail", "unknown", " n/a"])
    assert column(out, "segment").tolist() == ["retail", None, None]


def test_large_codes_are_not_confused(frame_kind):
    item = Item("account", missing=(1234567,), role="field")
    out = cleaned(frame_kind, item, [1234567, 1234568, 1234571])
    assert column(out, "account").tolist() == [None, 1234568, 1234571]


def test_undeclared_columns_and_rows_are_untouched(frame_kind):
    frame = frame_kind.make({"z": ["a", "b"], "q": [1, 2], "d": [0.5, None]})
    out = Codebook([Item("q", scale=(1, 5))]).clean(frame)
    assert type(out) is type(frame)
    assert list(out.columns) == ["z", "q", "d"]
    assert out["z"].to_list() == ["a", "b"]
    assert frame["q"].to_list() == [1, 2]


def test_the_index_of_a_pandas_frame_stays():
    frame = pd.DataFrame({"q": [1, 2]}, index=["u", "v"])
    assert list(Codebook([Item("q", scale=(1, 5))]).clean(frame).index) == ["u", "v"]


def test_an_absent_item_is_named(frame_kind):
    codebook = Codebook([Item("q1"), Item("q2")])
    with pytest.raises(SegkitError, match="answers lacks `q2`; it has `q1`"):
        codebook.clean(frame_kind.make({"q1": [1]}))


def test_an_empty_frame_and_what_is_no_frame_are_refused(frame_kind):
    codebook = Codebook([Item("q")])
    with pytest.raises(SegkitError, match="answers has 0 rows"):
        codebook.clean(frame_kind.make({"q": []}))
    with pytest.raises(SegkitError, match="answers is a list; expected a pandas or polars frame"):
        codebook.clean([1, 2])


@pytest.mark.real_data
def test_the_airport_codes_are_refused_until_they_are_declared(data_folder):
    files = sorted((data_folder / "sfo_airport_survey_2015_2017").glob("*2017*.csv*"))
    answers = pd.read_csv(files[0], encoding="latin-1", low_memory=False)
    name = next(c for c in answers if c.upper().startswith("Q7A"))
    with pytest.raises(SegkitError, match=rf"`{name}` holds .* its scale is 1-5\. Declare"):
        Codebook([Item(name, scale=(1, 5))]).clean(answers)
    declared = Codebook([Item(name, scale=(1, 5), missing=(0, 6, "Blank"))])
    values = numeric_column(declared.clean(answers), name)
    assert np.nanmin(values) >= 1
    assert np.nanmax(values) <= 5
    assert np.isnan(values).mean() > 0.01
