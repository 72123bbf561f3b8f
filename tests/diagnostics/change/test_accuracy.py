from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from segkit._frames import Origin
from segkit.diagnostics.change.accuracy import (
    FALL,
    Accuracy,
    Gap,
    accuracy_frame,
    accuracy_reasons,
    estimate,
    evaluated,
    held_out_gap,
    observe,
)


def test_calibrated_probabilities_estimate_the_accuracy():
    rng = np.random.default_rng(0)
    p = rng.dirichlet([2, 1, 1], 20_000)
    truth = (p.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    found = estimate(p.max(axis=1), np.ones(20_000))
    assert found.value == pytest.approx((p.argmax(axis=1) == truth).mean(), abs=0.01)
    assert found.low < found.value < found.high
    assert found.source == "estimated"


def test_the_interval_covers_the_realised_accuracy():
    rng = np.random.default_rng(1)
    hits = []
    for _ in range(300):
        p = rng.dirichlet([2, 1], 200).max(axis=1)
        right = rng.random(200) < p
        found = estimate(p, np.ones(200))
        hits.append(found.low <= right.mean() <= found.high)
    assert np.mean(hits) >= 0.93


def covered(runs):
    """A tool that says too much, known from 400 held-out people, on a base of other people."""
    hits = 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        held_out, base = rng.beta(4, 3, 400), rng.beta(4, 4, 3000)
        right, true = rng.random(400) < held_out - 0.1, rng.random(3000) < base - 0.1
        spread = np.sqrt((held_out * (1 - held_out)).mean() / 400)
        found = estimate(base, np.ones(3000), Gap(right.mean() - held_out.mean(), spread))
        hits += found.low <= true.mean() <= found.high
    return hits


def test_what_the_tool_overstates_is_taken_off_and_widens_the_interval(simulated):
    simulated("accuracy without labels", covered(400), 400, 0.95)


def test_rows_of_weight_zero_do_not_count_and_the_unit_of_weights_does_not():
    p = np.array([0.9, 0.5, 0.8])
    a, b = (estimate(p, c * np.array([1.0, 0, 1])) for c in (1, 7))
    assert [a.value, b.value] == pytest.approx([0.85, 0.85])
    assert a.low == pytest.approx(b.low)


def test_the_gap_is_read_from_the_tools_own_reliability(frame_kind):
    table = frame_kind.make({"predicted": [0.4, 0.8], "observed": [0.3, 0.6], "n": [30.0, 10.0]})
    curve = SimpleNamespace(frame=lambda: table)
    tool = SimpleNamespace(evaluation_=SimpleNamespace(reliability=curve, effective_n=25.0))
    gap = held_out_gap(tool)
    assert gap.value == pytest.approx(0.75 * -0.1 + 0.25 * -0.2)
    assert gap.error == pytest.approx(np.sqrt((0.75 * 0.24 + 0.25 * 0.16) / 25))
    assert held_out_gap(object()) == Gap()


def test_agreement_with_labels_is_counted():
    found = observe(np.array([1.0, 0, 1, 1]), np.array([2.0, 1, 1, 0]))
    assert (found.value, found.source) == (0.75, "observed")


@pytest.mark.parametrize("segment", ["all", "0"])
def test_the_validated_accuracy_is_read_from_the_tools_own_table(frame_kind, segment):
    table = frame_kind.make(
        {"metric": ["kappa", "accuracy"], "segment": ["all", segment], "value": [0.4, 0.6],
         "low": [0.3, 0.55], "high": [0.5, 0.65]}
    )  # fmt: skip
    tool = SimpleNamespace(evaluation_=SimpleNamespace(frame=lambda: table))
    expected = Accuracy(0.6, 0.55, 0.65, "validated") if segment == "all" else None
    assert evaluated(tool) == expected


def test_a_tool_without_evaluation_knows_none():
    assert evaluated(object()) is None


@pytest.mark.parametrize(
    ("after", "width", "fell"),
    [(0.6 - FALL - 0.01, 0.01, True), (0.6 - FALL + 0.01, 0.01, False), (0.45, 0.2, False)],
)
def test_a_fall_must_be_large_and_beyond_chance(after, width, fell):
    before = Accuracy(0.6, 0.6 - width, 0.6 + width, "validated")
    now = Accuracy(after, after - width, after + width, "estimated")
    assert bool(accuracy_reasons(before, now)) is fell


def test_the_reason_gives_the_figures():
    before, after = Accuracy(0.6, 0.59, 0.61, "validated"), Accuracy(0.5, 0.49, 0.51, "estimated")
    seen = replace(after, source="observed")
    assert (
        "is right for 0.50 [0.49, 0.51] of the newly labelled" in accuracy_reasons(before, seen)[0]
    )
    assert accuracy_reasons(before, after) == [
        "The typing tool is right for an estimated 0.50 [0.49, 0.51] of the customers, 10 points "
        "fewer than the 0.60 it was validated at."
    ]


def test_both_periods_stand_in_the_table():
    lines = [("before", Accuracy(0.6, 0.5, 0.7, "validated"))]
    lines.append(("after", Accuracy(0.5, 0.4, 0.6, "estimated")))
    frame = accuracy_frame(lines, Origin())
    assert frame["period"].tolist() == ["before", "after"]
    assert list(frame.columns) == ["period", "accuracy", "low", "high", "source"]
