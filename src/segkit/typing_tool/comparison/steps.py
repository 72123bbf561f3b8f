"""From one tool to another by parts: votes, calibration, abstention cut, one after the other.

A forest is grown on its codebook and neither works without the other, so they are one part.
A calibration belongs to votes of a kind and to segments: where these differ, it is one part
with them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit.typing_tool.base.tagger import BATCH_ROWS, Tagger
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.models.calibration import Decision
from segkit.typing_tool.models.model import VoteCalibration

__all__ = ["Steps", "codebook_changes"]

CUT = "abstention cut"


@dataclass(frozen=True)
class Steps:
    """The parts that lie between two tools.

    Attributes
    ----------
    first, second : Tagger
        The tools.
    """

    first: Tagger
    second: Tagger

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts, in the order in which they are exchanged."""
        a, b = self.first.model.codes, self.second.model.codes
        if set(a.names) != set(b.names):
            voter = "different fields"
        else:
            same = all(kind == "same" for _, kind, _ in codebook_changes(a, b))
            voter = "votes" if same else "codebook and votes"
        if self._alike():
            return (voter, "calibration", CUT)
        return (f"{voter} and calibration", CUT)

    def decisions(self, codes_a: np.ndarray, codes_b: np.ndarray) -> Iterator[list[Decision]]:
        """Yield, a slice of rows at a time, the decisions of the first tool and after each part."""
        cut_a, cut_b = self.first.cut, self.second.cut
        last = self.second.model.calibration
        ways: list[tuple[VoteCalibration, int]] = [(last, cut_a), (last, cut_b)]
        if self._alike():
            ways.insert(0, (self.first.model.calibration, cut_a))
        for start in range(0, len(codes_a), BATCH_ROWS):
            rows = slice(start, start + BATCH_ROWS)
            votes = self.second.model.voter.score(codes_b[rows], self.second.n_jobs)
            after = [calibration.decide(votes, cut) for calibration, cut in ways]
            yield [self.first.decide(codes_a[rows]), *after]

    def _alike(self) -> bool:
        """Say whether the calibrations may be exchanged: same segments, same kind of votes."""
        a, b = self.first, self.second
        same_segments = a.classes.tolist() == b.classes.tolist()
        return same_segments and type(a.model.voter) is type(b.model.voter)


def codebook_changes(a: FieldCodes, b: FieldCodes) -> list[tuple[str, str, str]]:
    """Return field, what became of it (same, added, dropped, levels, bins, kind), in words."""
    before, after = ({f.name: f for f in book.fields} for book in (a, b))
    out = []
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            out.append((name, "dropped", "the second tool does not ask for it"))
        elif name not in before:
            out.append((name, "added", "the first tool does not ask for it"))
        else:
            out.append((name, *_change(before[name], after[name])))
    return out


def _change(a: FieldCode, b: FieldCode) -> tuple[str, str]:
    if a.kind != b.kind:
        return "kind", f"{a.kind} became {b.kind}"
    if a.kind == "number" and not np.array_equal(a.edges, b.edges):
        return "bins", f"{a.edges.size + 1} bins became {b.edges.size + 1}, or other edges"
    new, gone = set(b.levels) - set(a.levels), set(a.levels) - set(b.levels)
    if new or gone:
        return "levels", f"{_listed(new)} new; {_listed(gone)} gone"
    return ("same", "") if _same_codes(a, b) else ("levels", "the same values, coded otherwise")


def _same_codes(a: FieldCode, b: FieldCode) -> bool:
    known: Any = [(f.levels, f.codes.tolist(), f.missing, f.unseen) for f in (a, b)]
    return bool(known[0] == known[1])


def _listed(levels: set[str]) -> str:
    shown = sorted(levels)[:3]
    more = f" and {len(levels) - 3} more" if len(levels) > 3 else ""
    return ", ".join(shown) + more if levels else "none"
