from dataclasses import replace

import pandas as pd
import pytest

from segkit.diagnostics.change.accuracy import Accuracy
from segkit.diagnostics.change.field_change import FieldChange
from segkit.diagnostics.change.verdict import decide, matters

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
FALLEN = (Accuracy(0.6, 0.58, 0.62, "validated"), Accuracy(0.5, 0.49, 0.51, "estimated"))
HELD = (FALLEN[0], FALLEN[0])


@pytest.mark.parametrize(
    ("change", "counts"), [(STABLE, False), (SMALL, False), (SHIFT, True), (LEVEL, True)]
)
def test_a_change_counts_when_it_is_beyond_chance_and_large(change, counts):
    assert matters(change) is counts


@pytest.mark.parametrize(
    ("changes", "mix", "accuracy", "verdict"),
    [
        ([STABLE], None, None, "keep"),
        ([SMALL], None, HELD, "keep"),
        ([SHIFT], None, HELD, "recalibrate"),
        ([STABLE], MOVED, HELD, "recalibrate"),
        ([STABLE], None, FALLEN, "resegment"),
        ([SHIFT], MOVED, FALLEN, "resegment"),
    ],
)
def test_the_rules(changes, mix, accuracy, verdict):
    assert decide(changes, mix, accuracy, 0.05)[0] == verdict


def test_reasons_stand_in_order_accuracy_mix_fields():
    _, reasons = decide([LEVEL, SHIFT], MOVED, FALLEN, 0.05)
    assert [reason.split()[0] for reason in reasons] == ["The", "Segment", "`age`,", "`plan`,"]


def test_a_field_is_named_once_and_only_five_are():
    inside = replace(SHIFT, segment="2")
    assert len(decide([SHIFT, inside], None, None, 0.05)[1]) == 1
    many = [replace(SHIFT, field=f"f{i}") for i in range(8)]
    reasons = decide(many, None, None, 0.05)[1]
    assert len(reasons) == 6
    assert reasons[-1] == "And 3 more."


def test_a_change_inside_a_segment_says_where():
    reason = decide([replace(SHIFT, segment="2")], None, None, 0.05)[1][0]
    assert reason == (
        "`age` in segment 2, shift: higher by 0.02 sd on average (PSI 0.12; without drift 95 % "
        "stay below 0.02)."
    )
