"""The hull method: the elbow of fit against the number of parameters.

References
----------
Lorenzo-Seva, U., Timmerman, M. E. & Kiers, H. A. L. (2011). The Hull method for selecting the
    number of common factors. Multivariate Behavioral Research 46.
"""

from dataclasses import dataclass

import numpy as np

from segkit.factors.extraction.extraction import extract, most_factors
from segkit.factors.fit.fit_indices import fit_indices

__all__ = ["Hull", "hull"]

_LEAST_RANGE = 3
"""Models with up to this many factors are compared at least: an elbow needs neighbours."""

_LEAST_GAIN = 0.001
"""What the largest model is taken to gain in fit where it gains nothing."""


@dataclass(frozen=True, eq=False)
class Hull:
    """Models by fit and parameters.

    Attributes
    ----------
    suggested : int or None
        The number of factors at the sharpest elbow; None where fewer than three models can be
        compared.
    fit : ndarray of shape (n_models,)
        1 - (chi2 - df) / (chi2_0 - df_0) of the models with 0, 1, 2, ... factors: CFI, not
        cut at 1.
    parameters : ndarray of shape (n_models,)
        The free parameters of each.
    on_hull : ndarray of bool of shape (n_models,)
        Whether no mixture of a smaller and a larger model fits as well with as few parameters.
    elbow : ndarray of shape (n_models,)
        The gain a parameter before the model, divided by the gain after it; NaN off the hull and
        at its ends.
    """

    suggested: int | None
    fit: np.ndarray
    parameters: np.ndarray
    on_hull: np.ndarray
    elbow: np.ndarray


def hull(matrix: np.ndarray, n: float, bound: int) -> Hull:
    """Find the elbow among models with 0 to `bound` + 1 factors.

    Parameters
    ----------
    matrix : ndarray of shape (n_items, n_items)
        Correlations.
    n : float
        Respondents.
    bound : int
        The number of factors that parallel analysis supports.

    Returns
    -------
    Hull

    Notes
    -----
    The elbow of model i is the gain in fit a parameter from the corner before it to model i,
    divided by that from model i to the corner after it.

    CFI is taken before it is cut at 1 (McDonald and Marsh's relative noncentrality index): cut,
    the true model and a larger one both reach 1 in half of all samples. By the rule of 2011 a
    model that nothing improves upon ends the hull and cannot be its elbow; here the largest model
    is placed .001 above all others where it fits no better, so that such a model can be chosen.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> needs = np.repeat(rng.normal(size=(500, 2)), 4, axis=1)
    >>> R = np.corrcoef(needs + rng.normal(size=(500, 8)), rowvar=False)
    >>> hull(R, 500, bound=2).suggested
    2
    """
    p = matrix.shape[0]
    most = min(max(bound + 1, _LEAST_RANGE), most_factors(p))
    k = np.arange(most + 1)
    parameters = p * k - k * (k - 1) // 2
    fit = np.array([_fit(matrix, n, int(m)) for m in k])
    closed = _closed(fit)
    on_hull = _upper_hull(parameters, closed)
    elbow = _elbows(parameters, closed, on_hull)
    suggested = None if np.isnan(elbow).all() else int(np.nanargmax(elbow))
    return Hull(suggested, fit, parameters, on_hull, elbow)


def _fit(matrix: np.ndarray, n: float, k: int) -> float:
    """Return 1 - (chi2 - df) / (chi2_0 - df_0): CFI before it is cut at 0 and 1."""
    if k == 0:
        return 0.0
    p = matrix.shape[0]
    loadings = extract(matrix, k, "minres").loadings
    implied = loadings @ loadings.T
    np.fill_diagonal(implied, 1.0)
    found, none = (fit_indices(matrix, made, m, n) for made, m in ((implied, k), (np.eye(p), 0)))
    return 1.0 - (found.chi2 - found.df) / (none.chi2 - none.df)


def _closed(fit: np.ndarray) -> np.ndarray:
    """Place the largest model above the others, so that a model nothing improves upon can bend."""
    out = fit.copy()
    out[-1] = max(out[-1], out[:-1].max(initial=-np.inf) + _LEAST_GAIN)
    return out


def _upper_hull(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Say of each point whether it lies on the upper hull and above all points before it."""
    chain: list[int] = []
    for k in range(x.size):
        if chain and y[k] <= y[chain[-1]]:
            continue
        # a point on or below the line from its neighbour to the new one is no corner
        while len(chain) > 1 and _slope(x, y, chain[-2], chain[-1]) <= _slope(x, y, chain[-1], k):
            chain.pop()
        chain.append(k)
    return np.isin(np.arange(x.size), chain)


def _elbows(x: np.ndarray, y: np.ndarray, on_hull: np.ndarray) -> np.ndarray:
    out = np.full(x.size, np.nan)
    at = np.flatnonzero(on_hull)
    for before, here, after in zip(at[:-2], at[1:-1], at[2:], strict=True):
        out[here] = _slope(x, y, before, here) / _slope(x, y, here, after)
    return out


def _slope(x: np.ndarray, y: np.ndarray, a: int, b: int) -> float:
    return float((y[b] - y[a]) / (x[b] - x[a]))
