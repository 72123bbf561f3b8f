"""Against scikit-learn, against known effects, and what weights and memberships must not change."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from segkit._frames import typed_column
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.coding.fields import read_fields
from segkit.typing_tool.models import logit
from segkit.typing_tool.models.logit import Design, fit_effects, walk_precision


@pytest.fixture(scope="module")
def made(people):
    pandas = pytest.importorskip("pandas")
    drawn = people(500)
    columns = read_fields(pandas.DataFrame(drawn.columns))
    book = FieldCodes.from_columns(columns, np.ones(500), n_bins=8)
    return book, book.encode_columns(columns), np.eye(3)[drawn.segments]


def design_of(book, *, walks=True):
    return Design.of(book, [walks and f.kind == "number" for f in book.fields])


@pytest.mark.parametrize("walks", [False, True])
def test_scikit_learn_finds_the_same_minimum(made, monkeypatch, walks):
    monkeypatch.setattr(logit, "LEVEL_PRECISION", 1e-9)  # its intercepts are free
    book, codes, truth = made
    X = design_of(book, walks=walks).columns(codes)
    w = np.random.default_rng(0).uniform(0.3, 2, len(X))
    ours = fit_effects(X, truth, w, precision=2.0)
    theirs = LogisticRegression(C=0.5, tol=1e-9, max_iter=10_000)
    theirs.fit(X[:, 1:], truth.argmax(axis=1), sample_weight=w)
    np.testing.assert_allclose(ours[1:], theirs.coef_.T, atol=2e-4)
    level = theirs.intercept_ - theirs.intercept_.mean()
    np.testing.assert_allclose(ours[0] - ours[0].mean(), level, atol=2e-4)
    np.testing.assert_allclose(ours[1:].sum(axis=1), 0, atol=1e-6)


def test_whole_weights_are_repeated_rows_and_memberships_are_weighted_rows(made):
    book, codes, _ = made
    X = design_of(book).columns(codes)
    rng = np.random.default_rng(0)
    soft, w = rng.dirichlet([0.5, 0.5, 0.5], len(X)), rng.integers(1, 4, len(X))
    one = fit_effects(X, soft, w.astype(float), 3.0)
    rows = np.repeat(np.arange(len(X)), w)
    np.testing.assert_allclose(
        one, fit_effects(X[rows], soft[rows], np.ones(len(rows)), 3.0), atol=1e-4
    )
    each = np.repeat(np.arange(len(X)), 3)
    hard = np.tile(np.eye(3), (len(X), 1))
    expanded = fit_effects(X[each], hard, (w[:, None] * soft).ravel(), 3.0)
    np.testing.assert_allclose(one, expanded, atol=1e-4)


def test_the_start_of_the_search_does_not_matter(made):
    book, codes, truth = made
    X = design_of(book).columns(codes)
    w = np.ones(len(X))
    far = fit_effects(X, truth, w, 0.01)
    np.testing.assert_allclose(
        fit_effects(X, truth, w, 5.0, far), fit_effects(X, truth, w, 5.0), atol=1e-4
    )


def test_strong_shrinkage_leaves_the_sizes_of_segments(made):
    book, codes, truth = made
    design = design_of(book)
    effects = design.effects(fit_effects(design.columns(codes), truth, np.ones(len(codes)), 1e9))
    assert np.abs(effects.codes).max() < 1e-5
    share = np.exp(effects.level) / np.exp(effects.level).sum()
    np.testing.assert_allclose(share, truth.mean(axis=0), atol=1e-4)


def test_known_effects_are_found_again():
    rng = np.random.default_rng(1)
    n, k = 40_000, 3
    columns = {"plan": rng.integers(0, 4, n), "age": rng.integers(0, 6, n)}
    effect = {name: rng.normal(0, 0.8, (6, k)) for name in columns}
    for name in effect:
        effect[name] -= effect[name].mean(axis=1, keepdims=True)
    z = effect["plan"][columns["plan"]] + effect["age"][columns["age"]]
    segments = (z + rng.gumbel(size=z.shape)).argmax(axis=1)
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"plan": [f"p{i}" for i in columns["plan"]], "age": columns["age"]})
    fields = read_fields(frame)
    book = FieldCodes.from_columns(fields, np.ones(n))
    design, codes = design_of(book), book.encode_columns(fields)
    found = design.effects(fit_effects(design.columns(codes), np.eye(k)[segments], np.ones(n), 1.0))
    estimated = found.log_odds(codes)
    away = (estimated - estimated.mean(axis=1, keepdims=True)) - z
    assert np.sqrt((away**2).mean()) < 0.05
    assert np.corrcoef(estimated.ravel(), z.ravel())[0, 1] > 0.99


def test_codes_that_nobody_had_take_the_effects_of_their_neighbour(made):
    book, codes, truth = made
    design = design_of(book)
    effects = design.effects(fit_effects(design.columns(codes), truth, np.ones(len(codes)), 1.0))
    hosts = book.anchors()
    resting = [(f, c) for f, field in enumerate(book.fields) for c in field.resting]
    assert resting
    for f, c in resting:
        assert hosts[f, c - 1] == hosts[f, c]
        np.testing.assert_array_equal(effects.codes[f, c], effects.codes[f, c - 1])
    assert not effects.codes[0, book.fields[0].n_codes :].any()


def test_neighbouring_bins_are_drawn_to_each_other():
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    age = np.repeat(np.arange(10), 6)
    truth = np.eye(2)[(rng.random(60) < 0.5).astype(int)]
    field = (typed_column(pandas.DataFrame({"age": age}), "age", what="fields"),)
    book = FieldCodes.from_columns(field, np.ones(60))
    codes = book.encode_columns(field)
    jumps = []
    for walks in (False, True):
        design = design_of(book, walks=walks)
        found = design.effects(fit_effects(design.columns(codes), truth, np.ones(60), 1.0))
        at = book.fields[0].codes
        jumps.append(np.abs(np.diff(found.codes[0, at], axis=0)).mean())
    assert jumps[1] < 0.7 * jumps[0]


@pytest.mark.parametrize("n", [1, 2, 10, 60])
def test_a_walk_varies_as_free_effects_do(n):
    variance = np.linalg.inv(walk_precision(n))
    centred = (np.eye(n) - 1 / n) @ variance @ (np.eye(n) - 1 / n)
    if n > 1:
        assert np.exp(np.log(np.diag(centred)).mean()) == pytest.approx(1)
    assert np.ones(n) @ variance @ np.ones(n) / n == pytest.approx(1)
