from types import SimpleNamespace

import numpy as np
import pytest

from segkit._frames import Origin
from segkit.diagnostics.change.accuracy import (
    FALL,
    Accuracy,
    accuracy_frame,
    accuracy_reasons,
    estimate,
    evaluated,
)


def test_calibrated_probabilities_estimate_the_accuracy():
    rng = np.random.default_rng(0)
    p = rng.dirichlet([2, 1, 1], 20_000)
    truth = (p.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    found = estimate(p, np.ones(20_000))
    assert found.value == pytest.approx((p.argmax(axis=1) == truth).mean(), abs=0.01)
    assert found.low < found.value < found.high
    assert found.source == "estimated"


def test_the_interval_covers_the_realised_accuracy():
    rng = np.random.default_rng(1)
    hits = []
    for _ in range(300):
        p = rng.dirichlet([2, 1], 200)
        right = rng.random(200) < p.max(axis=1)
        found = estimate(p, np.ones(200))
        hits.append(found.low <= right.mean() <= found.high)
    assert np.mean(hits) >= 0.93


def test_one_segment_only_is_no_reason_to_fail():
    assert estimate(np.ones((5, 1)), np.ones(5)).value == 1.0


def test_rows_of_weight_zero_do_not_count_and_the_unit_of_weights_does_not():
    p = np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]])
    a, b = (estimate(p, c * np.array([1.0, 0, 1])) for c in (1, 7))
    assert [a.value, b.value] == pytest.approx([0.85, 0.85])
    assert a.low == pytest.approx(b.low)


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
    assert accuracy_reasons(before, after) == [
        "The typing tool is right for an estimated 0.50 [0.49, 0.51] of the customers, 10 points "
        "fewer than the 0.60 it was validated at."
    ]


def test_both_periods_stand_in_the_table():
    frame = accuracy_frame(
        Accuracy(0.6, 0.5, 0.7, "validated"), Accuracy(0.5, 0.4, 0.6, "estimated"), Origin()
    )
    assert frame["period"].tolist() == ["before", "after"]
    assert list(frame.columns) == ["period", "accuracy", "low", "high", "source"]
