import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError
from segkit.factors import correlation
from segkit.factors.correlations.asymptotic import covariance_of
from segkit.factors.correlations.influence import Influence


@pytest.mark.real_data
def test_standard_errors_of_bfi_equal_lavaans(bfi, r_ordinal):
    for table, key in ((bfi.dropna(), "bfi_se"), (bfi, "bfi_se_pairwise")):
        found = correlation(table, "polychoric").intervals()
        assert_allclose(found["se"], r_ordinal[key]["values"], rtol=1e-6)


@pytest.mark.parametrize("method", ["pearson", "polychoric"])
def test_weights_times_a_constant_and_the_order_of_rows_change_nothing(
    ordinal_with_holes, r_ordinal, method
):
    w = np.array(r_ordinal["weights"])
    plain = correlation(ordinal_with_holes, method, w).intervals()
    order = np.random.default_rng(0).permutation(400)
    moved = correlation(ordinal_with_holes.iloc[order], method, 3.7 * w[order]).intervals()
    assert_allclose(moved["se"], plain["se"], rtol=1e-6)
    even = correlation(ordinal_with_holes, method).intervals()["se"]
    assert (plain["se"] > even).mean() > 0.8


def test_permuted_items_have_permuted_errors_in_a_mixed_table(ordinal_made):
    names = ["c1", "q2", "c2", "q5", "q1"]
    plain = correlation(ordinal_made[sorted(names)], "mixed").intervals()
    moved = correlation(ordinal_made[names], "mixed").intervals()
    errors = {frozenset(pair): se for *pair, se in plain[["item_a", "item_b", "se"]].to_numpy()}
    for a, b, se in moved[["item_a", "item_b", "se"]].to_numpy():
        assert_allclose(se, errors[frozenset((a, b))], rtol=1e-6)


def test_the_covariance_of_two_kinds_of_pairs_is_that_of_a_bootstrap(ordinal_made):
    table = ordinal_made[["q1", "q4", "c1"]]
    covariance = correlation(table, "mixed").covariance()
    rng = np.random.default_rng(2)
    upper = np.triu_indices(3, 1)
    drawn = [
        correlation(table.iloc[rng.integers(0, 400, 400)], "mixed").matrix[upper]
        for _ in range(400)
    ]
    scale = np.sqrt(np.outer(*[np.diag(covariance)] * 2))
    assert_allclose(covariance / scale, np.cov(np.transpose(drawn)) / scale, atol=0.25)


def intervals_hold(method, n_runs, seed):
    rng = np.random.default_rng(seed)
    held = []
    for _ in range(n_runs):
        latent = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 400)
        table = np.digitize(latent, [-1.0, 0.1, 0.9]).astype(float)
        table[rng.random(table.shape) < 0.1] = np.nan
        w = rng.gamma(4, 0.25, 400)
        found = correlation(table if method == "polychoric" else latent, method, w).intervals()
        held.append(found["low"][0] <= 0.5 <= found["high"][0])
    return sum(held)


@pytest.mark.parametrize("method", ["polychoric", "pearson"])
def test_intervals_hold_the_truth(method, simulated):
    simulated("coverage", intervals_hold(method, 100, 3), 100, 0.95)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["polychoric", "pearson"])
def test_intervals_hold_the_truth_at_the_promised_rate(method, simulated):
    simulated("coverage", intervals_hold(method, 2_000, 4), 2_000, 0.95)


def test_what_has_no_standard_errors_says_so(ordinal_with_holes):
    with pytest.raises(SegkitError, match=r"Standard errors of Spearman correlations were asked"):
        correlation(ordinal_with_holes, "spearman").intervals()
    with pytest.raises(SegkitError, match=r"level=1\.5"):
        correlation(ordinal_with_holes).intervals(level=1.5)
    with pytest.raises(SegkitError, match=r"covariances of 5,050 correlations .* at most 5,000"):
        covariance_of(Influence(10, 5_050, lambda rows: np.zeros((1, 5_050))))


def test_frames_go_out_as_they_came_in(ordinal_with_holes, frame_kind):
    table = frame_kind.make({c: ordinal_with_holes[c].to_list() for c in ordinal_with_holes})
    found = correlation(table, "polychoric").intervals(level=0.9)
    assert type(found).__module__.startswith(frame_kind.name)
    expected = correlation(ordinal_with_holes, "polychoric").intervals(level=0.9)
    assert_allclose(found["low"].to_numpy(), expected["low"].to_numpy(), atol=1e-12)
