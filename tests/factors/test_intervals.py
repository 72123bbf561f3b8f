import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.exceptions import NotFittedError, SegkitError, SegkitWarning
from segkit.factors import FactorModel
from segkit.factors.bootstrap_factors import Replicates, align
from segkit.factors.extraction.extraction import extract
from segkit.factors.intervals import intervals_of
from segkit.factors.rotations.rotation import Rotation, rotate
from segkit.factors.sample import read_sample


@pytest.fixture(scope="module")
def found(answers):
    return FactorModel(3).fit(answers).loading_intervals(n_boot=40)


@pytest.mark.real_data
def test_standard_errors_are_near_the_robust_ones_of_lavaan(bfi, r_errors):
    model = FactorModel(5, "pearson", extraction="ml").fit(bfi.dropna())
    found = model.loading_intervals(n_boot=150)
    lavaan, errors = np.array(r_errors["loadings"]), np.array(r_errors["errors"])
    order = np.abs(lavaan.T @ found.loadings).argmax(axis=0)
    assert_allclose(np.abs(found.loadings), np.abs(lavaan[:, order]), atol=1e-3)
    ratio = found.se / errors[:, order]
    assert 0.95 < ratio.mean() < 1.05
    assert np.corrcoef(found.se.ravel(), errors[:, order].ravel())[0, 1] > 0.9
    names = [f"f{j + 1}" for j in order]
    place = {frozenset(pair): k for k, pair in enumerate(r_errors["pairs"])}
    theirs = [
        r_errors["factor_correlation_errors"][place[frozenset((names[i], names[j]))]]
        for i, j in zip(*np.triu_indices(5, 1), strict=True)
    ]
    assert_allclose(found.correlations()["se"], theirs, rtol=0.3)


# a population of two needs whose loadings oblimin itself finds
MADE = np.array(
    [[0.8, 0], [0.7, 0], [0.6, 0], [0.5, 0.2], [0, 0.75], [0, 0.65], [0, 0.6], [0, 0.45]]
)


def population():
    matrix = MADE @ np.array([[1, 0.3], [0.3, 1]]) @ MADE.T
    np.fill_diagonal(matrix, 1.0)
    return matrix, rotate(extract(matrix, 2, "minres").loadings, "oblimin")


def covered(method, n_runs, n_boot, n=300):
    """Whether each run's intervals hold the true loadings (8 x 2) and factor correlation."""
    matrix, truth = population()
    root = np.linalg.cholesky(matrix)
    out = []
    for run in range(n_runs):
        values = np.random.default_rng([run, 5]).normal(size=(n, 8)) @ root.T
        if method == "polychoric":
            values = 1.0 + np.digitize(values, [-1.2, -0.3, 0.4, 1.2])
        model = FactorModel(2, method).fit(values)
        found = model.loading_intervals(n_boot, random_state=run)
        true, _ = align(truth, found.loadings)
        loadings = (found.low <= true.loadings) & (true.loadings <= found.high)
        phi = true.factor_correlations[0, 1]
        first = np.abs(true.loadings[0]).argmax()
        own_first = loadings[:, [first, 1 - first]]
        out.append([*own_first.ravel(), found.phi_low[0, 1] <= phi <= found.phi_high[0, 1]])
    return np.array(out)


@pytest.mark.parametrize("method", ["pearson", "polychoric"])
def test_intervals_cover_the_true_loadings(method):
    assert 0.88 < covered(method, n_runs=12, n_boot=30).mean() < 1.0


@pytest.mark.slow
@pytest.mark.parametrize("method", ["pearson", "polychoric"])
def test_intervals_cover_the_true_loadings_at_their_level(method, simulated):
    hits = covered(method, n_runs=400, n_boot=150)
    simulated("coverage, all parameters", hits.mean() * 400, 400, 0.95)
    for at in (0, 6, 7, 15, 16):  # two main loadings, two loadings across, the correlation
        simulated(f"coverage, parameter {at}", hits[:, at].sum(), 400, 0.95)


def test_the_tables_hold_all_numbers(found, answers):
    frame = found.frame()
    assert frame.columns.to_list() == [
        "item", "factor", "loading", "se", "low", "high", "largest"
    ]  # fmt: skip
    assert len(frame) == 27
    assert frame["item"].iloc[3] == "imp_02"
    assert frame["factor"].iloc[4] == "factor_2"
    assert_allclose(frame["high"] - frame["low"], 2 * 1.959964 * frame["se"], rtol=1e-5)
    assert_allclose((frame["low"] + frame["high"]) / 2, frame["loading"])
    assert_allclose(frame.groupby("item")["largest"].sum(), 1)
    pairs = found.correlations()
    assert pairs[["factor_a", "factor_b"]].iloc[-1].to_list() == ["factor_2", "factor_3"]
    assert ((pairs["low"] < pairs["correlation"]) & (pairs["correlation"] < pairs["high"])).all()
    assert_allclose(np.diag(found.phi_low), 1)
    assert found.stays.shape == (9,)
    assert found.stays.min() > 0.9


def test_frames_go_out_as_they_came_in(answers, frame_kind):
    table = frame_kind.make({name: answers[name].to_list() for name in answers})
    found = FactorModel(3, "pearson").fit(table).loading_intervals(n_boot=20)
    for frame in (found.frame(), found.correlations()):
        assert type(frame).__module__.startswith(frame_kind.name)


def test_a_wider_level_and_fewer_respondents_widen_intervals(answers):
    model = FactorModel(3, "pearson").fit(answers)
    plain, wide = (model.loading_intervals(40, level=level) for level in (0.9, 0.99))
    assert_allclose(wide.se, plain.se)
    assert_allclose((wide.high - wide.low) / (plain.high - plain.low), 1.565993, rtol=1e-6)
    half = FactorModel(3, "pearson").fit(answers.iloc[:150]).loading_intervals(40)
    assert half.se.mean() > 1.2 * plain.se.mean()


def test_unequal_weights_widen_intervals_and_equal_ones_do_not(answers):
    plain = FactorModel(3, "pearson").fit(answers).loading_intervals(60)
    same = FactorModel(3, "pearson").fit(answers, sample_weight=np.full(300, 3.0))
    assert_allclose(same.loading_intervals(60).se, plain.se, atol=1e-6)
    weights = np.random.default_rng(0).choice([0.2, 3.0], 300)
    uneven = FactorModel(3, "pearson").fit(answers, sample_weight=weights).loading_intervals(60)
    assert uneven.se.mean() > 1.15 * plain.se.mean()
    effective = weights.sum() ** 2 / np.square(weights).sum()
    assert f"300 respondents (effective n {effective:,.0f})" in uneven.summary()


def test_an_orthogonal_rotation_leaves_nothing_open_between_factors(answers):
    found = FactorModel(3, "pearson", rotation="varimax").fit(answers).loading_intervals(20)
    assert_array_equal(found.correlations()[["se", "low", "high"]].to_numpy(), 0)


def test_one_factor_and_unrotated_factors_have_intervals(answers):
    four = answers.iloc[:, :4]
    one = FactorModel(1, "pearson", rotation=None).fit(four).loading_intervals(20)
    assert np.isfinite(one.se).all()
    assert len(one.correlations()) == 0
    assert "Every item stays" in one.summary()


def test_noise_taken_for_a_factor_gets_no_interval():
    rng = np.random.default_rng(3)
    one = 0.7 * rng.normal(size=(300, 1)) + 0.7 * rng.normal(size=(300, 8))
    model = FactorModel(2, "pearson", extraction="paf", rotation=None).fit(one)
    words = r"Bootstrap samples miss `factor_\d`.*Above 20 % no interval is given"
    with pytest.warns(SegkitWarning, match=words):
        found = model.loading_intervals(30)
    lost = found.not_found > 0.2
    assert lost.any()
    assert_array_equal(np.isnan(found.se).all(axis=0), lost)
    assert_array_equal(np.isnan(found.phi_se[0]), [False, True])
    assert "No intervals are given for `factor_" in found.summary()


def replicates_of(rotation, congruence, n_unsolved=0):
    n = len(congruence)
    noise = 0.02 * np.random.default_rng(0).normal(size=(n, *rotation.loadings.shape))
    return Replicates(rotation.loadings + noise, np.repeat(np.eye(2)[None], n, axis=0),
                      np.array(congruence), n_unsolved)  # fmt: skip


def test_the_summary_counts_samples_without_a_solution_and_poor_matches():
    rotation = Rotation(MADE, np.eye(2))
    sample = read_sample(np.random.default_rng(0).normal(size=(50, 8)))
    congruence = [[0.99, 0.99]] * 49 + [[0.99, 0.5]]
    found = intervals_of(
        rotation, replicates_of(rotation, congruence, 3), sample, level=0.95, method="ml", seed=1
    )
    assert "3 samples had no solution and were left out" in found.summary()
    assert "`factor_2` is found least: 2.0 % of the samples miss it" in found.summary()
    with pytest.raises(SegkitError, match="Only 2 of 42 bootstrap samples have a solution"):
        intervals_of(
            rotation, replicates_of(rotation, congruence[:2], 40), sample,
            level=0.95, method="ml", seed=1,
        )  # fmt: skip


def test_items_that_wander_between_factors_are_named():
    loadings = MADE.copy()
    loadings[3] = [0.40, 0.41]
    sample = read_sample(np.random.default_rng(0).normal(size=(50, 8)))
    rotation = Rotation(loadings, np.eye(2))
    found = intervals_of(
        rotation, replicates_of(rotation, [[0.99, 0.99]] * 100), sample,
        level=0.95, method="ml", seed=1,
    )  # fmt: skip
    assert found.stays[3] < 0.75
    assert_allclose(np.delete(found.stays, 3), 1)
    words = f"in less than 75 %: `x4` ({100 * found.stays[3]:.0f} %)."
    assert words in found.summary()


def test_the_summary_states_what_was_drawn(found):
    for words in ["95 % bootstrap intervals", "9 items on 3 factors by minres with oblimin",
                  "polychoric correlations", "40 samples of 300 respondents", "seed 0",
                  "Every sample finds every factor"]:  # fmt: skip
        assert words in found.summary()


def test_a_saved_model_does_not_hold_the_respondents_answers(answers):
    model = FactorModel(3).fit(answers)
    again = pickle.loads(pickle.dumps(model))
    assert_allclose(again.transform(answers), model.transform(answers))
    assert again.correlation_.sample is None
    assert again.summary() == model.summary()
    with pytest.raises(SegkitError, match=r"holds no answers to draw from: .* saved and loaded"):
        again.loading_intervals()
    assert model.loading_intervals(20).n_boot == 20


def test_a_correlation_result_brings_the_answers_with_it(answers):
    model = FactorModel(3, "pearson").fit(answers)
    other = FactorModel(3).fit_correlation(model.correlation_, 300)
    assert_allclose(other.loading_intervals(20).se, model.loading_intervals(20).se)


def test_bad_settings_are_refused(answers):
    model = FactorModel(3, "pearson").fit(answers)
    with pytest.raises(SegkitError, match=r"n_boot=5 was given; expected a whole number at least"):
        model.loading_intervals(5)
    with pytest.raises(SegkitError, match=r"level=95 was given; expected a share between 0 and 1"):
        model.loading_intervals(level=95)
    with pytest.raises(NotFittedError):
        FactorModel().loading_intervals()
    bare = FactorModel(3).fit_correlation(model.correlation_.matrix, 300)
    with pytest.raises(SegkitError, match="fitted from a correlation matrix"):
        bare.loading_intervals()
