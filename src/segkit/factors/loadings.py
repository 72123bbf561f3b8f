"""Loadings as tables: plain, for reading, and the variance each factor holds."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from segkit._frames import Origin, column, column_names, is_frame, matrix, select
from segkit.factors.rotations.rotation import Rotation

__all__ = [
    "factor_names",
    "loadings_frame",
    "read_loadings",
    "table_of_loadings",
    "variance_frame",
]


def factor_names(k: int) -> list[str]:
    """Return factor_1, ..., factor_k."""
    return [f"factor_{j + 1}" for j in range(k)]


def loadings_frame(origin: Origin, items: Sequence[str], loadings: np.ndarray) -> Any:
    """Return item, factor_1, ..., factor_k."""
    columns = dict(zip(factor_names(loadings.shape[1]), loadings.T, strict=True))
    return origin.frame({"item": list(items), **columns})


def read_loadings(loadings: Any, what: str) -> tuple[tuple[str, ...] | None, list[str], np.ndarray]:
    """Return the items, where a column `item` names them, the factors and their loadings.

    Parameters
    ----------
    loadings : frame or array of shape (n_items, n_factors)
        Loadings; a frame may name the items in a column ``item``.
    what : str
        How messages call the table.
    """
    if not is_frame(loadings):
        values = matrix(loadings, what=what).values
        return None, factor_names(values.shape[1]), values
    names = [n for n in column_names(loadings) if n != "item"]
    items = None
    if len(names) < len(column_names(loadings)):
        items = tuple(str(i) for i in column(loadings, "item", what=what))
    return items, names, matrix(select(loadings, names), what=what).values


def variance_frame(origin: Origin, rotation: Rotation) -> Any:
    """Return factor, ss_loadings, proportion, cumulative: shares of the items' variance."""
    pattern = rotation.loadings
    share = np.diag(rotation.factor_correlations @ pattern.T @ pattern)
    proportion = share / pattern.shape[0]
    return origin.frame(
        {
            "factor": factor_names(pattern.shape[1]),
            "ss_loadings": share,
            "proportion": proportion,
            "cumulative": np.cumsum(proportion),
        }
    )


def table_of_loadings(
    origin: Origin,
    items: Sequence[str],
    loadings: np.ndarray,
    communalities: np.ndarray,
    *,
    wordings: Mapping[str, str],
    hide_below: float,
) -> Any:
    """Return the loadings for reading, sorted by factor and size; small ones NaN.

    Parameters
    ----------
    origin : Origin
        The kind of frame.
    items : sequence of str
        The items.
    loadings : ndarray of shape (n_items, n_factors)
        The pattern.
    communalities : ndarray of shape (n_items,)
        The share of an item's variance that the factors hold.
    wordings : mapping of str to str
        Wordings by item.
    hide_below : float
        Absolute loadings below this are left out.

    Returns
    -------
    frame
        item, wording, factor, factor_1, ..., factor_k, communality.
    """
    size = np.abs(loadings)
    main = size.argmax(axis=1)
    order = np.lexsort((-size.max(axis=1), main))
    names = factor_names(loadings.shape[1])
    shown = np.where(size < hide_below, np.nan, loadings)[order]
    return origin.frame(
        {
            "item": [items[i] for i in order],
            "wording": [str(wordings.get(items[i], "")) for i in order],
            "factor": [names[main[i]] for i in order],
            **dict(zip(names, shown.T, strict=True)),
            "communality": communalities[order],
        }
    )
