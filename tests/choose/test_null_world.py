import numpy as np
import pytest
from scipy.stats import norm

from segkit._frames import matrix
from segkit.choose.null_world import null_world
from segkit.factors import correlation

RNG = np.random.default_rng(0)
ROOT = np.linalg.cholesky([[1, 0.6, 0.3], [0.6, 1, -0.2], [0.3, -0.2, 1]])
LATENT = RNG.normal(size=(3000, 3)) @ ROOT.T
CODES = 1.0 + np.digitize(LATENT, [-1.0, 0.2, 0.9])
ONES = np.ones(3000)


def drawn(values, w=ONES, seed=1):
    return null_world(matrix(values), w[: len(values)]).draw(np.random.default_rng(seed))


def test_ordinal_items_keep_their_margins_and_latent_correlations():
    world = null_world(matrix(CODES), ONES)
    assert (world.method, world.repaired) == ("polychoric", False)
    made = world.draw(np.random.default_rng(1))
    for j in range(3):
        before, after = (np.bincount(x[:, j].astype(int)) / 3000 for x in (CODES, made))
        assert np.abs(before - after).max() < 0.03
    known, found = (correlation(x, method="polychoric").matrix for x in (CODES, made))
    assert np.abs(known - found).max() < 0.06


def test_continuous_items_keep_theirs_whatever_their_shape():
    skewed = np.exp(LATENT)
    made = drawn(skewed)
    assert null_world(matrix(skewed), ONES).method == "pearson"
    for q in (0.1, 0.5, 0.9):
        assert np.allclose(np.quantile(made, q, axis=0), np.quantile(skewed, q, axis=0), rtol=0.1)
    assert np.abs(np.corrcoef(np.log(made).T) - np.corrcoef(LATENT.T)).max() < 0.06


def test_items_of_both_kinds():
    both = np.column_stack([CODES[:, 0], LATENT[:, 1:]])
    made = drawn(both)
    assert null_world(matrix(both), ONES).method == "mixed"
    assert correlation(made, method="mixed").matrix[0, 1] == pytest.approx(0.6, abs=0.06)


def test_gaps_stand_where_they_stood():
    gaps = np.where(RNG.random(CODES.shape) < 0.1, np.nan, CODES)
    assert (np.isnan(drawn(gaps)) == np.isnan(gaps)).all()


def test_weights_are_the_populations():
    w = np.where(CODES[:, 0] == 4, 5.0, 1.0)
    share = np.average(CODES[:, 0] == 4, weights=w)
    assert (drawn(CODES, w)[:, 0] == 4).mean() == pytest.approx(share, abs=0.03)
    assert (drawn(CODES, w) == drawn(CODES, 3 * w)).all()


def test_segments_are_gone():
    groups = np.repeat([0.0, 1.0], 1500)[:, None]
    apart = np.column_stack([6 * groups + RNG.normal(size=(3000, 1)) for _ in range(4)])
    made = norm.ppf((np.argsort(np.argsort(drawn(apart), axis=0), axis=0) + 0.5) / 3000)
    # the sum of the normal scores is normal: no second hump
    total = made.sum(axis=1) / made.sum(axis=1).std()
    assert np.mean(np.abs(total) < 0.25) == pytest.approx(0.197, abs=0.03)


def test_one_item_and_tables_of_any_kind(frame_kind):
    table = frame_kind.make({"a": CODES[:, 0]})
    world = null_world(matrix(table), ONES)
    made = world.table(world.draw(RNG))
    assert type(made) is type(table)
    assert list(made.columns) == ["a"]
    plain = null_world(matrix(CODES), ONES)
    assert isinstance(plain.table(plain.draw(RNG)), np.ndarray)


def test_correlations_that_do_not_fit_are_smoothed():
    few = np.where(RNG.random((40, 8)) < 0.4, np.nan, 1.0 * (RNG.normal(size=(40, 8)) > 0))
    world = null_world(matrix(few), np.ones(40))
    assert np.isfinite(world.root).all()
    assert world.repaired
