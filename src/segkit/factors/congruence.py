"""Tucker's congruence tells whether the factors of two solutions are the same.

References
----------
Tucker, L. R. (1951). A method for synthesis of factor analysis studies.
Lorenzo-Seva, U. & ten Berge, J. M. F. (2006). Tucker's congruence coefficient as a meaningful
    index of factor similarity. Methodology 2.
"""

from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from segkit._checks import name_list
from segkit._frames import frame_like
from segkit.exceptions import SegkitError
from segkit.factors.loadings import read_loadings

__all__ = ["congruence", "tucker"]


def congruence(loadings_a: Any, loadings_b: Any) -> Any:
    """Compare the factors of two solutions over the same items.

    Parameters
    ----------
    loadings_a, loadings_b : frame or array of shape (n_items, n_factors)
        Loadings as ``FactorModel.loadings_`` holds them. Frames with a column ``item`` are
        matched by item, whatever the order of the rows; arrays row by row.

    Returns
    -------
    frame
        a, b, congruence, matched: one row a pair of factors. `matched` marks the assignment of
        factors one to one with the largest sum of absolute congruence.

    Raises
    ------
    SegkitError
        When the items differ, or a factor has no loading at all.

    Notes
    -----
    sum l_a l_b / sqrt(sum l_a^2 sum l_b^2) (Tucker 1951). From .85 factors are fairly similar,
    from .95 they count as equal (Lorenzo-Seva & ten Berge 2006). A negative sign means that the
    factor is turned round, which is a convention and no difference. It misleads where all
    items load on a factor: any two such factors are congruent.

    References
    ----------
    Tucker, L. R. (1951). Lorenzo-Seva, U. & ten Berge, J. M. F. (2006). Methodology 2.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.factors.congruence import congruence
    >>> a = np.array([[0.8, 0.0], [0.6, 0.0], [0.0, 0.7]])
    >>> congruence(a, -a[:, ::-1]).query("matched")
              a         b  congruence  matched
    1  factor_1  factor_2        -1.0     True
    2  factor_2  factor_1        -1.0     True
    """
    items_a, names_a, a = read_loadings(loadings_a, "loadings_a")
    items_b, names_b, b = read_loadings(loadings_b, "loadings_b")
    b = _same_items(items_a, a, items_b, b)
    values = tucker(a, b)
    rows, cols = linear_sum_assignment(-np.abs(values))
    matched = np.zeros(values.shape, dtype=bool)
    matched[rows, cols] = True
    return frame_like(
        loadings_a,
        {
            "a": np.repeat(np.array(names_a, dtype=object), len(names_b)),
            "b": np.tile(np.array(names_b, dtype=object), len(names_a)),
            "congruence": values.ravel(),
            "matched": matched.ravel(),
        },
    )


def tucker(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the congruence of each factor of `a` (rows) with each of `b` (columns)."""
    lengths = np.outer(np.linalg.norm(a, axis=0), np.linalg.norm(b, axis=0))
    if not lengths.all():
        raise SegkitError(
            "A factor has no loading other than 0; expected loadings of a fitted model. Leave "
            "the empty factor out."
        )
    return np.asarray(a.T @ b / lengths)


def _same_items(
    items_a: tuple[str, ...] | None,
    a: np.ndarray,
    items_b: tuple[str, ...] | None,
    b: np.ndarray,
) -> np.ndarray:
    """Return b with its rows in the order of a."""
    if items_a is None or items_b is None:
        if a.shape[0] != b.shape[0]:
            raise SegkitError(
                f"loadings_a has {a.shape[0]} items and loadings_b {b.shape[0]}; expected the same "
                "items in the same order. Leave out the items that only one of them has."
            )
        return b
    lacking = sorted(set(items_a) ^ set(items_b))
    if lacking:
        raise SegkitError(
            f"{name_list(lacking)} stand in only one of the two solutions; expected the same "
            "items in both. Leave them out of the other one and fit again."
        )
    place = {item: row for row, item in enumerate(items_b)}
    return b[[place[item] for item in items_a]]
