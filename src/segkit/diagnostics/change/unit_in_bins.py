"""Whether a number was recorded in another unit, where the earlier table is counts over bins.

Of the earlier values only is known how many lie below each edge. That is enough to compare
quantiles: those of the later values at the same shares. Of the same people, each must be back in
the bin they were in once the unit is undone.
"""

from collections.abc import Callable

import numpy as np

from segkit._weights import effective_size, weighted_quantile
from segkit.diagnostics.change.unit import (
    Estimate,
    bridges,
    chance_of,
    claim,
    factor_between,
)
from segkit.diagnostics.counting.field_bins import FieldBins

__all__ = ["unit_from_counts", "unit_of_people"]

LEAST_OF_PEOPLE = 1.05  # whatever grows by itself does not grow for everybody overnight
FEWEST = 30  # people with a value on both days
FEWEST_EDGES = 3
MISPLACED = 0.05  # of the people may be near an edge
ALIKE = 1e-9  # values that differ by rounding are one
PEOPLE = "undone, the share of customers in another bin than before falls from {:.2f} to {:.2f}"


def unit_from_counts(
    bins: FieldBins, cells: np.ndarray, n: float, y: np.ndarray, v: np.ndarray
) -> tuple[str, str] | None:
    """Say what was done to all values since they were counted, and by which evidence.

    Parameters
    ----------
    bins : FieldBins
        Bins of kind "number".
    cells : ndarray of shape (n_bins,)
        The earlier counts.
    n : float
        Their effective number of rows.
    y : ndarray of shape (m,)
        The later values, no gaps.
    v : ndarray of shape (m,)
        Their weights.

    Notes
    -----
    As `unit_change`, with the edges of the bins in place of the nineteen quantiles.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> bins = FieldBins("pay", "number", "number", edges=(20.0, 40.0, 60.0, 90.0),
    ...                  centres=(0.3, 0.7, 1.2, 1.7, 3.0))
    >>> x = rng.gamma(2, 30, 1000)
    >>> cells = np.append(np.histogram(x, [-1, *bins.edges, 1e9])[0], [0, 0])
    >>> unit_from_counts(bins, cells, 1000.0, 12 * rng.gamma(2, 30, 1000), np.ones(1000))[0]
    'all values were multiplied by 12'
    """
    known = cells[: bins.n_known]
    if not (known.any() and v.any()):
        return None
    levels, edges = _levels(known, bins)
    if levels.size < FEWEST_EDGES:
        return None
    n_there = n * known.sum() / cells.sum()
    m = float(effective_size(v))
    b = weighted_quantile(y, levels, v)
    drawn = bridges(levels, n_there, 0) + bridges(levels, m, 1) - levels
    others = weighted_quantile(y, np.clip(drawn, 0, 1), v)
    sd = _sd(bins)
    estimate = Estimate(
        factor_between(edges, b),
        float(np.std([np.log(factor_between(edges, row)) for row in others])),
        float(np.median(b - edges)),
        float(np.hypot(np.std(np.median(others - edges, axis=1)), sd / np.sqrt(2 * n_there))),
        sd,
    )

    def gap(factor: float, constant: float) -> float:
        at = np.searchsorted(_raised(edges), (y - constant) / factor, side="left")
        below = np.cumsum(np.bincount(at, weights=v, minlength=edges.size + 1))[:-1]
        return float(np.abs(below / v.sum() - levels).max())

    return claim(estimate, gap, chance_of(n_there, m))


def unit_of_people(bins: FieldBins, held: np.ndarray, y: np.ndarray) -> tuple[str, str] | None:
    """Say what was done to the values of the same people, and by which evidence.

    Parameters
    ----------
    bins : FieldBins
        Bins of kind "number".
    held : ndarray of shape (n,)
        The bin each person was in.
    y : ndarray of shape (n,)
        Each one's later value; NaN where there is none.

    Notes
    -----
    Claimed where undoing it leaves at most a tenth of the people in another bin than they were in,
    and a fifth of those who were in another one; a factor of 1.05 or a constant of one standard
    deviation is enough, as nothing but a recoding does the same to everybody at once.

    Examples
    --------
    >>> bins = FieldBins("age", "number", "number", edges=(30.0, 45.0, 60.0, 75.0),
    ...                  centres=(1.2, 1.9, 2.6, 3.4, 4.1))
    >>> age = np.random.default_rng(0).uniform(18, 90, 500).round()
    >>> unit_of_people(bins, np.searchsorted(bins.edges, age), age + 1900)[0]
    'all values were raised by 1,900'
    """
    there = (held < bins.n_known) & ~np.isnan(y)
    held, y = held[there], y[there]
    if held.size < FEWEST:
        return None
    levels, edges = _levels(np.bincount(held, minlength=bins.n_known), bins)
    if levels.size < FEWEST_EDGES:
        return None

    def away(factor: float, constant: float) -> float:
        at = np.searchsorted(_raised(np.array(bins.edges)), (y - constant) / factor, side="left")
        return float((at != held).mean())

    b = weighted_quantile(y, levels, np.ones(y.size))
    constant = _plainest(float(np.median(b - edges)), away)
    estimate = Estimate(factor_between(edges, b), 0.0, constant, 0.0, _sd(bins))
    return claim(estimate, away, MISPLACED, LEAST_OF_PEOPLE, PEOPLE)


def _levels(known: np.ndarray, bins: FieldBins) -> tuple[np.ndarray, np.ndarray]:
    """Return the running shares at the edges that lie inside, and these edges."""
    levels = np.cumsum(known)[:-1] / known.sum()
    inside = (levels > 0.02) & (levels < 0.98)
    return levels[inside], np.array(bins.edges)[inside]


def _raised(edges: np.ndarray) -> np.ndarray:
    """Return the edges a little higher, so that rounding carries no value over its edge."""
    return edges + ALIKE * np.abs(edges)


def _sd(bins: FieldBins) -> float:
    """Return the standard deviation of the reference, which the centres are given in."""
    middle = np.convolve(bins.centres, [0.5, 0.5], mode="valid")
    apart = middle - middle.mean()
    return float(apart @ np.array(bins.edges) / max(apart @ apart, np.finfo(float).tiny))


def _plainest(constant: float, away: Callable[[float, float], float]) -> float:
    """Return the roundest number that undoes a constant as well."""
    best = away(1.0, constant)
    for digits in range(1, 5):
        plain = float(f"{constant:.{digits}g}")
        if away(1.0, plain) <= best + 0.005:
            return plain
    return constant
