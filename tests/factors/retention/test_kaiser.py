import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.factors.retention.kaiser import empirical_kaiser, kaiser, leading

SOURCES = ["pearson_complete", "pearson_pairwise", "polychoric_pairwise"]


@pytest.mark.parametrize("source", SOURCES)
def test_eigenvalues_and_references_equal_rs(correlations, r_retention, r_rules, source):
    eigenvalues = np.linalg.eigvalsh(correlations.matrix(source))[::-1]
    assert_allclose(eigenvalues, r_retention["eigenvalues"][source], atol=1e-9)
    reference = empirical_kaiser(eigenvalues, r_rules[source]["n"])
    assert_allclose(reference, r_rules[source]["ekc"], atol=1e-9)
    assert kaiser(eigenvalues) == (np.array(r_retention["eigenvalues"][source]) > 1).sum()


def test_the_empirical_kaiser_criterion_follows_its_definition():
    eigenvalues, n, p = np.array([2.6, 1.3, 0.9, 0.6, 0.35, 0.25]), 150, 6
    reference = [
        max((p - eigenvalues[:j].sum()) / (p - j) * (1 + np.sqrt(p / n)) ** 2, 1) for j in range(p)
    ]
    assert_allclose(empirical_kaiser(eigenvalues, n), reference)


def test_with_very_many_respondents_the_first_reference_is_kaisers():
    eigenvalues = np.array([2.6, 1.3, 0.9, 0.6, 0.35, 0.25])
    assert_allclose(empirical_kaiser(eigenvalues, 1e12), 1.0, atol=1e-5)


@pytest.mark.parametrize(
    ("passed", "count"), [([False, True], 0), ([True, False, True], 1), ([True, True], 2)]
)
def test_the_count_ends_at_the_first_that_fails(passed, count):
    assert leading(np.array(passed)) == count
