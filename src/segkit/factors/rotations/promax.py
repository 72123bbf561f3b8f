"""Promax: let the factors of a varimax rotation correlate, towards loadings raised to a power.

References
----------
Hendrickson, A. E. & White, P. O. (1964). Promax: a quick method for rotation to oblique simple
    structure. British Journal of Statistical Psychology 17.
Grieder, S. & Steiner, M. D. (2022). Algorithmic jingle jungle: a comparison of implementations of
    principal axis factoring and promax rotation in R and SPSS. Behavior Research Methods 54.
"""

import numpy as np

__all__ = ["promax"]

_POWER = 4


def promax(pattern: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Regress powers of orthogonally rotated loadings on these loadings.

    Parameters
    ----------
    pattern : ndarray of shape (n_items, n_factors)
        Varimax loadings.

    Returns
    -------
    pattern : ndarray of shape (n_items, n_factors)
        Loadings on the correlated factors.
    factor_correlations : ndarray of shape (n_factors, n_factors)
        Ones on the diagonal.

    Notes
    -----
    The target is the fourth power of each loading with its sign, as in R's psych and stats
    (SPSS's takes rows of length 1 as well; see Grieder & Steiner 2022).
    """
    target = pattern * np.abs(pattern) ** (_POWER - 1)
    turn = np.linalg.lstsq(pattern, target, rcond=None)[0]
    # factors of variance 1: the diagonal of (U'U)^-1 is what the factors' variances would be
    turn = turn * np.sqrt(np.diag(np.linalg.inv(turn.T @ turn)))
    back = np.linalg.inv(turn)
    return pattern @ turn, back @ back.T
