"""Any labels as codes 0, 1, ... with their names; noise (-1) has no code."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._frames import is_frame, is_missing, refuse_lazy
from segkit.exceptions import SegkitError

__all__ = ["Coded", "coded", "label_values", "plain_label"]


@dataclass(frozen=True)
class Coded:
    """Labels as codes.

    Attributes
    ----------
    codes : ndarray of shape (n,)
        Position of each row's label among the names; -1 for noise.
    names : tuple
        The labels, sorted: whole numbers as int, everything else as given.
    """

    codes: np.ndarray
    names: tuple[Any, ...]


def coded(labels: Any, *, what: str = "labels") -> Coded:
    """Write labels as codes of the sorted labels.

    Parameters
    ----------
    labels : array-like of shape (n,)
        Numbers or text, one a row, none missing; the number -1 is noise.
    what : str
        How messages call them.

    Returns
    -------
    Coded

    Raises
    ------
    SegkitError
        For no rows, missing labels, a table instead of one column.

    Examples
    --------
    >>> coded(["b", "a", "b"]).codes
    array([1, 0, 1])
    """
    values = _values(labels, what)
    plain = [plain_label(v) for v in values]
    names = sorted({v for v in plain if v != -1}, key=_sort_key)
    position = {name: i for i, name in enumerate(names)} | {-1: -1}
    return Coded(np.array([position[v] for v in plain], dtype=np.intp), tuple(names))


def label_values(labels: Any, *, what: str) -> np.ndarray:
    """Return labels as objects, one a row; gaps may be among them."""
    refuse_lazy(labels, what=what)
    if is_frame(labels):
        raise SegkitError(f"{what} is a frame; expected one label a row. Give one of its columns.")
    values = np.asarray(labels, dtype=object)
    if values.ndim != 1 or values.size == 0:
        raise SegkitError(
            f"{what} has shape {values.shape}; expected one label a row, shape (n_respondents,)."
        )
    strange = [kind.__name__ for kind in set(map(type, values)) if kind.__hash__ is None]
    if strange:
        raise SegkitError(
            f"{what} holds a {strange[0]}; expected one label a row, a number or text."
        )
    return values


def _values(labels: Any, what: str) -> list[Any]:
    values = label_values(labels, what=what)
    lost = [i for i, v in enumerate(values) if is_missing(v)]
    if lost:
        raise SegkitError(
            f"{what} is missing in {len(lost)} row(s) (first: row {lost[0]}); expected a label in "
            "each. Drop these rows, or call noise -1."
        )
    return values.tolist()


def plain_label(value: Any) -> Any:
    """Give 2, 2.0 and numpy's 2 one form."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | float | np.number) and float(value).is_integer():
        return int(value)
    return value


def _sort_key(value: Any) -> tuple[str, Any]:
    """Sort numbers before text, each among themselves."""
    number = isinstance(value, int | float | np.number)
    return ("", value) if number else (type(value).__name__, str(value))
