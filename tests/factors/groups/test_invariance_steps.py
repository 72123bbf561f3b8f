from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.factors.confirming.measurement_model import GroupMoments
from segkit.factors.confirming.structure import read_structure
from segkit.factors.groups.invariance_steps import STEPS, Freed, fit_step

ITEMS = ["a", "b", "c", "d", "e", "f"]
STRUCTURE = read_structure({"x": ["a", "b", "c"], "y": ["d", "e", "f"]}, ITEMS)
LOADINGS = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0, 0.9], [0, -0.6], [0, 0.5]])


def group(between, means, n):
    covariance = LOADINGS @ np.array(between) @ LOADINGS.T + np.diag([0.4, 0.5, 0.6, 0.3, 0.6, 0.7])
    return GroupMoments(3.0 + LOADINGS @ np.array(means), covariance, n)


GROUPS = [
    group([[1.0, 0.3], [0.3, 1.0]], [0.0, 0.0], 300.0),
    group([[1.5, 0.2], [0.2, 0.6]], [0.4, -0.2], 500.0),
    group([[0.8, 0.5], [0.5, 1.1]], [-0.3, 0.6], 200.0),
]


@pytest.mark.parametrize("step", STEPS)
def test_groups_that_share_everything_fit_every_step(step):
    fit = fit_step(step, STRUCTURE, GROUPS)
    assert fit.converged
    assert fit.chi2 < 1e-6


def test_variances_and_means_of_the_factors_are_found_in_units_of_the_first_group():
    fit = fit_step("scalar", STRUCTURE, GROUPS)
    assert_allclose(fit.matrices[0].loadings, LOADINGS, atol=1e-5)
    for matrices, (between, means) in zip(
        fit.matrices[1:],
        [([[1.5, 0.2], [0.2, 0.6]], [0.4, -0.2]), ([[0.8, 0.5], [0.5, 1.1]], [-0.3, 0.6])],
        strict=True,
    ):
        assert_allclose(matrices.factor_covariances, between, atol=1e-5)
        assert_allclose(matrices.factor_means, means, atol=1e-5)


def test_degrees_of_freedom_grow_as_the_textbook_counts_them():
    df = [fit_step(step, STRUCTURE, GROUPS).design.df for step in STEPS]
    # two further groups: 6 loadings less 2 variances, 6 intercepts less 2 means, 6 residuals
    assert_array_equal(np.diff(df), [8, 8, 12])
    assert df[0] == 3 * (27 - 6 - 1 - 6 - 6)


def test_a_freed_item_shares_neither_loading_nor_what_comes_after():
    freed = Freed().plus("metric", 1).plus("scalar", 3)
    assert freed.of("metric") == {1}
    assert freed.of("scalar") == {1, 3}
    plain = fit_step("scalar", STRUCTURE, GROUPS).design.df
    assert plain - fit_step("scalar", STRUCTURE, GROUPS, freed).design.df == 2 * (1 + 2)


def test_starting_from_another_step_ends_at_the_same_place():
    before = fit_step("configural", STRUCTURE, GROUPS)
    there = fit_step("metric", STRUCTURE, GROUPS, before=before)
    fresh = fit_step("metric", STRUCTURE, GROUPS)
    assert_allclose(there.matrices[1].loadings, fresh.matrices[1].loadings, atol=1e-5)


def test_a_step_starts_anew_where_the_fit_before_ran_away():
    before = fit_step("configural", STRUCTURE, GROUPS)
    # shared loadings would be means of these, which make impossible covariances
    wild = [
        replace(m, factor_covariances=np.array([[1.0, 40.0], [40.0, 1.0]])) for m in before.matrices
    ]
    lost = replace(before, matrices=tuple(wild))
    found = fit_step("metric", STRUCTURE, GROUPS, before=lost)
    assert found.converged
    assert found.chi2 < 1e-6
