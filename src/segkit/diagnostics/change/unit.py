"""Whether a number was recorded in another unit: one factor, or one constant, undoes its change."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segkit._weights import effective_size, weighted_quantile, weighted_sd
from segkit.diagnostics.change.distances import kolmogorov_smirnov

__all__ = [
    "LEAST_FACTOR",
    "QUANTILES",
    "Estimate",
    "bridges",
    "chance_of",
    "claim",
    "factor_between",
    "unit_change",
]

LEAST_FACTOR = 1.9
"""A scale that grew by less may have grown by itself."""
LEFT = 0.2  # of the change may be left once a unit is undone
REMAINDER = 0.05  # the most that may be left beyond chance, as a gap of running shares
CHANCE = 1.63  # 99 of 100 gaps of two samples lie below this over the root of their size
USUAL = np.array([7, 10, 12, 24, 30, 52, 60, 100, 365, 1000, 1e4, 1e5, 1e6])
NEAR = 0.15  # a usual factor so near to the estimated one is tried first
QUANTILES = np.arange(0.05, 0.951, 0.05)
FEW = 3  # a unit cannot be told from fewer distinct values
SURE = 2.33  # standard errors by which a unit has to pass the least one: 1 in 100 by chance
GAPS = "undone, the largest gap of the running shares falls from {:.2f} to {:.2f}"
N_DRAWS = 200  # of quantiles, for the sampling error of factor and constant


@dataclass(frozen=True)
class Estimate:
    """What may have been done to all values, with standard errors.

    Attributes
    ----------
    factor, constant : float
        By which values were multiplied, or raised.
    factor_error : float
        Of the factor's logarithm.
    constant_error : float
        Of the constant less the standard deviation.
    sd : float
        The standard deviation before.
    """

    factor: float
    factor_error: float
    constant: float
    constant_error: float
    sd: float


def unit_change(
    x: np.ndarray, w: np.ndarray, y: np.ndarray, v: np.ndarray
) -> tuple[str, str] | None:
    """Say what was done to all values, and by which evidence.

    Parameters
    ----------
    x, y : ndarray of shape (n,), (m,)
        The values before and after, no gaps.
    w, v : ndarray of shape (n,), (m,)
        Their weights.

    Returns
    -------
    (str, str) or None
        The change and the evidence, in words.

    Notes
    -----
    The factor is the median ratio of nineteen quantiles (or a usual one near it, such as 100 or
    12, that undoes the change as well within chance), the constant their median difference.
    It is claimed when undoing it takes away four fifths of the largest gap between the running
    shares and leaves at most .05 beyond chance, and when it is large: a factor of 1.9, a
    constant of one standard deviation, each beyond its sampling error: 2.33 standard errors above
    that size. They are those of quantiles drawn anew as samples of the two sizes have them: the
    share below a quantile is a Brownian bridge over the root of n. A turned scale (year of birth in
    place of age) is told only where it looks raised or lowered.

    Examples
    --------
    >>> euros = np.random.default_rng(0).gamma(2, 30, 1000).round(2)
    >>> unit_change(euros[:500], np.ones(500), 100 * euros[500:], np.ones(500))[0]
    'all values were multiplied by 100'
    """
    if min(np.unique(x).size, np.unique(y).size) < FEW:
        return None
    sizes = float(effective_size(w)), float(effective_size(v))
    a, b = weighted_quantile(x, QUANTILES, w), weighted_quantile(y, QUANTILES, v)
    drawn = _drawn(x, w, sizes[0], 0), _drawn(y, v, sizes[1], 1)
    by_median = np.std(np.median(drawn[1] - drawn[0], axis=1))
    estimate = Estimate(
        factor_between(a, b),
        float(np.std([np.log(factor_between(*pair)) for pair in zip(*drawn, strict=True)])),
        float(np.median(b - a)),
        # of the standard deviation, too, only an estimate is known
        float(np.hypot(by_median, _error_of_sd(x, w, sizes[0]))),
        float(weighted_sd(x, w)),
    )
    return claim(estimate, lambda f, c: _gap(x, w, (y - c) / f, v), chance_of(*sizes))


def claim(
    estimate: Estimate,
    gap: Callable[[float, float], float],
    chance: float,
    least: float = LEAST_FACTOR,
    evidence: str = GAPS,
) -> tuple[str, str] | None:
    """Say what was done to all values, if undoing it takes the change away.

    Parameters
    ----------
    estimate : Estimate
        Factor and constant.
    gap : callable
        The largest gap of the running shares once a factor and a constant are undone.
    chance : float
        The gap that chance may leave.
    least : float
        The least factor.
    evidence : str
        Words for the gap before and after undoing.
    """
    apart = gap(1.0, 0.0)
    most = min(LEFT * apart, REMAINDER + chance)
    factor, constant = estimate.factor, estimate.constant
    if abs(np.log(factor)) - SURE * estimate.factor_error >= np.log(least):
        tried = [(f, gap(f, 0.0)) for f in _usual(factor)]
        factor, left = next(t for t in tried if t[1] <= tried[-1][1] + chance / 2)
        if left <= most:
            done = "multiplied" if factor > 1 else "divided"
            return _words(done, max(factor, 1 / factor), evidence.format(apart, left))
    tiny = float(np.finfo(float).tiny)
    if abs(constant) - SURE * estimate.constant_error >= max(estimate.sd, tiny):
        left = gap(1.0, constant)
        if left <= most:
            done = "raised" if constant > 0 else "lowered"
            return _words(done, abs(constant), evidence.format(apart, left))
    return None


def chance_of(n: float, m: float) -> float:
    """Return the gap of running shares that 99 of 100 pairs of samples stay below."""
    return CHANCE * float(np.sqrt(1 / n + 1 / m))


def _drawn(x: np.ndarray, w: np.ndarray, n: float, seed: int) -> np.ndarray:
    """Return quantiles as other samples of the same size may have them (n_draws, n_quantiles)."""
    return weighted_quantile(x, bridges(QUANTILES, n, seed), w)


def bridges(levels: np.ndarray, n: float, seed: int) -> np.ndarray:
    """Return the shares below quantiles as samples of a size have them (n_draws, n_levels)."""
    rng = np.random.default_rng(seed)
    steps = np.diff(levels, prepend=0.0, append=1.0)
    walk = np.cumsum(rng.normal(0, np.sqrt(steps), (N_DRAWS, steps.size)), axis=1)
    bridge = walk[:, :-1] - levels * walk[:, -1:]
    return np.clip(levels + bridge / np.sqrt(n), 0, 1)


def _error_of_sd(x: np.ndarray, w: np.ndarray, n: float) -> float:
    """Return the standard error of a standard deviation, whatever the shape (delta method)."""
    apart = np.square(x - np.average(x, weights=w))
    variance = float(np.average(apart, weights=w))
    spread = float(np.average(np.square(apart - variance), weights=w))
    return float(np.sqrt(spread / (4 * variance * n))) if variance > 0 else 0.0


def factor_between(a: np.ndarray, b: np.ndarray) -> float:
    """Return the factor between two sets of quantiles; 1 where there is none."""
    told = np.abs(a) > 1e-9 * np.abs(a).max()
    factor = float(np.median(b[told] / a[told])) if told.any() else 1.0
    return factor if factor > 0 else 1.0


def _usual(factor: float) -> list[float]:
    """Return the usual factors near one, the nearest first, and last the factor itself."""
    size = max(factor, 1 / factor)
    away = np.abs(np.log(USUAL / size))
    near = USUAL[np.argsort(away)][np.sort(away) < NEAR]
    return [*(float(u if factor > 1 else 1 / u) for u in near), factor]


def _words(done: str, by: float, evidence: str) -> tuple[str, str]:
    figure = f"{by:,.0f}" if by >= 100 else f"{by:.3g}"
    return f"all values were {done} by {figure}", evidence


def _gap(x: np.ndarray, w: np.ndarray, y: np.ndarray, v: np.ndarray) -> float:
    """Return the largest gap of the running shares; values that differ by rounding are one."""
    unit = 10.0 ** (np.floor(np.log10(max(np.abs(x).max(), np.abs(y).max(), 1e-300))) - 5)
    _, at = np.unique(np.round(np.r_[x, y] / unit), return_inverse=True)
    size = int(at.max()) + 1
    a, b = (
        np.bincount(part, weights=u, minlength=size)
        for part, u in ((at[: x.size], w), (at[x.size :], v))
    )
    return kolmogorov_smirnov(a, b)
