import numpy as np
import pytest
from sklearn.metrics import accuracy_score, cohen_kappa_score, recall_score

from segkit.typing_tool.evaluation.crossfit import CrossFit
from segkit.typing_tool.evaluation.grouping import Grouping
from segkit.typing_tool.evaluation.groups import group_figures

NONE = {name: [] for name in ("by", "field", "measure", "value", "cut", "proxy")}


def made(n=900, seed=0, kept=1.0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    first = np.where(rng.random(n) < 0.5, labels, rng.integers(0, 3, n))
    w = rng.integers(1, 4, n).astype(float)
    p = np.full((1, n, 3), 1 / 3)
    fit = CrossFit(np.eye(3)[labels], w, p, first[None], rng.random((1, n)) < kept)
    return fit, labels, first


def grouping(code, groups=("a", "b", "c"), name="origin"):
    return Grouping(name, tuple(groups), np.asarray(code))


def judged(fit, *groupings, n_boot=100, seed=0):
    return group_figures(
        fit, groupings, ["x", "y", "z"], NONE, n_boot=n_boot, stretch=1.0, random_state=seed
    )


def rows_of(found, **wanted):
    table = found.frame()
    for name, value in wanted.items():
        table = table[table[name] == value]
    return table


def test_figures_are_those_of_scikit_learn_within_each_group():
    fit, labels, first = made()
    code = np.random.default_rng(1).integers(-1, 3, 900)
    found = judged(fit, grouping(code))
    for g, name in enumerate("abc"):
        for column, inside in (("value", code == g), ("rest", (code != g) & (code >= 0))):
            args = labels[inside], first[inside]
            w = fit.w[inside]
            expected = {
                "accuracy": accuracy_score(*args, sample_weight=w),
                "kappa": cohen_kappa_score(*args, sample_weight=w),
                "macro_recall": recall_score(*args, average="macro", sample_weight=w),
            }
            for metric, value in expected.items():
                row = rows_of(found, group=name, metric=metric).iloc[0]
                assert row[column] == pytest.approx(value)
        row = rows_of(found, group=name, metric="tag_share", segment="y").iloc[0]
        inside = code == g
        assert row["value"] == pytest.approx(np.average(first[inside] == 1, weights=fit.w[inside]))
        gap = rows_of(found, group=name, metric="share_gap", segment="y").iloc[0]
        truth = np.average(labels[inside] == 1, weights=fit.w[inside])
        assert gap["value"] == pytest.approx(row["value"] - truth)
        assert row["n"] == inside.sum()


def test_untagged_people_are_told_apart():
    fit, labels, first = made(kept=0.7)
    code = np.arange(900) % 2
    row = rows_of(judged(fit, grouping(code, "ab")), group="a", metric="abstained").iloc[0]
    own = code == 0
    assert row["value"] == pytest.approx(np.average(~fit.kept[0][own], weights=fit.w[own]))
    row = rows_of(judged(fit, grouping(code, "ab")), group="a", metric="accuracy").iloc[0]
    own &= fit.kept[0]
    assert row["value"] == pytest.approx(np.average((first == labels)[own], weights=fit.w[own]))


def test_a_segment_that_a_group_lacks_does_not_count_in_its_mean():
    fit, labels, first = made()
    code = (labels == 2).astype(int)
    found = judged(fit, grouping(code, "ab"))
    row = rows_of(found, group="b", metric="macro_recall").iloc[0]
    expected = np.average((first == 2)[labels == 2], weights=fit.w[labels == 2])
    assert row["value"] == pytest.approx(expected)


def test_a_group_that_is_typed_worse_is_named_and_few_people_are_not_tested():
    fit, labels, first = made(3000)
    rng = np.random.default_rng(0)
    code = rng.integers(0, 2, 3000)
    code[:20] = 2
    worse = np.where((code == 1) & (rng.random(3000) < 0.6), (labels + 1) % 3, first)
    fit = CrossFit(fit.membership, fit.w, fit.probabilities, worse[None], fit.kept)
    found = judged(fit, grouping(code))
    row = rows_of(found, group="b", metric="accuracy").iloc[0]
    assert row["p_adjusted"] < 0.001
    assert row["difference_high"] < 0
    few = rows_of(found, group="c")
    assert few["few"].all()
    assert few["p"].isna().all()
    assert "b (`origin`): " in found.summary()
    assert "Too few people to be tested (effective n below 30): c (origin)." in found.summary()
    assert "groups are typed right more or less" in found.plot().get_title(loc="left")


def test_of_two_groups_one_sentence_says_it():
    fit, labels, first = made(2000)
    code = np.arange(2000) % 2
    worse = np.where((code == 1) & (np.arange(2000) % 4 == 1), (labels + 1) % 3, first)
    fit = CrossFit(fit.membership, fit.w, fit.probabilities, worse[None], fit.kept)
    found = judged(fit, grouping(code, "ab")).findings()
    assert sum("typed right" in line for line in found) == 1


def test_the_unit_of_weights_and_the_names_of_groups_do_not_matter():
    fit, _, _ = made()
    code = np.random.default_rng(1).integers(0, 3, 900)
    scaled = CrossFit(fit.membership, fit.w * 5, fit.probabilities, fit.first, fit.kept)
    one, other = (judged(f, grouping(code)).frame() for f in (fit, scaled))
    np.testing.assert_allclose(one["p_adjusted"], other["p_adjusted"])
    turned = judged(fit, grouping((code + 1) % 3, "cab")).frame()
    for name in "abc":
        a, b = (t[t["group"] == name].reset_index(drop=True) for t in (one, turned))
        assert a.drop(columns="p_adjusted").equals(b.drop(columns="p_adjusted"))


def false_alarms(n_runs, n):
    """How often two groups drawn at random differ, and how often the interval misses zero."""
    alarms = misses = 0
    for seed in range(n_runs):
        fit, _, _ = made(n, seed)
        code = np.random.default_rng(seed + 10**6).integers(0, 2, n)
        found = judged(fit, grouping(code, "ab"), n_boot=200, seed=seed)
        row = rows_of(found, group="a", metric="accuracy").iloc[0]
        alarms += row["p"] < 0.05
        misses += not row["difference_low"] <= 0 <= row["difference_high"]
    return alarms, misses


def test_groups_drawn_at_random_do_not_differ(simulated):
    for what, count in zip(("p below .05", "interval"), false_alarms(60, 300), strict=True):
        simulated(what, count, 60, 0.05, n_checks=2)


@pytest.mark.slow
def test_groups_drawn_at_random_do_not_differ_in_many_studies(simulated):
    for what, count in zip(("p below .05", "interval"), false_alarms(400, 400), strict=True):
        simulated(what, count, 400, 0.05, n_checks=2)
