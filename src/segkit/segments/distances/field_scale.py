"""How one field of any kind becomes numbers between 0 and 1, learned from a table."""

from dataclasses import dataclass

import numpy as np

from segkit._frames import Column
from segkit.exceptions import SegkitError

__all__ = ["KINDS", "FieldScale", "learn_scale", "steps_code"]

KINDS = ("numeric", "ordinal", "nominal")


@dataclass(frozen=True)
class FieldScale:
    """The scale of one field.

    Attributes
    ----------
    name : str
        The field.
    kind : {"numeric", "ordinal", "nominal"}
        What differences mean: amounts, steps between ordered levels, same or not.
    low, high : float
        Range of a numeric field.
    levels : tuple of str or float
        The levels of other fields, in order; texts and yes/no as text.
    """

    name: str
    kind: str
    low: float = 0.0
    high: float = 0.0
    levels: tuple[str | float, ...] = ()

    @property
    def varies(self) -> bool:
        """Whether people differ on the field at all."""
        return self.high > self.low if self.kind == "numeric" else len(self.levels) > 1

    def place(self, column: Column) -> tuple[np.ndarray, np.ndarray]:
        """Return where each row stands, and which values the scale does not know.

        Parameters
        ----------
        column : Column
            The field in some table.

        Returns
        -------
        places : ndarray of shape (n,)
            Numeric: 0 at the bottom of the range to 1 at its top, values beyond it at its ends.
            Ordinal: 0 to 1 in equal steps. Nominal: the position of the level. Missing and
            unknown: NaN.
        unknown : ndarray of shape (n,)
            True where a level was never seen.
        """
        values = np.asarray(column.values, dtype=float)
        _refuse_infinite(column)
        if self.kind == "numeric":
            if column.levels:
                raise _another_kind(self, column)
            width = (self.high - self.low) or 1.0
            return np.clip((values - self.low) / width, 0.0, 1.0), np.zeros(len(values), bool)
        if column.kind != "empty" and bool(column.levels) != isinstance(self.levels[0], str):
            raise _another_kind(self, column)
        at = self._positions(column)
        unknown = np.isnan(at) & ~_gaps(column)
        return at / max(len(self.levels) - 1, 1) if self.kind == "ordinal" else at, unknown

    def _positions(self, column: Column) -> np.ndarray:
        if column.levels:
            where = {level: float(i) for i, level in enumerate(self.levels)}
            known = np.array([where.get(level, np.nan) for level in column.levels] + [np.nan])
            return known[column.values.astype(np.intp)]
        known = np.array(self.levels if column.kind != "empty" else [np.nan], dtype=float)
        at = np.minimum(np.searchsorted(known, column.values), len(known) - 1)
        return np.where(known[at] == column.values, at.astype(float), np.nan)


def learn_scale(column: Column, kind: str | None, w: np.ndarray) -> FieldScale:
    """Learn the scale of a field from the rows with weight.

    Parameters
    ----------
    column : Column
        The field.
    kind : {"numeric", "ordinal", "nominal"} or None
        None: numbers are numeric, an ordered categorical is ordinal, text and yes/no nominal.
    w : ndarray of shape (n,)
        Weights.

    Returns
    -------
    FieldScale

    Raises
    ------
    SegkitError
        For a kind that the field cannot have, infinite numbers, no value at all.
    """
    _refuse_useless(column, w)
    kind = kind or ("numeric" if not column.levels else "ordinal" if column.ordered else "nominal")
    counted = column.values[(w > 0) & ~_gaps(column)]
    if kind == "numeric":
        if column.levels:
            raise SegkitError(
                f"`{column.name}` was called numeric, but it holds {column.kind} "
                f"({column.dtype}); expected numbers. Call it nominal, or turn it into numbers."
            )
        return FieldScale(column.name, kind, low=float(counted.min()), high=float(counted.max()))
    if not column.levels:
        return FieldScale(column.name, kind, levels=tuple(float(v) for v in np.unique(counted)))
    if kind == "ordinal" and not column.ordered:
        raise SegkitError(
            f"`{column.name}` was called ordinal, but it holds {column.kind} ({column.dtype}) "
            "whose order is not known; expected an ordered categorical or numbers. Declare the "
            "order of its levels, or turn them into 1, 2, 3, ..."
        )
    # an ordered level that nobody has is a step all the same; a nominal one is nothing
    seen = np.unique(counted).astype(int)
    at = range(len(column.levels)) if kind == "ordinal" else seen.tolist()
    return FieldScale(column.name, kind, levels=tuple(column.levels[i] for i in at))


def steps_code(places: np.ndarray, n_steps: int) -> np.ndarray:
    """Write places between 0 and 1 as steps passed (a thermometer).

    Parameters
    ----------
    places : ndarray of shape (n,)
        Numbers from 0 to 1.
    n_steps : int
        Steps S.

    Returns
    -------
    ndarray of shape (n, n_steps)
        Squared Euclidean distance between two rows is the absolute difference of their places
        where both lie on steps, and at most 1 / (2 S) below it elsewhere.

    Examples
    --------
    >>> code = steps_code(np.array([0.0, 0.5, 1.0]), 2)
    >>> [float(np.square(row - code[0]).sum().round(3)) for row in code]
    [0.0, 0.5, 1.0]
    """
    passed = np.clip(places[:, None] * n_steps - np.arange(n_steps), 0.0, 1.0)
    return np.asarray(passed / np.sqrt(n_steps))


def _gaps(column: Column) -> np.ndarray:
    return np.asarray(column.values < 0 if column.levels else np.isnan(column.values))


def _refuse_useless(column: Column, w: np.ndarray) -> None:
    if column.kind in ("date", "other"):
        raise SegkitError(
            f"`{column.name}` holds {column.kind} values ({column.dtype}); expected numbers, text "
            "or yes/no. Turn it into a number (days since, age), or leave it out."
        )
    if column.kind == "empty" or _gaps(column)[w > 0].all():
        raise SegkitError(
            f"`{column.name}` holds no value at all among the rows with weight; expected some. "
            "Leave it out: nobody can be compared on it."
        )


def _refuse_infinite(column: Column) -> None:
    rows = np.flatnonzero(np.isinf(column.values))
    if rows.size:
        raise SegkitError(
            f"`{column.name}` holds infinity in row {rows[0]}; expected finite numbers or missing. "
            "Replace infinity by a missing value."
        )


def _another_kind(scale: FieldScale, column: Column) -> SegkitError:
    learned = (
        "numbers" if scale.kind == "numeric" or not isinstance(scale.levels[0], str) else "text"
    )
    return SegkitError(
        f"`{scale.name}` held {learned} in the fit but {column.kind} here ({column.dtype}); "
        "expected the same kind of value. Turn it back into what it was."
    )
