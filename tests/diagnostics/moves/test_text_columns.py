import pyarrow as pa
import pytest

from segkit.diagnostics.moves.text_columns import ids_as_numbers, with_numbers
from segkit.exceptions import SegkitError


def texts(*values):
    return pa.chunked_array([pa.array(values, pa.string())])


def test_only_the_named_columns_become_numbers_and_spellings_of_a_gap_are_missing():
    table = pa.table({"w": texts("1", "NA", "2.5e1", None), "id": texts("01", "2", "3", "4")})
    read = with_numbers(table, ["w"], what="before")
    assert read["w"].to_pylist() == [1.0, None, 25.0, None]
    assert read["id"].to_pylist() == ["01", "2", "3", "4"]


@pytest.mark.parametrize("bad", ["0,5", "high", "1 2"])
def test_the_first_value_that_is_no_number_is_named(bad):
    table = pa.table({"probability_0": texts("0.5", "", bad, "x")})
    with pytest.raises(SegkitError, match=rf"`probability_0` of after holds '{bad}' in row 2; exp"):
        with_numbers(table, ["probability_0"], what="after")


@pytest.mark.parametrize("other", ["007", "a1", "1.0", "", "9" * 30])
def test_ids_that_are_not_all_whole_numbers_stay_texts(other):
    assert ids_as_numbers(texts("1", "-20"), "id", what="before").values.tolist() == [1, -20]
    assert ids_as_numbers(texts("1", other), "id", what="before") is None
