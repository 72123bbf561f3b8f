"""One line a figure that is compared between waves, and the rules by which it has changed.

A line has changed when the change is beyond chance (p at most `alpha`, adjusted by Holm within
its kind) **and** as large as the limit of its kind.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from segkit._frames import Origin
from segkit.segments.tables.letters import holm

__all__ = [
    "COLUMNS",
    "KINDS",
    "LIMITS",
    "Line",
    "adjusted",
    "interval",
    "line_of",
    "lines_frame",
    "p_of",
]

KINDS = ("measurement", "size", "profile", "fields")
"""What can change, in the order in which it is read."""
OLD_MODEL, REFITTED = "old model", "refitted"
LOADINGS, INTERCEPT = "loadings", "intercept"
LIMITS = {LOADINGS: 0.15, INTERCEPT: 0.2, "size": 0.03, "profile": 0.3}
"""The change that matters: a congruence below .85 (Lorenzo-Seva & ten Berge 2006), a fifth of a
standard deviation of an item, three points of a share, .3 standard deviations of a need. Of needs
smaller changes are not told from those of a neighbour: the borders between segments lie between
their means, so a segment that moves by half a standard deviation shifts its neighbours' means
too, by up to nearly .3."""
COLUMNS = (
    "segment", "kind", "what", "item", "unit", "before", "after", "change", "low", "high", "p",
    "p_adjusted", "changed", "n_before", "n_after", "n",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One figure in both waves.

    Attributes
    ----------
    segment : str
        The segment; ``all`` for everybody.
    kind, what : str
        One of `KINDS`; the reading of it.
    item : str
        The need, factor, item or field; empty for sizes.
    unit : str
        Of all numbers: share, sd (of the old wave), congruence, V.
    before, after, change, low, high, p : float
        The figure in both waves, the change with its 95 % interval, its p value.
    n_before, n_after, n : int
        Respondents behind it in each wave, and different people.
    p_adjusted : float
        p by Holm, within the kind.
    changed : bool
        Beyond chance and large enough.
    """

    segment: str
    kind: str
    what: str
    item: str
    unit: str
    before: float
    after: float
    change: float
    low: float
    high: float
    p: float
    n_before: int
    n_after: int
    n: int
    p_adjusted: float = np.nan
    changed: bool = False


def line_of(
    where: tuple[str, str, str, str, str], figures: Iterable[float], counts: tuple[int, int, int]
) -> Line:
    """Return a line.

    Parameters
    ----------
    where : tuple of 5 str
        segment, kind, what, item, unit.
    figures : iterable of 6 float
        before, after, change, low, high, p.
    counts : tuple of 3 int
        n_before, n_after, n.
    """
    before, after, change, low, high, p = (float(x) for x in figures)
    return Line(*where, before, after, change, low, high, p, *counts)


def p_of(change: np.ndarray, error: np.ndarray, n_boot: int = 0) -> np.ndarray:
    """Return two-sided p values: normal, or Student's where errors come from samples.

    Examples
    --------
    >>> p_of(np.array([1.96, 0.0]), np.array([1.0, 0.0])).round(2)
    array([0.05, 1.  ])
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.abs(np.where(change == 0.0, 0.0, change / error))
    z = np.where((change == 0.0) & ~np.isnan(error), 0.0, z)
    tail = student.sf(z, n_boot - 1) if n_boot > 1 else norm.sf(z)
    return np.asarray(2.0 * tail)


def interval(
    change: np.ndarray, error: np.ndarray, n_boot: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of 95 % intervals.

    Examples
    --------
    >>> low, high = interval(np.array([0.0]), np.array([1.0]))
    >>> low.round(2), high.round(2)
    (array([-1.96]), array([1.96]))
    """
    reach = student.ppf(0.975, n_boot - 1) if n_boot > 1 else norm.ppf(0.975)
    return change - reach * error, change + reach * error


def adjusted(lines: Sequence[Line], alpha: float) -> list[Line]:
    """Adjust the p values of lines that are one family, and say which have changed."""
    p = holm(np.array([line.p for line in lines]))
    out = []
    for line, value in zip(lines, p, strict=True):
        large = abs(line.change) >= LIMITS[line.what if line.what in LIMITS else line.kind]
        out.append(replace(line, p_adjusted=float(value), changed=bool(value <= alpha and large)))
    return out


def lines_frame(lines: Iterable[Line], origin: Origin) -> Any:
    """Return the table of all lines."""
    listed = list(lines)
    return origin.frame({name: [getattr(line, name) for line in listed] for name in COLUMNS})
