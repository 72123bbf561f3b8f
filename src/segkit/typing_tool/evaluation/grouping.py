"""Groups of respondents by which a tool is judged: read, checked, in the order of the fit."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_same_rows
from segkit._frames import column, column_names, is_frame, is_missing, n_rows
from segkit.exceptions import SegkitError

__all__ = ["Grouping", "read_groupings"]

MOST = 30  # groups of one column


@dataclass(frozen=True)
class Grouping:
    """Who belongs to which group.

    Attributes
    ----------
    name : str
        What the groups are by: the name of the column.
    groups : tuple of str
        The groups, sorted.
    code : ndarray of shape (n,)
        The position of each person's group; -1 where it is not known.
    """

    name: str
    groups: tuple[str, ...]
    code: np.ndarray


def read_groupings(groups: Any, n: int, rows: np.ndarray) -> tuple[Grouping, ...]:
    """Read one column of groups, or a frame of them.

    Parameters
    ----------
    groups : frame or array-like of shape (n,)
        The group of each respondent, with gaps where it is not known.
    n : int
        The number of respondents.
    rows : ndarray of int
        The respondents that take part, in the order of the fit.

    Raises
    ------
    SegkitError
        For another number of rows, one group only, more than 30 groups.
    """
    if is_frame(groups):
        check_same_rows(n_rows(groups), n, what="groups", other="fields")
        columns = {name: column(groups, name, what="groups") for name in column_names(groups)}
    else:
        check_same_rows(n_rows(groups), n, what="groups", other="fields")
        values = np.empty(n, dtype=object)
        values[:] = [None if is_missing(v) else v for v in groups]
        columns = {str(getattr(groups, "name", None) or "group"): values}
    if not columns:
        raise SegkitError("groups has no column; expected at least one to compare people by.")
    return tuple(_grouping(name, values[rows]) for name, values in columns.items())


def _grouping(name: str, values: np.ndarray) -> Grouping:
    known = sorted({_text(v) for v in values if v is not None})
    if len(known) < 2:
        raise SegkitError(
            f"`{name}` in groups holds {len(known)} group(s) among respondents of positive weight; "
            "expected at least two. Leave the column out."
        )
    if len(known) > MOST:
        raise SegkitError(
            f"`{name}` in groups holds {len(known)} different values; expected at most {MOST} "
            "groups. Cut a number into bands first, or join small groups."
        )
    place = {group: at for at, group in enumerate(known)}
    code = np.array([-1 if v is None else place[_text(v)] for v in values], dtype=np.intp)
    return Grouping(name, tuple(known), code)


def _text(value: Any) -> str:
    """Write 3.0 as 3: gaps turn whole numbers into floats."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)
