import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics import migration
from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool


class Linear:
    """A tool whose margin is a sum over its fields, so that effects are known."""

    classes_ = np.array([0, 1])
    fields_ = ("x", "z", "idle")

    def predict_proba(self, fields):
        score = 0.5 + 0.1 * np.asarray(fields["x"], float) + 0.03 * np.asarray(fields["z"], float)
        p = np.clip(score, 0, 1)
        return np.column_stack([1 - p, p])

    def tag(self, fields):
        p = self.predict_proba(fields)
        return pd.DataFrame(
            {"id": np.asarray(fields["id"]), "segment": p.argmax(axis=1), "probability_0": p[:, 0],
             "probability_1": p[:, 1]}
        )  # fmt: skip


def people(n=400, seed=0):
    rng = np.random.default_rng(seed)
    ids = rng.permutation(10 * n)[:n]
    columns = {"id": ids, "x": rng.normal(size=n), "z": rng.normal(size=n), "idle": ["a"] * n}
    before = pd.DataFrame(columns)
    after = before.assign(x=before["x"] + rng.normal(size=n), z=before["z"] + rng.normal(size=n))
    return before, after


def explained(before, after, **more):
    tool = Linear()
    found = migration(tool.tag(before), tool.tag(after), ids="id")
    return found.movers(tool, before, after, **more)


def test_effects_are_exact_where_fields_add_up():
    before, after = people()
    table = explained(before, after, n_each=10_000).frame()
    tool = Linear()
    was, now = (tool.predict_proba(t).argmax(axis=1) for t in (before, after))
    up = np.where(now > was, 1.0, -1.0)[was != now]
    moved = was != now
    for pair in (table[table["from"] == "all"],):
        effects = dict(zip(pair["field"], pair["effect"], strict=True))
        step = {c: (after[c] - before[c])[moved].to_numpy() for c in ("x", "z")}
        assert effects["x"] == pytest.approx((up * 0.2 * step["x"]).mean())
        assert effects["z"] == pytest.approx((up * 0.06 * step["z"]).mean())
        assert effects["idle"] == 0.0
        assert effects["together"] == pytest.approx(0.0, abs=1e-12)
        assert pair["share"].sum() == pytest.approx(1.0)
        assert pair["field"].tolist() == ["x", "z", "idle", "together"]


def test_every_pair_of_segments_is_ranked_on_its_own():
    table = explained(*people()).frame()
    assert set(zip(table["from"], table["to"], strict=True)) == {
        ("all", "all"),
        ("0", "1"),
        ("1", "0"),
    }
    sums = table[table["from"] != "all"].groupby(["from", "to"])["n"].first()
    assert sums.sum() == table["n"][0]
    assert table.loc[table["field"] == "idle", "changed"].eq(0.0).all()
    assert table.loc[table["field"] == "x", "changed"].eq(1.0).all()


def test_a_sample_is_bounded_and_independent_of_the_rows():
    before, after = people()
    small = explained(before, after, n_each=20)
    assert small.n_sample == 40
    order = np.random.default_rng(1).permutation(len(before))
    other = explained(before.iloc[order], after.iloc[order[::-1]], n_each=20).frame()
    assert np.allclose(small.frame()["effect"], other["effect"])
    another = explained(before, after, n_each=20, random_state=1).frame()
    assert not np.allclose(small.frame()["effect"], another["effect"])
    full = explained(before, after, n_each=10_000).frame()
    inside = (small.frame()["low"] <= full["effect"]) & (full["effect"] <= small.frame()["high"])
    assert inside.mean() > 0.7


def test_pandas_and_polars_agree(frame_kind):
    before, after = people()
    made = [frame_kind.make(t.to_dict("list")) for t in (before, after)]
    tool = Linear()
    found = migration(tool.tag(made[0]), tool.tag(made[1]), ids="id").movers(tool, *made)
    assert np.allclose(found.frame()["effect"], explained(before, after).frame()["effect"])


def test_real_moves_can_be_looked_at_alone():
    before, _ = people(4000)
    before["x"] *= 4
    rng = np.random.default_rng(5)
    jumps = rng.random(4000) < 0.1
    after = before.assign(x=np.where(jumps, 4 * rng.normal(size=4000), before["x"] + 0.02))
    every, real = explained(before, after), explained(before, after, only_real=True)
    assert 0 < real.n_movers < every.n_movers


def test_it_says_the_first_fields_and_draws_them():
    found = explained(*people())
    assert "of them were looked at. Fields whose change accounts for most" in found.summary()
    ax = found.plot()
    assert ax.get_title(loc="left").startswith("x accounts for")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["x", "z", "idle", "only together"]


def test_wrong_arguments_are_named():
    before, after = people()
    tool = Linear()
    found = migration(tool.tag(before), tool.tag(after), ids="id")
    with pytest.raises(SegkitError, match="before lacks `z`"):
        found.movers(tool, before[["x", "idle"]], after)
    with pytest.raises(SegkitError, match="before has 3 rows, but the tagged table had more"):
        found.movers(tool, before[:3], after)
    with pytest.raises(SegkitError, match="does not know the names of its fields"):
        found.movers(object(), before, after)
    with pytest.raises(SegkitError, match="there is nothing to explain"):
        migration(tool.tag(before), tool.tag(before), ids="id").movers(tool, before, before)
    bare = [tool.tag(t)[["id", "segment"]] for t in (before, after)]
    with pytest.raises(SegkitError, match="no move is known to be real"):
        migration(*bare, ids="id").movers(tool, before, after, only_real=True)
    strange = Linear()
    strange.classes_ = np.array([0, 5])
    with pytest.raises(SegkitError, match="does not know segment `1`"):
        found.movers(strange, before, after)


def test_tables_that_were_swapped_are_refused():
    fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    later = fields.assign(age=fields["age"] + 5)
    moves = migration(tool.tag(fields), tool.tag(later))
    with pytest.raises(SegkitError, match=r"would give only \d+ the tags that they have"):
        moves.movers(tool, later, fields)
