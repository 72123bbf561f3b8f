import numpy as np
import pytest

from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.coding.fields import read_fields
from segkit.typing_tool.evaluation.alike import alike_groups


def grouped(columns, n_known=600, w=None):
    pandas = pytest.importorskip("pandas")
    columns = read_fields(pandas.DataFrame(columns))
    n = columns[0].values.size
    book = FieldCodes.from_columns(columns, np.ones(n))
    codes = book.encode_columns(columns)
    w = np.ones(n_known) if w is None else w
    return alike_groups(book, codes[:n_known], w, codes[n_known:], 0), codes[n_known:]


def within(groups, values):
    """The share of the spread of the values that is left within the groups."""
    means = np.bincount(groups, weights=values) / np.maximum(np.bincount(groups), 1)
    return float(np.var(values - means[groups]) / np.var(values))


def test_people_in_a_group_are_alike_in_what_goes_with_the_field():
    rng = np.random.default_rng(0)
    z = rng.normal(size=1200)
    groups, codes = grouped(
        {"z": z, "proxy": z + 0.5 * rng.normal(size=1200), "free": rng.normal(size=1200)}
    )
    assert within(groups[1], codes[:, 0].astype(float)) < 0.02
    # the field itself still varies as much as its noise does: 0.25 of 1.25
    assert within(groups[1], codes[:, 1].astype(float)) > 0.1


def test_two_fields_that_speak_of_a_third_together_are_both_held():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 1200))
    proxy = a + b + 0.5 * rng.normal(size=1200)
    groups, codes = grouped({"a": a, "b": b, "proxy": proxy})
    together = codes[:, 0].astype(float) + codes[:, 1]
    assert within(groups[2], together) < 0.04


def test_a_copy_in_text_leaves_nothing_to_shuffle():
    rng = np.random.default_rng(0)
    level = np.array(["a", "b", "c", "d"], dtype=object)[rng.integers(0, 4, 900)]
    groups, codes = grouped({"one": level, "other": level, "free": rng.normal(size=900)})
    assert within(groups[0], codes[:, 0].astype(float)) == 0
    # gaps and a single level are no obstacle
    gaps = np.where(rng.random(900) < 0.5, np.nan, rng.normal(size=900))
    groups, _ = grouped({"gaps": gaps, "same": np.ones(900), "one": level})
    assert groups.shape == (3, 300)


def test_a_single_field_has_everyone_alike():
    groups, _ = grouped({"z": np.arange(900.0)})
    np.testing.assert_array_equal(groups, np.zeros((1, 300)))


def test_the_unit_of_weights_does_not_matter():
    rng = np.random.default_rng(0)
    columns = {"a": rng.normal(size=900), "b": rng.integers(0, 5, 900)}
    w = rng.uniform(0.5, 2, 600)
    one, other = (grouped(columns, w=w * unit)[0] for unit in (1, 8))
    np.testing.assert_array_equal(one, other)
