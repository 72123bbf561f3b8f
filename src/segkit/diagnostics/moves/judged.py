"""Every changed tag weighed: a move, or a borderline flip of a tool that hesitates."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import name_list
from segkit._result import count_text
from segkit.diagnostics.moves.cells import Leaders, leaders, learn_cells
from segkit.diagnostics.moves.flows import Pairs, effective
from segkit.diagnostics.moves.hysteresis import Changers
from segkit.diagnostics.moves.noise import CellSums, Noise, fit_noise
from segkit.diagnostics.moves.tagged import Tagged

__all__ = ["REAL", "Judged", "judge", "why_not"]

REAL = 0.5
"""A changed tag is a real move where a move is at least as likely as noise."""

FEWEST = 50
"""So many people are needed to tell moves from noise."""


@dataclass(frozen=True)
class Judged:
    """People of both tables, by what their probabilities say.

    Attributes
    ----------
    noise : Noise
        The model of moves and noise.
    rows : ndarray of shape (n_changers,)
        Which of the pairs changed from one segment to another, without gaps.
    changers : Changers
        What is known of them.
    """

    noise: Noise
    rows: np.ndarray
    changers: Changers

    @property
    def real(self) -> np.ndarray:
        """Which changers really moved, more likely than not."""
        return np.asarray(self.changers.moved >= REAL)


def why_not(tables: tuple[Tagged, Tagged], segments: tuple[str, ...], n_both: int) -> str:
    """Say why moves cannot be told from noise; nothing where they can."""
    before, after = (tuple(t.probabilities) for t in tables)
    if not before or not after:
        return "a table has no columns of probabilities (probability_...)"
    if set(before) != set(after):
        only = sorted(set(before) ^ set(after))
        return f"only one table has the probabilities of {name_list(only)}"
    strange = [s for s in segments if s not in before]
    if strange:
        return f"tags {name_list(strange)} have no column of probabilities"
    if len(before) < 2 or n_both < FEWEST:
        return (
            f"{count_text(n_both, 'person', 'people')} in both tables, or one segment, are too few"
        )
    return ""


@dataclass(frozen=True)
class _Twice:
    """People of both tables: tags, probabilities of each segment, weights."""

    a: np.ndarray
    b: np.ndarray
    before: list[np.ndarray]
    after: list[np.ndarray]
    w: np.ndarray | None

    def only(self, rows: np.ndarray) -> "_Twice":
        """Return some of them."""
        w = None if self.w is None else self.w[rows]
        before, after = ([p[rows] for p in part] for part in (self.before, self.after))
        return _Twice(self.a[rows], self.b[rows], before, after, w)


def judge(
    pairs: Pairs,
    tags: tuple[np.ndarray, np.ndarray],
    tables: tuple[Tagged, Tagged],
    segments: tuple[str, ...],
    n_boot: int,
    random_state: Any,
) -> Judged:
    """Fit the model to people of both tables, and weigh every changed tag."""
    rows = (pairs.rows_before, pairs.rows_after)
    before, after = (
        [t.probabilities[s][at] for s in segments] for t, at in zip(tables, rows, strict=True)
    )
    w = None if tables[0].weights is None else tables[0].weights[rows[0]]
    people = _Twice(tags[0][rows[0]], tags[1][rows[1]], before, after, w)
    leads = leaders(before), leaders(after)
    known = (leads[0].margin >= 0) & (leads[1].margin >= 0)
    kept = np.flatnonzero(known)
    if kept.size < known.size:
        people = people.only(kept)
        leads = leads[0].only(kept), leads[1].only(kept)
    noise, pair = _fitted(people, leads, n_boot, random_state)
    changed, changers = _changers(people, len(segments), noise.moved.ravel(), pair)
    return Judged(noise, kept[changed], changers)


def _fitted(
    people: _Twice, leads: tuple[Leaders, Leaders], n_boot: int, random_state: Any
) -> tuple[Noise, np.ndarray]:
    """Return the model, and the pair of cells of everybody."""
    cells = learn_cells(len(people.before), [lead.margin for lead in leads], people.w)
    at = [cells.of(lead) for lead in leads]
    pair = at[0].astype(np.int32) * cells.n + at[1]
    counts = np.bincount(pair, weights=people.w, minlength=cells.n**2).astype(float)
    spread = [
        np.stack([_summed(here, p, people.w, cells.n) for p in part])
        for here, part in zip(at, (people.before, people.after), strict=True)
    ]
    n = _effective(people.w, pair.size)
    sums = CellSums(counts.reshape(cells.n, cells.n), spread[0], spread[1], n)
    return fit_noise(sums, cells, n_boot, random_state), pair


def _changers(
    people: _Twice, k: int, moved: np.ndarray, pair: np.ndarray
) -> tuple[np.ndarray, Changers]:
    """Return who changed from one segment to another, and what is known of them."""
    a, b, w = people.a, people.b, people.w
    tagged = (a < k) & (b < k)
    changed = np.flatnonzero(tagged & (a != b))
    after, here = np.stack([p[changed] for p in people.after], axis=1), np.arange(changed.size)
    return changed, Changers(
        margin=after[here, b[changed]] - after[here, a[changed]],
        moved=moved[pair[changed]],
        weights=np.ones(changed.size) if w is None else w[changed],
        tagged=float(tagged.sum() if w is None else w[tagged].sum()),
        right=_right(people.after, b, tagged, w),
    )


def _summed(cells: np.ndarray, p: np.ndarray, w: np.ndarray | None, n: int) -> np.ndarray:
    return np.bincount(cells, weights=p if w is None else w * p, minlength=n)


def _effective(w: np.ndarray | None, n: int) -> float:
    if w is None:
        return float(n)
    return float(effective(w.sum(keepdims=True), np.square(w).sum(keepdims=True))[0])


def _right(p: list[np.ndarray], tag: np.ndarray, tagged: np.ndarray, w: np.ndarray | None) -> float:
    """Return the expected weight of people whose tag is right."""
    total = 0.0
    for j, column in enumerate(p):
        here = tagged & (tag == j)
        total += float(column[here].sum(dtype=float) if w is None else w[here] @ column[here])
    return total
