import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as st
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from sklearn.utils.estimator_checks import parametrize_with_checks

from segkit.exceptions import NotFittedError, SegkitError, SegkitWarning
from segkit.segments import LatentClass

POLCA = json.loads((Path(__file__).parents[2] / "reference" / "latent_class.json").read_text())
CASES = [(name, int(k)) for name, held in POLCA["sets"].items() for k in held["classes"]]


def polca_answers(name):
    held = POLCA["sets"][name]
    patterns = np.array([[float(c) for c in p] for p in held["patterns"]])
    return np.repeat(patterns, held["counts"], axis=0)


def likert(n=400, n_items=8, seed=0, missing=0.0, spread=1.0):
    """Answers 1-5 of three segments, and who is in which."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    centre = rng.normal(0, spread, (3, n_items))
    answers = np.digitize(centre[truth] + rng.normal(size=(n, n_items)), [-1.2, -0.4, 0.4, 1.2])
    answers = answers + 1.0
    answers[rng.random(answers.shape) < missing] = np.nan
    return answers, truth


# against poLCA


@pytest.mark.parametrize(("name", "k"), CASES)
def test_the_best_log_likelihood_of_polca_is_reached(name, k):
    expected = POLCA["sets"][name]["classes"][str(k)]
    model = LatentClass(k).fit(polca_answers(name))
    assert model.log_likelihood_ >= expected["llik"] - 0.01
    assert model.n_parameters_ == expected["npar"]
    assert model.converged_
    if model.log_likelihood_ < expected["llik"] + 0.01:
        assert model.bic_ == pytest.approx(expected["bic"], abs=0.02)
        assert model.aic_ == pytest.approx(expected["aic"], abs=0.02)


# values with three classes is left out: the same likelihood (to 1e-8) belongs to many solutions
SOLUTIONS = [
    (name, k)
    for name, k in CASES
    if "probs" in POLCA["sets"][name]["classes"][str(k)] and (name, k) != ("values", 3)
]


@pytest.mark.parametrize(("name", "k"), SOLUTIONS)
def test_shares_probabilities_and_entropy_are_those_of_polca(name, k):
    held = POLCA["sets"][name]
    expected = held["classes"][str(k)]
    model = LatentClass(k).fit(polca_answers(name))
    theirs = np.hstack([expected["probs"][item] for item in held["items"]])
    table = model.class_probabilities_
    ours = table.pivot_table(index="segment", columns=["item", "answer"], values="probability")
    ours = ours[list(dict.fromkeys(table["item"]))].to_numpy()
    order = linear_sum_assignment(np.abs(theirs[:, None] - ours).max(axis=2))[1]
    # of gss82 with four classes poLCA stopped 6e-5 below the best log-likelihood
    atol = 2e-3 if (name, k) == ("gss82", 4) else 1e-3
    assert_allclose(ours[order], theirs, atol=atol)
    assert_allclose(model.class_shares_[order], expected["P_sorted"], atol=1e-3)
    assert model.entropy_ == pytest.approx(expected["entropy_R2"], abs=1e-3)


# against other known truth


def test_numeric_items_agree_with_the_gaussian_mixture_of_scikit_learn():
    X, _ = likert(spread=2.0)
    X = X + np.random.default_rng(1).normal(0, 0.5, X.shape)
    ours = LatentClass(3, "gaussian", variances="segment").fit(X)
    theirs = GaussianMixture(3, covariance_type="diag", n_init=20, tol=1e-9, max_iter=2000)
    theirs.set_params(random_state=0).fit(X)
    assert ours.log_likelihood_ >= theirs.score(X) * len(X) - 0.01
    assert ours.bic_ == pytest.approx(theirs.bic(X), abs=0.1)


def test_one_segment_of_numbers_has_their_moments():
    X, _ = likert(missing=0.2)
    model = LatentClass(1, "gaussian").fit(X)
    assert_allclose(model.means_["mean"], np.nanmean(X, axis=0))
    assert_allclose(model.means_["sd"], np.nanstd(X, axis=0))
    density = st.norm.logpdf(X, np.nanmean(X, axis=0), np.nanstd(X, axis=0))
    assert model.log_likelihood_ == pytest.approx(np.nansum(density))
    assert model.entropy_ == 1
    assert model.n_parameters_ == 16


@pytest.mark.parametrize("items", ["categorical", "ordinal", "gaussian"])
def test_true_segments_are_found_and_gaps_cost_little(items):
    X, truth = likert(n=800, n_items=12, spread=1.5)
    gaps, _ = likert(n=800, n_items=12, spread=1.5, missing=0.2)
    whole = adjusted_rand_score(truth, LatentClass(3, items).fit(X).labels_)
    assert whole > 0.85
    assert adjusted_rand_score(truth, LatentClass(3, items).fit(gaps).labels_) > whole - 0.1


def test_ordinal_items_with_two_answers_are_categorical_items():
    X = polca_answers("values")
    ordinal, categorical = LatentClass(2, "ordinal").fit(X), LatentClass(2).fit(X)
    assert ordinal.log_likelihood_ == pytest.approx(categorical.log_likelihood_, abs=1e-5)
    assert ordinal.n_parameters_ == categorical.n_parameters_
    assert_array_equal(ordinal.labels_, categorical.labels_)


def test_ordinal_items_fit_ordered_answers_with_fewer_parameters():
    X, _ = likert(n=800)
    ordinal, categorical = LatentClass(3, "ordinal").fit(X), LatentClass(3).fit(X)
    assert ordinal.n_parameters_ == 2 + 8 * (4 + 2)
    assert ordinal.log_likelihood_ < categorical.log_likelihood_
    assert ordinal.bic_ < categorical.bic_


def test_the_criteria_find_the_number_of_segments():
    X, _ = likert(n=800)
    bic = [LatentClass(k, "ordinal", n_init=20).fit(X).bic_ for k in (1, 2, 3, 4)]
    assert int(np.argmin(bic)) == 2


def test_items_of_several_kinds_together(frame_kind):
    X, truth = likert(n=600, n_items=6)
    rng = np.random.default_rng(2)
    table = frame_kind.make(
        {f"q{j}": X[:, j] for j in range(6)}
        | {
            "amount": truth * 3 + rng.normal(size=600),
            "brand": (truth + (rng.random(600) < 0.2)) % 3,
        }
    )
    kinds = {f"q{j}": "ordinal" for j in range(6)} | {"amount": "gaussian", "brand": "categorical"}
    model = LatentClass(3, kinds).fit(table)
    assert adjusted_rand_score(truth, model.labels_) > 0.9
    assert type(model.means_) is type(table)
    assert set(model.means_["item"]) == {*kinds} - {"brand"}
    assert set(model.class_probabilities_["item"]) == {*kinds} - {"amount"}
    assert_array_equal(model.predict(table), model.labels_)


# numbering and results


def test_segments_are_numbered_by_size_and_by_weight():
    X, _ = likert()
    model = LatentClass(3).fit(X)
    assert (np.diff(np.bincount(model.labels_)) <= 0).all()
    w = np.where(model.labels_ == 2, 10.0, 1.0)
    weighted = LatentClass(3).fit(X, sample_weight=w)
    assert (np.diff(weighted.sizes_) <= 0).all()
    assert_allclose(weighted.sizes_, np.bincount(weighted.labels_, weights=w) / w.sum())


def test_the_restarts_say_how_many_reached_the_best():
    model = LatentClass(3).fit(polca_answers("mcdonalds"))
    table = model.restarts_
    assert model.n_reached_best_ == table["reached_best"].sum() > 1
    assert table["log_likelihood"].max() == pytest.approx(model.log_likelihood_, abs=1e-4)
    assert model.n_iter_ > 20


def test_log_likelihoods_of_the_restarts_are_on_the_scale_of_the_answers():
    X, _ = likert()
    model = LatentClass(3, "gaussian").fit(X * 100)
    assert model.restarts_["log_likelihood"].max() == pytest.approx(model.log_likelihood_, abs=1e-3)


def test_probabilities_labels_and_score_belong_together():
    X, _ = likert(missing=0.1)
    model = LatentClass(3, "ordinal").fit(X)
    p = model.predict_proba(X)
    assert_allclose(p.sum(axis=1), 1)
    assert_array_equal(p.argmax(axis=1), model.labels_)
    assert model.score(X) * len(X) == pytest.approx(model.log_likelihood_)
    assert_array_equal(model.fit_predict(X), model.labels_)


def test_somebody_without_answers_gets_the_shares_and_does_not_count():
    X, _ = likert()
    nobody = np.full((5, 8), np.nan)
    with_them, without = LatentClass(3).fit(np.vstack([X, nobody])), LatentClass(3).fit(X)
    assert_allclose(with_them.predict_proba(nobody), np.tile(with_them.class_shares_, (5, 1)))
    assert with_them.log_likelihood_ == pytest.approx(without.log_likelihood_)
    assert with_them.bic_ == pytest.approx(without.bic_)
    assert_array_equal(with_them.labels_[:-5], without.labels_)
    one = without.predict(nobody[:1])
    assert one == without.class_shares_.argmax()


def test_new_people_with_gaps_and_new_codes_are_placed():
    X, _ = likert()
    model = LatentClass(3).fit(X)
    new = X[:3].copy()
    new[0, :4] = np.nan
    new[1, 0] = 7
    with pytest.warns(SegkitWarning, match="`x1` holds 7: answers that the fit has not seen"):
        p = model.predict_proba(new)
    gap = new.copy()
    gap[1, 0] = np.nan
    assert_array_equal(p, model.predict_proba(gap))


# properties


@pytest.mark.parametrize("items", ["categorical", "ordinal", "gaussian"])
def test_the_order_of_the_rows_changes_nothing(items):
    X, _ = likert(missing=0.1)
    w = np.random.default_rng(3).random(len(X))
    shuffled = np.random.default_rng(4).permutation(len(X))
    one = LatentClass(3, items, n_init=10).fit(X, sample_weight=w)
    other = LatentClass(3, items, n_init=10).fit(X[shuffled], sample_weight=w[shuffled])
    assert_array_equal(one.labels_[shuffled], other.labels_)
    assert one.log_likelihood_ == other.log_likelihood_
    assert_array_equal(one.predict_proba(X), other.predict_proba(X))


@pytest.mark.parametrize("items", ["categorical", "ordinal", "gaussian"])
@pytest.mark.parametrize("prior", [0, 3])
def test_whole_weights_are_repeated_rows(items, prior):
    X, _ = likert(n=200, missing=0.1)
    w = np.random.default_rng(5).integers(0, 4, len(X))
    weighted = LatentClass(3, items, n_init=10, prior=prior).fit(X, sample_weight=w)
    repeated = LatentClass(3, items, n_init=10, prior=prior).fit(np.repeat(X, w, axis=0))
    assert weighted.log_likelihood_ == pytest.approx(repeated.log_likelihood_, abs=1e-8)
    assert_allclose(weighted.class_shares_, repeated.class_shares_, atol=1e-8)
    assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), atol=1e-7)
    assert weighted.entropy_ == pytest.approx(repeated.entropy_)


@pytest.mark.parametrize("items", ["categorical", "ordinal", "gaussian"])
def test_answers_that_only_people_without_weight_gave_are_no_parameters(items):
    X, _ = likert(n=200)
    strange = np.vstack([X, np.full((2, 8), [[0.0], [9.0]])])
    w = np.append(np.ones(200), [0, 0])
    weighted = LatentClass(3, items, n_init=10).fit(strange, sample_weight=w)
    without = LatentClass(3, items, n_init=10).fit(X)
    assert weighted.n_parameters_ == without.n_parameters_
    assert weighted.bic_ == pytest.approx(without.bic_, abs=1e-5)
    assert_array_equal(weighted.labels_[:200], without.labels_)


@pytest.mark.parametrize("items", ["categorical", "ordinal", "gaussian"])
def test_unit_weights_are_no_weights_and_criteria_ignore_their_unit(items):
    X, _ = likert()
    none = LatentClass(3, items, n_init=10).fit(X)
    ones = LatentClass(3, items, n_init=10).fit(X, sample_weight=np.ones(len(X)))
    tens = LatentClass(3, items, n_init=10).fit(X, sample_weight=np.full(len(X), 10.0))
    for name in ("log_likelihood_", "aic_", "bic_", "sabic_", "entropy_"):
        assert getattr(ones, name) == pytest.approx(getattr(none, name), abs=1e-10)
    assert tens.bic_ == pytest.approx(none.bic_, abs=1e-5)
    assert tens.n_effective_ == pytest.approx(len(X))
    assert_array_equal(none.labels_, tens.labels_)


def test_frames_of_both_libraries_and_arrays_agree(frame_kind):
    X, _ = likert(missing=0.1)
    table = frame_kind.make({f"q{j}": X[:, j] for j in range(X.shape[1])})
    from_frame, from_array = LatentClass(3, n_init=10).fit(table), LatentClass(3, n_init=10).fit(X)
    assert_array_equal(from_frame.labels_, from_array.labels_)
    assert from_frame.log_likelihood_ == from_array.log_likelihood_


def test_a_prior_keeps_probabilities_off_the_boundary():
    X = polca_answers("carcinoma")
    free, held = LatentClass(3).fit(X), LatentClass(3, prior=3).fit(X)
    assert free.class_probabilities_["probability"].min() < 1e-6
    assert held.class_probabilities_["probability"].min() > 0.001
    assert held.log_likelihood_ < free.log_likelihood_


def test_a_column_scaled_by_a_constant_changes_no_segment():
    X, _ = likert()
    one, other = LatentClass(3, "gaussian").fit(X), LatentClass(3, "gaussian").fit(X * 1000 + 5)
    assert_array_equal(one.labels_, other.labels_)
    assert other.log_likelihood_ == pytest.approx(one.log_likelihood_ - X.size * np.log(1000))


# bad input


def bad(change):
    X, _ = likert(n=50, n_items=3)
    change(X)
    return X


def constant(X):
    X[:, 1] = 4


def unanswered(X):
    X[:, 2] = np.nan


def half(X):
    X[3, 0] = 2.5


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        (constant, {}, "`x2` in X has the same answer everywhere"),
        (unanswered, {}, "`x3` in X holds no answer at all"),
        (half, {}, "`x1` in X holds 2.5 in row 3; expected whole-number categories"),
        (half, {"items": "ordinal"}, "An item that holds measurements is 'gaussian'"),
        (id, {"items": "nominal"}, "items='nominal' is not known"),
        (id, {"n_segments": 0}, "n_segments=0 was given; expected a whole number at least 1"),
        (id, {"n_init": 1.5}, "n_init=1.5 was given"),
        (id, {"prior": -1}, "prior=-1 was given; expected a number of at least 0"),
        (id, {"variances": "full"}, "variances='full' is not known"),
        (id, {"min_variance": 2}, "min_variance=2 was given; expected a share"),
    ],
)
def test_what_cannot_be_used_is_named(change, options, words):
    with pytest.raises(SegkitError, match=words):
        LatentClass(**options).fit(bad(change))


def test_more_segments_than_different_rows():
    X = np.array([[1.0, 2], [2, 1], [1, 2], [2, 1]])
    with pytest.raises(SegkitError, match=r"n_segments=3 .* X has only 2 different row"):
        LatentClass(3).fit(X)
    w = [1, 0, 1, 0]
    with pytest.raises(SegkitError, match=r"n_segments=2 .* X has only 1 different row"):
        LatentClass(2).fit(X, sample_weight=w)


def test_weights_that_are_all_zero():
    X, _ = likert(n=50)
    with pytest.raises(SegkitError, match="sample_weight is zero everywhere"):
        LatentClass(2).fit(X, sample_weight=np.zeros(50))


def test_asking_before_the_fit():
    with pytest.raises(NotFittedError, match="This LatentClass is not fitted yet"):
        LatentClass().predict(np.ones((2, 2)))


def test_other_items_than_those_of_the_fit(frame_kind):
    X, _ = likert(n=50, n_items=2)
    model = LatentClass(2, n_init=5).fit(frame_kind.make({"a": X[:, 0], "b": X[:, 1]}))
    with pytest.raises(SegkitError, match="Give the items of the fit, under the same names"):
        model.predict(frame_kind.make({"b": X[:, 1], "a": X[:, 0]}))


def test_a_fit_cut_short_warns():
    X, _ = likert()
    with pytest.warns(SegkitWarning, match="had not converged after max_iter=1 EM steps"):
        LatentClass(3, max_iter=1, n_init=2).fit(X)


MANY = """
    import pathlib, sys
    import numpy as np
    from segkit.segments import LatentClass
    rng = np.random.default_rng(0)
    centre = rng.normal(0, 0.6, (6, 30))
    latent = centre[rng.choice(6, 200_000)]
    latent += rng.normal(size=latent.shape)
    answers = np.digitize(latent, [-1.2, -0.4, 0.4, 1.2]) + 1.0
    assert LatentClass(6, sys.argv[1], n_init=10).fit(answers).converged_
    # not ru_maxrss: that of a child begins with the memory of the process that started it
    status = pathlib.Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) / 2**20)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads its memory from /proc")
@pytest.mark.parametrize("items", ["categorical", "ordinal", "gaussian"])
def test_two_hundred_thousand_people_need_less_than_two_gigabytes(items):
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MANY), items],
        env=os.environ | {"TQDM_DISABLE": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert float(run.stdout) < 2


@parametrize_with_checks(
    [LatentClass(3, "gaussian", n_init=4)],
    expected_failed_checks=lambda estimator: {
        "check_dtype_object": "an answer that is no number is a SegkitError, hence a ValueError"
    },
)
def test_scikit_learn_accepts_it(estimator, check):
    check(estimator)


# begun at given segments


@pytest.mark.parametrize("items", ["categorical", "ordinal", "gaussian"])
def test_a_fit_begun_at_its_own_segments_ends_there(items):
    answers, _ = likert(seed=3, missing=0.1)
    found = LatentClass(3, items, n_init=20).fit(answers)
    turned = (found.labels_ + 1) % 3
    again = LatentClass(3, items).fit(answers, start=turned)
    assert_array_equal(again.labels_, found.labels_)
    assert again.log_likelihood_ == pytest.approx(found.log_likelihood_, abs=0.01)


def test_a_fit_begun_at_segments_tries_no_other_start():
    answers, _ = likert(seed=3)
    model = LatentClass(3, "gaussian", n_init=50).fit(answers, start=np.arange(len(answers)) % 3)
    assert len(model.restarts_) == 1
    assert model.log_likelihood_ <= LatentClass(3, "gaussian").fit(answers).log_likelihood_ + 1e-6


def test_segments_to_begin_at_do_not_depend_on_the_order_of_the_rows():
    answers, truth = likert(seed=4)
    start, order = np.where(truth == 2, -1, truth), np.random.default_rng(0).permutation(400)
    w = np.random.default_rng(1).uniform(0.5, 2, 400)
    plain = LatentClass(2, "gaussian").fit(answers, sample_weight=w, start=start)
    moved = LatentClass(2, "gaussian").fit(
        answers[order], sample_weight=w[order], start=start[order]
    )
    assert_array_equal(plain.labels_[order], moved.labels_)


@pytest.mark.parametrize("start", [[0, 1], np.zeros(400), np.arange(400) % 4])
def test_segments_to_begin_at_that_do_not_fit_are_named(start):
    with pytest.raises(SegkitError, match=r"expected shape \(400,\), a segment from 0 to 2"):
        LatentClass(3, "gaussian").fit(likert()[0], start=start)
