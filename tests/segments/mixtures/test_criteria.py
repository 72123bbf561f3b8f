import numpy as np
import pytest

from segkit.segments.mixtures.criteria import criteria, relative_entropy


def test_the_criteria_by_hand():
    found = criteria(-50.0, 3, 100)
    assert found.aic == pytest.approx(106)
    assert found.bic == pytest.approx(100 + 3 * np.log(100))
    assert found.sabic == pytest.approx(100 + 3 * np.log(102 / 24))


def test_entropy_runs_from_guessing_to_certainty():
    w = np.ones(4)
    assert relative_entropy(np.full((4, 3), 1 / 3), w) == pytest.approx(0)
    assert relative_entropy(np.eye(4), w) == pytest.approx(1)
    assert relative_entropy(np.ones((4, 1)), w) == 1


def test_entropy_does_not_depend_on_the_unit_of_the_weights():
    p, w = np.random.default_rng(0).dirichlet([1, 1], 50), np.random.default_rng(1).random(50)
    assert relative_entropy(p, w) == pytest.approx(relative_entropy(p, 7 * w))
