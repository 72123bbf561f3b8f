import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.coding.fields import read_fields
from segkit.typing_tool.evaluation.abstention import (
    CoverageCurve,
    coverage_curve,
    prediction_sets,
    set_levels,
    set_texts,
)
from segkit.typing_tool.evaluation.crossfit import CrossFit, CrossFitting, cross_fit
from segkit.typing_tool.models.model import Settings, fit_model


def calibrated(n, seed=0, k=4, w=None):
    """People whose segments are drawn with the very probabilities that are stated."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(k, 0.8), n)
    labels = (p.cumsum(axis=1) < rng.random(n)[:, None]).sum(axis=1).clip(max=k - 1)
    none = np.empty((n, 0))
    w = np.ones(n) if w is None else w
    kept = np.ones((1, n), bool)
    fit = CrossFit(np.eye(k)[labels], w, p[None], p.argmax(1)[None], kept, none, none)
    return fit, p, labels


def test_accuracy_of_calibrated_tags_is_their_mean_probability():
    fit, p, _ = calibrated(20_000)
    table = coverage_curve(fit).frame()
    top = p.max(axis=1)
    for cut, tagged, accuracy in zip(table["cut"], table["tagged"], table["accuracy"], strict=True):
        kept = top >= cut
        assert tagged == pytest.approx(kept.mean())
        assert accuracy == pytest.approx(top[kept].mean(), abs=2 / np.sqrt(kept.sum()))
    assert ((table["low"] < table["accuracy"]) & (table["accuracy"] <= table["high"])).all()


def test_whole_weights_are_repeated_people():
    w = np.random.default_rng(1).integers(1, 4, 300).astype(float)
    fit, p, labels = calibrated(300, w=w)
    rows = np.repeat(np.arange(300), w.astype(int))
    none = np.empty((rows.size, 0))
    twice = CrossFit(
        np.eye(4)[labels[rows]], np.ones(rows.size), p[rows][None], p[rows].argmax(1)[None],
        np.ones((1, rows.size), bool), none, none,
    )  # fmt: skip
    one, other = coverage_curve(fit).frame(), coverage_curve(twice).frame()
    n = min(len(one), len(other))
    for column in ("tagged", "accuracy"):
        np.testing.assert_allclose(one[column][:n], other[column][:n])


def test_a_cut_for_a_wanted_accuracy():
    table = {
        "cut": [0.0, 0.2, 0.4, 0.6],
        "tagged": [1.0, 0.8, 0.5, 0.1],
        "accuracy": [0.5, 0.62, 0.58, 0.7],
        "low": [0.4] * 4,
        "high": [0.8] * 4,
    }
    curve = CoverageCurve(table)
    assert curve.cut_for(0.5) == 0.0
    assert curve.cut_for(0.55) == 0.2
    assert curve.cut_for(0.6) == 0.6  # at 0.4 it falls short again
    with pytest.raises(SegkitError, match=r"accuracy=0.9 is reached at no cut; the surest .* 70 %"):
        curve.cut_for(0.9)
    assert "tagging the surest 50 % (from a probability of 0.40) for 58 %" in curve.summary()
    assert "surest 50 %" in curve.plot().get_title(loc="left")


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.9, 0.95])
def test_sets_cover_as_often_as_asked(coverage):
    shares = []
    for seed in range(30):
        fit, _, _ = calibrated(500, seed)
        _, fresh, labels = calibrated(2000, 1000 + seed)
        sets = prediction_sets(fresh, set_levels(fit), coverage)
        shares.append(sets[np.arange(2000), labels].mean())
        assert sets.any(axis=1).all()
    # the likeliest segment is always in, so low coverages are exceeded
    assert np.mean(shares) > coverage - 0.01
    if coverage >= 0.8:
        assert np.mean(shares) < coverage + 0.02


def test_sets_grow_with_coverage():
    fit, p, _ = calibrated(400)
    sizes = [prediction_sets(p, set_levels(fit), c).sum() for c in (0.6, 0.8, 0.9, 0.99)]
    assert sizes == sorted(sizes)


def test_few_respondents_give_large_sets():
    fit, p, _ = calibrated(15)
    assert prediction_sets(p, set_levels(fit), 0.99).all()


def test_a_tool_gives_sets(small_tool, people):
    pandas = pytest.importorskip("pandas")
    fresh = people(5000, seed=11)
    sets = small_tool.prediction_set(pandas.DataFrame(fresh.columns), coverage=0.9)
    assert sets.shape == (5000, 3)
    assert sets[np.arange(5000), fresh.segments].mean() == pytest.approx(0.9, abs=0.04)
    with pytest.raises(SegkitError, match=r"coverage=1.2 was given; expected"):
        small_tool.prediction_set(pandas.DataFrame(fresh.columns), coverage=1.2)


def test_sets_in_words():
    sets = np.array([[1, 0, 0], [0, 1, 1], [1, 1, 1], [0, 1, 1]], dtype=bool)
    assert set_texts(sets, ["a", "b", "c"]).tolist() == ["a", "b or c", "a, b or c", "b or c"]


def test_the_words_of_a_tool_are_its_sets(small_tool, frame_kind, people):
    base = frame_kind.make(people(500, seed=12).columns)
    texts = small_tool.prediction_set(base, 0.8, as_text=True)
    sets = small_tool.prediction_set(base, 0.8)
    assert [t.count(",") + t.count(" or ") + 1 for t in texts] == sets.sum(axis=1).tolist()
    tagged = small_tool.tag(base, sets=0.8)
    assert list(tagged["set"]) == texts.tolist()
    assert "set" not in small_tool.tag(base).columns


def test_whole_weights_and_sure_memberships_leave_the_levels(people):
    w = np.random.default_rng(1).integers(1, 4, 3000).astype(float)
    fit, p, labels = calibrated(3000, w=w)
    rows = np.repeat(np.arange(3000), w.astype(int))
    none = np.empty((rows.size, 0))
    repeated = CrossFit(
        np.eye(4)[labels[rows]], np.ones(rows.size), p[rows][None], p[rows].argmax(1)[None],
        np.ones((1, rows.size), bool), none, none,
    )  # fmt: skip
    np.testing.assert_allclose(set_levels(fit), set_levels(repeated), atol=0.01)


def test_sets_cover_where_memberships_are_soft_and_weights_differ():
    shares = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        w = rng.uniform(0.3, 3, 1500)
        fit, p, _ = calibrated(1500, seed, w=w)
        # the survey is unsure too: its memberships are the very probabilities
        soft = CrossFit(p, *(getattr(fit, n) for n in NAMES))
        _, fresh, labels = calibrated(2000, 1000 + seed)
        sets = prediction_sets(fresh, set_levels(soft), 0.9)
        shares.append(sets[np.arange(2000), labels].mean())
    assert np.mean(shares) == pytest.approx(0.9, abs=0.01)


NAMES = ("w", "probabilities", "first", "kept")


def covered(people, runs, n, n_trees, n_folds):
    """The share of fresh people whose own segment is in their set, by run and coverage."""
    pandas = pytest.importorskip("pandas")
    settings, out = Settings(n_trees, 64, 5.0, True, None), []
    for seed in range(runs):
        made, fresh = people(n, seed), people(5000, 10_000 + seed)
        columns = read_fields(pandas.DataFrame(made.columns))
        truth, w = np.eye(3)[made.segments], np.ones(n)
        folds = CrossFitting(n_folds, 1, importance=False)
        levels = set_levels(cross_fit(columns, truth, w, settings, folds, seed))
        model = fit_model(columns, truth, w, settings, seed).model
        p = model.decide(model.codes.encode(pandas.DataFrame(fresh.columns))).probabilities
        sets = (prediction_sets(p, levels, c) for c in COVERAGES)
        out.append([s[np.arange(5000), fresh.segments].mean() for s in sets])
    return np.array(out)


COVERAGES = (0.8, 0.9, 0.95)


def test_sets_of_fitted_tools_cover_as_often_as_asked(people):
    np.testing.assert_allclose(covered(people, 3, 600, 20, 3).mean(axis=0), COVERAGES, atol=0.035)


@pytest.mark.slow
def test_sets_cover_as_asked_over_fifty_studies(people):
    found = covered(people, 50, 3000, 30, 5)
    np.testing.assert_allclose(found.mean(axis=0), COVERAGES, atol=0.02)
