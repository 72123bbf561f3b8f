import numpy as np
import pytest

from segkit._frames import Column
from segkit.diagnostics.counting.field_bins import FieldBins, make_bins, value_text


def numbers(values, name="age"):
    return Column(name, "number", "float64", np.array(values, dtype=float))


def texts(values, name="plan"):
    levels = tuple(sorted({v for v in values if v is not None}))
    codes = np.array([-1 if v is None else levels.index(v) for v in values], dtype=int)
    return Column(name, "text", "object", codes, levels)


def test_centres_are_means_in_standard_deviations():
    x = np.arange(1, 101)
    bins = make_bins(numbers(x), np.ones(100))
    np.testing.assert_allclose(bins.centres, x.reshape(10, 10).mean(axis=1) / x.std())


def test_values_of_weight_zero_make_no_bin():
    assert make_bins(texts(["a", "b"]), np.array([1.0, 0.0])).values == ("a",)
    assert make_bins(numbers([1, 2]), np.array([1.0, 0.0])).values == (1.0,)


def test_bins_have_names():
    assert make_bins(texts(["a", "b"]), np.ones(2)).names() == ["a", "b", "missing", "never seen"]
    assert make_bins(numbers([1, 2.5]), np.ones(2)).names()[:2] == ["1", "2.5"]


def test_the_version_changes_with_the_bins():
    one, same, other = (FieldBins("age", "number", "number", edges=(e,)) for e in (1.0, 1.0, 2.0))
    assert one.version == same.version != other.version
    assert len(one.version) == 12


def test_texts_that_few_rows_hold_share_a_bin():
    column, w = texts(["a"] * 3 + ["b"] * 2 + ["c", None]), np.ones(7)
    bins = make_bins(column, w, min_rows=2)
    assert (bins.values, bins.pooled, bins.n_bins, bins.unknown) == (("a", "b"), 1, 5, 2)
    assert make_bins(column, w, max_levels=1).values == ("a",)
    heavy = np.array([1, 1, 1, 5, 5, 1, 1.0])
    assert make_bins(column, heavy, max_levels=1).values == ("b",)
    nobody = make_bins(column, w, min_rows=9)
    assert nobody.names() == ["other levels", "missing", "never seen"]


def test_a_yes_no_is_never_pooled():
    column = Column("autopay", "boolean", "bool", np.array([0, 1, 1]), ("False", "True"))
    assert make_bins(column, np.ones(3), max_levels=1, min_rows=5).values == ("False", "True")


@pytest.mark.parametrize("value", [0.1 + 0.2, 1e300, -2.5, 1234567.0, 1e15, 5e-324])
def test_the_name_of_a_number_reads_back_exactly(value):
    assert float(value_text(value)) == value


def test_plain_values_leave_out_what_is_not_there():
    bins = FieldBins("age", "number", "number", (1.0,), centres=(-1.0, 1.0))
    assert bins.to_dict() == {
        "field": "age", "kind": "number", "holds": "number", "edges": [1.0],
        "centres": [-1.0, 1.0],
    }  # fmt: skip
