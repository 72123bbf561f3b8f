"""Polyserial correlation of ordinal with continuous items, all pairs at once.

The ordinal answer is a normal variable cut at thresholds, the continuous one a normal
variable that is seen. The thresholds, the mean and the standard deviation come from each
item's own margin; the correlation then maximises the likelihood of the categories given the
continuous answers (the two-step estimate of Olsson, Drasgow & Dorans 1982).

References
----------
Olsson, U., Drasgow, F. & Dorans, N. J. (1982). The polyserial correlation coefficient.
    Psychometrika 47, section 4 (two-step), equation 21 (the closed form that starts the search).
"""

from collections.abc import Iterator

import numpy as np
from scipy.special import ndtr

from segkit._weights import standardised, weighted_mean
from segkit.factors.correlations.polychoric import climb

__all__ = ["brackets", "conditional_slopes", "polyserial_closed_form", "polyserial_pairs"]

_BEYOND = 40.0  # stands for an infinite threshold: no probability lies beyond
_LEAST = 1e-300
_CELLS_AT_ONCE = 400_000


def polyserial_pairs(
    codes: np.ndarray, values: np.ndarray, thresholds: np.ndarray, w: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Estimate the correlation of every ordinal with every continuous item.

    Parameters
    ----------
    codes : ndarray of int of shape (n_respondents, n_ordinal)
        Position of the answer among the item's categories; -1 where missing.
    values : ndarray of shape (n_respondents, n_continuous)
        Answers, missing as NaN.
    thresholds : ndarray of shape (n_ordinal, widest - 1)
        Thresholds, inf beyond an item's last category.
    w : ndarray of shape (n_respondents,)
        Weights.

    Returns
    -------
    rho : ndarray of shape (n_ordinal, n_continuous)
        The correlations.
    converged : ndarray of bool of the same shape
        Whether the search ended by itself.
    """
    z = standardised(values, w)
    shape = codes.shape[1], z.shape[1]
    likelihood = _Likelihood(codes, z, thresholds, w)
    start = polyserial_closed_form(codes, z, thresholds, w).ravel()
    rho, converged, _ = climb(likelihood, np.clip(start, -0.95, 0.95), likelihood.total)
    return rho.reshape(shape), converged.reshape(shape)


def polyserial_closed_form(
    codes: np.ndarray, z: np.ndarray, thresholds: np.ndarray, w: np.ndarray
) -> np.ndarray:
    """Pearson's r of the category's position, times its sd over the sum of phi(threshold).

    Parameters
    ----------
    codes, thresholds, w : ndarray
        As `polyserial_pairs` takes them.
    z : ndarray of shape (n_respondents, n_continuous)
        Standardised answers, missing as NaN.

    Returns
    -------
    ndarray of shape (n_ordinal, n_continuous)
        It may lie beyond 1.
    """
    seen = codes >= 0
    position = np.where(seen, codes, np.nan)
    centred = np.where(seen, position - weighted_mean(position, w), 0.0)
    cross = centred.T @ np.where(np.isnan(z), 0.0, z * w[:, None])
    return np.asarray(cross / (_both(seen, z, w) * _density(thresholds).sum(axis=1)[:, None]))


def brackets(codes: np.ndarray, thresholds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the thresholds below and above each answer, shape (n_respondents, n_ordinal)."""
    edge = np.full((thresholds.shape[0], 1), _BEYOND)
    grid = np.hstack([-edge, np.minimum(thresholds, _BEYOND), edge])
    every = np.arange(codes.shape[1])
    at = np.maximum(codes, 0)
    return grid[every, at], grid[every, at + 1]


def conditional_slopes(
    low: np.ndarray, high: np.ndarray, z: np.ndarray, rho: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Probability of the answers given z, and what moves it.

    Parameters
    ----------
    low, high : ndarray
        Thresholds around the answer.
    z, rho : ndarray
        The standardised continuous answer and the correlation; all broadcast.

    Returns
    -------
    log_p, by_rho, by_low, by_high : ndarray
        With p = Phi(v_high) - Phi(v_low) and v = (t - rho z) / sqrt(1 - rho^2): log p and its
        slopes along rho and the two thresholds.
    """
    rest = (1.0 - rho) * (1.0 + rho)
    root = np.sqrt(rest)
    v_low, v_high = (low - rho * z) / root, (high - rho * z) / root
    # the difference of the smaller tails keeps its digits
    turned = v_low > 0
    p = ndtr(np.where(turned, -v_low, v_high)) - ndtr(np.where(turned, -v_high, v_low))
    p = np.maximum(p, _LEAST)
    d_low, d_high = _density(v_low) / (p * root), _density(v_high) / (p * root)
    by_rho = (d_high * (high * rho - z) - d_low * (low * rho - z)) / rest
    return np.log(p), by_rho, -d_low, d_high


class _Likelihood:
    """Log likelihood of pairs, and the step score / sum of squared scores."""

    def __init__(
        self, codes: np.ndarray, z: np.ndarray, thresholds: np.ndarray, w: np.ndarray
    ) -> None:
        self.codes, self.z, self.thresholds, self.w = codes, z, thresholds, w
        self.ordinal, self.continuous = (
            i.ravel() for i in np.indices((codes.shape[1], z.shape[1]))
        )
        self.total = _both(codes >= 0, z, w).ravel()

    def __call__(self, rho: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        log_lik, score, information = np.zeros((3, at.size))
        for low, high, z, w in self._blocks(at):
            log_p, by_rho, _, _ = conditional_slopes(low, high, z, rho)
            log_lik += (w * log_p).sum(axis=0)
            score += (w * by_rho).sum(axis=0)
            information += (w * np.square(by_rho)).sum(axis=0)
        return log_lik, score / np.maximum(information, _LEAST)

    def _blocks(self, at: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
        ordinal, continuous = self.ordinal[at], self.continuous[at]
        step = max(1, _CELLS_AT_ONCE // at.size)
        for begin in range(0, self.w.size, step):
            rows = slice(begin, begin + step)
            codes, z = self.codes[rows], self.z[rows][:, continuous]
            low, high = brackets(codes, self.thresholds)
            answered = (codes[:, ordinal] >= 0) & ~np.isnan(z)
            w = np.where(answered, self.w[rows, None], 0.0)
            yield low[:, ordinal], high[:, ordinal], np.where(answered, z, 0.0), w


def _both(seen: np.ndarray, z: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Sum of weights of those who gave both answers, for every pair."""
    return np.asarray(seen.T.astype(float) @ (~np.isnan(z) * w[:, None]))


def _density(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.exp(-np.square(x) / 2.0) / np.sqrt(2.0 * np.pi))
