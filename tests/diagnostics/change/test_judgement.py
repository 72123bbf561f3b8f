from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from segkit import datasets
from segkit.diagnostics import drift
from segkit.diagnostics.change.accuracy import Accuracy
from segkit.diagnostics.change.compared import compare_tables
from segkit.diagnostics.change.judgement import Judgement, judge, labels_are_new
from segkit.typing_tool import TypingTool


def posterior(age):
    p = 1 / (1 + np.exp(-(age - 45) / 6))
    return np.column_stack([1 - p, p])


TOOL = SimpleNamespace(
    feature_names_in_=["age"],
    classes_=np.array([0, 1]),
    predict_proba=lambda table: posterior(table["age"].to_numpy()),
)


def people(n, seed, *, mean=45.0, turned=0.0):
    """Ages, and the segments that belong to them; a part belongs to the other one."""
    rng = np.random.default_rng(seed)
    age = rng.normal(mean, 12, n)
    segment = (rng.random(n) < posterior(age)[:, 1]).astype(int)
    return pd.DataFrame({"age": age}), np.where(rng.random(n) < turned, 1 - segment, segment)


def rows(one, other, labels=None, tool=TOOL):
    return compare_tables((one, other), (None, None), tool, labels, ["age"]).rows


def test_the_estimate_follows_people_who_are_easier_to_tell():
    (one, _), (other, truth) = people(3000, 0), people(3000, 1, mean=60)
    found = judge(rows(one, other), None)
    right = posterior(other["age"].to_numpy()).argmax(axis=1) == truth
    assert found.after.value == pytest.approx(right.mean(), abs=0.02)
    assert found.after.value > found.before.value + 0.02
    assert found.observed is None
    assert [source for _, source in found.lines] == [found.before, found.after]


@pytest.mark.parametrize(("turned", "contradicted"), [(0.0, False), (0.2, True)])
def test_new_labels_check_the_estimate(turned, contradicted):
    (one, old), (other, new) = people(2000, 0), people(2000, 1, turned=turned)
    found = judge(rows(one, other, (old, new)), None)
    assert found.contradicted is contradicted
    assert len(found.lines) == 3
    assert bool(found.contradiction()) is contradicted
    assert found.fall() == []


def test_labels_that_are_the_tools_own_tags_say_nothing():
    (one, old), (other, new) = people(500, 0), people(500, 1)
    tags = [posterior(t["age"].to_numpy()).argmax(axis=1) for t in (one, other)]
    assert not labels_are_new(rows(one, other, tuple(tags)))
    assert not labels_are_new(rows(one, other))
    assert labels_are_new(rows(one, other, (old, new)))
    # segments of another kind cannot be compared with the tool's
    other_names = tuple(np.array(["x", "y"])[x] for x in (old, new))
    assert not labels_are_new(rows(one, other, other_names))


def test_a_new_segment_is_a_mistake_of_the_tool_and_a_missing_label_is_none():
    (one, old), (other, new) = people(1000, 0), people(1000, 1)
    base = judge(rows(one, other, (old, new)), None).observed.value
    third = new.astype(float)
    third[:200] = 2
    assert judge(rows(one, other, (old, third)), None).observed.value < base - 0.1
    third[:200] = np.nan
    assert judge(rows(one, other, (old, third)), None).observed.value == pytest.approx(
        base, abs=0.03
    )


def test_other_sizes_move_the_accuracy_by_how_often_segments_are_found():
    mix = pd.DataFrame({"change": [-0.3, 0.3], "low": [-0.32, 0.28], "high": [-0.28, 0.32]})
    rates = np.array([[0.9, 0.1], [0.5, 0.5]])
    error = SimpleNamespace(tags=rates, tag_draws=np.stack([rates, rates]))
    tool = SimpleNamespace(**vars(TOOL), typing_error_=error)
    (one, _), (other, _) = people(2000, 0), people(2000, 1)
    plain, moved = (judge(rows(one, other, tool=tool), m) for m in (None, mix))
    assert moved.after.value == pytest.approx(plain.before.value - 0.3 * 0.9 + 0.3 * 0.5)
    assert moved.after.error > plain.before.error
    wide = mix.assign(low=[-0.6, 0.0], high=[0.0, 0.6])
    assert judge(rows(one, other, tool=tool), wide).after.error > moved.after.error
    # without known mistakes, and where people stay untagged, probabilities have to do
    assert judge(rows(one, other), mix).after == judge(rows(one, other), None).after


def test_nobody_tagged_and_no_tool_give_no_judgement():
    (one, _), (other, _) = people(300, 0), people(300, 1)
    unsure = SimpleNamespace(**vars(TOOL), abstain_below=1.01)
    assert judge(rows(one, other, tool=unsure), None) is None
    assert judge(rows(one, other, tool=None), None) is None


def test_a_fall_is_read_from_labels_where_there_are_some():
    before = Accuracy(0.6, 0.58, 0.62, "validated")
    low = Accuracy(0.5, 0.48, 0.52, "estimated")
    assert "an estimated 0.50" in Judgement(before, low).fall()[0]
    seen = replace(low, value=0.49, low=0.47, high=0.51, source="observed")
    assert "of the newly labelled" in Judgement(before, low, seen).fall()[0]
    held = replace(before, source="observed")
    assert Judgement(before, low, held).fall() == []


LEANINGS = {
    "app": lambda base: np.where(base["app_logins_30d"].isna(), -1.0, 1.0),
    "age": lambda base: ((base["age"].astype(float) - 45) / 17).fillna(0).to_numpy(),
    "products": lambda base: ((base["products"].astype(float) - 2) / 2).fillna(0).to_numpy(),
}


def strangers(made):
    """The customers nobody asked, and their segments.

    The tool has learned the respondents' own segments and is right more often about them: by
    five points here, where respondents are a tenth of the base; in a true base they are few.
    """
    asked = made.base["customer_id"].isin(made.links["customer_id"]).to_numpy()
    return (
        made.base[~asked].drop(columns="customer_id"),
        np.asarray(made.truth.customers)[~asked],
    )


def other_people(seed, n_respondents, n_customers=60_000, n=12_000, leanings=tuple(LEANINGS)):
    """Bases of other people than the survey's, segments by fields as before; what is true."""
    made = datasets.make_payments_study(n_respondents, n_customers, random_state=seed)
    tool = TypingTool(n_trees=40).fit(made.fields, made.truth.respondents)
    base, truth = strangers(made)
    rng = np.random.default_rng(seed)
    for leaning in leanings:
        chance = np.exp(LEANINGS[leaning](base))
        rows = rng.choice(len(base), n, p=chance / chance.sum(), replace=False)
        right = tool.predict(base.iloc[rows]) == truth[rows]
        yield drift(made.fields, base.iloc[rows], tool), float(right.mean())


def test_accuracy_without_labels_is_within_two_points_under_other_people():
    for found, true in other_people(3, 6000):
        assert found.kinds == ("fields",)
        estimated = found.accuracy.iloc[1]
        assert estimated["accuracy"] == pytest.approx(true, abs=0.02)
        assert estimated["low"] <= true <= estimated["high"]


def test_the_interval_is_wider_for_people_of_whom_the_survey_had_few():
    (one, _), (other, _) = people(3000, 0), people(3000, 1)
    near, far = (judge(rows(one, other, tool=calibrated(0.02)), None, share) for share in (1, 0.25))
    assert near.after.value == far.after.value
    assert near.before == far.before
    chance = near.after.value * (1 - near.after.value) / 3000
    error = [found.after.error**2 - chance for found in (near, far)]
    assert error[1] == pytest.approx(4 * error[0])


def calibrated(apart):
    """The tool, validated on 1,000 respondents: right more often than it says."""
    table = pd.DataFrame({"predicted": [0.8], "observed": [0.8 + apart], "n": [1000.0]})
    curve = SimpleNamespace(frame=lambda: table)
    empty = pd.DataFrame({"metric": ["brier"], "segment": ["all"], "value": [0.1]})
    evaluation = SimpleNamespace(reliability=curve, frame=lambda: empty)
    return SimpleNamespace(**vars(TOOL), evaluation_=evaluation)


def test_accuracy_follows_segments_that_grew():
    made = datasets.make_payments_study(3000, 20_000, random_state=1)
    later = made.next_wave(drift="mix")
    tool = TypingTool(n_trees=40).fit(made.fields, made.truth.respondents)
    bases = [study.base.drop(columns="customer_id") for study in (made, later)]
    found = drift(*bases, tool)
    true = (tool.predict(bases[1]) == later.truth.customers).mean()
    assert found.kinds == ("mix",)
    assert found.accuracy["accuracy"][1] == pytest.approx(true, abs=0.025)
    assert found.accuracy["low"][1] <= true <= found.accuracy["high"][1]


@pytest.mark.slow
def test_accuracy_without_labels_is_within_two_points_in_many_worlds():
    found = [pair for seed in range(20) for pair in other_people(seed, 6000)]
    away = np.array([result.accuracy["accuracy"][1] - true for result, true in found])
    assert all(result.kinds == ("fields",) for result, _ in found)
    assert abs(away.mean()) <= 0.005
    assert (np.abs(away) <= 0.02).mean() >= 0.9


@pytest.mark.slow
def test_intervals_without_labels_hold_the_truth_in_bases_of_other_people(simulated):
    runs = 400
    held = np.zeros(len(LEANINGS))
    for seed in range(runs):
        pairs = other_people(seed, 1500, 20_000, 4000)
        after = [(result.accuracy.iloc[1], true) for result, true in pairs]
        held += [e["low"] <= true <= e["high"] for e, true in after]
    for leaning, hits in zip(LEANINGS, held, strict=True):
        what = f"interval of accuracy without labels, people who lean to {leaning}"
        simulated(what, hits, runs, 0.95, n_checks=len(LEANINGS))
