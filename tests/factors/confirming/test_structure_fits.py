import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError
from segkit.factors.confirming.structure import read_structure
from segkit.factors.confirming.structure_fits import by_least_squares, by_likelihood
from segkit.factors.sample import read_sample

ITEMS = [f"x{j}" for j in range(1, 7)]
STRUCTURE = read_structure({"x": ITEMS[:3], "y": ITEMS[3:]}, ITEMS)


def sample(n=3_000):
    rng = np.random.default_rng(0)
    needs = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], n)
    latent = 0.8 * np.repeat(needs, 3, axis=1) + 0.6 * rng.normal(size=(n, 6))
    return read_sample(np.clip(np.round(2 * latent), -4, 4))


def test_many_categories_are_nearly_the_same_by_both_methods():
    plain = by_likelihood(sample(), STRUCTURE, [], "robust")
    ordinal = by_least_squares(sample(), STRUCTURE, [], "robust", "polychoric")
    assert_allclose(ordinal.table["loading"], plain.table["loading"], atol=0.02)
    assert_allclose(ordinal.table["se"], plain.table["se"], rtol=0.15)
    assert plain.scores is None
    assert callable(ordinal.scores)


def test_loadings_of_ordinal_items_are_standardised_as_they_are():
    ordinal = by_least_squares(sample(), STRUCTURE, [], "robust", "polychoric")
    assert_allclose(ordinal.table["loading"], ordinal.table["raw"])
    assert_allclose(ordinal.table["explained"], np.square(ordinal.table["loading"]))


def test_a_structure_that_is_not_determined_is_refused_by_both():
    two = read_structure({"x": ["x1", "x2"]}, ["x1", "x2"])
    answers = read_sample(sample(300).values[:, :2])
    with pytest.raises(SegkitError, match=r"has 4 parameters but the items only 3 variances"):
        by_likelihood(answers, two, [], "robust")
    with pytest.raises(SegkitError, match=r"has 4 parameters but the items only 3 variances"):
        by_least_squares(answers, two, [], "robust", "polychoric")
