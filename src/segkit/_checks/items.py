"""Items as a matrix, and whether an estimator meets those of its fit."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted, validate_data

from segkit._checks.values import name_list
from segkit._frames import (
    Matrix,
    column_names,
    is_frame,
    matrix,
)
from segkit.exceptions import NotFittedError, SegkitError

__all__ = [
    "check_categories",
    "check_correlation_matrix",
    "check_fitted",
    "check_items",
    "check_model",
    "check_same_items",
    "note_items",
]

ESTIMATOR = (
    "an estimator with fit and get_params, such as sklearn.cluster.KMeans(4) or "
    "segkit.segments.LatentClass(4)"
)


def check_items(
    X: Any,
    *,
    what: str = "X",
    min_rows: int = 2,
    varying: bool = True,
    missing: bool = True,
    answered: bool = True,
) -> Matrix:
    """Read a table of items and refuse what no method can use.

    Parameters
    ----------
    X : frame or array of shape (n_respondents, n_items)
        Answers; missing as NaN or null.
    what : str
        How messages call the table.
    min_rows : int
        The fewest rows that make sense.
    varying : bool
        Refuse items with a single observed value.
    missing : bool
        Accept missing answers.
    answered : bool
        Refuse items that nobody answered.

    Returns
    -------
    Matrix

    Raises
    ------
    SegkitError
        For an empty table, infinite values, an item without any answer, a constant
        item, or missing answers where none are accepted.
    """
    table = matrix(X, what=what)
    n, p = table.values.shape
    if n < min_rows or p == 0:
        raise SegkitError(
            f"{what} has {n} sample(s) and {p} column(s): {p} feature(s) (shape=({n}, {p})) "
            f"while a minimum of {1 if p == 0 else min_rows} is required. Check the file or the "
            "filter that made it."
        )
    _refuse_infinite(table, what)
    absent = np.isnan(table.values)
    if answered:
        _refuse_named(table, absent.all(axis=0), what, "holds no answer at all", "Leave it out")
    if not missing:
        _refuse_missing(table, absent, what)
    if varying:
        constant = np.nanmin(table.values, axis=0) == np.nanmax(table.values, axis=0)
        _refuse_named(
            table,
            constant,
            what,
            "has the same answer everywhere (a constant item)",
            "Leave it out",
        )
    return table


def check_categories(table: Matrix, *, most: int, what: str = "X", otherwise: str) -> None:
    """Make sure that every item holds whole-number categories, at most `most` of them.

    Parameters
    ----------
    table : Matrix
        The items.
    most : int
        The most categories an item may have.
    what : str
        How messages call the table.
    otherwise : str
        The remedy, a sentence.
    """
    with np.errstate(invalid="ignore"):
        broken = np.isfinite(table.values) & (table.values != np.round(table.values))
    rows, cols = np.nonzero(broken)
    if rows.size:
        raise SegkitError(
            f"`{table.names[cols[0]]}` in {what} holds {table.values[rows[0], cols[0]]:g} in row "
            f"{rows[0]}; expected whole-number categories such as 1, 2, 3, 4, 5. {otherwise}"
        )
    span = np.fmax.reduce(table.values, axis=0) - np.fmin.reduce(table.values, axis=0)
    # whole numbers close together cannot be too many: only the others are counted
    for j in np.flatnonzero(span >= most):
        name, values = table.names[j], table.values[:, j]
        n_seen = np.unique(values[~np.isnan(values)]).size
        if n_seen > most:
            raise SegkitError(
                f"`{name}` in {what} takes {n_seen} different values; expected at most {most} "
                f"categories. {otherwise}"
            )


def check_correlation_matrix(R: Any, *, what: str = "R") -> Matrix:
    """Return a square, symmetric matrix with ones on its diagonal and nothing beyond 1."""
    table = matrix(R, what=what)
    values = table.values
    if values.shape[0] != values.shape[1] or values.shape[0] < 2:
        raise SegkitError(
            f"{what} has shape {values.shape}; expected a square correlation matrix of at least "
            "two items. Give answers to factors.correlation first."
        )
    faults = {
        "holds missing or infinite values": not np.isfinite(values).all(),
        "has a diagonal that is not 1": not np.allclose(np.diag(values), 1.0, atol=1e-6),
        "is not symmetric": not np.allclose(values, values.T, atol=1e-6),
        "holds values beyond -1 and 1": bool((np.abs(values) > 1.0 + 1e-6).any()),
    }
    for fault, found in faults.items():
        if found:
            raise SegkitError(
                f"{what} {fault}; expected a correlation matrix. Covariances are divided by the "
                "standard deviations of row and column first."
            )
    return table


def check_same_items(estimator: Any, X: Any, *, first: bool = False) -> None:
    """Make sure that a table has the items of the fit, in order; note them at the `first` call.

    Sets ``n_features_in_`` and, for a frame, ``feature_names_in_``.
    """
    if is_frame(X):
        column_names(X)  # refuses a name that occurs twice
    elif not isinstance(X, np.ndarray):
        X = matrix(X).values  # what is no table is refused here, in plain words
    if first:
        validate_data(estimator, X, reset=True, skip_check_array=True)
        return
    try:
        validate_data(estimator, X, reset=False, skip_check_array=True)
    except ValueError as error:
        raise SegkitError(
            f"{error}\nGive the items of the fit, under the same names and in the same order."
        ) from error


def check_model(model: Any, *, name: str = "model", expected: str = ESTIMATOR) -> None:
    """Make sure that a model is an estimator that can be fitted: its parameters are known."""
    if isinstance(model, type) or not (hasattr(model, "fit") and hasattr(model, "get_params")):
        raise SegkitError(f"{name} is {model!r}; expected {expected}.")


def note_items(estimator: Any, names: Sequence[str], *, named: bool) -> None:
    """Note the items of a fit without a table of them, as `check_same_items` does.

    Parameters
    ----------
    estimator : object
        Sets its ``n_features_in_`` and, where `named`, its ``feature_names_in_``.
    names : sequence of str
        The items.
    named : bool
        Whether the names come from a frame.
    """
    estimator.n_features_in_ = len(names)
    if named:
        estimator.feature_names_in_ = np.array(names, dtype=object)
    elif hasattr(estimator, "feature_names_in_"):
        del estimator.feature_names_in_  # of an earlier fit


def check_fitted(estimator: Any) -> None:
    """Raise `NotFittedError` unless `fit` was called."""
    try:
        check_is_fitted(estimator)
    except Exception as error:
        if isinstance(estimator, type) or not hasattr(estimator, "fit"):
            raise SegkitError(
                f"model is a {type(estimator).__name__}; expected an estimator that was fitted."
            ) from error
        name = type(estimator).__name__
        raise NotFittedError(f"This {name} is not fitted yet. Call fit(...) first.") from error


def _refuse_infinite(table: Matrix, what: str) -> None:
    infinite = np.isinf(table.values)
    if infinite.any():  # looking for the places costs ten times as much
        rows, cols = np.nonzero(infinite)
        raise SegkitError(
            f"`{table.names[cols[0]]}` in {what} holds infinity in row {rows[0]}; expected finite "
            "numbers or missing (NaN). Replace infinity by a missing answer."
        )


def _refuse_missing(table: Matrix, absent: np.ndarray, what: str) -> None:
    rows, cols = np.nonzero(absent)
    if rows.size:
        raise SegkitError(
            f"`{table.names[cols[0]]}` in {what} is missing (NaN) in row {rows[0]}, {rows.size} "
            "missing values in all; expected complete rows. Fill or drop them first."
        )


def _refuse_named(table: Matrix, bad: np.ndarray, what: str, fault: str, remedy: str) -> None:
    names = [name for name, is_bad in zip(table.names, bad, strict=True) if is_bad]
    if names:
        raise SegkitError(
            f"{name_list(names)} in {what} {fault}; expected at least two different answers. "
            f"{remedy}: nothing can be learned from it."
        )
