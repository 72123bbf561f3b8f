"""Letters tests: the columns of a table that a cell is significantly larger than.

References
----------
Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
Journal of Statistics 6, 65-70.
Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57,
289-300.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segkit.segments.describing.contrasts import (
    Group,
    adjusted,
    newcombe,
    share_test,
    welch,
    welch_test,
)

__all__ = ["Pairs", "adjust_families", "compare_columns", "holm", "letters"]


@dataclass(frozen=True)
class Pairs:
    """Every two columns of one banner, compared on every line.

    Attributes
    ----------
    first, second : ndarray of shape (n_pairs,)
        Positions of the columns.
    difference, low, high, p : ndarray of shape (n_pairs, n_lines)
        First minus second, its 95 % interval, the two-sided p value; p is NaN where no
        test is made.
    """

    first: np.ndarray
    second: np.ndarray
    difference: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray


def compare_columns(
    groups: Group, columns: np.ndarray, is_share: np.ndarray, tested: np.ndarray, min_base: float
) -> Pairs:
    """Compare every two columns of a banner, line by line.

    Parameters
    ----------
    groups : Group
        Moments of all columns, each of shape (n_columns, n_lines).
    columns : ndarray
        Positions of the columns of this banner.
    is_share, tested : ndarray of bool, shape (n_lines,)
        Lines of shares (z test) or means (Welch's t); lines that are tested at all.
    min_base : float
        Columns with fewer effective answers are not tested.

    Returns
    -------
    Pairs
    """
    at_first, at_second = np.triu_indices(len(columns), 1)
    first, second = columns[at_first], columns[at_second]
    a, b = (Group(groups.n[i], groups.mean[i], groups.variance[i]) for i in (first, second))
    low, high = np.where(is_share, newcombe(a, b), welch(a, b))
    p = np.where(is_share, share_test(a, b), welch_test(a, b))
    known = tested & (np.minimum(a.n, b.n) >= min_base)
    return Pairs(first, second, a.mean - b.mean, low, high, np.where(known, p, np.nan))


def adjust_families(p: Sequence[np.ndarray], method: str, across: str) -> list[np.ndarray]:
    """Adjust p values of several banners for their number.

    Parameters
    ----------
    p : sequence of ndarray of shape (n_pairs, n_lines)
        One array a banner.
    method : {"holm", "bh", "none"}
        Holm, Benjamini and Hochberg, or no adjustment.
    across : {"row", "table"}
        The family: the pairs of one line in one banner, or all pairs of the table.

    Returns
    -------
    list of ndarray
        As given.
    """
    if method == "none":
        return list(p)
    adjust = {"holm": holm, "bh": adjusted}[method]
    if across == "table":
        flat = adjust(np.concatenate([each.ravel() for each in p]))
        ends = np.cumsum([each.size for each in p])[:-1]
        parts = np.split(flat, ends)
        return [part.reshape(each.shape) for part, each in zip(parts, p, strict=True)]
    return [np.column_stack([adjust(line) for line in each.T]) for each in p]


def holm(p: np.ndarray) -> np.ndarray:
    """Adjust p values for their number (Holm); missing ones stay missing.

    Examples
    --------
    >>> holm(np.array([0.01, np.nan, 0.04]))
    array([0.02,  nan, 0.04])
    """
    out = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    stepped = p[order] * np.arange(order.size, 0, -1)
    out[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return out


def letters(pairs: Pairs, p_adjusted: np.ndarray, names: Sequence[str], alpha: float) -> np.ndarray:
    """Write into each cell the letters of the columns that it is significantly larger than.

    Parameters
    ----------
    pairs : Pairs
        The comparisons of one banner.
    p_adjusted : ndarray of shape (n_pairs, n_lines)
        Their p values, adjusted or not.
    names : sequence of str
        The letter of every column, by position.
    alpha : float
        The level of the tests.

    Returns
    -------
    ndarray of object, shape (n_columns, n_lines)
        Text, empty where a cell is larger than none; columns of other banners are empty.
    """
    out = np.full((len(names), p_adjusted.shape[1]), "", dtype=object)
    with np.errstate(invalid="ignore"):
        found = p_adjusted < alpha
    # pairs come sorted by their first, then second column: so do the letters of a cell
    for at in np.argsort(pairs.second, kind="stable"):
        _add(out, pairs.second[at], names[pairs.first[at]], found[at] & (pairs.difference[at] < 0))
    for at in range(len(pairs.first)):
        _add(out, pairs.first[at], names[pairs.second[at]], found[at] & (pairs.difference[at] > 0))
    return out


def _add(out: np.ndarray, cell: int, letter: str, where: np.ndarray) -> None:
    out[cell, where] += letter
