from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics.change.accuracy import Accuracy
from segkit.diagnostics.change.field_change import FieldChange
from segkit.diagnostics.change.joint import Joint
from segkit.diagnostics.change.judgement import Judgement
from segkit.diagnostics.change.verdict import Findings, decide, doubts, kinds_of, matters

STABLE = FieldChange(
    segment="all", field="age", psi=0.01, psi_null_95=0.02, effect=0.02, effect_unit="sd", p=0.4,
    cause="shift", detail="higher by 0.02 sd on average", wasserstein=0.02,
    jensen_shannon=0.0, ks=0.0, missing_before=0.0, missing_after=0.0, n_before=100.0,
    n_after=100.0, moved=0.0,
)  # fmt: skip
SHIFT = replace(STABLE, kind="shift", effect=0.3, psi=0.12)
SMALL = replace(STABLE, kind="shift", effect=0.05)
LEVEL = replace(STABLE, field="plan", kind="new level", effect=0.01, effect_unit="V", moved=0.03)
MOVED = pd.DataFrame(
    {"segment": ["0"], "before": [0.2], "after": [0.3], "change": [0.1], "p_adjusted": [0.01]}
)
BEFORE = Accuracy(0.6, 0.58, 0.62, "validated")
LESS = Accuracy(0.5, 0.49, 0.51, "estimated")
SEEN = Accuracy(0.4, 0.38, 0.42, "observed")
FALLEN, HELD = Judgement(BEFORE, LESS), Judgement(BEFORE, replace(BEFORE, source="estimated"))
CONTRADICTED = Judgement(BEFORE, HELD.after, SEEN)
JOINT = Joint(0.7, 0.68, 0.72, 1e-9, 500, 500, ("age",), np.array([0.1]))


def findings(changes=(STABLE,), **more):
    return Findings(tuple(changes), 0.05, **more)


@pytest.mark.parametrize(
    ("change", "counts"), [(STABLE, False), (SMALL, False), (SHIFT, True), (LEVEL, True)]
)
def test_a_change_counts_when_it_is_beyond_chance_and_large(change, counts):
    assert matters(change) is counts


@pytest.mark.parametrize(
    ("found", "verdict", "kinds"),
    [
        (findings(), "keep", ()),
        (findings([SMALL], judged=HELD), "keep", ()),
        (findings([SHIFT], judged=HELD), "recalibrate", ("fields",)),
        (findings(mix=MOVED, judged=HELD), "recalibrate", ("mix",)),
        (findings([SHIFT], mix=MOVED, unexplained=(STABLE,)), "recalibrate", ("mix",)),
        (findings([SHIFT], mix=MOVED, unexplained=(SHIFT,)), "recalibrate", ("fields",)),
        (findings([STABLE], mix=MOVED, unexplained=(SHIFT,)), "recalibrate", ("mix",)),
        (findings([SHIFT], mix=MOVED, unexplained=(SHIFT,), survey=("size",)), "recalibrate",
         ("fields", "mix")),
        (findings(joint=JOINT), "recalibrate", ("fields",)),
        (findings(joint=replace(JOINT, p=0.02)), "recalibrate", ("fields",)),
        (findings(joint=replace(JOINT, p=0.03)), "keep", ()),
        (findings(mix=MOVED.assign(p_adjusted=0.02)), "recalibrate", ("mix",)),
        (findings(mix=MOVED.assign(p_adjusted=0.03)), "keep", ()),
        (findings(mix=MOVED, few=True), "keep", ()),
        (findings([SHIFT], mix=MOVED, few=True), "recalibrate", ("fields",)),
        (findings(judged=FALLEN), "resegment", ()),
        (findings([SHIFT], judged=FALLEN), "resegment", ("fields",)),
        (findings(judged=CONTRADICTED), "resegment", ("profile",)),
        (findings(survey=("size",)), "keep", ()),
        (findings(survey=("profile",)), "resegment", ("profile",)),
        (findings(survey=("measurement", "fields")), "resegment", ("profile",)),
        (findings([SHIFT], mix=MOVED, survey=("profile",)), "resegment", ("profile", "fields")),
    ],
)  # fmt: skip
def test_the_rules(found, verdict, kinds):
    assert decide(found)[0] == verdict
    assert kinds_of(found) == kinds


def first_words(reasons):
    return [" ".join(reason.split()[:4]) for reason in reasons]


def test_reasons_stand_in_order_needs_accuracy_fields():
    _, reasons = decide(findings([LEVEL, SHIFT], mix=MOVED, judged=FALLEN, survey=("profile",),
                                 joint=JOINT))  # fmt: skip
    assert first_words(reasons) == [
        "The new survey wave",
        "The typing tool is",
        "`age`, shift: higher by",
        "`plan`, new level: higher",
        "All fields together tell",
        "Segment sizes cannot be",
    ]


def test_sizes_explain_fields_and_say_which():
    _, reasons = decide(findings([SHIFT, LEVEL], mix=MOVED, unexplained=(STABLE,)))
    assert reasons == (
        "Segment 0 grew from 20.0 % to 30.0 %.",
        "The new sizes explain the changes of `age`, `plan`.",
    )


def test_sizes_are_not_told_while_something_else_changed():
    assert decide(findings([SHIFT], mix=MOVED))[1][-1] == (
        "Segment sizes cannot be told while the fields changed."
    )
    assert decide(findings(mix=MOVED, survey=("profile",)))[1][-1] == (
        "Segment sizes cannot be told while segments are not what they were."
    )


def test_new_labels_that_contradict_the_tool_say_by_how_much():
    assert decide(findings(judged=CONTRADICTED))[1] == (
        "New labels contradict the typing tool: it is right for 0.40 [0.38, 0.42] of them, where "
        "its probabilities say 0.60 [0.58, 0.62]. People with the same fields belong to other "
        "segments now.",
    )


def test_a_field_is_named_once_and_only_five_are():
    inside = replace(SHIFT, segment="2")
    assert len(decide(findings([SHIFT, inside]))[1]) == 1
    many = [replace(SHIFT, field=f"f{i}") for i in range(8)]
    reasons = decide(findings(many))[1]
    assert len(reasons) == 6
    assert reasons[-1] == "And 3 more."


def test_a_change_inside_a_segment_says_where():
    reason = decide(findings([replace(SHIFT, segment="2")]))[1][0]
    assert reason == (
        "`age` in segment 2, shift: higher by 0.02 sd on average (PSI 0.12; without drift 95 % "
        "stay below 0.02)."
    )


def test_a_recoded_field_comes_first_and_once():
    recoded = replace(LEVEL, kind="recoded", detail="`a` is now called `b`", evidence="as many")
    places = [replace(recoded, segment=s) for s in ("0", "1")]
    reasons = decide(findings([SHIFT, *places]))[1]
    assert reasons[0].startswith("`age`, shift")
    assert reasons[1].startswith("`plan` in segment 0, recoded: `a` is now called `b` (as many).")
    assert len(reasons) == 2
    assert decide(findings([SHIFT, recoded]))[1][0].startswith("`plan`, recoded")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (findings(survey=("profile",)), "finds segments of other needs"),
        (findings(survey=("measurement",)), "measures other needs"),
        (findings(judged=CONTRADICTED), "New labels contradict"),
        (findings([replace(LEVEL, kind="recoded")]), "before `plan` was recoded"),
        (findings(joint=replace(JOINT, auc=0.93)), "hardly overlap"),
    ],
)
def test_each_doubt_has_its_reason(found, words):
    (doubt,) = doubts(found)
    assert words in doubt


def test_without_evidence_there_is_no_doubt():
    assert doubts(findings([SHIFT], mix=MOVED, joint=JOINT, judged=FALLEN)) == ()
