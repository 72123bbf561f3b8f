"""Latent classes find the made segments again, about as well as anybody could."""

import numpy as np
import pytest

from segkit.datasets import make_payments_study
from segkit.datasets.made.oracle import answers_posterior
from segkit.datasets.made.world import make_world
from segkit.segments import LatentClass, match

WITHIN = 0.05
"""How far below the best classifier a median may lie, in adjusted Rand index."""

GAPS_COST = 0.1
"""How much of the index a fifth of the answers may be worth."""


def indices(k, seed):
    """The adjusted Rand index with the truth: best classifier, all answers, four in five.

    The best classifier knows the made world and reads importance and satisfaction; latent
    classes learn from the importance items alone.
    """
    made = make_payments_study(n_customers=3000, n_segments=k, random_state=seed)
    attentive = np.flatnonzero(made.truth.careless == "")
    truth = made.truth.respondents[attentive]
    answers = made.codebook.clean(made.answers).iloc[attentive]
    importance, satisfaction = (
        answers[made.codebook.names(role=role)].to_numpy(float)
        for role in ("importance", "satisfaction")
    )
    known = np.nan_to_num(np.hstack([importance, satisfaction])).astype(np.int8)
    best = answers_posterior(make_world(k), known, n_points=64, seed=seed).argmax(axis=1)
    gone = np.random.default_rng(seed).random(importance.shape) < 0.2
    found = [
        LatentClass(k, "ordinal", n_init=10).fit(table).labels_
        for table in (importance, np.where(gone, np.nan, importance))
    ]
    return [match(truth, labels).agreement for labels in (best, *found)]


def test_latent_classes_come_close_to_the_best_classifier():
    best, whole, gaps = indices(4, seed=0)
    assert best - whole < WITHIN + 0.04  # one study; the median of ten keeps the margin
    assert whole - gaps < GAPS_COST


@pytest.mark.slow
@pytest.mark.parametrize("k", [3, 4, 5, 6])
def test_the_median_of_ten_studies_is_within_the_margin(k):
    every = np.array([indices(k, seed) for seed in range(10)])
    best, whole, _ = np.median(every, axis=0)
    assert best - whole < WITHIN
    assert np.median(every[:, 1] - every[:, 2]) < GAPS_COST
