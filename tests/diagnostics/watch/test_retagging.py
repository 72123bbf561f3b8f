"""Who is tagged, and what is written of them: those new or changed, or everybody."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from segkit.diagnostics.counting.learning import learn_bins
from segkit.diagnostics.watch.cells import count_cells
from segkit.diagnostics.watch.reading import Base
from segkit.diagnostics.watch.retagging import counted_of, go_through, positions, spells_table
from segkit.diagnostics.watch.spells import State, state_at
from segkit.diagnostics.watch.sums import Sums
from segkit.diagnostics.watch.tables import make_tables
from segkit.diagnostics.watch.versions import Version, saved_tool, segments_of

FIRST, SECOND = date(2026, 11, 1), date(2026, 11, 2)
FIELDS = ["age", "plan", "online"]


@pytest.fixture(scope="module")
def version(tool):
    """The tool as a store has it."""
    saved = saved_tool(tool)
    return Version(1, saved, segments_of(saved))


@pytest.fixture(scope="module")
def bins(days):
    return learn_bins(days["2026-11-01"], FIELDS)


def base_of(table, version):
    return Base(table, "customer_id", version.tagger.model.codes)


@pytest.fixture
def first(file_place, days, version, bins):
    """The first day's customers, and the state that a store makes of them."""
    with file_place.store.session(write=True) as session:
        make_tables(session)
        found = go_through(
            base_of(days["2026-11-01"], version), state_at(session), version, bins, everybody=True
        )
        nobody = state_at(session)
        spells, moved = spells_table(found, nobody, version, FIRST, anew=True)
        session.append("tags", spells)
        return found, state_at(session), moved


def ids(found):
    return found.ids.to_pylist()


def test_on_the_first_day_everybody_is_tagged_as_the_tool_does(first, tool, days):
    found, state, moved = first
    base = days["2026-11-01"]
    assert (found.difference.customers, found.difference.new, moved) == (400, 400, 0)
    assert ids(found) == base["customer_id"].astype(str).tolist()
    tags = tool.predict(base.drop(columns="customer_id"))
    expected = [None if tag is None else str(tag) for tag in tags]
    assert dict(zip(state.ids.to_pylist(), state.segments.to_pylist(), strict=True)) == dict(
        zip(ids(found), expected, strict=True)
    )
    probabilities = tool.predict_proba(base.drop(columns="customer_id"))
    np.testing.assert_allclose(found.shares / 10_000, probabilities, atol=5e-5)
    top = np.sort(probabilities, axis=1)
    np.testing.assert_allclose(found.figures["margin"], top[:, -1] - top[:, -2], atol=1e-12)


def test_only_who_is_new_or_changed_is_tagged_again(first, version, bins, days):
    _, state, _ = first
    before, now = days["2026-11-01"], days["2026-11-02"]
    found = go_through(base_of(now, version), state, version, bins, everybody=False)
    both = now.merge(before, on="customer_id", suffixes=("", "_before"))
    changed = [
        not all(a == b or (a != a and b != b) for a, b in zip(row[:3], row[3:], strict=True))
        for row in both[[*FIELDS, *(f"{f}_before" for f in FIELDS)]].itertuples(index=False)
    ]
    new = set(now["customer_id"]) - set(before["customer_id"])
    expected = set(both["customer_id"][changed]) | new
    assert set(ids(found)) == {str(id) for id in expected}
    assert (found.difference.changed, found.difference.new) == (sum(changed), len(new))
    gone = {state.ids[int(i)].as_py() for i in found.gone}
    assert gone == {str(i) for i in set(before["customer_id"]) - set(now["customer_id"])}


def test_a_spell_keeps_since_while_the_tag_does(first, version, bins, days):
    _, state, _ = first
    base = base_of(days["2026-11-02"], version)
    found = go_through(base, state, version, bins, everybody=False)
    spells, moved = spells_table(found, state, version, SECOND, anew=False)
    before = dict(zip(state.ids.to_pylist(), state.segments.to_pylist(), strict=True))
    rows = spells.to_pylist()
    known = [row for row in rows if row["customer_id"] in before]
    stays = [row for row in known if before[row["customer_id"]] == row["segment"]]
    assert {row["since"] for row in stays} == {FIRST}
    assert {row["since"] for row in rows if row not in stays} == {SECOND}
    assert {row["first_day"] for row in rows} == {SECOND}
    assert moved == len(known) - len(stays) > 0


def test_what_was_written_counts_as_what_was_tagged(first, version, bins):
    found, _, _ = first
    k = len(version.segments)
    spells, _ = spells_table(found, empty(), version, FIRST, anew=True)
    packed = [spells[name].combine_chunks() for name in ("segment", "cells", "shares")]
    counted, sums = counted_of(tuple(packed), version, bins)
    expected = count_cells(found.cells, found.groups, bins, k + 1)
    for name, cells in expected.items():
        np.testing.assert_array_equal(counted[name], cells)
    assert sums.to_json() == Sums.of(found.shares, found.groups).to_json()


def empty():
    """The state of a store without a customer."""
    nobody = pa.array([], pa.string())
    return State(nobody, np.zeros(0, dtype=np.int64), nobody, pa.array([], pa.date32()))


def test_a_day_on_which_nothing_happens_tags_nobody(first, version, bins, days):
    _, state, _ = first
    base = base_of(days["2026-11-01"], version)
    found = go_through(base, state, version, bins, everybody=False)
    assert (ids(found), found.cells.shape, found.gone.size) == ([], (0, 3), 0)
    assert found.difference.nothing
    spells, moved = spells_table(found, state, version, SECOND, anew=False)
    assert (spells.num_rows, moved) == (0, 0)


def test_the_untagged_stand_last():
    tags = pa.array(["b", None, "a"], pa.string())
    assert positions(tags, ("a", "b")).tolist() == [1, 2, 0]
