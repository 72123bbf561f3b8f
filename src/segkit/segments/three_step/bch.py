"""Means of segments put right for classification errors, with sandwich standard errors.

A respondent who was put into segment s counts in every segment t with the weight
``D^-1_st``, D being the matrix of classification errors: over many respondents these weights
are 1 in their own segment and 0 in the others, whatever the errors.

References
----------
Bolck, A., Croon, M. and Hagenaars, J. (2004). Estimating latent structure models with
categorical variables: one-step versus three-step estimators. Political Analysis 12, 3-27.
Vermunt, J. K. (2010). Latent class modeling with covariates: two improved three-step
approaches. Political Analysis 18, 450-469, equations 11 to 13.
Bakk, Z., Tekle, F. B. and Vermunt, J. K. (2013). Estimating the association between latent
class membership and external variables using bias-adjusted three-step approaches.
Sociological Methodology 43, 272-311 (distal outcomes; sandwich errors).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats as st

from segkit.segments.describing.contrasts import Group, Z, wilson

__all__ = ["Means", "corrected_weights", "segment_means", "share_interval", "wald_test"]


@dataclass(frozen=True)
class Means:
    """Means of some columns in each segment.

    Attributes
    ----------
    value : ndarray of shape (K, q)
        Mean of each column in each segment.
    covariance : ndarray of shape (K q, K q)
        Sandwich covariance of ``value.ravel()``.
    n_effective : ndarray of shape (K,)
        Kish's n of the weights; 0 where a segment's weights do not sum to anything.
    """

    value: np.ndarray
    covariance: np.ndarray
    n_effective: np.ndarray


def corrected_weights(places: np.ndarray, error: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return the weight of each respondent in each segment; some are negative.

    Parameters
    ----------
    places : ndarray of shape (n, K)
        The share of each respondent that each segment gets.
    error : ndarray of shape (K, K)
        Classification errors, rows the true segments.
    w : ndarray of shape (n,)
        Survey weights.

    Returns
    -------
    ndarray of shape (n, K)

    Examples
    --------
    >>> corrected_weights(np.eye(2), np.array([[0.9, 0.1], [0.2, 0.8]]), np.ones(2)).round(2)
    array([[ 1.14, -0.14],
           [-0.29,  1.29]])
    """
    return np.asarray(w[:, None] * np.linalg.solve(error.T, places.T).T)


def segment_means(
    values: np.ndarray,
    weights: np.ndarray,
    error: np.ndarray | None = None,
    error_influence: np.ndarray | None = None,
    *,
    numbers: bool = True,
) -> Means:
    """Return weighted means in each segment and their joint sandwich covariance.

    Parameters
    ----------
    values : ndarray of shape (n, q)
        Numbers; all or none of a row missing (NaN): the row is left out.
    weights : ndarray of shape (n, K)
        The weight of each respondent in each segment.
    error : ndarray of shape (K, K), optional
        The errors behind the weights; without them the errors are taken as known.
    error_influence : ndarray of shape (n, K K), optional
        The influence of each respondent on the errors.
    numbers : bool
        Whether the values are numbers, not zeros and ones.

    Returns
    -------
    Means
        With weights of zeros and ones the variances are those of the textbook,
        ``s^2 / n`` with the denominator n - 1 in ``s^2`` (for zeros and ones n in both).
    """
    seen = ~np.isnan(values).any(axis=1)
    weights = np.where(seen[:, None], weights, 0.0)
    values = np.where(seen[:, None], values, 0.0)
    total = weights.sum(axis=0)
    squares = np.square(weights).sum(axis=0)
    usable = total > 1e-9 * np.abs(weights).sum(axis=0).max(initial=0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        n = np.where(usable, total**2 / squares, 0.0)
        share = np.where(usable, weights / total, np.nan)
        centre = values.sum(axis=0) / max(seen.sum(), 1)
        value = share.T @ (values - centre)
        small_sample = np.sqrt(np.where(n > 1, n / (n - 1), np.nan)) if numbers else np.ones(len(n))
    residual = (values - centre)[:, None, :] - value
    influence = (residual * (share * small_sample)[:, :, None]).reshape(len(values), -1)
    if error is not None and error_influence is not None:
        influence += error_influence @ _by_errors(value, total, error).T
    return Means(value + centre, influence.T @ influence, n)


def _by_errors(value: np.ndarray, total: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Return how the means move with the errors, shape (K q, K K).

    As ``d D^-1 = -D^-1 dD D^-1``, the mean of segment t moves by
    ``-sum_uv N_u (m_u - m_t) dD_uv D^-1_vt / N_t``.
    """
    k, q = value.shape
    apart = value[None, :, :] - value[:, None, :]  # m_u - m_t at (t, u)
    out = -np.einsum("u,tuq,vt,t->tquv", total, apart, np.linalg.inv(error), 1 / total)
    return np.asarray(out.reshape(k * q, k * k))


def share_interval(share: np.ndarray, se: np.ndarray) -> np.ndarray:
    """Return the 95 % interval of shares from their standard errors, (2, ...).

    Wilson's interval with as many respondents as would give that standard error; a share that
    the correction took beyond 0 or 1 has the plain interval.

    Examples
    --------
    >>> share_interval(np.array([0.5]), np.array([0.05])).round(3).ravel()
    array([0.404, 0.596])
    """
    inside = (share > 0) & (share < 1) & (se > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        n = np.where(inside, share * (1 - share) / se**2, 1.0)
    exact = wilson(Group(n, np.clip(share, 0.0, 1.0), np.zeros_like(n)))
    return np.where(inside, exact, np.stack([share - Z * se, share + Z * se]))


def wald_test(estimate: np.ndarray, covariance: np.ndarray) -> tuple[float, int, float]:
    """Test that all of some estimates are zero.

    Parameters
    ----------
    estimate : ndarray of shape (q,)
    covariance : ndarray of shape (q, q)

    Returns
    -------
    statistic, degrees of freedom, p
        NaN where something is missing; the rank of the covariance counts as its freedom.

    Examples
    --------
    >>> statistic, freedom, p = wald_test(np.array([1.96]), np.eye(1))
    >>> round(statistic, 2), freedom, round(p, 2)
    (3.84, 1, 0.05)
    """
    if not (np.isfinite(estimate).all() and np.isfinite(covariance).all()):
        return np.nan, estimate.size, np.nan
    scale = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    scaled = covariance / np.outer(scale, scale)
    rank = int(np.linalg.matrix_rank(scaled, hermitian=True, tol=1e-9))
    z = estimate / scale
    statistic = float(z @ np.linalg.pinv(scaled, hermitian=True, rcond=1e-9) @ z)
    return statistic, rank, float(st.chi2.sf(statistic, rank))
