import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit._frames import Origin
from segkit.factors.confirming.structure import read_structure
from segkit.factors.groups.answer_groups import read_groups
from segkit.factors.groups.invariance_items import ItemTest
from segkit.factors.groups.invariance_ladder import Ladder
from segkit.factors.groups.invariance_tables import (
    congruence_frame,
    items_frame,
    means_frame,
    partial_frame,
)

FIVE = {a: [f"{a}{j}" for j in range(1, 6)] for a in "ACENO"}


@pytest.mark.real_data
def test_latent_means_and_variances_equal_lavaans(bfi, bfi_gender, r_confirmatory):
    read = read_groups(bfi, bfi_gender, missing="listwise")
    structure = read_structure(FIVE, read.items)
    scalar = Ladder(structure, read.cases, read.moments).climb()[2]
    second = means_frame(scalar, [], read, structure).query("group == '2'")
    expected = r_confirmatory["gender"]["scalar"]
    # lavaan leaves the factors in the direction of its start
    assert_allclose(second["mean"].abs(), np.abs(expected["factor_means_group_2"]), atol=1e-4)
    assert_allclose(second["sd"] ** 2, expected["factor_variances_group_2"], atol=1e-4)


def test_items_are_named_and_those_beyond_chance_marked():
    tests = {
        "metric": [ItemTest(0, 1.0, 1, 0.3, 1.1, 0.6, 0.1, 1)],
        "scalar": [ItemTest(1, 30.0, 1, 1e-6, 28.0, 2e-6, -0.5, 2)],
    }
    frame = items_frame(tests, ["a", "b"], ["g1", "g2", "g3"], Origin())
    assert frame["item"].tolist() == ["a", "b"]
    assert frame["group"].tolist() == ["g2", "g3"]
    assert frame["breaks"].tolist() == [False, True]


def test_congruence_has_a_row_for_each_factor_and_group_or_none():
    values = np.array([[0.9, 0.8], [0.99, 0.95]])
    frame = congruence_frame(values, ["x", "y"], ["a", "b"], Origin())
    assert frame.iloc[1].tolist() == ["x", "b", 0.99]
    assert len(congruence_frame(None, ["x", "y"], ["a", "b"], Origin())) == 0


def test_a_table_of_no_models_keeps_its_columns():
    frame = partial_frame([], ["a"], Origin())
    assert len(frame) == 0
    assert {"step", "freed", "delta_cfi", "holds"} <= set(frame.columns)
