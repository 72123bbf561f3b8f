"""How far two ways of dividing the same people agree: figures from one table of counts.

Everything here works on the table of counts a x b, never on pairs of people, and
takes stacks of tables, so that hundreds of replicates cost one matrix product.

References
----------
Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2,
193-218, equation 5 (adjusted Rand index).
Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational
Statistics and Data Analysis 52, 258-271, equation 1 (Jaccard coefficient).
Meila, M. (2007). Comparing clusterings: an information based distance. Journal of
Multivariate Analysis 98, 873-895, equation 16 (variation of information).
Strehl, A. and Ghosh, J. (2002). Cluster ensembles. Journal of Machine Learning
Research 3, 583-617 (mutual information, normalised).
"""

import numpy as np
from scipy.special import entr

__all__ = [
    "adjusted_rand",
    "contingencies",
    "contingency",
    "jaccard",
    "normalised_mutual_information",
    "one_hot",
    "variation_of_information",
]


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


def contingencies(
    a_codes: np.ndarray, b_codes: np.ndarray, ka: int, kb: int, w: np.ndarray
) -> np.ndarray:
    """Count the people in each pair of segments, for many replicates in one pass.

    Parameters
    ----------
    a_codes : ndarray of shape (n,) or (n_replicates, n)
        Segment codes from 0; negative is "left out".
    b_codes : ndarray of shape (n_replicates, n)
        The codes that each replicate gives; negative is "left out".
    ka, kb : int
        The number of segments in each.
    w : ndarray of shape (n,) or (n_replicates, n)
        Weights; zero leaves a person out.

    Returns
    -------
    ndarray of shape (n_replicates, ka, kb)
        Sums of weights.

    Notes
    -----
    The tables are those of the matrix product of the one-hot codes. Each row of those
    matrices holds a single one, so that counting cells does the same sums with
    ``n`` additions a replicate in place of ``n ka kb``.

    Examples
    --------
    >>> a = np.array([0, 0, 1, 1])
    >>> contingencies(a, np.array([[0, 0, 1, 1], [1, 0, 0, -1]]), 2, 2, np.ones(4))
    array([[[2., 0.],
            [0., 2.]],
    <BLANKLINE>
           [[1., 1.],
            [1., 0.]]])
    """
    n_replicates = len(b_codes)
    a = np.broadcast_to(a_codes, b_codes.shape).astype(np.intp)
    first = np.arange(n_replicates)[:, None] * (ka * kb)
    cells = first + a * kb + b_codes
    seen = (a >= 0) & (b_codes >= 0)
    weights = np.broadcast_to(w, b_codes.shape)[seen]
    counts = np.bincount(cells[seen], weights=weights, minlength=n_replicates * ka * kb)
    return counts.reshape(n_replicates, ka, kb)


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


def variation_of_information(table: np.ndarray) -> np.ndarray:
    """Return the bits by which two divisions differ: 0 for equal ones.

    Parameters
    ----------
    table : ndarray of shape (..., ka, kb)
        Counts of one pair of divisions, or a stack of such tables.

    Returns
    -------
    ndarray of shape (...)
        Bits, at most ``log2(n)``; a distance in the mathematical sense.

    Notes
    -----
    ``VI = H(A) + H(B) - 2 I(A, B)`` with the entropies of the two divisions and their
    mutual information (Meila, 2007, equation 16): what is left to ask about one
    division when the other is known, in both directions.

    Examples
    --------
    >>> float(variation_of_information(np.array([[2.0, 0.0], [0.0, 2.0]])))
    0.0
    >>> float(variation_of_information(np.array([[1.0, 1.0], [1.0, 1.0]])))
    2.0
    """
    in_a, in_b, joint = _entropies(table)
    return np.maximum(2 * joint - in_a - in_b, 0.0)


def normalised_mutual_information(table: np.ndarray) -> np.ndarray:
    """Return the mutual information over the mean entropy: 1 for equal divisions.

    Parameters
    ----------
    table : ndarray of shape (..., ka, kb)
        Counts of one pair of divisions, or a stack of such tables.

    Returns
    -------
    ndarray of shape (...)
        Shares in [0, 1]; 1 where neither division tells anybody apart. It is not
        corrected for chance, and small segments push it up: prefer `adjusted_rand`.

    Examples
    --------
    >>> float(normalised_mutual_information(np.array([[2.0, 0.0], [0.0, 2.0]])))
    1.0
    """
    in_a, in_b, joint = _entropies(table)
    either = in_a + in_b
    shared = 2 * np.maximum(in_a + in_b - joint, 0.0)
    return np.divide(shared, either, out=np.ones_like(either), where=either > 0)


def _entropies(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the entropies (bits) of the rows, of the columns and of the cells."""
    p = table / np.maximum(table.sum(axis=(-2, -1), keepdims=True), np.finfo(float).tiny)
    rows, columns = entr(p.sum(axis=-1)).sum(axis=-1), entr(p.sum(axis=-2)).sum(axis=-1)
    cells = entr(p).sum(axis=(-2, -1))
    return rows / np.log(2), columns / np.log(2), cells / np.log(2)


def _pairs(counts: np.ndarray) -> np.ndarray:
    return counts * (counts - 1) / 2
