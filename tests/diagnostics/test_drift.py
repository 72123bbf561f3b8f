import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics import Drift, TableCounts, count_table, drift, learn_bins
from segkit.diagnostics.counting.counts import Counts
from segkit.exceptions import SegkitError

REGIONS = ("north", "south", "east", "west")


def base(n, seed, shift=0.0):
    """A base without segments: numbers, counts, levels, yes/no, gaps."""
    rng = np.random.default_rng(seed)
    return {
        "age": rng.normal(45 + 12 * shift, 12, n),
        "bills": rng.poisson(4, n).astype(float),
        "region": rng.choice(REGIONS, n, p=[0.5, 0.3, 0.15, 0.05]).tolist(),
        "app": rng.random(n) < 0.3,
        "tenure": np.where(rng.random(n) < 0.1, np.nan, rng.exponential(5, n)),
    }


def frame(n, seed, shift=0.0):
    return pd.DataFrame(base(n, seed, shift))


class Stump:
    """A stand-in for a typing tool: likely in segment 1 when old."""

    field_names_ = ("age", "region")
    classes_ = np.array([0, 1])

    def predict_proba(self, fields):
        age = nw.from_native(fields)["age"].to_numpy()
        p = 1 / (1 + np.exp(-(age - 45) / 10))
        return np.column_stack([1 - p, p])


class Stating(Stump):
    """A tool that states the sizes itself."""

    def segment_mix(self, fields):
        share = float((self.predict_proba(fields)[:, 1]).mean())
        both = np.array([1 - share, share])
        return pd.DataFrame(
            {"segment": [0, 1], "counted": both, "corrected": both, "low": both - 0.02,
             "high": both + 0.02}
        )  # fmt: skip


def false_alarms(n, runs, first=0):
    """Fields flagged, fields beyond the PSI's null quantile, fields looked at."""
    tables = [
        drift(counted(n, 2 * s + first), counted(n, 2 * s + 1 + first)).frame() for s in range(runs)
    ]
    flagged = np.concatenate([t["kind"] != "stable" for t in tables])
    beyond = np.concatenate([t["psi"] > t["psi_null_95"] for t in tables])
    return flagged, beyond


BINS = learn_bins(frame(50_000, 99))
SHARES = count_table(frame(500_000, 98), BINS)


def counted(n, seed):
    """Counts of a base of any size: multinomial, over bins that were frozen before."""
    rng = np.random.default_rng([seed, n])
    fields = {}
    for name, known in SHARES.fields.items():
        cells = rng.multinomial(n, known.cells[0] / known.cells.sum())[None].astype(float)
        fields[name] = Counts(known.bins, cells, np.array([float(n)]))
    return TableCounts(BINS, SHARES.groups, fields, n)


@pytest.mark.parametrize(("n", "runs"), [(200, 100), (20_000, 100), (1_000_000, 100)])
def test_without_drift_hardly_a_field_is_flagged(n, runs):
    flagged, beyond = false_alarms(n, runs)
    assert flagged.mean() <= 0.03
    assert beyond.mean() <= 0.07


def test_rows_without_drift_are_seldom_flagged_either():
    tables = [drift(frame(1000, 2 * s), frame(1000, 2 * s + 1)) for s in range(12)]
    assert np.concatenate([t.frame()["kind"] != "stable" for t in tables]).mean() <= 0.05
    assert [t.verdict for t in tables].count("keep") >= 10


@pytest.mark.slow
@pytest.mark.parametrize("n", [200, 2000, 20_000, 200_000, 1_000_000])
def test_the_rate_of_false_alarms_is_as_promised(n, simulated):
    flagged, beyond = false_alarms(n, 400)
    simulated(f"fields flagged at 5 %, n={n}", flagged.sum(), flagged.size, 0.05, at_most=True)
    simulated(f"PSI beyond its 95 % null quantile, n={n}", beyond.sum(), beyond.size, 0.05,
              n_checks=5, at_most=True)  # fmt: skip
    assert max(flagged.mean(), beyond.mean()) <= 0.07


def segmented(n, seed):
    """The same with segments that go by age, as far as they go by anything."""
    table, noise = frame(n, seed), np.random.default_rng([seed, 7]).normal(size=n)
    return table.assign(tag=np.digitize((table["age"] - 45) / 12 + noise, [-0.6, 0.8]))


@pytest.mark.slow
@pytest.mark.parametrize("segments", [None, "tag"])
def test_the_verdict_on_rows_without_drift_is_keep(segments, simulated):
    make = frame if segments is None else segmented
    verdicts = [
        drift(make(400, 2 * s), make(400, 2 * s + 1), segments=segments).verdict for s in range(400)
    ]
    what = f"verdict other than keep, n=400, segments={segments}"
    simulated(what, 400 - verdicts.count("keep"), 400, 0.05, n_checks=2, at_most=True)


def test_fixed_cut_offs_are_wrong_at_both_ends():
    # without drift, small tables pass .1; a shift of a third of a standard deviation does not
    small = [drift(counted(200, 2 * s), counted(200, 2 * s + 1)).frame() for s in range(50)]
    ten_bins = np.concatenate([t.loc[t["field"] == "age", ["psi", "psi_null_95"]] for t in small])
    assert (ten_bins[:, 0] > 0.1).mean() > 0.2
    assert (ten_bins[:, 0] > ten_bins[:, 1]).mean() < 0.15
    large = drift(frame(20_000, 0), frame(20_000, 1, shift=0.3)).frame().iloc[0]
    assert large["psi"] < 0.1
    assert large["psi"] > 20 * large["psi_null_95"]
    assert large["kind"] == "shift"


@pytest.mark.parametrize(
    "n_runs", [20, pytest.param(400, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_a_shift_of_a_fifth_of_a_standard_deviation_is_found(n_runs, simulated):
    found = [drift(frame(2000, 2 * s), frame(2000, 2 * s + 1, shift=0.2)) for s in range(n_runs)]
    missed = sum(result.frame()["kind"][0] != "shift" for result in found)
    simulated("shift of .2 sd at n=2000 not found", missed, n_runs, 0.05, at_most=True)
    assert missed <= n_runs // 20
    # what is found is large enough to act on
    assert [result.verdict for result in found].count("recalibrate") >= n_runs - n_runs // 100


def test_a_tiny_shift_in_a_large_base_is_beyond_chance_but_kept():
    result = drift(frame(100_000, 0), frame(100_000, 1, shift=0.04))
    assert result.frame()["kind"][0] == "shift"
    assert result.verdict == "keep"
    assert result.reasons == (
        "Changes beyond chance in 1 field are all below the size that matters (0.1 sd, V 0.05,"
        " 2% of the rows).",
    )


def test_no_change_is_kept_and_says_so():
    result = drift(frame(500, 0), frame(500, 0))
    assert isinstance(result, Drift)
    assert (result.verdict, result.reasons) == ("keep", ("Nothing changed beyond chance.",))
    assert result.mix is result.accuracy is None
    assert "Typing accuracy was not judged" in result.summary()


def test_columns_and_order_of_the_table():
    result = drift(frame(300, 0), frame(300, 1))
    expected = [
        "segment", "field", "psi", "psi_null_95", "effect", "effect_unit", "p", "p_adjusted",
        "kind", "detail", "evidence", "wasserstein", "jensen_shannon", "ks", "missing_before",
        "missing_after", "n_before", "n_after", "matters",
    ]  # fmt: skip
    assert list(result.frame().columns) == expected
    assert result.frame()["field"].tolist() == list(base(1, 0))
    assert set(result.frame()["segment"]) == {"all"}


def test_a_new_level_is_named_in_the_reasons():
    after = frame(2000, 1)
    after.loc[:99, "region"] = "abroad"
    result = drift(frame(2000, 0), after)
    row = result.frame().set_index("field").loc["region"]
    assert (row["kind"], row["detail"]) == ("new level", "`abroad` (5.0 %)")
    assert result.reasons[0].startswith("`region`, new level: `abroad` (5.0 %) (PSI ")


def test_an_all_missing_column_is_a_missing_share(frame_kind):
    after = base(800, 1)
    after["age"] = [None] * 800
    after["region"] = [None] * 800
    table = drift(frame_kind.make(base(800, 0)), frame_kind.make(after)).frame()
    kinds = dict(zip(table["field"], table["kind"], strict=True))
    assert kinds["age"] == kinds["region"] == "missing share"
    assert kinds["bills"] == "stable"


@pytest.mark.parametrize("which", [0, 1])
def test_both_tables_may_lack_values_from_the_start(which):
    tables = [frame(300, 0), frame(300, 1)]
    for table in tables[which:]:
        table["tenure"] = np.nan
    kinds = drift(*tables).frame().set_index("field")["kind"]
    assert kinds["tenure"] == ("stable" if which == 0 else "missing share")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="age"), r"current lacks `age`; it has"),
        (lambda t: t.iloc[:0], r"current has 0 rows and 5 columns"),
        (lambda t: t.assign(age=[f"{a:.0f} years" for a in t["age"]]), r"`age` holds number.*text"),
        (lambda t: t.assign(region=1.0), r"`region` holds text values.*but number values"),
        (lambda t: t.assign(app=t["app"].astype(float)), r"`app` holds boolean.*but number"),
        (lambda t: t.assign(age=np.inf), r"`age` in current holds infinity in row 0 \(300"),
        (lambda t: t.assign(age=pd.Timestamp("2026-01-01")), r"`age` in current holds date"),
        (lambda t: t.to_numpy(), r"current is a ndarray; expected a pandas or polars frame"),
    ],
)
def test_what_cannot_be_compared_is_named(change, message):
    with pytest.raises(SegkitError, match=message):
        drift(frame(300, 0), change(frame(300, 1)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"alpha": 5}, r"alpha=5 was given; expected a share"),
        ({"fields": ["income"]}, r"reference lacks `income`"),
        ({"fields": []}, r"No field is left to compare"),
        ({"segments": "tag"}, r"reference lacks `tag`"),
        ({"segments": [0, 1, 2]}, r"segments is a list; expected the name of a column"),
        ({"segments": ([0] * 300, [0] * 9)}, r"segments of current has 9 rows but current has 300"),
        ({"sample_weight": [1.0]}, r"sample_weight has shape \(1,\)"),
        ({"current_weight": [-1.0] * 300}, r"Of current: sample_weight is -1.0 in row 0"),
        ({"sample_weight": (None, [1.0])}, r"Of current: sample_weight has shape \(1,\)"),
        ({"sample_weight": "w"}, r"reference lacks `w`; it has"),
        (
            {"sample_weight": (None, None), "current_weight": [1.0] * 300},
            r"sample_weight is a pair and current_weight was given too",
        ),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(SegkitError, match=message):
        drift(frame(300, 0), frame(300, 1), **arguments)


def test_a_tool_without_field_names_is_refused():
    class Nameless(Stump):
        field_names_ = None
        feature_names_in_ = None

    with pytest.raises(SegkitError, match="Nameless does not know the names of its fields"):
        drift(frame(300, 0), frame(300, 1), Nameless())


def test_ids_and_dates_are_left_out_and_listed():
    before, after = frame(100, 0), frame(100, 1)
    for table, first in ((before, 0), (after, 500)):
        table["customer_id"] = np.arange(first, first + 100)
        table["name"] = [f"customer {i}" for i in range(first, first + 100)]
        table["since"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(100), "D")
    result = drift(before, after)
    assert result.left_out == ("`customer_id` (an id)", "`name` (an id)", "`since` (date values)")
    assert "Left out: `customer_id` (an id); `name`" in result.summary()
    assert result.frame()["field"].tolist() == list(base(1, 0))


def test_fields_that_change_together_only_are_found():
    rng = np.random.default_rng(0)
    tables = []
    for turn in (1, -1):
        age = rng.normal(size=3000)
        bills = turn * 0.6 * age + 0.8 * rng.normal(size=3000)
        tables.append(pd.DataFrame({"age": age, "bills": bills, "app": rng.random(3000) < 0.3}))
    result = drift(*tables)
    assert set(result.frame()["kind"]) == {"stable"}
    assert result.verdict == "recalibrate"
    assert result.reasons[0].startswith("All fields together tell the tables apart, mostly by `")
    assert result.joint["field"].tolist()[0] == "all"
    assert set(result.joint["field"][1:3]) == {"age", "bills"}
    again = drift(*(t.sample(frac=1, random_state=4) for t in tables))
    pd.testing.assert_frame_equal(result.joint, again.joint)
    other = drift(*tables, random_state=1)
    assert not other.joint.equals(result.joint)


def test_a_bad_seed_is_named():
    with pytest.raises(SegkitError, match="random_state='dice' was given"):
        drift(frame(300, 0), frame(300, 1), random_state="dice")


def test_fields_can_be_chosen():
    result = drift(frame(300, 0), frame(300, 1), fields=["region", "age"])
    assert result.frame()["field"].tolist() == ["region", "age"]


def test_multiplying_the_weights_changes_nothing():
    before, after = frame(400, 0), frame(400, 1, shift=0.3)
    w, v = (np.random.default_rng(s).uniform(0.2, 3, 400) for s in (5, 6))
    one = drift(before, after, sample_weight=w, current_weight=v)
    other = drift(before, after, sample_weight=64 * w, current_weight=0.125 * v)
    pd.testing.assert_frame_equal(one.frame(), other.frame())
    assert one.effective_before == pytest.approx(w.sum() ** 2 / np.square(w).sum())


def test_weights_may_be_a_pair_or_a_column_which_is_no_field(frame_kind):
    before, after = base(400, 0), base(400, 1, shift=0.3)
    w, v = (np.random.default_rng(s).uniform(0.2, 3, 400) for s in (5, 6))
    tables = [frame_kind.make(t) for t in (before, after)]
    columns = [frame_kind.make(t | {"w": x}) for t, x in ((before, w), (after, v))]
    expected = drift(*tables, sample_weight=w, current_weight=v)
    for found in (
        drift(*tables, sample_weight=(w, v)),
        drift(*columns, sample_weight="w"),
        drift(columns[0], tables[1], sample_weight="w", current_weight=v),
        drift(tables[0], columns[1], sample_weight=(w, "w")),
    ):
        assert found.frame().equals(expected.frame())
        assert found.effective_after == expected.effective_after


def test_whole_number_weights_are_repeated_rows_for_psi_and_effects():
    before, after = frame(400, 0), frame(400, 1, shift=0.3)
    w, v = (np.random.default_rng(s).integers(1, 4, 400) for s in (5, 6))
    weighted = drift(before, after, sample_weight=w, current_weight=v).frame()
    repeated = drift(before.loc[before.index.repeat(w)], after.loc[after.index.repeat(v)]).frame()
    for column in ("psi", "effect", "jensen_shannon", "ks", "missing_before", "missing_after"):
        np.testing.assert_allclose(weighted[column], repeated[column])
    assert (weighted["psi_null_95"] > repeated["psi_null_95"]).all()


def test_weights_of_one_change_nothing():
    tables = frame(300, 0), frame(300, 1)
    ones = drift(*tables, sample_weight=np.ones(300), current_weight=np.ones(300))
    pd.testing.assert_frame_equal(ones.frame(), drift(*tables).frame())


def test_the_row_order_changes_nothing():
    before, after = frame(300, 0), frame(300, 1, shift=0.5)
    a = drift(before, after).frame()
    b = drift(before.sample(frac=1, random_state=1), after.iloc[::-1]).frame()
    pd.testing.assert_frame_equal(a, b)


def test_frames_come_back_as_the_kind_of_the_reference(frame_kind):
    before, after = frame_kind.make(base(400, 0)), frame_kind.make(base(400, 1, shift=0.5))
    labels = ([0, 1] * 200, [1, 1] * 200)
    result = drift(before, after, segments=labels)
    plain = drift(frame(400, 0), frame(400, 1, shift=0.5), segments=labels)
    assert type(result.frame()) is type(result.mix) is type(before)
    np.testing.assert_allclose(
        nw.from_native(result.frame())["psi"].to_numpy(), plain.frame()["psi"]
    )


def test_segments_are_compared_one_by_one():
    before, after = frame(4000, 0), frame(4000, 1)
    tag = np.arange(4000) % 2
    after["age"] += 6.0 * (tag == 1)
    result = drift(before, after, segments=(tag, tag), fields=["age", "bills"])
    table = result.frame().set_index(["field", "segment"])
    assert table.index.tolist()[:3] == [("age", "all"), ("age", "0"), ("age", "1")]
    assert table.loc[("age", "0"), "kind"] == "stable"
    assert table.loc[("age", "1"), "effect"] == pytest.approx(0.5, abs=0.06)
    assert table.loc[("age", "all"), "n_before"] == 4000
    assert table.loc[("age", "1"), "n_before"] == 2000


def test_a_change_inside_one_segment_only_is_a_reason():
    before, after = frame(4000, 0), frame(4000, 1)
    tag = np.arange(4000) % 4
    # one segment older, another younger: nothing to see overall
    after["age"] += np.select([tag == 0, tag == 1], [3.0, -3.0], 0.0)
    result = drift(before, after, segments=(tag, tag), fields=["age"])
    assert result.verdict == "recalibrate"
    assert {reason.split(",")[0] for reason in result.reasons} == {
        "`age` in segment 0", "`age` in segment 1",
    }  # fmt: skip


def test_a_column_of_segments_is_no_field_and_may_have_gaps(frame_kind):
    tables = [base(400, s) | {"tag": [0.0, 1.0, None, 1.0] * 100} for s in (0, 1)]
    result = drift(*(frame_kind.make(t) for t in tables), segments="tag")
    table = nw.from_native(result.frame())
    assert "tag" not in table["field"].to_list()
    assert set(table["segment"].to_list()) == {"all", "0", "1"}
    assert nw.from_native(result.mix)["before"].to_list() == pytest.approx([1 / 3, 2 / 3])


def test_a_segment_that_is_gone_has_no_row():
    before, after = frame(300, 0), frame(300, 1)
    result = drift(before, after, segments=([0, 1, 2] * 100, [0, 1, 1] * 100))
    assert set(result.frame()["segment"]) == {"all", "0", "1"}
    assert result.mix["after"].tolist() == pytest.approx([1 / 3, 2 / 3, 0])
    assert result.reasons[0] == "Segment 1 grew from 33.3 % to 66.7 %."


def test_a_tool_brings_fields_segments_mix_and_accuracy():
    before = frame(2000, 0).assign(note="x")
    result = drift(before, frame(2000, 1), Stump())
    assert set(result.frame()["field"]) == {"age", "region"}
    assert set(result.frame()["segment"]) == {"all", "0", "1"}
    assert result.accuracy["source"].tolist() == ["estimated", "estimated"]
    expected = Stump().predict_proba(before).max(axis=1).mean()
    assert result.accuracy["accuracy"][0] == pytest.approx(expected)
    assert result.mix["before"].sum() == pytest.approx(1)
    assert result.verdict == "keep"


def test_sizes_that_a_tool_states_are_taken(frame_kind):
    tables = [frame_kind.make(base(1000, s, shift)) for s, shift in ((0, 0.0), (1, 1.0))]
    mix = nw.from_native(drift(*tables, Stating()).mix)
    expected = Stump().predict_proba(tables[1])[:, 1].mean()
    assert mix["after"][1] == pytest.approx(expected)
    assert mix["counted_after"][1] > 0.7


def test_fallen_accuracy_asks_for_new_segments():
    # everybody ends near the border of the two segments
    after = frame(2000, 1)
    after["age"] = 45 + (after["age"] - 45) / 8
    result = drift(frame(2000, 0), after, Stump())
    assert result.verdict == "resegment"
    assert "points fewer than the 0.7" in result.reasons[0]
    assert "of the reference" in result.reasons[0]


def test_the_typing_tool_and_its_validated_accuracy():
    typing_tool = pytest.importorskip("segkit.typing_tool")
    rng = np.random.default_rng(0)
    truth = rng.choice(3, 900, p=[0.5, 0.3, 0.2])

    def world(segments, seed):
        r = np.random.default_rng(seed)
        age = r.normal(30 + 15 * segments, 10)
        plan = np.where(r.random(segments.size) < 0.7, segments, 0)
        return pd.DataFrame({"age": age, "plan": np.array(["a", "b", "c"])[plan]})

    fields = world(truth, 1)
    tool = typing_tool.TypingTool(n_trees=30, n_folds=3).fit(fields, truth)
    same = drift(fields, world(rng.choice(3, 5000, p=[0.5, 0.3, 0.2]), 2), tool)
    assert same.verdict == "keep"
    assert same.accuracy["accuracy"].diff().abs().max() < 0.05
    other = drift(fields, world(rng.choice(3, 5000, p=[0.3, 0.3, 0.4]), 3), tool)
    assert other.verdict == "recalibrate"
    assert other.mix["after"].tolist() == pytest.approx([0.3, 0.3, 0.4], abs=0.06)
    assert other.reasons[0].startswith("Segment 2 grew from 2")


def test_the_plot_draws_the_table():
    result = drift(frame(500, 0), frame(500, 1, shift=1.0))
    title = "1 of 5 fields changed beyond chance and by a size that matters"
    assert result.plot().get_title(loc="left") == title


FEW = (
    "Not judged, as the effective n of a table is below 50: all fields together, segment sizes, "
    "recoded fields."
)


@pytest.mark.parametrize(("n", "notes"), [(1, (FEW,)), (2, (FEW,)), (49, (FEW,)), (50, ())])
def test_sizes_of_few_rows_are_not_judged_and_this_is_said(n, notes):
    # one row is in one segment, which looks like 100 % of everybody
    before, after = segmented(3000, 0), segmented(300, 1).assign(tag=2)[:n]
    found = drift(before, after, segments="tag")
    assert found.notes == notes
    assert ("Not judged" in found.summary()) is bool(notes)
    assert any(r.startswith("Segment ") for r in found.reasons) is not bool(notes)
    by_weight = drift(before, after, segments="tag", current_weight=np.arange(n) == 0)
    assert by_weight.notes == (FEW,)
    plain = drift(before.drop(columns="tag"), after.drop(columns="tag"))
    assert plain.notes == tuple(note.replace(" segment sizes,", "") for note in notes)


def test_small_samples_of_the_reference_are_kept():
    before = segmented(3000, 0)
    rng = np.random.default_rng(0)
    for n in (1, 2, 5, 10):
        rows = [before.iloc[rng.choice(len(before), n, replace=False)] for _ in range(15)]
        verdicts = [drift(before, few, segments="tag").verdict for few in rows]
        assert verdicts.count("keep") >= 13
