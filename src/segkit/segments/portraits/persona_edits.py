"""A consultant's words meet new figures: kept, followed to the right segment, never lost."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from segkit.segments.portraits.persona import WORDS, Persona

__all__ = ["edited_words", "keep_edits"]

ALIKE = 0.5
"""The cosine of two groups' effects from which they are the same group."""


def keep_edits(
    new: Sequence[Persona], old: Sequence[Persona]
) -> tuple[list[Persona], list[Persona]]:
    """Carry edited words over to new personas.

    Parameters
    ----------
    new : sequence of Persona
        As segkit portrays the groups now.
    old : sequence of Persona
        As they were written before, perhaps edited.

    Returns
    -------
    kept : list of Persona
        The new ones; words that were edited (now or before) are those of the consultant. An
        edited word whose suggestion has changed since stands in `look_again`.
    gone : list of Persona
        Old ones with edited words whose group is no longer there.
    """
    pairs = _same_groups(new, old)
    kept = [p if at not in pairs else _with_edits(p, old[pairs[at]]) for at, p in enumerate(new)]
    gone = [p for at, p in enumerate(old) if at not in pairs.values()]
    return kept, [p for p in gone if p.edited or p.notes]


def edited_words(old: Persona, new: Persona) -> list[str]:
    """Return the words of an old persona that are neither its suggestion nor the new one."""
    found = []
    for word in WORDS:
        now = new.suggested.get(word, ())
        if getattr(old, word) not in (now, old.suggested.get(word, now)):
            found.append(word)
    return found


def _with_edits(new: Persona, old: Persona) -> Persona:
    kept = [word for word in edited_words(old, new) if word not in new.edited]
    moved = [w for w in kept if old.suggested.get(w) != new.suggested.get(w)]
    again = [w for w in WORDS if w in moved or (w in kept and w in old.look_again)]
    words: dict[str, Any] = {word: getattr(old, word) for word in kept}
    return replace(new, **words, notes=new.notes or old.notes, look_again=tuple(again))


def _same_groups(new: Sequence[Persona], old: Sequence[Persona]) -> dict[int, int]:
    """Return for each new persona the old one of the same group: numbers may have changed."""
    likeness = np.array([[_likeness(a, b) for b in old] for a in new]).reshape(len(new), len(old))
    rows, cols = linear_sum_assignment(-likeness)
    return {int(a): int(b) for a, b in zip(rows, cols, strict=True) if likeness[a, b] >= ALIKE}


def _likeness(a: Persona, b: Persona) -> float:
    """Return the cosine of the effects that both know; without any the segment decides."""
    same = str(a.segment) == str(b.segment)
    common = [item for item in a.marks if item in b.marks]
    x, y = (np.array([p.marks[item] for item in common]) for p in (a, b))
    length = float(np.linalg.norm(x) * np.linalg.norm(y))
    if length == 0:
        return float(same)
    return float(x @ y) / length + 1e-9 * same
