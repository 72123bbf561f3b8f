"""How far two ways of dividing the same people agree: figures from one table of counts.

Everything here works on the table of counts a x b, never on pairs of people, and
takes stacks of tables, so that hundreds of replicates cost one matrix product.

References
----------
Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2,
193-218, equation 5 (adjusted Rand index).
Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational
Statistics and Data Analysis 52, 258-271, equation 1 (Jaccard coefficient).
"""

import numpy as np

__all__ = ["adjusted_rand", "contingency", "jaccard", "one_hot"]


def one_hot(codes: np.ndarray, n_codes: int) -> np.ndarray:
    """Write codes as columns of zeros and ones; a negative code is a row of zeros.

    Parameters
    ----------
    codes : ndarray of shape (n,) or (n, n_replicates)
        Whole numbers below `n_codes`; negative is "in none" (noise, not drawn).
    n_codes : int
        The number of codes.

    Returns
    -------
    ndarray of shape (n, n_codes) or (n, n_replicates * n_codes)
        With replicates, the columns of the first replicate come first.

    Examples
    --------
    >>> one_hot(np.array([1, -1, 0]), 2)
    array([[0., 1.],
           [0., 0.],
           [1., 0.]])
    """
    hot = np.asarray(codes)[..., None] == np.arange(n_codes)
    return hot.reshape(len(codes), -1).astype(float)


def contingency(
    a_codes: np.ndarray, b_codes: np.ndarray, ka: int, kb: int, w: np.ndarray | None = None
) -> np.ndarray:
    """Count the people in each pair of segments.

    Parameters
    ----------
    a_codes, b_codes : ndarray of shape (n,)
        Segment codes from 0; a person with a negative code in either is left out.
    ka, kb : int
        The number of segments in each.
    w : ndarray of shape (n,), optional
        Weights; whole numbers mean repeated people. Default: one each.

    Returns
    -------
    ndarray of shape (ka, kb)
        Sums of weights.

    Examples
    --------
    >>> contingency(np.array([0, 0, 1, 1]), np.array([1, 1, 0, -1]), 2, 2)
    array([[0., 2.],
           [1., 0.]])
    """
    seen = (a_codes >= 0) & (b_codes >= 0)
    cells = a_codes[seen].astype(np.intp) * kb + b_codes[seen].astype(np.intp)
    weights = None if w is None else w[seen]
    counts = np.bincount(cells, weights=weights, minlength=ka * kb)
    return counts.astype(float).reshape(ka, kb)


def adjusted_rand(table: np.ndarray) -> np.ndarray:
    """Return the adjusted Rand index: 1 for equal divisions, about 0 for unrelated ones.

    Parameters
    ----------
    table : ndarray of shape (..., ka, kb)
        Counts (or sums of weights that mean repeated people) of one pair of divisions,
        or a stack of such tables.

    Returns
    -------
    ndarray of shape (...)
        One index a table. 1 where neither division tells any two people apart.

    Notes
    -----
    With ``n_ij`` the table, ``a_i`` and ``b_j`` its margins and ``c(x) = x (x - 1) / 2``,

    ``ARI = (sum c(n_ij) - E) / ((sum c(a_i) + sum c(b_j)) / 2 - E)``,
    ``E = sum c(a_i) sum c(b_j) / c(n)``  (Hubert and Arabie, 1985, equation 5).

    The index counts pairs, so one large segment that both divisions share pushes it up
    and small segments hardly count: look at `jaccard` for each segment as well.

    Examples
    --------
    >>> float(adjusted_rand(np.array([[2.0, 0.0], [0.0, 2.0]])))
    1.0
    >>> float(adjusted_rand(np.array([[1.0, 1.0], [1.0, 1.0]])))
    -0.5
    """
    together = _pairs(table).sum(axis=(-2, -1))
    in_a = _pairs(table.sum(axis=-1)).sum(axis=-1)
    in_b = _pairs(table.sum(axis=-2)).sum(axis=-1)
    everybody = _pairs(table.sum(axis=(-2, -1)))
    with np.errstate(invalid="ignore", divide="ignore"):
        by_chance = in_a * in_b / everybody
        index = (together - by_chance) / ((in_a + in_b) / 2 - by_chance)
    # 0 / 0: both divisions hold everybody together, or everybody apart
    return np.where(np.isfinite(index), index, 1.0)


def jaccard(table: np.ndarray) -> np.ndarray:
    """Return the Jaccard overlap of each pair of segments: people in both over people in either.

    Parameters
    ----------
    table : ndarray of shape (..., ka, kb)
        Counts of one pair of divisions, or a stack of such tables.

    Returns
    -------
    ndarray of shape (..., ka, kb)
        Shares in [0, 1]; 0 for two empty segments. The largest value in a row is how
        well the second division finds that segment again.

    Examples
    --------
    >>> jaccard(np.array([[3.0, 1.0], [0.0, 2.0]]))
    array([[0.75      , 0.166...],
           [0.        , 0.666...]])
    """
    either = table.sum(axis=-1, keepdims=True) + table.sum(axis=-2, keepdims=True) - table
    return np.divide(table, either, out=np.zeros_like(table, dtype=float), where=either > 0)


def _pairs(counts: np.ndarray) -> np.ndarray:
    return counts * (counts - 1) / 2
