"""Calling the roll of a base: who is new, who changed, who is gone, and nobody twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._progress import progress_bar
from segkit._result import count_text
from segkit.diagnostics.counting.fields import read_field
from segkit.diagnostics.watch.prints import prints
from segkit.diagnostics.watch.reading import Base
from segkit.diagnostics.watch.spells import State
from segkit.exceptions import SegkitError

__all__ = ["Difference", "Roll", "compare", "marked"]


@dataclass(frozen=True)
class Difference:
    """How a base differs from what the store knows."""

    customers: int
    new: int
    changed: int
    gone: int

    @property
    def nothing(self) -> bool:
        """Whether the store knows it all."""
        return not (self.new or self.changed or self.gone)

    @property
    def words(self) -> str:
        """The difference in words."""
        changed = count_text(self.changed, "customer")
        return f"{changed} changed, {self.new:,} new, {self.gone:,} gone"


class Roll:
    """Calls the roll: who of the state was seen, and that nobody is seen twice."""

    def __init__(self, state: State, id: str) -> None:
        self._state = state
        self._id = id
        self.seen = np.zeros(state.n, dtype=bool)
        self.new_ids: list[Any] = []
        self.n = self.changed = 0

    def call(self, ids: Any, marks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the position of each id in the state, and whether it is new or changed."""
        import pyarrow as pa

        at = self._state.find(ids)
        known = at >= 0
        times = np.bincount(at[known], minlength=self._state.n)
        twice = np.flatnonzero((times > 1) | ((times > 0) & self.seen))
        if twice.size:
            self._refuse(self._state.ids[int(twice[0])].as_py())
        self.seen |= times > 0
        changed = np.zeros(at.size, dtype=bool)
        changed[known] = self._state.prints[at[known]] != marks[known]
        self.n, self.changed = self.n + at.size, self.changed + int(changed.sum())
        if not known.all():
            self.new_ids.append(ids.filter(pa.array(~known)))
        return at, changed | ~known

    def difference(self) -> Difference:
        """Return the numbers; refuse a new id that came twice."""
        import pyarrow as pa
        import pyarrow.compute as pc

        n_new = sum(len(ids) for ids in self.new_ids)
        if n_new and pc.count_distinct(pa.chunked_array(self.new_ids)).as_py() < n_new:
            counts = pc.value_counts(pa.chunked_array(self.new_ids))
            worst = pc.index(counts.field("counts"), pc.max(counts.field("counts"))).as_py()
            self._refuse(counts.field("values")[worst].as_py())
        gone = self._state.n - int(self.seen.sum())
        return Difference(self.n, n_new, self.changed, gone)

    def _refuse(self, id: str) -> None:
        raise SegkitError(
            f"`{self._id}` of the base holds {id!r} more than once; expected one row an id. Remove "
            "the repeated row, or give the column that tells the rows apart."
        )


def compare(base: Base, state: State) -> Difference:
    """Say how a base differs from a state, without tagging anybody."""
    roll = Roll(state, base.id)
    for ids, marks, _ in marked(base):
        roll.call(ids, marks)
    return roll.difference()


def marked(base: Base) -> Iterator[tuple[Any, np.ndarray, Any]]:
    """Yield ids, prints and fields of each part."""
    names = base.book.names
    with progress_bar(what="monitoring", total=base.n_rows, unit=" rows") as bar:
        for ids, fields in base.parts():
            yield ids, prints([read_field(fields, n, what="the base") for n in names]), fields
            bar.update(len(ids))
