"""Mean and covariance of continuous answers with holes: full-information maximum likelihood.

Everybody counts with all the answers they gave. The expectation-maximisation algorithm
fills each hole with its expectation given the respondent's other answers, adds what stays
unknown to the covariance, and repeats until nothing moves (Dempster, Laird & Rubin 1977).
Respondents who answered the same items share one regression.

References
----------
Dempster, A. P., Laird, N. M. & Rubin, D. B. (1977). Maximum likelihood from incomplete data via
    the EM algorithm. Journal of the Royal Statistical Society B 39.
Little, R. J. A. & Rubin, D. B. (2002). Statistical analysis with missing data, section 11.2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from segkit._weights import weighted_moments
from segkit.exceptions import SegkitError

__all__ = ["Moments", "answered_inverse", "normal_moments"]

_ENOUGH = 1e-9  # in standard deviations
_MOST_STEPS = 5_000
_CELLS_AT_ONCE = 2_000_000


@dataclass(frozen=True, eq=False)
class Moments:
    """Maximum-likelihood estimates of a multivariate normal.

    Attributes
    ----------
    mean : ndarray of shape (n_items,)
        The means.
    covariance : ndarray of shape (n_items, n_items)
        The covariances (denominator: the sum of weights).
    n_iterations : int
        Steps of the algorithm.
    converged : bool
        Whether the last step moved nothing by more than 1e-9 standard deviations.
    """

    mean: np.ndarray
    covariance: np.ndarray
    n_iterations: int
    converged: bool


def normal_moments(values: np.ndarray, w: np.ndarray) -> Moments:
    """Estimate mean and covariance from answers with holes.

    Parameters
    ----------
    values : ndarray of shape (n_respondents, n_items)
        Answers, missing as NaN; nobody without any answer.
    w : ndarray of shape (n_respondents,)
        Weights.

    Returns
    -------
    Moments

    Raises
    ------
    SegkitError
        When a covariance of answered items cannot be inverted.
    """
    centre, spread = weighted_moments(values, w)
    patterns = _Patterns((values - centre) / spread, w)
    p = values.shape[1]
    mean, covariance, step, change = np.zeros(p), np.eye(p), 0, np.inf
    while change > _ENOUGH and step < _MOST_STEPS:
        new_mean, new_covariance = patterns.step(mean, covariance)
        change = max(np.abs(new_mean - mean).max(), np.abs(new_covariance - covariance).max())
        mean, covariance, step = new_mean, new_covariance, step + 1
    return Moments(
        centre + spread * mean, covariance * np.outer(spread, spread), step, change <= _ENOUGH
    )


class _Patterns:
    """Respondents sorted by which items they answered."""

    def __init__(self, z: np.ndarray, w: np.ndarray) -> None:
        seen, number = np.unique(~np.isnan(z), axis=0, return_inverse=True)
        order = np.argsort(number, kind="stable")
        self.seen = seen.astype(float)
        self.z, self.w = np.nan_to_num(z[order]), w[order]
        self.starts = np.searchsorted(number[order], np.arange(len(seen) + 1))
        self.weight = np.bincount(number, weights=w)

    def step(self, mean: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One expectation and one maximisation."""
        known = np.zeros_like(covariance)
        total, squares = np.zeros_like(mean), np.zeros_like(covariance)
        for patterns, rows in self._blocks():
            # they turn answers into the expectation of all items
            regress = covariance @ answered_inverse(self.seen[patterns], covariance)
            known += np.einsum("g,gpq->pq", self.weight[patterns], regress)
            filled = self._filled(patterns, rows, regress, mean)
            total += self.w[rows] @ filled
            squares += filled.T @ (filled * self.w[rows, None])
        n = self.w.sum()
        shift = total / n
        # what the regressions leave unknown of the holes, summed over the respondents
        unknown = n * covariance - known @ covariance
        new = (squares + unknown) / n - np.outer(shift, shift)
        return mean + shift, (new + new.T) / 2.0

    def _filled(
        self, patterns: slice, rows: slice, regress: np.ndarray, mean: np.ndarray
    ) -> np.ndarray:
        """Fill the holes with their expectation; all answers are taken about the mean."""
        filled = np.empty_like(self.z[rows])
        starts = self.starts[patterns.start : patterns.stop + 1]
        for k, matrix in enumerate(regress):
            answered = self.seen[patterns.start + k]
            part = slice(starts[k], starts[k + 1])
            at = slice(starts[k] - rows.start, starts[k + 1] - rows.start)
            filled[at] = ((self.z[part] - mean) * answered) @ matrix.T
        return filled

    def _blocks(self) -> Iterator[tuple[slice, slice]]:
        n, p = self.seen.shape
        size = max(1, _CELLS_AT_ONCE // p**2)
        for begin in range(0, n, size):
            end = min(begin + size, n)
            yield slice(begin, end), slice(int(self.starts[begin]), int(self.starts[end]))


def answered_inverse(seen: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Invert the covariance of the answered items, for all patterns at once.

    Parameters
    ----------
    seen : ndarray of shape (n_patterns, n_items)
        1 where the item is answered, 0 elsewhere.
    covariance : ndarray of shape (n_items, n_items)
        Of all items.

    Returns
    -------
    ndarray of shape (n_patterns, n_items, n_items)
        Zero in the rows and columns of the items that are not answered.

    Raises
    ------
    SegkitError
        When answered items are combinations of each other.
    """
    both = seen[:, :, None] * seen[:, None, :]
    answered = both * covariance
    every = np.arange(seen.shape[1])
    answered[:, every, every] += 1.0 - seen
    try:
        inverse = np.linalg.inv(answered)
    except np.linalg.LinAlgError as error:
        raise SegkitError(
            "missing='em' found items that are combinations of each other among the answers; "
            "expected items that each add something. Leave one of them out, or use "
            "missing='pairwise'."
        ) from error
    return np.asarray(inverse * both)
