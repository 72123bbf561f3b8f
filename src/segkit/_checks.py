"""The only place where arguments are validated; words the messages.

Each check returns the clean value or raises a `SegkitError` that says what was
received, what was expected and the remedy, and names the item, field or row.
"""

import importlib
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted, validate_data
from sklearn.utils.validation import check_random_state as _sklearn_random_state

from segkit._frames import (
    Matrix,
    column,
    column_names,
    hashed_column,
    is_frame,
    is_missing,
    matrix,
    n_rows,
)
from segkit.exceptions import MissingExtraError, NotFittedError, SegkitError

__all__ = [
    "check_categories",
    "check_columns",
    "check_correlation_matrix",
    "check_fitted",
    "check_frame",
    "check_integer",
    "check_items",
    "check_labels",
    "check_number",
    "check_option",
    "check_random_state",
    "check_same_items",
    "check_same_rows",
    "check_share",
    "check_unique",
    "check_unique_in_parts",
    "ids_of",
    "name_list",
    "note_items",
    "require",
]


_LONG = 80  # characters of a value that a message still repeats


def name_list(names: Sequence[object], most: int = 6) -> str:
    """Write names for a message: at most `most` of them, then how many more.

    Examples
    --------
    >>> name_list(["age", "region"])
    '`age`, `region`'
    """
    shown = ", ".join(f"`{n}`" for n in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def check_option(value: Any, options: Sequence[Hashable], *, name: str) -> Any:
    """Return `value` when it is one of `options`."""
    if isinstance(value, Hashable) and value in options:
        return value
    allowed = ", ".join(repr(o) for o in options)
    given = f"={value!r}" if len(repr(value)) <= _LONG else f" is a {type(value).__name__}, which"
    raise SegkitError(f"{name}{given} is not known; expected one of {allowed}.")


def check_integer(value: Any, *, name: str, low: int = 1, high: int | None = None) -> int:
    """Return a whole number within [low, high]."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < low or (high is not None and value > high):
        span = f"at least {low}" if high is None else f"from {low} to {high}"
        raise SegkitError(f"{name}={value!r} was given; expected a whole number {span}.")
    return int(value)


def check_number(value: Any, *, name: str, low: float = 0.0) -> float:
    """Return a finite number of at least `low`."""
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if number and np.isfinite(value) and value >= low:
        return float(value)
    raise SegkitError(f"{name}={value!r} was given; expected a number of at least {low:g}.")


def check_share(value: Any, *, name: str) -> float:
    """Return a number strictly between 0 and 1."""
    if isinstance(value, int | float | np.number) and 0 < value < 1:
        return float(value)
    raise SegkitError(f"{name}={value!r} was given; expected a share between 0 and 1 (say 0.9).")


def check_random_state(random_state: Any) -> np.random.RandomState:
    """Return scikit-learn's generator for an int, None or a RandomState."""
    try:
        return _sklearn_random_state(random_state)
    except ValueError as error:
        raise SegkitError(
            f"random_state={random_state!r} was given; expected a whole number, None or a "
            "numpy.random.RandomState."
        ) from error


def check_frame(data: Any, *, what: str) -> Any:
    """Return `data` when it is a pandas or polars frame with rows and columns."""
    if not is_frame(data):
        raise SegkitError(
            f"{what} is a {type(data).__name__}; expected a pandas or polars frame. "
            "Build one, for example pandas.DataFrame({'age': [34, 51]})."
        )
    if n_rows(data) == 0 or not column_names(data):
        raise SegkitError(
            f"{what} has {n_rows(data)} rows and {len(column_names(data))} columns; expected at "
            "least one of each. Check the file or the filter that made it."
        )
    return data


def check_columns(data: Any, names: Sequence[str], *, what: str) -> None:
    """Make sure that a frame holds every named column."""
    have = set(column_names(data))
    missing = [n for n in names if n not in have]
    if missing:
        raise SegkitError(
            f"{what} lacks {name_list(missing)}; it has {name_list(column_names(data))}. "
            "Add the column, or correct the name."
        )


def check_unique(values: np.ndarray, *, name: str, what: str) -> None:
    """Make sure that an id occurs once."""
    seen: dict[object, int] = {}
    for row, value in enumerate(values.tolist()):
        if value is None:
            raise SegkitError(
                f"`{name}` of {what} is missing in row {row}; expected one id a row. "
                "Fill it, or drop the row."
            )
        if value in seen:
            raise SegkitError(
                f"`{name}` of {what} holds {value!r} more than once (rows {seen[value]} and "
                f"{row}); expected one row an id. Remove the repeated row, or give the column "
                "that tells the rows apart."
            )
        seen[value] = row


def check_unique_in_parts(parts: Callable[[], Iterable[Any]], *, name: str, what: str) -> None:
    """Make sure that an id occurs once in a table that comes in parts, 8 bytes a row.

    Parameters
    ----------
    parts : callable
        Returns the frames that hold the column, one after the other; called again when a
        repeated id is to be named.
    name : str
        The column.
    what : str
        How messages call the table.
    """
    hashes: list[np.ndarray] = []
    first_row = 0
    for part in parts():
        check_columns(part, [name], what=what)
        values, missing = hashed_column(part, name, what=what)
        if missing.any():
            raise SegkitError(
                f"`{name}` of {what} is missing in row {first_row + int(np.argmax(missing))}; "
                "expected one id a row. Fill it, or drop the row."
            )
        hashes.append(values)
        first_row += values.size
    ordered = np.sort(np.concatenate(hashes)) if hashes else np.empty(0, np.uint64)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if twice.size:
        _refuse_repeated(parts, twice, name, what)


def _refuse_repeated(
    parts: Callable[[], Iterable[Any]], twice: np.ndarray, name: str, what: str
) -> None:
    """Look again at the ids whose hashes are equal, and refuse those that are the same id."""
    seen: dict[object, int] = {}
    first_row = 0
    for part in parts():
        values, _ = hashed_column(part, name, what=what)
        raw = column(part, name, what=what)
        for row in np.flatnonzero(np.isin(values, twice)).tolist():
            if raw[row] in seen:
                raise SegkitError(
                    f"`{name}` of {what} holds {raw[row]!r} more than once (rows "
                    f"{seen[raw[row]]} and {first_row + row}); expected one row an id. Remove the "
                    "repeated row, or give the column that tells the rows apart."
                )
            seen[raw[row]] = first_row + row
        first_row += values.size


def check_same_rows(n: int, n_expected: int, *, what: str, other: str) -> None:
    """Make sure that two tables have as many rows as each other."""
    if n != n_expected:
        raise SegkitError(
            f"{what} has {n} rows but {other} has {n_expected}; expected one row a respondent in "
            "both, in the same order. Join them on the respondent's id first."
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


def check_labels(
    labels: Any, *, n: int | None = None, what: str = "segments", each: str = "segment"
) -> np.ndarray:
    """Return labels of segments (or what `each` says) as objects: none missing, two at least."""
    if is_frame(labels):
        raise SegkitError(f"{what} is a frame; expected one label a row. Give one of its columns.")
    values = np.asarray(labels, dtype=object)
    if values.ndim != 1:
        raise SegkitError(f"{what} has shape {values.shape}; expected one label a row.")
    if n is not None:
        check_same_rows(len(values), n, what=what, other="the table")
    lost = [i for i, v in enumerate(values) if is_missing(v)]
    if lost:
        raise SegkitError(
            f"{what} is missing in {len(lost)} row(s) (first: row {lost[0]}); expected a label in "
            "each. Drop these rows from both tables."
        )
    if len(set(values.tolist())) < 2:
        raise SegkitError(
            f"{what} holds one {each} only (1 class); expected at least two. Nothing can be told "
            f"apart: ask for more {each}s, or check the labels."
        )
    return values


def check_same_items(estimator: Any, X: Any, *, first: bool = False) -> None:
    """Make sure that a table has the items of the fit, in order; note them at the `first` call.

    Sets ``n_features_in_`` and, for a frame, ``feature_names_in_``.
    """
    if first:
        if is_frame(X):
            column_names(X)  # refuses a name that occurs twice
        validate_data(estimator, X, reset=True, skip_check_array=True)
        return
    try:
        validate_data(estimator, X, reset=False, skip_check_array=True)
    except ValueError as error:
        raise SegkitError(
            f"{error}\nGive the items of the fit, under the same names and in the same order."
        ) from error


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
        if not hasattr(estimator, "fit"):
            raise
        name = type(estimator).__name__
        raise NotFittedError(f"This {name} is not fitted yet. Call fit(...) first.") from error


def require(module: str, *, extra: str) -> Any:
    """Import an optional package, or say how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"The package `{module}` is needed for this and is not installed. "
            f'Install it with: pip install "segkit[{extra}]"'
        ) from error


def ids_of(data: Any, name: str, *, what: str) -> np.ndarray:
    """Return a checked id column: present, complete and unique."""
    check_columns(data, [name], what=what)
    values = column(data, name, what=what)
    check_unique(values, name=name, what=what)
    return values


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
