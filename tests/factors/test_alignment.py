import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import NotFittedError, SegkitError, SegkitWarning
from segkit.factors import FactorModel, align
from segkit.factors.alignment import match_factors

ITEMS = [f"q{j}" for j in range(1, 13)]
PATTERN = np.kron(np.eye(3), np.ones((4, 1)))


def wave(seed, n=3_000, mean=(0, 0, 0), sd=(1, 1, 1), codes=False):
    """Three needs behind twelve items; loadings .8, .7, .6, .5 in each factor."""
    rng = np.random.default_rng(seed)
    phi = np.full((3, 3), 0.3) + 0.7 * np.eye(3)
    needs = rng.multivariate_normal(np.zeros(3), phi, n) * np.array(sd) + np.array(mean)
    loading = np.tile([0.8, 0.7, 0.6, 0.5], 3)
    X = needs @ (PATTERN * loading[:, None]).T
    X += np.sqrt(1 - loading**2) * rng.normal(size=(n, 12))
    X = 1.0 + np.digitize(X, [-1.5, -0.6, 0.3, 1.2]) if codes else X
    return pd.DataFrame(X, columns=ITEMS), needs


def fitted(X, **settings):
    return FactorModel(3, **{"correlation": "pearson", **settings}).fit(X)


def values(frame):
    return frame.iloc[:, 1:].to_numpy()


def test_matching_finds_order_and_signs():
    rng = np.random.default_rng(0)
    target = rng.normal(size=(10, 4))
    order, signs = np.array([2, 0, 3, 1]), np.array([1.0, -1.0, -1.0, 1.0])
    mixed = np.empty_like(target)
    mixed[:, order] = target * signs
    got, turned, congruence = match_factors(mixed, target)
    assert got.tolist() == order.tolist()
    assert turned.tolist() == signs.tolist()
    assert_allclose(congruence, 1)


def test_a_model_is_aligned_with_itself():
    model = fitted(wave(0)[0])
    got = align(model, model)
    assert_allclose(got.congruence, 1)
    assert_allclose(got.mean, 0, atol=1e-9)
    assert_allclose(got.sd, 1)
    assert_allclose(values(got.model.loadings_), values(model.loadings_))
    assert got.was == ("factor_1", "factor_2", "factor_3")


def test_a_new_wave_takes_order_signs_and_names_of_the_old_one():
    old = fitted(wave(1)[0])
    # the second wave is dominated by another need, and asked with items in another order
    X, _ = wave(2, sd=(0.7, 1.0, 1.8))
    new = fitted(X[ITEMS[::-1]])
    got = align(new, old)
    assert (got.congruence > 0.97).all()
    assert (got.frame()["reading"] == "equal").all()
    aligned = values(got.model.loadings_)[::-1]
    before = values(old.loadings_)
    assert (np.abs(aligned).argmax(axis=1) == np.abs(before).argmax(axis=1)).all()
    assert np.corrcoef(aligned.ravel(), before.ravel())[0, 1] > 0.95


def test_fit_communalities_and_the_original_stay_as_they_were():
    old, new = fitted(wave(1)[0]), fitted(wave(2, sd=(0.7, 1.0, 1.8))[0])
    before = values(new.loadings_).copy()
    for rotation in (None, "orthogonal", "oblique"):
        got = align(new, old, rotation).model
        assert_allclose(got.communalities_, new.communalities_, atol=1e-7)
        assert got.fit_.chi2 == new.fit_.chi2
        phi = got.factor_correlations_
        assert_allclose(np.diag(phi), 1)
        implied = values(got.loadings_) @ phi @ values(got.loadings_).T
        plain = before @ new.factor_correlations_ @ before.T
        assert_allclose(implied, plain, atol=1e-7)
    assert_allclose(values(new.loadings_), before)


def test_scores_follow_the_factors_without_and_with_rotation():
    X, _ = wave(2, sd=(0.7, 1.0, 1.8))
    old, new = fitted(wave(1)[0]), fitted(X)
    with_old = old.transform(X).to_numpy()
    for rotation in (None, "oblique"):
        scores = align(new, old, rotation).model.transform(X).to_numpy()
        r = np.corrcoef(scores.T, with_old.T)[:3, 3:]
        assert (np.diag(r) > 0.97).all()


def test_a_rotation_comes_nearer_to_the_target():
    old, new = fitted(wave(1)[0]), fitted(wave(3, n=400)[0], rotation="varimax")
    plain, oblique = align(new, old), align(new, old, "oblique")
    assert oblique.congruence.mean() >= plain.congruence.mean()
    assert oblique.was == ()
    assert "oblique Procrustes rotation" in oblique.summary()
    orthogonal = align(new, old, "orthogonal")
    assert_allclose(orthogonal.model.factor_correlations_, np.eye(3))


def test_needs_that_grew_show_on_the_old_metric():
    old_answers, _ = wave(4, n=6_000)
    new_answers, _ = wave(5, n=6_000, mean=(0.5, 0.0, -0.3), sd=(1.0, 1.4, 0.8))
    old, new = fitted(old_answers), fitted(new_answers)
    got = align(new, old)
    # which factor of the model is which need
    need = np.abs(values(old.loadings_)).reshape(3, 4, 3).sum(axis=1).argmax(axis=0)
    assert_allclose(got.mean, np.array([0.5, 0.0, -0.3])[need], atol=0.08)
    assert_allclose(got.sd, np.array([1.0, 1.4, 0.8])[need], atol=0.08)
    on_metric = got.transform(new_answers).to_numpy()
    assert_allclose(on_metric.mean(axis=0), got.mean, atol=1e-6)
    # a person has about the score that the old model gives
    gap = on_metric - old.transform(new_answers).to_numpy()
    assert np.abs(gap.mean(axis=0)).max() < 0.25
    assert_allclose(got.model.transform(new_answers).to_numpy().mean(axis=0), 0, atol=1e-9)


def test_ordinal_models_are_linked_through_the_latent_answers():
    old = fitted(wave(6, codes=True)[0], correlation="polychoric")
    new_answers, _ = wave(7, mean=(0.5, 0.5, 0.5), codes=True)
    got = align(fitted(new_answers, correlation="polychoric"), old)
    assert_allclose(got.mean, 0.5, atol=0.12)
    assert_allclose(got.sd, 1, atol=0.1)


def test_factors_of_another_kind_are_warned_of():
    rng = np.random.default_rng(8)
    needs = np.tile(rng.normal(size=(2_000, 3)), 4)
    other = pd.DataFrame(needs + rng.normal(size=(2_000, 12)), columns=ITEMS)
    with pytest.warns(SegkitWarning, match=r"have a congruence below 0.85 \(lowest 0\.\d\d\)"):
        got = align(fitted(other), fitted(wave(1)[0]))
    assert "should not be compared" in got.summary()
    assert (got.frame()["reading"] == "different").any()


def test_frames_go_out_as_they_came_in(frame_kind):
    X, _ = wave(9, n=300)
    table = frame_kind.make({name: X[name].to_list() for name in ITEMS})
    got = align(fitted(table), fitted(X))
    for frame in (got.frame(), got.transform(table)):
        assert type(frame).__module__.startswith(frame_kind.name)
    plain = align(fitted(X.to_numpy()), fitted(X.to_numpy())).transform(X.to_numpy())
    assert_allclose(got.transform(table).to_numpy(), plain, atol=1e-6)


def test_correlations_have_no_metric_to_link():
    X, _ = wave(10)
    model = FactorModel(3, rotation="oblimin").fit_correlation(X.corr(), 3_000)
    got = align(model, fitted(X))
    assert_allclose(got.congruence, 1, atol=1e-6)
    assert np.isnan(got.mean).all()
    with pytest.raises(SegkitError, match=r"fitted from a correlation matrix, so the two metrics"):
        got.transform(X)


def test_what_cannot_be_aligned_is_refused():
    X, _ = wave(11, n=400)
    model = fitted(X)
    with pytest.raises(SegkitError, match=r"`q1`, `z` stand in only one of the two models"):
        align(model, fitted(X.rename(columns={"q1": "z"})))
    with pytest.raises(SegkitError, match=r"has 3 factors and the one to align to has 2"):
        align(model, FactorModel(2, correlation="pearson").fit(X))
    with pytest.raises(SegkitError, match=r"rotation='varimax' is not known"):
        align(model, model, "varimax")
    with pytest.raises(SegkitError, match=r"to is a str; expected a fitted FactorModel"):
        align(model, "old")
    with pytest.raises(NotFittedError):
        align(FactorModel(3), model)


def test_the_plot_is_the_table():
    got = align(fitted(wave(2, sd=(0.7, 1.0, 1.8))[0]), fitted(wave(1)[0]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = got.plot()
    assert_allclose(ax.collections[-1].get_offsets()[:, 0], got.congruence)


def test_factors_that_only_changed_places_keep_their_answers_and_intervals():
    old, new = fitted(wave(1)[0]), fitted(wave(2, n=600, sd=(1, 1, 2))[0])
    got = align(new, old)
    order = [int(name[-1]) - 1 for name in got.was]
    assert order != [0, 1, 2]
    assert got.model.n_optima_ == new.n_optima_
    intervals, before = got.model.loading_intervals(20), new.loading_intervals(20)
    assert_allclose(intervals.se, before.se[:, order])
    assert got.model.fit_.chi2 == new.fit_.chi2


def test_factors_rotated_towards_others_have_no_intervals_of_another_rotation():
    got = align(fitted(wave(2)[0]), fitted(wave(1)[0]), rotation="oblique")
    with pytest.raises(SegkitError, match="rotated towards another model"):
        got.model.loading_intervals(20)
