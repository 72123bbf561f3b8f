"""Kaiser's rule and the empirical Kaiser criterion: which eigenvalues are large enough.

References
----------
Kaiser, H. F. (1960). The application of electronic computers to factor analysis. Educational and
    Psychological Measurement 20.
Braeken, J. & van Assen, M. A. L. M. (2017). An empirical Kaiser criterion. Psychological
    Methods 22.
"""

import numpy as np

__all__ = ["empirical_kaiser", "kaiser", "leading"]


def kaiser(eigenvalues: np.ndarray) -> int:
    """Count the eigenvalues above 1.

    Examples
    --------
    >>> kaiser(np.array([2.0, 1.2, 0.5, 0.3]))
    2
    """
    return int((eigenvalues > 1.0).sum())


def empirical_kaiser(eigenvalues: np.ndarray, n: float) -> np.ndarray:
    """Return what each eigenvalue must exceed by the empirical Kaiser criterion.

    Parameters
    ----------
    eigenvalues : ndarray of shape (n_items,)
        Largest first.
    n : float
        Respondents.

    Returns
    -------
    ndarray of shape (n_items,)
        max(1, (1 + sqrt(p / n))^2 times the mean of this eigenvalue and those after it): what
        the first eigenvalue of so many independent items tends to, applied to what the factors
        before it have left (Braeken & van Assen 2017, equation 2).

    Examples
    --------
    >>> empirical_kaiser(np.array([2.0, 1.05, 0.5, 0.45]), 50).round(2)
    array([1.65, 1.1 , 1.  , 1.  ])
    """
    p = eigenvalues.size
    left = p - np.concatenate([[0.0], np.cumsum(eigenvalues)[:-1]])
    reference = left / (p - np.arange(p)) * (1.0 + np.sqrt(p / n)) ** 2
    return np.maximum(reference, 1.0)


def leading(passed: np.ndarray) -> int:
    """Count up to the first that did not pass.

    Examples
    --------
    >>> leading(np.array([True, True, False, True]))
    2
    """
    return int(passed.size if passed.all() else np.argmin(passed))
