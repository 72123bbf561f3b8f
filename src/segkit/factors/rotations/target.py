"""The target of a rotation: loadings to come near to, in part.

References
----------
Browne, M. W. (1972). Oblique rotation to a partially specified target. British Journal of
    Mathematical and Statistical Psychology 25.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from segkit._checks import name_list
from segkit.exceptions import SegkitError
from segkit.factors.loadings import read_loadings

__all__ = ["read_target"]

_REMEDY = (
    "Give a frame or an array of shape (n_items, n_factors): numbers where the loading is known, "
    "mostly 0, NaN where it is free."
)


def read_target(target: Any, items: Sequence[str], n_factors: int) -> np.ndarray:
    """Return the target as an array with its rows in the order of the items.

    Parameters
    ----------
    target : frame or array of shape (n_items, n_factors)
        Loadings, NaN where free. A frame may have a column ``item``: its rows are then found by
        name, so that ``loadings_`` of another model is a target as it stands. Else the rows
        are in the order of the items.
    items : sequence of str
        The items.
    n_factors : int
        The number of factors.

    Returns
    -------
    ndarray of shape (n_items, n_factors)

    Raises
    ------
    SegkitError
        For no target, another shape, other items, infinite values, or a factor for which fewer
        than n_factors - 1 loadings are given: any other rotation of it would then do as well.
    """
    if target is None:
        raise SegkitError(
            f"rotation='target' was asked for and target is None; expected a target. {_REMEDY}"
        )
    named, _, values = read_loadings(target, "target")
    wanted = (len(items), n_factors)
    if np.shape(values) != wanted:
        raise SegkitError(
            f"target has shape {np.shape(values)}; expected {wanted}, one row an item and one "
            f"column a factor. {_REMEDY}"
        )
    if named is not None:
        values = values[_places(named, items)]
    _refuse_loose(values, n_factors)
    return values


def _places(named: Sequence[str], items: Sequence[str]) -> list[int]:
    """Return the row of each item; all are there, or an error says which are not."""
    place = {name: row for row, name in enumerate(named)}
    lacking = [name for name in items if name not in place]
    if lacking:
        raise SegkitError(
            f"{name_list(lacking)} stand in the answers and not in column `item` of target; "
            "expected every item once. Add a row for each, NaN where its loadings are free."
        )
    return [place[name] for name in items]


def _refuse_loose(values: np.ndarray, n_factors: int) -> None:
    if np.isinf(values).any():
        raise SegkitError(f"target holds infinity; expected loadings, or NaN. {_REMEDY}")
    given = np.isfinite(values).sum(axis=0)
    loose = [f"factor_{j + 1}" for j in np.flatnonzero(given < n_factors - 1)]
    if loose:
        raise SegkitError(
            f"target gives {int(given.min())} number(s) for {name_list(loose)}; expected at least "
            f"{n_factors - 1} a factor (n_factors - 1): with fewer, other rotations would come as "
            "near to it. Give 0 where an item should not load."
        )
