import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    cohen_kappa_score,
    confusion_matrix,
    log_loss,
    precision_score,
    recall_score,
)

from segkit.typing_tool.evaluation.crossfit import CrossFit
from segkit.typing_tool.evaluation.metrics import (
    agreement_of,
    called_first,
    drawn_weights,
    figures,
    sums_of,
)


def made(n=500, k=3, seed=0, kept=True, repeats=1):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, k, n)
    p = rng.dirichlet(np.ones(k), (repeats, n)) + 0.5 * np.eye(k)[labels]
    p /= p.sum(axis=2, keepdims=True)
    first = p.argmax(axis=2)
    w = rng.integers(1, 4, n).astype(float)
    keep = np.ones((repeats, n), bool) if kept else p.max(axis=2) > 0.5
    none = np.empty((n, 0))
    return CrossFit(np.eye(k)[labels], w, p, first, keep, none, none), labels


def values(fit, effective_n=500.0):
    found = figures(sums_of(fit, fit.w[None]), effective_n)
    return {key: float(v[0, 0]) for key, v in found.items()}


def test_figures_are_those_of_scikit_learn():
    fit, labels = made()
    got, first = values(fit), fit.first[0]
    assert got["accuracy", -1] == pytest.approx(np.average(first == labels, weights=fit.w))
    kappa = cohen_kappa_score(labels, first, sample_weight=fit.w)
    assert got["kappa", -1] == pytest.approx(kappa)
    loss = log_loss(labels, fit.probabilities[0], sample_weight=fit.w)
    assert got["log_loss", -1] == pytest.approx(loss)
    for name, score in (("recall", recall_score), ("precision", precision_score)):
        expected = score(labels, first, average=None, sample_weight=fit.w)
        np.testing.assert_allclose([got[name, s] for s in range(3)], expected)
    assert got["macro_recall", -1] == pytest.approx(
        recall_score(labels, first, average="macro", sample_weight=fit.w)
    )


def test_brier_and_its_skill():
    fit, labels = made()
    got = values(fit)
    brier = np.average(((fit.probabilities[0] - np.eye(3)[labels]) ** 2).sum(1), weights=fit.w)
    share = np.bincount(labels, fit.w) / fit.w.sum()
    assert got["brier", -1] == pytest.approx(brier)
    assert got["brier_skill", -1] == pytest.approx(1 - brier / (1 - (share**2).sum()))


def test_whole_weights_are_repeated_rows():
    fit, _ = made()
    rows = np.repeat(np.arange(500), fit.w.astype(int))
    none = np.empty((rows.size, 0))
    repeated = CrossFit(
        fit.membership[rows], np.ones(rows.size), fit.probabilities[:, rows], fit.first[:, rows],
        fit.kept[:, rows], none, none,
    )  # fmt: skip
    one, other = values(fit), values(repeated)
    for key, value in one.items():
        # the tenth of people with most weight cuts through a person either way
        assert value == pytest.approx(other[key], rel=0.02 if key[0] == "lift" else 1e-9), key


def test_constants_at_chance_and_at_perfection():
    fit, labels = made()
    perfect = np.eye(3)[labels] * 0.97 + 0.01
    none = np.empty((500, 0))
    best = CrossFit(fit.membership, fit.w, perfect[None], labels[None], fit.kept, none, none)
    got = values(best)
    assert got["kappa", -1] == pytest.approx(1)
    share = np.bincount(labels, fit.w) / fit.w.sum()
    for s in range(3):
        assert got["lift", s] == pytest.approx(1 / share[s])
    blind = CrossFit(
        fit.membership, fit.w, np.tile(share, (1, 500, 1)), np.zeros((1, 500), int), fit.kept,
        none, none,
    )  # fmt: skip
    got = values(blind)
    assert got["kappa", -1] == pytest.approx(0)
    assert got["brier_skill", -1] == pytest.approx(0)
    at_chance = figures(sums_of(blind, fit.w[None]), 500)["log_loss", -1][0]
    assert at_chance[0] == pytest.approx(at_chance[1])


def test_untagged_people_count_as_missed_but_not_in_accuracy():
    fit, labels = made(kept=False)
    got, kept = values(fit), fit.kept[0]
    right = fit.first[0] == labels
    assert got["accuracy", -1] == pytest.approx(np.average(right[kept], weights=fit.w[kept]))
    assert got["abstained", -1] == pytest.approx(np.average(~kept, weights=fit.w))
    own = labels == 1
    recall = np.average((right & kept)[own], weights=fit.w[own])
    assert got["recall", 1] == pytest.approx(recall)


def test_repeats_are_averaged():
    fit, labels = made(repeats=3)
    right = [np.average(first == labels, weights=fit.w) for first in fit.first]
    assert values(fit)["accuracy", -1] == pytest.approx(np.mean(right))


def test_calibration_error_of_a_calibrated_tool_is_what_noise_gives():
    rng = np.random.default_rng(0)
    errors, noise = [], []
    for _ in range(40):
        p = rng.dirichlet([1, 1, 1], 400)
        labels = np.array([rng.choice(3, p=row) for row in p])
        none = np.empty((400, 0))
        fit = CrossFit(
            np.eye(3)[labels], np.ones(400), p[None], p.argmax(1)[None], np.ones((1, 400), bool),
            none, none,
        )  # fmt: skip
        value, chance = figures(sums_of(fit, fit.w[None]), 400)["calibration_error", -1][0]
        errors.append(value)
        noise.append(chance)
    assert np.mean(errors) == pytest.approx(np.mean(noise), rel=0.12)


def test_agreement_is_that_of_scikit_learn():
    fit, labels = made(seed=5)
    cells = sums_of(fit, fit.w[None])["cells"]
    first, w = fit.first[0], fit.w
    matrix = confusion_matrix(labels, first, sample_weight=w)
    np.testing.assert_allclose(cells[0, :, :-1], matrix)
    accuracy, chance, kappa = (float(v[0]) for v in agreement_of(cells))
    assert accuracy == pytest.approx(accuracy_score(labels, first, sample_weight=w))
    assert kappa == pytest.approx(cohen_kappa_score(labels, first, sample_weight=w))
    assert kappa == pytest.approx((accuracy - chance) / (1 - chance))
    balanced = balanced_accuracy_score(labels, first, sample_weight=w)
    assert values(fit)["macro_recall", -1] == pytest.approx(balanced)


def test_people_of_equal_probability_are_called_alike():
    p, w = np.array([0.9, 0.5, 0.5, 0.1]), np.array([1.0, 1.0, 3.0, 5.0])
    called = called_first(p, w, np.array([0.05, 0.1, 0.3, 0.5, 1.0]))
    expected = [[0.5, 1, 1, 1, 1], [0, 0, 0.5, 1, 1], [0, 0, 0.5, 1, 1], [0, 0, 0, 0, 1]]
    np.testing.assert_allclose(called, expected)
    np.testing.assert_allclose(w @ called / w.sum(), [0.05, 0.1, 0.3, 0.5, 1.0])


def test_drawn_weights_are_counts_times_weights():
    w = np.array([0.5, 1.0, 2.0])
    parts = list(drawn_weights(w, 70, 0))
    assert [len(part) for part in parts] == [50, 20]
    counts = np.concatenate(parts) / w
    np.testing.assert_array_equal(counts.sum(axis=1), 3)
    np.testing.assert_array_equal(counts, np.round(counts))
