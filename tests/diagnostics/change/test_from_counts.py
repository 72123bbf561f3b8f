from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics import count_table, drift, learn_bins, load_counts
from segkit.exceptions import SegkitError


def table(n, seed, shift=0.0):
    rng = np.random.default_rng(seed)
    segment = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    return pd.DataFrame(
        {
            "age": rng.normal(40 + 5 * segment + 12 * shift, 12),
            "plan": np.array(["a", "b", "c"])[(segment + (rng.random(n) < 0.2)) % 3],
            "bills": np.where(rng.random(n) < 0.1, np.nan, rng.poisson(4, n)),
            "tag": segment,
        }
    )


FIELDS = ["age", "plan", "bills"]
BEFORE, AFTER = table(1500, 0), table(2500, 1, 0.4)
BINS = learn_bins(BEFORE, FIELDS)


@pytest.fixture
def saved(tmp_path):
    """A reference that was saved without its rows, by segment."""
    return load_counts(count_table(BEFORE, BINS, "tag").save(tmp_path / "reference.json"))


def test_counts_give_the_figures_of_the_rows(saved):
    rows = drift(BEFORE, AFTER, segments="tag", fields=FIELDS)
    half = drift(saved, AFTER, segments="tag")
    both = drift(saved, count_table(AFTER, BINS, "tag"))
    assert rows.frame()["kind"].tolist().count("shift") >= 2
    for other in (half, both):
        pd.testing.assert_frame_equal(other.frame(), rows.frame())
        pd.testing.assert_frame_equal(other.mix, rows.mix)
        assert (other.verdict, other.kinds, other.n_before) == ("recalibrate", ("fields",), 1500)
        assert other.joint is None
        assert other.accuracy is None


def test_what_takes_rows_is_said_to_be_left_out(saved):
    summary = drift(saved, AFTER, segments="tag").summary()
    assert "Counts hold no rows: all fields together and typing accuracy were not looked" in summary
    assert "recoded fields only as far as counts of the reference show them" in summary
    assert "no tool" not in summary
    summary = drift(saved, count_table(AFTER, BINS, "tag")).summary()
    assert "Counts hold no rows: all fields together, recoded fields and typing acc" in summary


@pytest.mark.parametrize(
    ("change", "field", "detail"),
    [
        (lambda t: 12 * t["age"], "age", "all values were multiplied by 12"),
        (lambda t: t["plan"].str.upper(), "plan",
         "`a` is now called `A`, `b` is now called `B`, `c` is now called `C`"),
        (lambda t: t["age"] + 2, "age", None),
    ],
)  # fmt: skip
def test_recoded_fields_are_told_as_far_as_counts_show_them(
    saved, frame_kind, change, field, detail
):
    other = table(2500, 1)
    current = frame_kind.make(other.assign(**{field: change(other)}).to_dict("list"))
    found = drift(saved, current, segments="tag")
    recoded = {(c.field, c.detail) for c in found.changes if c.kind == "recoded"}
    assert recoded == (set() if detail is None else {(field, detail)})
    if detail:
        assert found.reasons[0].startswith(f"`{field}`, recoded: {detail} (")


def test_weights_of_the_current_table_are_people(saved):
    other = table(800, 1)
    other["age"] = 12 * other["age"]
    w = np.random.default_rng(0).integers(0, 4, len(other)).astype(float)
    other.loc[w == 0, "age"] = 1e9
    repeated = other.loc[other.index.repeat(w.astype(int))]
    found = [
        {(c.field, c.detail) for c in d.changes if c.kind == "recoded"}
        for d in (
            drift(saved, other, segments="tag", current_weight=w),
            drift(saved, repeated, segments="tag"),
        )
    ]
    assert found[0] == found[1] == {("age", "all values were multiplied by 12")}


def test_parts_of_a_base_are_compared_as_the_whole(saved):
    parts = [count_table(AFTER[i::4], BINS, "tag") for i in range(4)]
    whole = parts[0] + parts[1] + parts[2] + parts[3]
    pd.testing.assert_frame_equal(
        drift(saved, whole).frame(), drift(saved, count_table(AFTER, BINS, "tag")).frame()
    )


def test_new_sizes_are_named_from_counts_alone():
    grown = pd.concat([table(2000, 12), table(4000, 13).query("tag == 2")])
    before = table(3000, 11)
    bins = learn_bins(before, FIELDS)
    result = drift(count_table(before, bins, "tag"), count_table(grown, bins, "tag"))
    assert result.kinds == ("mix",)
    assert "The new sizes explain the changes of" in result.reasons[-1]


def test_weights_and_labels_of_the_frame(saved, frame_kind):
    w = np.random.default_rng(0).integers(1, 4, len(AFTER))
    frame = frame_kind.make(AFTER.to_dict("list"))
    labels = AFTER["tag"].astype(object).to_numpy()
    found = [
        drift(saved, frame, segments=given, current_weight=w)
        for given in ("tag", labels, (None, labels))
    ]
    counted = count_table(AFTER, BINS, "tag", w)
    for result in found:
        assert type(result.frame()) is type(frame)
        assert list(result.frame()["psi"]) == list(drift(saved, counted).frame()["psi"])


def test_a_column_of_weights_is_that_of_the_frame(saved):
    w = np.random.default_rng(0).integers(1, 4, len(AFTER))
    expected = drift(saved, AFTER, segments="tag", current_weight=w).frame()
    for given in ("w", (None, "w")):
        found = drift(saved, AFTER.assign(w=w), segments="tag", sample_weight=given)
        pd.testing.assert_frame_equal(found.frame(), expected)


def test_a_tool_tags_the_frame_beside_counts_by_segment(saved):
    tool = SimpleNamespace(
        feature_names_in_=np.array(["age"]),
        predict=lambda t: np.where(t["age"] > 80, -1, (t["age"] > 50).astype(int)),
    )
    result = drift(saved, AFTER, tool)
    assert result.mix["after"].tolist() == pytest.approx(
        np.bincount(AFTER["age"] > 50, weights=AFTER["age"] <= 80).tolist()
        / (AFTER["age"] <= 80).sum()
        @ np.eye(2, 3)
    )
    plain = drift(count_table(BEFORE, BINS), AFTER, tool)
    assert set(plain.frame()["segment"]) == {"all"}
    assert plain.mix is None


def test_counts_as_the_current_table_bring_their_bins():
    result = drift(BEFORE, count_table(AFTER, BINS), fields=["age"])
    assert result.frame()["field"].tolist() == ["age"]
    assert result.n_after == 2500


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: drift(c, AFTER, sample_weight=np.ones(1500)), "Weights were given for referenc"),
        (lambda c: drift(c, count_table(AFTER, learn_bins(AFTER, FIELDS))), "reference was counte"),
        (lambda c: drift(c, AFTER, fields=["income"]), "fields='income' is not known"),
        (lambda c: drift(c, AFTER.drop(columns="age")), "lacks `age`"),
        (lambda c: drift(c, AFTER.to_numpy()), "expected a pandas or polars frame"),
    ],
)
def test_what_does_not_fit_is_named(call, message, saved):
    with pytest.raises(SegkitError, match=message):
        call(saved)


def test_a_table_without_rows_is_no_table_without_change(saved):
    with pytest.raises(SegkitError, match="current has no rows"):
        drift(saved, AFTER[:0], segments="tag")
    with pytest.raises(SegkitError, match="reference has no rows"):
        drift(count_table(BEFORE[:0], BINS, "tag"), AFTER, segments="tag")


def test_segments_of_other_names_and_one_name_of_a_field_are_refused():
    table = pd.DataFrame({"age": range(100), "tag": ["a", "b"] * 50})
    bins = learn_bins(table, segments="tag")
    counts = count_table(table, bins, segments="tag")
    with pytest.raises(SegkitError, match="no segment in common: `a`, `b` and `A`, `B`"):
        drift(counts, table.assign(tag=table["tag"].str.upper()), segments="tag")
    for reference in (counts, table):
        with pytest.raises(SegkitError, match="fields='age' is one text"):
            drift(reference, table, segments="tag", fields="age")
