import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics import migration

SEGMENTS = ("0", "1", "2")


def compared(n=400, seed=0, weighted=True):
    """A base tagged twice, with entrants, leavers and gaps; and the two tables."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(3), n)
    q = np.where(rng.random((n, 1)) < 0.7, p, rng.dirichlet(np.ones(3), n))
    tables = []
    for shares, first in ((p, 0), (q, 30)):
        table = pd.DataFrame(shares, columns=[f"probability_{s}" for s in SEGMENTS])
        table["segment"] = shares.argmax(axis=1).astype(float)
        table["id"], table["w"] = np.arange(n), rng.integers(1, 4, n).astype(float)
        table.loc[5:9, "segment"] = np.nan
        if first:
            table = table[first:].assign(id=lambda t: t["id"].where(t["id"] < n - 20, t["id"] + n))
        tables.append(table.sample(frac=1, random_state=seed))
    weight = "w" if weighted else None
    found = migration(*tables, ids="id", sample_weight=weight, n_boot=20)
    return found, tables


def brute_force(found, tables, kinds):
    """Sum the weights before of customers of some kinds, by their tags."""
    who = found.customers().merge(tables[0][["id", "w"]], on="id")
    out = np.zeros((5, 5))
    place = {name: i for i, name in enumerate(SEGMENTS)}
    for row in who[who["kind"].isin(kinds)].itertuples():
        out[place[row[2]], place[row.to]] += row.w
    return out


@pytest.mark.parametrize("weighted", [True, False])
def test_moves_and_flips_are_the_sums_of_the_customers(weighted):
    found, tables = compared(weighted=weighted)
    tables = tables if weighted else [t.assign(w=1.0) for t in tables]
    real, borderline = found.people.weighed(5)
    assert real.sum() > 0
    assert borderline.sum() > 0
    np.testing.assert_allclose(real, brute_force(found, tables, ["real"]))
    np.testing.assert_allclose(borderline, brute_force(found, tables, ["borderline"]))


def test_changers_are_those_with_another_segment():
    found, (before, after) = compared()
    both = before.merge(after, on="id", suffixes=("", "_later")).dropna()
    other = both[both["segment"] != both["segment_later"]]
    everybody = found.people.changers(3, only_real=False)
    assert set(before["id"].iloc[everybody.rows_before]) == set(other["id"])
    assert set(after["id"].iloc[everybody.rows_after]) == set(other["id"])
    assert set(found.people.keys(everybody.rows_before)) == set(other["id"])
    sums = other.groupby(["segment", "segment_later"])["w"].sum()
    expected = np.zeros((3, 3))
    for (a, b), w in sums.items():
        expected[int(a), int(b)] = w
    np.testing.assert_allclose(everybody.totals, expected)
    assert everybody.weights.sum() == pytest.approx(expected.sum())


def test_only_real_changers_are_a_part_of_all():
    found, _ = compared()
    everybody, real = (found.people.changers(3, only_real=only) for only in (False, True))
    assert set(real.rows_before) < set(everybody.rows_before)
    np.testing.assert_allclose(real.totals, found.people.weighed(5)[0][:3, :3])


def test_without_probabilities_nothing_is_weighed_and_rows_tell_people_apart():
    tags = [pd.DataFrame({"segment": tag}) for tag in ([0, 1, 2, 0], [0, 2, 2, None])]
    people = migration(*tags).people
    assert np.isnan(people.weighed(5)).all()
    changers = people.changers(3, only_real=True)  # nobody is known to have moved: all who changed
    assert changers.rows_before.tolist() == [1]
    assert people.keys(changers.rows_before).tolist() == [1]


def test_the_table_of_people_has_everybody_once():
    found, (before, after) = compared()
    table = found.people.table(SEGMENTS, None)
    assert sorted(table["id"].to_pylist()) == sorted({*before["id"], *after["id"]})
    gone = found.people.table(SEGMENTS, "leaver")["id"].to_pylist()
    assert set(gone) == set(before["id"]) - set(after["id"])
