import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics import decompose_mix
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool import TypingTool


class Cut:
    """A tool that cuts age, and leaves people without one untagged."""

    def __init__(self, *at, names=None):
        self.at, self.names = at, names

    def predict(self, fields):
        age = np.asarray(fields["age"], dtype=float)
        tag = np.searchsorted(self.at, age)
        if self.names:
            return np.array([self.names[t] for t in tag], dtype=object)
        return np.where(np.isnan(age), -1, tag)


def base(n=500, seed=0, ids=0, shift=0.0, gaps=0.0):
    rng = np.random.default_rng(seed)
    age = rng.normal(45 + shift, 15, n)
    age[rng.random(n) < gaps] = np.nan
    return pd.DataFrame({"id": ids + np.arange(n), "age": age})


def changes(found):
    table = found.frame()
    return {(s, p): c for s, p, c in zip(table["segment"], table["part"], table["change"])}  # noqa: B905


@pytest.mark.filterwarnings("ignore:No `id` of before is in after")
@pytest.mark.parametrize("ids", [0, 200, 500])
def test_parts_sum_exactly_whoever_is_in_both(ids):
    found = decompose_mix(
        base(gaps=0.1), base(400, 1, ids, 4, 0.2), (Cut(30, 50), Cut(35, 50)), ids="id"
    )
    parts = changes(found)
    for segment in ("0", "1", "2", "untagged"):
        three = sum(parts[segment, p] for p in ("turnover", "moved", "model"))
        assert three == pytest.approx(parts[segment, "total"], abs=1e-15)
    assert sum(v for (_, p), v in parts.items() if p == "total") == pytest.approx(0, abs=1e-15)
    sizes = found.sizes.set_index(["people", "tool", "segment"])["share"]
    total = sizes["new", "new", "0"] - sizes["old", "old", "0"]
    assert parts["0", "total"] == pytest.approx(total, abs=1e-15)


def test_without_any_change_every_part_is_zero():
    table = decompose_mix(base(), base().sample(frac=1), (Cut(40), Cut(40)), ids="id").frame()
    assert (table[["change", "low", "high"]].to_numpy() == 0.0).all()


@pytest.mark.filterwarnings("ignore:No `id` of before is in after")
def test_each_cause_alone_has_the_whole_change():
    old, shifted = base(), base().assign(age=lambda t: t["age"] + 8)
    cases = {
        "moved": (old, shifted, (Cut(40), Cut(40))),
        "model": (old, old, (Cut(40), Cut(45))),
        "turnover": (old, base(500, 7, 500, 10), (Cut(40), Cut(40))),
    }
    for cause, (before, after, tools) in cases.items():
        parts = changes(decompose_mix(before, after, tools, ids="id"))
        assert parts["0", cause] == pytest.approx(parts["0", "total"], abs=1e-15)
        assert parts["0", "total"] != 0.0


def test_frames_of_both_kinds_say_the_same(frame_kind):
    frames = [base(), base(400, 1, 200, 4)]
    plain = decompose_mix(*frames, (Cut(40), Cut(35)), ids="id")
    made = [frame_kind.make(f.sample(frac=1, random_state=0).to_dict("list")) for f in frames]
    other = decompose_mix(*made, (Cut(40), Cut(35)), ids="id")
    assert type(other.frame()) is type(made[0])
    assert np.allclose(other.frame()["change"], plain.frame()["change"])


def test_whole_weights_are_repeated_rows():
    before, after = base(100), base(100, 1, shift=5)
    w = np.random.default_rng(0).integers(1, 4, 100)
    weighted = decompose_mix(before, after, (Cut(40), Cut(35)), sample_weight=w)
    rows = np.repeat(np.arange(100), w)
    repeated = decompose_mix(before.iloc[rows], after.iloc[rows], (Cut(40), Cut(35)))
    assert np.allclose(weighted.frame()["change"], repeated.frame()["change"])
    scaled = decompose_mix(before, after, (Cut(40), Cut(35)), sample_weight=3.5 * w)
    assert np.allclose(weighted.frame()["low"], scaled.frame()["low"])
    columns = [table.assign(w=w) for table in (before, after)]
    for given in ("w", (w, "w"), [w, w]):
        found = decompose_mix(*columns, (Cut(40), Cut(35)), sample_weight=given)
        assert found.frame().equals(weighted.frame())


def test_names_of_segments_are_kept():
    found = decompose_mix(base(), base(), (Cut(40, names="ab"), Cut(45, names="ab")))
    assert sorted(set(found.frame()["segment"])) == ["a", "b"]


@pytest.mark.parametrize(
    "n_runs", [400, pytest.param(2000, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_intervals_hold_the_parts_of_the_population(n_runs, simulated):
    def world(n, seed):
        rng = np.random.default_rng(seed)
        people = np.arange(n)
        age = rng.normal(45, 15, n)
        later = age + rng.normal(3, 6, n)
        there = rng.random(n) < 0.8
        # who comes is as much drawn as who goes: their number is no constant of the world
        n_new = rng.poisson(n / 5)
        new = pd.DataFrame({"id": n + np.arange(n_new), "age": rng.normal(38, 15, n_new)})
        before = pd.DataFrame({"id": people, "age": age})
        after = pd.DataFrame({"id": people[there], "age": later[there]})
        return before, pd.concat([after, new])

    tools = (Cut(40), Cut(43))
    true = decompose_mix(*world(2_000_000, 10**6), tools, ids="id").frame()["change"][:4]
    hits = np.zeros(4)
    for seed in range(n_runs):
        table = decompose_mix(*world(400, seed), tools, ids="id").frame()[:4]
        hits += (table["low"] <= true) & (true <= table["high"])
    for part, n in zip(table["part"], hits, strict=True):
        simulated(f"interval of the part {part} holds the truth", n, n_runs, 0.95, n_checks=4)


class Counting(Cut):
    """A cut that counts how often it was asked."""

    asked = 0

    def predict(self, fields):
        self.asked += 1
        return super().predict(fields)


def test_one_tool_given_twice_is_asked_once_of_each_table():
    tool = Counting(40)
    decompose_mix(base(), base(), (tool, tool))
    assert tool.asked == 2
    decompose_mix(base(), base(), (tool, Cut(40)))
    assert tool.asked == 4


def test_tags_of_any_kind_are_names():
    class Given:
        def __init__(self, tags):
            self.tags = tags

        def predict(self, fields):
            return self.tags

    people = base(4)
    kinds = [
        np.array([1, 0, -1, 1]),
        np.array([1.0, 0.0, np.nan, 1.0]),
        np.array(["1", "0", None, "1"], dtype=object),
        pd.array([1, 0, None, 1], dtype="Int64"),
        [True, False, None, True],
    ]
    for tags in kinds:
        table = decompose_mix(people, people, (Given(kinds[0]), Given(tags))).frame()
        assert table["segment"].unique().tolist() == ["0", "1", "untagged"]
        assert (table["change"] == 0).all()


def test_it_says_the_largest_change_and_draws_it():
    with pytest.warns(SegkitWarning, match="No `id` of before is in after") as told:
        found = decompose_mix(base(), base(500, 7, 500, 10), (Cut(40), Cut(40)), ids="id")
    assert told[0].filename == __file__
    assert "0 in both. Largest change: segment 0, " in found.summary()
    assert "by who came or went" in found.plot().get_title(loc="left")
    same = decompose_mix(base(), base(), (Cut(40), Cut(40)))
    assert same.plot().get_title(loc="left") == "No segment changed its size"


def test_csv_files_say_what_frames_say(tmp_path):
    tables = [base(200).assign(plan="a", w=2.0), base(200, 1).assign(plan="b", w=1.5)]
    tables = [t.assign(age=t["age"].abs()) for t in tables]
    fields = ["age", "plan"]
    learnt = tables[0].assign(plan=["a", "b"] * 100)
    tool = TypingTool(n_trees=5, n_folds=2).fit(learnt[fields], (learnt["age"] > 45).astype(int))
    files = [tmp_path / "before.csv", tmp_path / "after.csv"]
    for table, file in zip(tables, files, strict=True):
        table.to_csv(file, index=False)
    for weight in ("w", "age"):  # a weight may be a field too
        given = {"tools": (tool, tool), "ids": "id", "sample_weight": weight}
        read, plain = decompose_mix(*files, **given), decompose_mix(*tables, **given)
        assert changes(read) == pytest.approx(changes(plain), abs=1e-12)


def test_wrong_arguments_are_named():
    tools = (Cut(40), Cut(40))
    for given, said in (
        ((base(), base(400), tools), "before has 500 rows and after 400, and no ids"),
        ((base(), base(), Cut(40)), "tools is no pair"),
        ((base(), base(), (Cut(40), 3)), "A int cannot predict"),
        ((base(), base(), tools, "customer"), "before lacks `customer`"),
        ((base(), base(), tools, "id", (None, "w")), "after lacks `w`"),
        ((base(), base(), tools, "id", np.ones(3)), "Of before: sample_weight has shape"),
        ((base(), pd.concat([base(), base()]), tools, "id"), "`id` of after holds 500 ids more"),
    ):
        with pytest.raises(SegkitError, match=said):
            decompose_mix(*given)


def test_tools_that_name_segments_otherwise_are_refused():
    fields = pd.DataFrame({"age": list(range(18, 78)) * 2})
    old = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    new = TypingTool(n_trees=10).fit(fields, np.where(fields["age"] > 47, "old", "young"))
    with pytest.raises(SegkitError, match="tools have no segment in common: `0`, `1` and `old`"):
        decompose_mix(fields, fields, (old, new))


@pytest.mark.parametrize("kind", ["parquet", "csv", "parts"])
def test_files_are_read_as_migration_reads_them(tmp_path, kind):
    tables, given = (base(), base(400, 1, 200, 4)), []
    for name, table in zip(("before", "after"), tables, strict=True):
        path = tmp_path / f"{name}.{kind.replace('parts', 'parquet')}"
        if kind == "csv":
            table.to_csv(path, index=False)
        else:
            table.to_parquet(path)
        given.append(path)
    if kind == "parts":
        for i, table in enumerate(tables):
            halves = [tmp_path / f"{i}{half}.parquet" for half in (0, 1)]
            table.head(150).to_parquet(halves[0])
            table.tail(len(table) - 150).to_parquet(halves[1])
            given[i] = halves
    tools = Cut(30, 50), Cut(35, 50)
    found = decompose_mix(*given, tools, ids="id")
    assert changes(found) == pytest.approx(changes(decompose_mix(*tables, tools, ids="id")))


def test_ids_that_were_not_named_are_told():
    tools = Cut(30, 50), Cut(35, 50)
    with pytest.warns(SegkitWarning, match=r"but `id` differs in 500 of 500 rows. Give ids='id'"):
        decompose_mix(base(), base(ids=1000), tools)
