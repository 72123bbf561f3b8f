"""What each respondent contributes to the uncertainty of the classification errors.

The matrix D of classification errors is estimated twice over: it is a mean over the
respondents, and the memberships that it averages come from an estimated model. Both are
written as one influence a respondent, which the third step adds to its own.

References
----------
Bakk, Z., Oberski, D. L. and Vermunt, J. K. (2014). Relating latent class assignments to
external variables: standard errors for correct inference. Political Analysis 22, 520-540.
Newey, W. K. and McFadden, D. (1994). Large sample estimation and hypothesis testing.
Handbook of Econometrics 4, 2111-2245, section 6 (two-step estimators).
"""

import numpy as np

from segkit.segments.mixtures.loading_slopes import loading_slopes
from segkit.segments.mixtures.solution import AT_ONCE, Solution

__all__ = ["error_influence"]


def error_influence(
    solution: Solution, values: np.ndarray, places: np.ndarray, error: np.ndarray, w: np.ndarray
) -> np.ndarray:
    """Return the influence of each respondent on the error matrix.

    Parameters
    ----------
    solution : Solution
        The fitted mixture.
    values : ndarray of shape (n, n_items)
        The answers of its fit.
    places : ndarray of shape (n, K)
        The share of each respondent that each segment gets.
    error : ndarray of shape (K, K)
        Classification errors.
    w : ndarray of shape (n,)
        Weights.

    Returns
    -------
    ndarray of shape (n, K K)
        ``influence.T @ influence`` is the covariance of ``error.ravel()`` about the true errors
        of the rule by which people were put into segments.

    Notes
    -----
    A change of the model moves the rule as well as what D says of it. As the errors that the
    rule truly makes are what the third step needs, only the memberships in D count, with the
    places held.
    """
    parts = _Parts(solution, values, places, error, w)
    k = error.shape[0]
    information = np.zeros((parts.n_slopes, parts.n_slopes))
    moved = np.zeros((k * k, parts.n_slopes))
    for rows in parts.chunks:
        membership, slopes, score = parts.of(rows)
        information += (score * w[rows, None]).T @ score
        # how D moves with each parameter: through the memberships alone
        change = membership[:, :, None] * (slopes - score[:, None, :])
        held = parts.held(rows)
        moved += np.einsum("its,itm->tsm", held, change).reshape(k * k, -1)
    path = moved @ _inverse(information)
    out = np.empty((len(values), k * k))
    for rows in parts.chunks:
        membership, _, score = parts.of(rows)
        direct = membership[:, :, None] * parts.held(rows)
        out[rows] = direct.reshape(-1, k * k) + (score * w[rows, None]) @ path.T
    return out


class _Parts:
    """Memberships and scores, some people at a time so that memory stays bounded."""

    def __init__(
        self,
        solution: Solution,
        values: np.ndarray,
        places: np.ndarray,
        error: np.ndarray,
        w: np.ndarray,
    ) -> None:
        self.solution, self.values, self.places = solution, values, places
        self.error, self.w = error, w
        self.slopes = loading_slopes(solution.mixture, solution.params)
        self.n_slopes = len(self.slopes)
        self.size = w @ solution.memberships(values)[0]
        step = max(64, AT_ONCE * 16 // (self.n_slopes * len(error)))
        self.chunks = [slice(first, first + step) for first in range(0, len(values), step)]

    def of(self, rows: slice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return memberships (n, K), slopes of the log densities (n, K, m), scores (n, m)."""
        membership = self.solution.memberships(self.values[rows])[0]
        features = self.solution.mixture.features(self.values[rows])
        m, k, d = self.slopes.shape
        each = (self.slopes.reshape(m * k, d) @ features).reshape(m, k, -1).transpose(2, 1, 0)
        return membership, each, np.einsum("it,itm->im", membership, each)

    def held(self, rows: slice) -> np.ndarray:
        """Return w (places - D) over each segment's size, (n, K, K): rows of D are shares."""
        off = self.places[rows, None, :] - self.error
        return np.asarray(off * self.w[rows, None, None] / self.size[None, :, None])


def _inverse(information: np.ndarray) -> np.ndarray:
    """Invert what is there to invert: slopes have redundant and dead directions."""
    scale = np.sqrt(np.maximum(np.diag(information), 0.0))
    alive = scale > 1e-6 * scale.max(initial=1e-300)
    part = information[np.ix_(alive, alive)] / np.outer(scale[alive], scale[alive])
    out = np.zeros_like(information)
    out[np.ix_(alive, alive)] = np.linalg.pinv(part, rcond=1e-8, hermitian=True) / np.outer(
        scale[alive], scale[alive]
    )
    return out
