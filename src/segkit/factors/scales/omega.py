"""Omega: reliability from a factor model of the items.

With one factor, omega is McDonald's: the squared sum of the loadings over itself plus the
uniquenesses. With group factors, the oblimin factors are turned into a general factor and
group factors that do not correlate (Schmid & Leiman 1957); omega total then is what all of
them explain of the sum's variance, omega hierarchical what the general one explains. Both
divide by the observed variance of the sum, as R's psych does.

References
----------
McDonald, R. P. (1999). Test Theory: A Unified Treatment. Erlbaum. Chapter 6.
Schmid, J. & Leiman, J. M. (1957). The development of hierarchical factor solutions.
    Psychometrika 22.
Zinbarg, R. E., Revelle, W., Yovel, I. & Li, W. (2005). Cronbach's alpha, Revelle's beta, and
    McDonald's omega H. Psychometrika 70.
"""

from dataclasses import dataclass

import numpy as np

from segkit.factors.extraction.extraction import LEAST_UNIQUENESS, Extraction, extract
from segkit.factors.rotations.rotation import rotate

__all__ = ["Omega", "omega_from", "omega_gradient", "omega_total"]


@dataclass(frozen=True, eq=False)
class Omega:
    """Omega of one scale.

    Attributes
    ----------
    total : float
        The share of the sum's variance that all factors explain.
    hierarchical : float
        The share that the general factor explains; equal to `total` with one factor.
    general : ndarray of shape (n_items,)
        Loadings on the general factor.
    group : ndarray of shape (n_items, n_factors)
        Loadings on the group factors; of shape (n_items, 0) with one factor.
    extraction : Extraction
        The factors before rotation.
    """

    total: float
    hierarchical: float
    general: np.ndarray
    group: np.ndarray
    extraction: Extraction


def omega_from(correlations: np.ndarray, n_factors: int) -> Omega:
    """Compute omega by minimum residuals.

    Parameters
    ----------
    correlations : ndarray of shape (n_items, n_items)
        Correlations of the items as they are scored.
    n_factors : int
        1, or the number of group factors beneath the general one.

    Returns
    -------
    Omega

    Examples
    --------
    Items that load .8, .7, .6 on one factor: 2.1^2 / (2.1^2 + .36 + .51 + .64).

    >>> loading = np.array([0.8, 0.7, 0.6])
    >>> R = np.outer(loading, loading)
    >>> np.fill_diagonal(R, 1.0)
    >>> round(omega_from(R, 1).total, 3)
    0.745
    """
    found = extract(correlations, n_factors, "minres")
    total = _total(correlations, found)
    if n_factors == 1:
        general = found.loadings[:, 0]
        return Omega(total, total, general, np.empty((general.size, 0)), found)
    rotated = rotate(found.loadings, "oblimin")
    on_general = _second_order(rotated.factor_correlations)
    general = rotated.loadings @ on_general
    group = rotated.loadings * np.sqrt(np.maximum(1.0 - np.square(on_general), 0.0))
    hierarchical = float(general.sum() ** 2 / correlations.sum())
    return Omega(total, hierarchical, general, group, found)


def omega_total(correlations: np.ndarray, n_factors: int) -> float:
    """Compute omega total alone, which no rotation changes."""
    return _total(correlations, extract(correlations, n_factors, "minres"))


def omega_gradient(correlations: np.ndarray, omega: Omega) -> np.ndarray:
    """Slope of omega total with each correlation, shape (n_items, n_items).

    Parameters
    ----------
    correlations : ndarray of shape (n_items, n_items)
        Correlations of the items.
    omega : Omega
        Their omega.

    Returns
    -------
    ndarray of shape (n_items, n_items)
        D with d omega = sum of D * dR, for a change dR that leaves the diagonal alone.

    Notes
    -----
    At the minres solution the residual matrix E = sum over the left eigenvectors of
    d_m v_m v_m' of R - Psi has a diagonal of zeros. E is a spectral function, so its slope in
    the eigenvectors V is multiplied elementwise by the divided differences F of its
    eigenvalue function; setting the diagonal of dE to zero gives d Psi by one linear system.
    Uniquenesses at their bound do not move.
    """
    found, k = omega.extraction, omega.extraction.loadings.shape[1]
    free = ~found.heywood
    psi = np.where(free, found.uniquenesses, LEAST_UNIQUENESS)
    values, vectors = np.linalg.eigh(correlations - np.diag(psi))
    slope = _divided_differences(values, k)
    squares = np.einsum("im,in,jm,jn,mn->ij", *[vectors] * 4, slope, optimize=True)

    def of_uniquenesses(weights: np.ndarray) -> np.ndarray:
        """Slope of the weighted sum of the uniquenesses."""
        u = np.zeros(psi.size)
        u[free] = np.linalg.lstsq(squares[np.ix_(free, free)].T, weights[free], rcond=None)[0]
        return _through(vectors, slope, np.diag(u))

    ones = np.ones((psi.size, psi.size))
    if k > 1:
        variance = correlations.sum()
        return (psi.sum() / variance * ones - of_uniquenesses(np.ones(psi.size))) / variance
    shared, unique = omega.general.sum() ** 2, psi.sum()
    of_model = _through(vectors, 1.0 - slope, ones)
    of_shared = of_model - of_uniquenesses(np.diag(of_model))
    of_unique = of_uniquenesses(np.ones(psi.size))
    return (unique * of_shared - shared * of_unique) / (shared + unique) ** 2


def _total(correlations: np.ndarray, found: Extraction) -> float:
    # the loading of an item at its bound may exceed 1, but nobody answers without error
    unique = float(np.maximum(found.uniquenesses, LEAST_UNIQUENESS).sum())
    if found.loadings.shape[1] == 1:
        shared = float(found.loadings.sum() ** 2)
        return shared / (shared + unique)
    return 1.0 - unique / float(correlations.sum())


def _second_order(phi: np.ndarray) -> np.ndarray:
    """Load the group factors on the general one.

    Two factors have one correlation, which does not tell two loadings apart: they are set
    equal in size, as psych does.
    """
    if phi.shape[0] > 2:
        return extract(phi, 1, "minres").loadings[:, 0]
    r = phi[0, 1]
    return np.sqrt(abs(r)) * np.array([1.0, 1.0 if r >= 0 else -1.0])


def _divided_differences(values: np.ndarray, k: int) -> np.ndarray:
    """(f(a) - f(b)) / (a - b) of the function that keeps the left eigenvalues and drops k."""
    left = np.arange(values.size) < values.size - k
    kept = np.where(left, values, 0.0)
    gap = values[:, None] - values[None, :]
    across = left[:, None] != left[None, :]
    ratio = np.divide(kept[:, None] - kept[None, :], gap, out=np.zeros_like(gap), where=across)
    return np.where(across, ratio, np.where(left[:, None], 1.0, 0.0))


def _through(vectors: np.ndarray, slope: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """V [slope * (V' weights V)] V': the slope of sum(weights * f(A)) in A."""
    return np.asarray(vectors @ (slope * (vectors.T @ weights @ vectors)) @ vectors.T)
