"""How much of what is known of one table speaks for another: a bound on their chi-square distance.

References
----------
Kish, L. (1965). Survey Sampling. Wiley. Section 11.7 (the loss by unequal weights).
Lehmann, E. L. & Casella, G. (1998). Theory of Point Estimation, 2nd ed. Springer. Section 2.5
(the bound of Hammersley, Chapman and Robbins).
"""

import numpy as np

__all__ = ["overlap"]


def overlap(before: np.ndarray, after: np.ndarray, w: np.ndarray, v: np.ndarray) -> float:
    """Return the share of effective rows that a table keeps when weighted to look like another.

    Parameters
    ----------
    before, after : ndarray of shape (n,), (m,)
        A score of the rows of both tables, learned on other rows; best the odds that a row is
        of the second.
    w, v : ndarray of shape (n,), (m,)
        Weights of the rows.

    Returns
    -------
    float
        In (0, 1]; 1 where the score does not differ.

    Notes
    -----
    Weighted by the ratio ``r`` of the two densities, ``n`` rows are worth ``n / (1 + d)`` (Kish),
    ``d = E r^2 - 1`` the chi-square distance, and for every score ``f``
    ``d >= (E_after f - E_before f)^2 / Var_before f``, with equality for ``f = r``. Squaring
    estimated ratios would call noise a distance; a difference of means on rows that the score
    was not learned on does not.

    Examples
    --------
    >>> one, other = np.array([0.0, 1.0, 2.0, 3.0]), np.array([3.0, 3.0])
    >>> round(overlap(one, other, np.ones(4), np.ones(2)), 3)
    0.357
    >>> overlap(one, one, np.ones(4), np.ones(4))
    1.0
    """
    center = float(np.average(before, weights=w))
    variance = float(np.average(np.square(before - center), weights=w))
    ahead = float(np.average(after, weights=v)) - center
    if variance <= 0 or ahead == 0:
        return 1.0
    return float(variance / (variance + ahead**2))
