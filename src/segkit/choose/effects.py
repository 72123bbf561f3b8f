"""What segments tell about things that did not make them."""

from typing import Any

import numpy as np

from segkit._checks import check_frame, check_same_rows
from segkit._frames import Column, column_names, n_rows, typed_column
from segkit.exceptions import SegkitError

__all__ = ["effect", "read_outcomes"]


def read_outcomes(outcomes: Any, rows: np.ndarray, n: int) -> tuple[Column, ...]:
    """Read outside variables of any kind, in the order of the comparison.

    Parameters
    ----------
    outcomes : frame of shape (n_respondents, n_outcomes)
        Numbers, text or yes/no, with gaps.
    rows : ndarray of int
        The rows to keep, in order.
    n : int
        The number of respondents.

    Raises
    ------
    SegkitError
        For a table that is no frame or has another length, and for dates and empty columns.
    """
    check_frame(outcomes, what="outcomes")
    check_same_rows(n_rows(outcomes), n, what="outcomes", other="X")
    found = []
    for name in column_names(outcomes):
        one = typed_column(outcomes, name, what="outcomes")
        if one.kind not in ("number", "text", "boolean"):
            raise SegkitError(
                f"`{name}` in outcomes is {one.kind} ({one.dtype}); expected numbers, text or "
                "yes/no. Leave it out, or turn it into one of these."
            )
        found.append(Column(name, one.kind, one.dtype, one.values[rows], one.levels))
    return tuple(found)


def effect(outcome: Column, codes: np.ndarray, w: np.ndarray) -> float:
    """Return how much segments tell about an outcome, from 0 (nothing) to 1 (everything).

    Parameters
    ----------
    outcome : Column
        Numbers, or levels.
    codes : ndarray of shape (n,)
        Segments; -1 for none.
    w : ndarray of shape (n,)
        Weights.

    Returns
    -------
    float
        Of numbers the share of variance between segments (eta squared), of levels Cramer's V
        squared, its counterpart; NaN where the outcome does not vary.

    Examples
    --------
    >>> spent = Column("spent", "number", "float", np.array([1.0, 1.0, 3.0, 3.0]))
    >>> effect(spent, np.array([0, 0, 1, 1]), np.ones(4))
    1.0
    """
    levels = outcome.kind != "number"
    seen = (outcome.values >= 0) if levels else ~np.isnan(outcome.values)
    seen = seen & (codes >= 0)
    y, codes, w = outcome.values[seen], codes[seen], w[seen]
    if y.size == 0:
        return np.nan
    used = np.unique(codes, return_inverse=True)[1]
    mass = np.bincount(used, weights=w)
    if levels:
        return _cramer(np.unique(y, return_inverse=True)[1], used, w)
    y = y - w @ y / w.sum()
    total = float(w @ np.square(y))
    between = float((np.square(np.bincount(used, weights=w * y)) / mass).sum())
    return between / total if total > 0 else np.nan


def _cramer(levels: np.ndarray, codes: np.ndarray, w: np.ndarray) -> float:
    table = np.zeros((codes.max() + 1, levels.max() + 1))
    np.add.at(table, (codes, levels), w)
    smaller = min(table.shape) - 1
    if smaller == 0:
        return np.nan
    share = table / table.sum()
    expected = np.outer(share.sum(axis=1), share.sum(axis=0))
    return float((np.square(share - expected) / expected).sum() / smaller)
