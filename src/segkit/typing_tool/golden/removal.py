"""What a list loses with each of its questions."""

from collections.abc import Sequence

import numpy as np

from segkit._frames import Column
from segkit._threads import one_blas_thread
from segkit.typing_tool.coding.fields import take_rows
from segkit.typing_tool.golden.part import prepare

__all__ = ["lost_without"]


def lost_without(
    columns: Sequence[Column],
    membership: np.ndarray,
    w: np.ndarray,
    folds: np.ndarray,
    spread: int,
) -> np.ndarray:
    """Return by how much the chance of a right tag falls when an item is not asked.

    Parameters
    ----------
    columns : sequence of Column
        Answers to the items of the list.
    membership : ndarray of shape (n_respondents, n_segments)
        Shares of the segments.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    folds : ndarray of shape (n_respondents,)
        The fold in which each respondent is left out.
    spread : int
        The position of the prior's standard deviation in `SPREADS`.

    Returns
    -------
    ndarray of shape (n_respondents, n_items)
        For each respondent, by scorers that had not seen them. The list itself is held fixed.
    """
    n_items = len(columns)
    everything = tuple(range(n_items))
    out = np.zeros((len(w), n_items))
    for fold in range(int(folds.max()) + 1):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        part = prepare(take_rows(columns, train), membership[train], w[train], fold)
        codes = part.book.encode_columns(take_rows(columns, test), what="items")
        X, truth = part.design.columns(codes), membership[test]

        def right(items: tuple[int, ...], parameters: np.ndarray) -> np.ndarray:
            at = part.columns(items)  # noqa: B023 (called in this round only)
            first = (X[:, at] @ parameters[at]).argmax(axis=1)  # noqa: B023
            return np.take_along_axis(truth, first[:, None], 1)[:, 0]  # noqa: B023

        with one_blas_thread():
            zero = np.zeros((part.X.shape[1], membership.shape[1]))
            whole = part.parameters(everything, spread, zero)
            reached = right(everything, whole)
            for i in everything:
                rest = tuple(j for j in everything if j != i)
                out[test, i] = reached - right(rest, part.parameters(rest, spread, whole))
    return out
