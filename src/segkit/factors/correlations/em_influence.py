"""What one respondent more would move of each full-information correlation.

The slope of a respondent's likelihood, times the inverse of the observed information, is the
influence on means and covariances; the correlations follow by the chain rule. The observed
information, not the expected one, holds when a hole depends on the other answers (Kenward &
Molenberghs 1998).

References
----------
Yuan, K.-H. & Bentler, P. M. (2000). Three likelihood-based methods for mean and covariance
    structure analysis with nonnormal missing data. Sociological Methodology 30.
Savalei, V. & Bentler, P. M. (2009). A two-stage approach to missing data. Structural Equation
    Modeling 16.
Kenward, M. G. & Molenberghs, G. (1998). Likelihood based frequentist inference when data are
    missing at random. Statistical Science 13.
"""

from collections.abc import Iterator

import numpy as np

from segkit._weights import standardised
from segkit.exceptions import SegkitError
from segkit.factors.correlations.full_information import answered_inverse, normal_moments
from segkit.factors.correlations.influence import Influence

__all__ = ["MOST_ITEMS", "em_influence"]

MOST_ITEMS = 60
"""More items than this are refused: the information takes n_items^4 numbers, here 100 MB."""

_CELLS_AT_ONCE = 2_000_000


def em_influence(values: np.ndarray, w: np.ndarray) -> Influence:
    """Influence on the correlations of `normal_moments`.

    Parameters
    ----------
    values : ndarray of shape (n_respondents, n_items)
        Answers, missing as NaN; nobody without any answer.
    w : ndarray of shape (n_respondents,)
        Weights.

    Returns
    -------
    Influence
        Pairs in the order of ``numpy.triu_indices(n_items, 1)``.

    Raises
    ------
    SegkitError
        For more than 60 items.
    """
    p = values.shape[1]
    if p > MOST_ITEMS:
        raise SegkitError(
            f"Standard errors of EM correlations were asked for {p} items; expected at most "
            f"{MOST_ITEMS}. Take fewer items, or missing='pairwise'."
        )
    z = standardised(values, w)
    moments = normal_moments(z, w)
    slopes = _Slopes(z, w, moments.mean, moments.covariance)
    carry = np.linalg.solve(slopes.information(), _correlation_slopes(moments.covariance))

    def of_rows(rows: slice) -> np.ndarray:
        return np.asarray(slopes.of_rows(rows) @ carry * w[rows, None])

    return Influence(w.size, p * (p - 1) // 2, of_rows)


class _Slopes:
    """Slopes of the log likelihood along the means, then along the covariances j <= k."""

    def __init__(
        self, z: np.ndarray, w: np.ndarray, mean: np.ndarray, covariance: np.ndarray
    ) -> None:
        self.seen = ~np.isnan(z)
        self.centred = np.where(self.seen, z - mean, 0.0)
        self.w, self.covariance = w, covariance
        self.rows, self.cols = np.triu_indices(mean.size)
        # a variance stands once in the matrix, a covariance twice
        self.share = np.where(self.rows == self.cols, 0.5, 1.0)

    def of_rows(self, rows: slice) -> np.ndarray:
        """Return each respondent's slopes by means and covariances."""
        pulled, inverse = self._pulled(self.seen[rows], self.centred[rows])
        by_covariance = pulled[:, self.rows] * pulled[:, self.cols]
        by_covariance -= inverse[:, self.rows, self.cols]
        return np.hstack([pulled, by_covariance * self.share])

    def information(self) -> np.ndarray:
        """Minus the second derivatives, summed over the respondents."""
        p = self.covariance.shape[0]
        means, cross = np.zeros((p, p)), np.zeros((p * p, p))
        products = np.zeros((p * p, p * p))
        for rows in self._blocks():
            w = self.w[rows]
            pulled, inverse = self._pulled(self.seen[rows], self.centred[rows])
            flat = inverse.reshape(w.size, -1)
            means += (w @ flat).reshape(p, p)
            cross += (flat * w[:, None]).T @ pulled
            squares = pulled[:, :, None] * pulled[:, None, :] - inverse / 2.0
            products += (flat * w[:, None]).T @ squares.reshape(w.size, -1)
        return self._assembled(means, cross.reshape(p, p, p), products.reshape((p,) * 4))

    def _assembled(self, means: np.ndarray, cross: np.ndarray, products: np.ndarray) -> np.ndarray:
        """Take the entries of the pairs j <= k out of the products over all items."""
        j, k = self.rows[:, None], self.cols[:, None]
        m, n = self.rows[None, :], self.cols[None, :]
        both = products[j, m, k, n] + products[j, n, k, m] + products[k, m, j, n]
        both += products[k, n, j, m]
        both *= self.share[:, None] * self.share
        mixed = cross[:, self.rows, self.cols] + cross[:, self.cols, self.rows]
        mixed *= self.share
        return np.block([[means, mixed], [mixed.T, both]])

    def _pulled(self, seen: np.ndarray, centred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return each respondent's inverse covariance times the answers, and the inverse."""
        patterns, number = np.unique(seen, axis=0, return_inverse=True)
        inverse = answered_inverse(patterns.astype(float), self.covariance)[number]
        return np.einsum("npq,nq->np", inverse, centred), inverse

    def _blocks(self) -> Iterator[slice]:
        step = max(1, _CELLS_AT_ONCE // self.covariance.size)
        for begin in range(0, self.w.size, step):
            yield slice(begin, begin + step)


def _correlation_slopes(covariance: np.ndarray) -> np.ndarray:
    """Slopes of the correlations along means and covariances, shape (n_parameters, n_pairs)."""
    p = covariance.shape[0]
    number = np.zeros((p, p), dtype=int)
    number[np.triu_indices(p)] = p + np.arange(p * (p + 1) // 2)
    first, second = np.triu_indices(p, 1)
    variance = np.diag(covariance)
    size = np.sqrt(variance[first] * variance[second])
    r = covariance[first, second] / size
    out = np.zeros((p + p * (p + 1) // 2, first.size))
    pairs = np.arange(first.size)
    out[number[first, second], pairs] = 1.0 / size
    for item in (first, second):
        out[number[item, item], pairs] = -r / (2.0 * variance[item])
    return out
