from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from segkit._frames import Column, Origin
from segkit.diagnostics.change.joint import (
    Joint,
    area,
    as_numbers,
    few_steps,
    joint_change,
    joint_frame,
    joint_reasons,
)
from segkit.diagnostics.change.sample import Sample


def numbers(table):
    return [Column(f"f{i}", "number", "float", x.copy()) for i, x in enumerate(table.T)]


def world(n, seed, *, correlation=0.0, n_fields=4):
    """Standard normal fields; the first two correlate."""
    x = np.random.default_rng(seed).normal(size=(n, n_fields))
    x[:, 1] = correlation * x[:, 0] + np.sqrt(1 - correlation**2) * x[:, 1]
    return x


def told_apart(a, b, *, w=None, v=None, random_state=0):
    w, v = np.ones(len(a)) if w is None else w, np.ones(len(b)) if v is None else v
    groups = np.zeros(len(a), int), np.zeros(len(b), int)
    return joint_change(numbers(a), numbers(b), (w, v), groups, random_state)


def test_a_correlation_that_turns_is_seen_though_no_margin_moves():
    found = told_apart(world(1500, 0, correlation=0.6), world(1500, 1, correlation=-0.6))
    assert found.p < 1e-6
    assert found.low > 0.6
    assert found.ranked[:2] in ([0, 1], [1, 0])
    assert np.abs(found.importance[2:]).max() < 0.03 < found.importance[:2].min()


@pytest.mark.parametrize("move", [0.0, 0.7])
def test_the_overlap_shrinks_as_people_move_away(move):
    a, b = world(4000, 0), world(4000, 1)
    b[:, 2] += move
    found = told_apart(a, b).overlap
    # the chi-square distance of two normals that far apart; boosted trees reach most of it
    assert np.exp(-(move**2)) - 0.05 <= found <= np.exp(-(move**2)) + 0.15
    assert found <= 1


def false_alarms(n, m, runs, *, weighted=False):
    hits = 0
    for seed in range(runs):
        rng = np.random.default_rng([seed, n])
        w = rng.uniform(0.2, 3, n) if weighted else None
        a, b = (world(k, [seed, k, i], correlation=0.4) for i, k in enumerate((n, m)))
        hits += told_apart(a, b, w=w, random_state=seed).p <= 0.05
    return hits


def test_chance_alone_is_seldom_called_a_change(simulated):
    simulated("joint test, n=200", false_alarms(200, 200, 40), 40, 0.05, at_most=True)


@pytest.mark.slow
@pytest.mark.parametrize(("n", "m", "weighted"), [(200, 200, False), (200, 1000, True),
                                                  (2000, 2000, False)])  # fmt: skip
def test_false_alarms_are_at_most_as_promised(n, m, weighted, simulated):
    hits = false_alarms(n, m, 400, weighted=weighted)
    what = f"joint test, n={n}, m={m}, {'weighted' if weighted else 'unweighted'}"
    simulated(what, hits, 400, 0.05, n_checks=3, at_most=True)


def test_the_area_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    side = rng.integers(0, 2, 400)
    score = (rng.normal(size=400) + side).round(1)
    for w in (np.ones(400), rng.uniform(0.1, 3, 400)):
        assert area(score, side, w)[0] == pytest.approx(roc_auc_score(side, score, sample_weight=w))


def test_the_standard_error_is_that_of_repeated_samples():
    found = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        side = np.repeat([0, 1], [60, 140])
        found.append(area(rng.normal(size=200) + side, side, np.ones(200)))
    areas, errors = np.array(found).T
    assert errors.mean() == pytest.approx(areas.std(), rel=0.12)


def test_weights_move_the_tables_and_their_unit_does_not():
    # weights that undo a shift: nothing is left to tell
    a, b = world(2000, 0), world(2000, 1)
    b[:, 0] += 0.8
    w = np.exp(0.8 * a[:, 0])
    assert told_apart(a, b).auc > 0.65
    undone = told_apart(a, b, w=w)
    assert undone.auc < 0.56
    assert told_apart(a, b, w=8 * w).auc == undone.auc


def test_the_order_of_the_rows_has_no_say():
    a, b = world(300, 0), world(400, 1) + 0.2
    order = np.random.default_rng(0).permutation(400)
    one, other = told_apart(a, b), told_apart(a, b[order])
    assert (one.auc, one.p) == (other.auc, other.p)
    np.testing.assert_array_equal(one.importance, other.importance)


def test_too_few_rows_say_nothing():
    assert told_apart(world(49, 0), world(500, 1)) is None
    assert told_apart(world(500, 0), world(500, 1), v=np.zeros(500)) is None
    # one row of nearly all the weight is worth one row
    assert told_apart(world(500, 0), world(500, 1), w=np.r_[1e6, np.ones(499)]) is None


def test_levels_become_numbers_by_their_share_and_gaps_stand_above():
    before = Column("plan", "text", "str", np.array([0.0, 1, 1, -1]), ("a", "b"))
    after = Column("plan", "text", "str", np.array([0.0, 1]), ("b", "z"))
    empty = Column("plan", "empty", "str", np.full(2, np.nan))
    one, other = Sample(np.arange(4), np.ones(4)), Sample(np.arange(2), np.ones(2))
    a, b = as_numbers(before, after, one, other)
    assert (a.tolist(), b.tolist()) == ([1, 0, 0, 4], [0, 2])
    a, b = as_numbers(before, empty, one, other)
    assert b.min() > a[:3].max()
    assert as_numbers(empty, empty, other, other)[0].tolist() == [1, 1]


def test_many_values_become_parts_of_equal_weight_in_their_order():
    rng = np.random.default_rng(0)
    values, w = rng.normal(size=2000), rng.integers(1, 4, 2000).astype(float)
    parts = few_steps(values, w)
    assert np.unique(parts).size == 255
    assert (np.diff(parts[np.argsort(values)]) >= 0).all()
    share = np.bincount(parts.astype(int), weights=w) / w.sum()
    assert np.abs(share - 1 / 255).max() <= 3 / w.sum() + 1e-12
    times = w.astype(int)
    repeated = few_steps(np.repeat(values, times), np.ones(times.sum()))
    np.testing.assert_array_equal(np.repeat(parts, times), repeated)
    few = values.round()
    assert few_steps(few, w) is few


JOINT = Joint(0.64, 0.6, 0.68, 1e-9, 100, 100, ("age", "plan"), np.array([0.01, 0.2]))


def test_the_table_has_all_together_first_then_the_field_that_tells_most():
    table = joint_frame(JOINT, Origin())
    assert table["field"].tolist() == ["all", "plan", "age"]
    assert table["importance"].tolist()[1:] == [0.2, 0.01]
    assert table["auc"][0] == 0.64
    assert table["auc"][1:].isna().all()
    assert joint_frame(None, Origin()) is None


def test_the_reason_names_the_fields_that_tell():
    assert joint_reasons(JOINT, 0.05) == [
        "All fields together tell the tables apart, mostly by `plan`, `age`: of pairs of one row "
        "each, 64 % are told right (chance: 50 %)."
    ]


@pytest.mark.parametrize("changes", [{"p": 0.2}, {"auc": 0.54}])
def test_chance_and_trifles_are_no_reason(changes):
    assert joint_reasons(replace(JOINT, **changes), 0.05) == []
