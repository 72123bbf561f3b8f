"""The chain answers -> needs -> segments -> description says the same of the same people.

The rooms test each method by itself; here it is the whole way from answers to profile.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from segkit import datasets
from segkit._frames import column, frame_like
from segkit.factors import FactorModel, correlation
from segkit.segments import match, order_by_size, profile
from segkit.study import StudyConfig
from segkit.study.steps import divide

MODELS = ("kmeans", "latent_class")
CONFIG = StudyConfig(n_segments=3)
FIGURES = ("value", "index", "difference", "effect")


@dataclass
class Chain:
    """Everything found on the way."""

    correlations: np.ndarray
    loadings: np.ndarray
    scores: np.ndarray
    labels: np.ndarray
    profile: object


def chain(items, w, model):
    """Go from a frame of items and weights to the description of the segments."""
    found = correlation(items, method="polychoric", sample_weight=w)
    needs = FactorModel(3, correlation="polychoric", random_state=0).fit(items, sample_weight=w)
    table = needs.transform(items)
    scores = np.column_stack([column(table, f"factor_{k}").astype(float) for k in (1, 2, 3)])
    labels = order_by_size(divide(model, scores, w, CONFIG), sample_weight=w)
    loadings = np.column_stack([column(needs.loadings_, f"factor_{k}") for k in (1, 2, 3)])
    described = profile(items, labels, sample_weight=w)
    return Chain(found.matrix, loadings.astype(float), scores, labels, described)


def figures(found, names=FIGURES):
    frame = found.frame()
    return np.column_stack([np.array(column(frame, name), dtype=float) for name in names])


@pytest.fixture(scope="module")
def survey():
    """Twelve items of 240 attentive people, and whole-number weights from 1 to 3."""
    made = datasets.make_payments_study(n_respondents=300, n_customers=300)
    names = made.codebook.names(role="importance")
    items = made.answers[[names[j] for j in (0, 1, 2, 3, 10, 11, 12, 13, 15, 16, 17, 18)]]
    items = items[(made.truth.careless == "")].head(240).reset_index(drop=True)
    return items, np.random.default_rng(1).integers(1, 4, 240).astype(float)


@pytest.fixture(scope="module", params=MODELS)
def found(survey, request):
    return request.param, chain(*survey, request.param)


def test_the_order_of_the_rows_does_not_matter(survey, found):
    (items, w), (model, one) = survey, found
    order = np.random.default_rng(2).permutation(len(w))
    other = chain(items.iloc[order].reset_index(drop=True), w[order], model)
    np.testing.assert_allclose(other.correlations, one.correlations, atol=1e-12)
    np.testing.assert_allclose(other.loadings, one.loadings, atol=1e-7)
    np.testing.assert_allclose(other.scores, one.scores[order], atol=1e-6)
    assert (other.labels == one.labels[order]).all()
    np.testing.assert_allclose(figures(other.profile), figures(one.profile), atol=1e-9)


def test_repeated_rows_are_whole_number_weights(survey, found):
    (items, w), (model, one) = survey, found
    rows = np.repeat(np.arange(len(w)), w.astype(int))
    other = chain(items.iloc[rows].reset_index(drop=True), np.ones(rows.size), model)
    np.testing.assert_allclose(other.correlations, one.correlations, atol=1e-9)
    np.testing.assert_allclose(other.loadings, one.loadings, atol=1e-6)
    np.testing.assert_allclose(other.scores, one.scores[rows], atol=1e-6)
    assert (other.labels == one.labels[rows]).all()
    # the effect divides by a standard deviation that counts Kish's effective n, not rows
    points = ("value", "index", "difference")
    np.testing.assert_allclose(
        figures(other.profile, points), figures(one.profile, points), atol=1e-9
    )


def test_only_the_ratios_of_the_weights_count(survey, found):
    (items, w), (model, one) = survey, found
    other = chain(items, 7 * w, model)
    assert (other.labels == one.labels).all()
    everything = (*FIGURES, "low", "high", "p_adjusted")
    np.testing.assert_allclose(
        figures(other.profile, everything), figures(one.profile, everything), atol=1e-9
    )


def test_unit_weights_change_nothing(survey):
    items, w = survey
    ones = np.ones_like(w)
    one = FactorModel(3, random_state=0).fit(items, sample_weight=ones)
    other = FactorModel(3, random_state=0).fit(items)
    np.testing.assert_allclose(one.transform(items), other.transform(items), atol=1e-9)
    labels = chain(items, ones, "kmeans").labels
    one, other = profile(items, labels, sample_weight=ones), profile(items, labels)
    np.testing.assert_allclose(figures(one), figures(other), atol=1e-12)


def test_the_order_of_the_items_does_not_matter(survey, found):
    (items, w), (model, one) = survey, found
    other = chain(items[items.columns[::-1]], w, model)
    np.testing.assert_allclose(other.correlations[::-1, ::-1], one.correlations, atol=1e-9)
    assert match(other.labels, one.labels, sample_weight=w).agreement == pytest.approx(1)


def test_the_library_of_the_frame_does_not_matter(survey, found, frame_kind):
    (items, w), (model, one) = survey, found
    table = frame_kind.make({name: items[name].to_numpy() for name in items.columns})
    other = chain(table, w, model)
    assert isinstance(other.profile.frame(), type(table))
    assert (other.labels == one.labels).all()
    np.testing.assert_array_equal(figures(other.profile), figures(one.profile))


def test_the_names_of_the_labels_do_not_matter(survey, found):
    (items, w), (_, one) = survey, found
    renamed = np.array(["b", "c", "a"])[one.labels]
    assert (order_by_size(renamed, sample_weight=w) == one.labels).all()
    assert match(renamed, one.labels, sample_weight=w).agreement == pytest.approx(1)
    described = profile(items, renamed, sample_weight=w).frame()
    described["segment"] = described["segment"].map({"b": 0, "c": 1, "a": 2})
    keys = ["item", "segment", "level"] if "level" in described else ["item", "segment"]
    expected = one.profile.frame().sort_values(keys).reset_index(drop=True)
    got = described.sort_values(keys).reset_index(drop=True)
    pd.testing.assert_frame_equal(got[list(FIGURES)], expected[list(FIGURES)])


def test_frames_are_not_changed_on_the_way(survey):
    items, w = survey
    before = frame_like(items, {name: items[name].to_numpy().copy() for name in items.columns})
    chain(items, w, "kmeans")
    pd.testing.assert_frame_equal(items, before)
