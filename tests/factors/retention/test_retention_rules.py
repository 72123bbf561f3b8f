import numpy as np
import pytest
from numpy.testing import assert_array_equal

from segkit.factors.correlations.correlation import correlate_sample
from segkit.factors.retention.retention_rules import RULES, Evidence
from segkit.factors.sample import read_sample


def evidence_of(X):
    sample = read_sample(X)
    found = correlate_sample(sample, "pearson")
    return Evidence(sample, found, np.linalg.eigvalsh(found.matrix)[::-1], 2, 0)


@pytest.fixture(scope="module")
def two_needs():
    rng = np.random.default_rng(0)
    needs = rng.normal(size=(400, 2))
    return evidence_of(np.round(needs[:, [0] * 5 + [1] * 5] + rng.normal(size=(400, 10))))


@pytest.mark.parametrize("name", RULES)
def test_each_rule_counts_two_clear_needs_and_says_what_it_compared(name, two_needs):
    found = RULES[name](two_needs)
    assert found.suggested == 2
    assert found.criterion
    assert found.n_factors.shape == found.value.shape == found.limit.shape


@pytest.mark.parametrize("name", ["ekc", "kaiser"])
def test_leading_eigenvalues_above_the_limit_are_the_number(name, two_needs):
    found = RULES[name](two_needs)
    assert_array_equal(found.value > found.limit, found.n_factors <= found.suggested)
    assert_array_equal(found.value, two_needs.eigenvalues)


@pytest.mark.parametrize("name", ["map", "map_2000"])
def test_the_least_partial_correlation_is_the_number(name, two_needs):
    found = RULES[name](two_needs)
    assert found.n_factors[np.argmin(found.value)] == found.suggested
    assert np.isnan(found.limit).all()


def test_three_items_are_too_few_for_the_hull():
    found = RULES["hull"](evidence_of(np.random.default_rng(1).normal(size=(50, 3))))
    assert found.suggested is None
