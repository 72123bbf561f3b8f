import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.segments import LatentClass
from segkit.segments.mixtures.answer_draws import drawn_answers

RNG = np.random.default_rng(0)
TRUTH = RNG.integers(0, 2, 400)
CODES = np.clip(np.round(2 + TRUTH[:, None] + RNG.normal(0, 1, (400, 3))), 1, 4)
N = 40_000


def drawn(items, missing=None, seed=0, **options):
    solution = LatentClass(2, items, n_init=4, **options).fit(CODES)._solution
    missing = np.zeros((N, 3), bool) if missing is None else missing
    return drawn_answers(solution.mixture, solution.params, missing, np.random.default_rng(seed))


@pytest.mark.parametrize("items", ["categorical", "ordinal"])
def test_made_people_answer_as_the_fitted_ones(items):
    made = drawn(items)
    for code in (1, 2, 3, 4):
        assert_allclose((made == code).mean(axis=0), (code == CODES).mean(axis=0), atol=0.015)


@pytest.mark.parametrize("variances", ["shared", "segment"])
def test_made_numbers_have_the_moments_and_relations_of_the_fitted_ones(variances):
    made = drawn("gaussian", variances=variances)
    assert_allclose(made.mean(axis=0), CODES.mean(axis=0), atol=0.02)
    assert_allclose(made.std(axis=0), CODES.std(axis=0), rtol=0.02)
    model = LatentClass(2, "gaussian", n_init=4, variances=variances).fit(CODES)
    mean = model.means_["mean"].to_numpy().reshape(3, 2)
    apart = mean[:, 0] - mean[:, 1]
    share = model.class_shares_.prod()
    assert np.cov(made.T)[0, 1] == pytest.approx(share * apart[0] * apart[1], abs=0.02)


def test_answers_are_missing_where_they_were_and_the_seed_decides():
    missing = np.random.default_rng(1).random((N, 3)) < 0.2
    assert_array_equal(np.isnan(drawn("categorical", missing)), missing)
    assert_array_equal(drawn("ordinal", seed=3), drawn("ordinal", seed=3))
    assert (drawn("ordinal", seed=3) != drawn("ordinal", seed=4)).any()


def test_items_of_all_kinds_stand_in_their_columns():
    kinds = {"x1": "gaussian", "x2": "categorical", "x3": "ordinal"}
    made = drawn(kinds)
    assert (made[:, 0] != np.round(made[:, 0])).all()
    assert set(np.unique(made[:, 1:])) == {1, 2, 3, 4}
