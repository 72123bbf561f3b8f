"""Tagging who is new or changed, and the spells that begin with it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from segkit._frames import take
from segkit.diagnostics.counting.fields import read_field
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.watch.cells import Counted, cells_of, count_cells, pack, unpack
from segkit.diagnostics.watch.reading import Base
from segkit.diagnostics.watch.roll import Difference, Roll, marked
from segkit.diagnostics.watch.spells import State
from segkit.diagnostics.watch.sums import Sums, as_steps
from segkit.diagnostics.watch.versions import Version

__all__ = ["Retagged", "counted_of", "go_through", "positions", "spells_table"]


@dataclass(frozen=True)
class Retagged:
    """Customers who were tagged: those new or changed, or all under another version.

    Attributes
    ----------
    ids : pyarrow.Array of shape (n,)
        Their ids.
    at : ndarray of shape (n,)
        Their positions in the earlier state, -1: new.
    groups : ndarray of shape (n,)
        Their tags as positions, the number of segments: untagged.
    figures : dict of str to ndarray of shape (n,)
        ``probability``, ``margin`` (to the runner-up), ``print``.
    cells : ndarray of shape (n, n_fields)
        Their bins.
    shares : ndarray of shape (n, n_segments)
        Their probabilities in steps.
    gone : ndarray
        Positions in the earlier state of customers who are not in the base.
    difference : Difference
        The numbers of all these.
    """

    ids: Any
    at: np.ndarray
    groups: np.ndarray
    figures: dict[str, np.ndarray]
    cells: np.ndarray
    shares: np.ndarray
    gone: np.ndarray
    difference: Difference


def go_through(
    base: Base, state: State, version: Version, bins: TableBins, *, everybody: bool
) -> Retagged:
    """Tag the customers of a base who are new or changed, or everybody.

    Parameters
    ----------
    base : Base
        The day's base.
    state : State
        The customers before.
    version : Version
        The tool.
    bins : TableBins
        How its fields are counted.
    everybody : bool
        Whether the unchanged are tagged too (another tool than the day before).
    """
    roll = Roll(state, base.id)
    kept: list[tuple[Any, ...]] = []
    for ids, marks, fields in marked(base):
        at, touched = roll.call(ids, marks)
        rows = np.arange(at.size) if everybody else np.flatnonzero(touched)
        if rows.size:
            part = fields if rows.size == at.size else take(fields, rows)
            kept.append((ids.take(rows), at[rows], marks[rows], *_typed(part, version, bins)))
    difference = roll.difference()
    return _joined(kept, version, bins, np.flatnonzero(~roll.seen), difference)


def spells_table(
    found: Retagged, state: State, version: Version, day: date, *, anew: bool
) -> tuple[Any, int]:
    """Return the spells that begin on a day as an Arrow table, and how many moved.

    With `anew` (another version than the day before) every tag begins on this day.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    names = pa.array([*version.segments, None], pa.string())
    segments = names.take(pa.array(found.groups))
    known = found.at >= 0
    before = np.where(known, found.at, 0)
    n = len(found.ids)
    today = pa.array([day] * n, pa.date32())
    moved = np.zeros(n, dtype=bool)
    since = today
    if state.n and not anew:
        earlier = positions(state.segments, version.segments)[before]
        moved = known & (earlier != found.groups)
        stays = pa.array(known & ~moved)
        since = pc.if_else(stays, state.since.take(pa.array(before)), today)
    table = pa.table(
        {
            "customer_id": found.ids,
            "first_day": today,
            "since": since,
            "segment": segments,
            "probability": found.figures["probability"],
            "margin": found.figures["margin"],
            "version": pa.array(np.full(n, version.number, dtype=np.int32)),
            "print": found.figures["print"],
            "cells": pack(found.cells),
            "shares": pack(found.shares),
        }
    )
    return table, int(moved.sum())


def counted_of(
    packed: tuple[Any, Any, Any], version: Version, bins: TableBins
) -> tuple[Counted, Sums]:
    """Return the counts and sums of spells as the store has them: segments, cells, shares."""
    segments, cells, shares = packed
    k = len(version.segments)
    groups = positions(segments, version.segments)
    counted = count_cells(unpack(cells, len(bins.fields)), groups, bins, k + 1)
    return counted, Sums.of(unpack(shares, k), groups)


def positions(segments: Any, names: tuple[str, ...]) -> np.ndarray:
    """Return the position of each tag among the segments; the number of them where untagged."""
    import pyarrow as pa
    import pyarrow.compute as pc

    at = pc.index_in(segments, value_set=pa.array(names, pa.string()))
    return np.asarray(pc.fill_null(at, len(names)).to_numpy(zero_copy_only=False), dtype=np.int64)


def _typed(part: Any, version: Version, bins: TableBins) -> tuple[np.ndarray, ...]:
    """Return groups, probability, margin, cells and shares of rows."""
    tagger = version.tagger
    decision = tagger.decide(tagger.model.codes.encode(part))
    rows = np.arange(decision.first.size)
    margin = decision.top - decision.probabilities[rows, decision.second]
    columns = [read_field(part, name, what="the base") for name in bins.names]
    return (
        np.where(decision.kept, decision.first, len(version.segments)),
        decision.top,
        margin,
        cells_of(columns, bins),
        as_steps(decision.probabilities),
    )


def _joined(
    kept: list[tuple[Any, ...]],
    version: Version,
    bins: TableBins,
    gone: np.ndarray,
    difference: Difference,
) -> Retagged:
    import pyarrow as pa

    nobody = np.zeros(0)
    empty = (
        pa.array([], pa.string()), nobody.astype(np.int64), nobody.astype(np.int64),
        nobody.astype(np.int64), nobody, nobody,
        np.zeros((0, len(bins.fields)), np.uint16),
        np.zeros((0, len(version.segments)), np.uint16),
    )  # fmt: skip
    columns = list(zip(*(kept or [empty]), strict=True))
    at, marks, groups, probability, margin, cells, shares = map(np.concatenate, columns[1:])
    figures = {"probability": probability, "margin": margin, "print": marks}
    ids = pa.concat_arrays(columns[0])
    return Retagged(ids, at, groups, figures, cells, shares, gone, difference)
