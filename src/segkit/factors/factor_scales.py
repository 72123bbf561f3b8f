"""Scales that follow from a factor model: each item counts for the factor it belongs to most."""

import warnings
from typing import Any

import numpy as np

from segkit._checks import check_fitted, check_share, name_list
from segkit._frames import column, column_names, matrix, select
from segkit.exceptions import SegkitWarning

__all__ = ["scales_of"]


def scales_of(model: Any, least: float = 0.3) -> dict[str, list[str]]:
    """Return the items of each factor as the keys that `reliability` takes.

    Parameters
    ----------
    model : FactorModel
        A fitted model.
    least : float
        An item whose largest absolute loading is below this belongs to no scale.

    Returns
    -------
    dict of str to list of str
        Factors with at least two items, items by the size of their loading; ``"-item"`` where
        it is negative.

    Raises
    ------
    SegkitError
        For a model that is not fitted.

    Warns
    -----
    SegkitWarning
        Naming the items that belong to no scale.

    Notes
    -----
    Reliability in the sample that chose the items is kind to itself: with few respondents,
    choose on one half of them and measure on the other.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from segkit.factors import FactorModel, scales_of
    >>> rng = np.random.default_rng(0)
    >>> need = np.repeat(rng.normal(size=(500, 2)), 3, axis=1)
    >>> X = pd.DataFrame(need + 0.5 * rng.normal(size=(500, 6)), columns=list("abcdef"))
    >>> X["e"] = -X["e"]
    >>> scales = scales_of(FactorModel(2, correlation="pearson").fit(X))
    >>> [sorted(items) for items in scales.values()]
    [['a', 'b', 'c'], ['-e', 'd', 'f']]
    """
    check_fitted(model)
    least = check_share(least, name="least")
    factors = [name for name in column_names(model.loadings_) if name != "item"]
    loadings = matrix(select(model.loadings_, factors), what="loadings_").values
    items = [str(item) for item in column(model.loadings_, "item")]
    size = np.abs(loadings)
    home = np.where(size.max(axis=1) >= least, size.argmax(axis=1), -1)
    scales = {}
    for k, name in enumerate(factors):
        at = np.flatnonzero(home == k)
        at = at[np.argsort(-size[at, k], kind="stable")]
        if at.size > 1:
            scales[name] = ["-" * int(loadings[j, k] < 0) + items[j] for j in at]
        else:
            home[at] = -1
    if (home < 0).any():
        lost = [item for item, k in zip(items, home, strict=True) if k < 0]
        warnings.warn(
            f"{name_list(lost)} {'belongs' if len(lost) == 1 else 'belong'} to no scale: no "
            f"loading reaches {least:g}, or no other item shares the factor. "
            "Ask for fewer factors, or lower `least`.",
            SegkitWarning,
            stacklevel=2,
        )
    return scales
