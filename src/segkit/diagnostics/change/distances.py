"""How far two sets of counts over the same bins are apart, and how far chance puts them.

Every function takes counts (sums of weights) and works on their shares, so that only the
bins and an effective n remain of a table. Nothing here knows frames.

References
----------
Yurdakul, B. & Naranjo, J. (2020). Statistical properties of the population stability
index. Journal of Risk Model Validation 14(4): the chi-square law of PSI without drift.
Kish, L. (1965). Survey Sampling. Wiley. Section 8.2 (effective n).
Lin, J. (1991). Divergence measures based on the Shannon entropy. IEEE Transactions on
Information Theory 37, 145-151, equation 4.1 (Jensen-Shannon).
Cramer, H. (1946). Mathematical Methods of Statistics. Princeton. Page 282 (V).
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import xlogy
from scipy.stats import chi2, norm

__all__ = [
    "appearance_p",
    "average_p",
    "chi_square_p",
    "cramers_v",
    "jensen_shannon",
    "kolmogorov_smirnov",
    "psi",
    "psi_null",
    "shares",
    "wasserstein",
]

HALF = 0.5  # an empty bin counts as half an effective respondent
FEWEST = 5.0  # bins with a smaller expected count are pooled before the chi-square test


def shares(cells: np.ndarray) -> np.ndarray:
    """Return counts as shares; zeros where nothing was counted."""
    total = cells.sum()
    return cells / total if total > 0 else np.zeros_like(cells, dtype=float)


def psi(a: np.ndarray, b: np.ndarray, n: float, m: float) -> float:
    """Return the population stability index of two sets of counts, at least 0.

    Parameters
    ----------
    a, b : ndarray of shape (n_bins,)
        Counts of the reference and of the current table.
    n, m : float
        Their effective numbers of respondents.

    Returns
    -------
    float

    Notes
    -----
    ``PSI = sum (q_i - p_i) ln(q_i / p_i)`` over the bins that hold anything in either, with
    shares ``p`` and ``q``. A bin that holds less than half an effective respondent counts
    as one half, so that an empty bin adds a finite amount.

    Examples
    --------
    >>> round(psi(np.array([50.0, 50.0]), np.array([60.0, 40.0]), 100, 100), 4)
    0.0405
    """
    held = (a + b) > 0
    p, q = np.maximum(shares(a)[held], HALF / n), np.maximum(shares(b)[held], HALF / m)
    return float(((q - p) * np.log(q / p)).sum())


def psi_null(n: float, m: float, n_bins: int, level: float = 0.95) -> float:
    """Return the quantile of PSI when nothing has changed.

    Parameters
    ----------
    n, m : float
        Effective numbers of respondents.
    n_bins : int
        Bins that hold anything in either table.
    level : float
        Which quantile.

    Notes
    -----
    ``(1/n + 1/m) chi2_level(B - 1)`` with ``B`` bins (Yurdakul and Naranjo, 2020). It
    shrinks with the tables, which is why no fixed cut-off (.1, .25) can serve for all.

    Examples
    --------
    >>> round(psi_null(200, 200, 10), 3), round(psi_null(1e6, 1e6, 10), 6)
    (0.169, 3.4e-05)
    """
    return float((1 / n + 1 / m) * chi2.ppf(level, n_bins - 1)) if n_bins > 1 else 0.0


def chi_square_p(a: np.ndarray, b: np.ndarray, n: float, m: float) -> float:
    """Return the p-value of Pearson's chi-square test that both tables have the same shares.

    Counts are scaled to the effective n. Bins in which fewer than five are expected in the
    smaller table are pooled, rarest first; one bin left means nothing can be said: p = 1.

    Examples
    --------
    >>> round(chi_square_p(np.array([50.0, 50.0]), np.array([70.0, 30.0]), 100, 100), 4)
    0.0039
    """
    p, q = shares(a), shares(b)
    both = (n * p + m * q) / (n + m)
    p, q, both = _pooled(p, q, both, FEWEST / min(n, m))
    if both.size < 2:
        return 1.0
    statistic = n * m / (n + m) * float((np.square(p - q) / both).sum())
    return float(chi2.sf(statistic, both.size - 1))


def average_p(a: np.ndarray, b: np.ndarray, n: float, m: float, centres: Sequence[float]) -> float:
    """Return the p-value of the test that both tables have the same average.

    Parameters
    ----------
    a, b : ndarray of shape (n_bins,)
        Counts over ordered bins, values only.
    n, m : float
        Effective numbers of respondents with a value.
    centres : sequence of float
        Where each bin lies.

    Notes
    -----
    One number moves when a whole distribution moves a little: this test sees it earlier
    than the chi-square test over all bins.
    """
    if not (a.any() and b.any()):
        return 1.0
    c, p, q = np.array(centres), shares(a), shares(b)
    both = (n * p + m * q) / (n + m)
    variance = float(both @ np.square(c - both @ c)) * (1 / n + 1 / m)
    return float(2 * norm.sf(abs((q - p) @ c) / np.sqrt(variance))) if variance > 0 else 1.0


def appearance_p(count: float, n_here: float, n_there: float, n_levels: int) -> float:
    """Return how likely chance puts all of a level's rows into one of two tables.

    Parameters
    ----------
    count : float
        The (effective) rows of the level, all in one table.
    n_here, n_there : float
        The effective sizes of that table and of the other.
    n_levels : int
        The levels looked at (Bonferroni).

    Examples
    --------
    >>> appearance_p(5, 100, 100, 1), appearance_p(5, 100, 100, 4)
    (0.03125, 0.125)
    """
    return float(min(1.0, n_levels * (n_here / (n_here + n_there)) ** count))


def cramers_v(a: np.ndarray, b: np.ndarray) -> float:
    """Return Cramer's V of table by bin, as for two tables of equal size: 0 to 1.

    Notes
    -----
    ``V^2 = sum (p - q)^2 / (p + q) / 2``. Equal sizes, because a V that shrinks when one
    table is much larger than the other would not measure the change.

    Examples
    --------
    >>> cramers_v(np.array([1.0, 0.0]), np.array([0.0, 9.0]))
    1.0
    """
    held = (a + b) > 0
    p, q = shares(a)[held], shares(b)[held]
    return float(np.sqrt((np.square(p - q) / (p + q)).sum() / 2))


def jensen_shannon(a: np.ndarray, b: np.ndarray) -> float:
    """Return the Jensen-Shannon distance: the root of the divergence in bits, 0 to 1.

    Examples
    --------
    >>> jensen_shannon(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    1.0
    """
    p, q = shares(a), shares(b)
    middle = (p + q) / 2
    bits = _entropy(middle) - (_entropy(p) + _entropy(q)) / 2
    return float(np.sqrt(max(bits, 0.0)))


def kolmogorov_smirnov(a: np.ndarray, b: np.ndarray) -> float:
    """Return the largest difference of the running shares over ordered bins: 0 to 1.

    With bins it can only be smaller than over single values.
    """
    return float(np.abs(np.cumsum(shares(a) - shares(b))).max(initial=0.0))


def wasserstein(a: np.ndarray, b: np.ndarray, centres: np.ndarray) -> float:
    """Return how far the average respondent has to move, in the unit of `centres`.

    Parameters
    ----------
    a, b : ndarray of shape (n_bins,)
        Counts over ordered bins.
    centres : ndarray of shape (n_bins,)
        Where each bin lies.

    Notes
    -----
    ``sum |P_i - Q_i| (c_{i+1} - c_i)`` with running shares ``P`` and ``Q``. Values beyond the
    outer bins' centres count as these, so one wild value cannot rule the figure, and a
    change of many standard deviations shows as about three.

    Examples
    --------
    >>> wasserstein(np.array([1.0, 1.0]), np.array([0.0, 2.0]), np.array([-1.0, 1.0]))
    1.0
    """
    running = np.abs(np.cumsum(shares(a) - shares(b)))[:-1]
    return float(running @ np.diff(centres))


def _pooled(
    p: np.ndarray, q: np.ndarray, both: np.ndarray, least: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pool the rarest bins until each holds at least the share `least` of both tables."""
    order = np.argsort(both, kind="stable")
    p, q, both = p[order], q[order], both[order]
    # the smallest number of bins from the rare end whose sum, and whose successor, are large
    enough = (np.cumsum(both) >= least) & (np.r_[both[1:], np.inf] >= least)
    cut = int(np.argmax(enough)) + 1 if enough.any() else both.size
    starts = np.r_[0, np.arange(cut, both.size)]
    return tuple(np.add.reduceat(x, starts) for x in (p, q, both))  # type: ignore[return-value]


def _entropy(p: np.ndarray) -> float:
    return float(-xlogy(p, p).sum() / np.log(2))
