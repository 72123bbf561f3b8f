"""Who is who in two waves: panel members are one person, whatever their rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_columns, check_same_rows, check_unique
from segkit._frames import column, is_frame, is_missing
from segkit._resample import bootstrap_counts, canonical_order
from segkit.exceptions import SegkitError

__all__ = ["People", "identify", "read_ids"]


@dataclass(frozen=True, eq=False)
class People:
    """The people behind the rows of two waves.

    Attributes
    ----------
    old, new : ndarray of int of shape (n_old,), (n_new,)
        The number of the person of each row.
    n : int
        How many different people there are.
    known : bool
        Whether ids told who is who; else every row is a person.
    order : ndarray of shape (n,)
        The canonical order of the people.
    """

    old: np.ndarray
    new: np.ndarray
    n: int
    known: bool
    order: np.ndarray

    @property
    def n_panel(self) -> int:
        """How many answered both waves."""
        return int(np.intersect1d(self.old, self.new).size)

    def covariance(self, old: np.ndarray, new: np.ndarray) -> np.ndarray:
        """Return the covariances of differences between two waves, new minus old.

        Parameters
        ----------
        old, new : ndarray of shape (n_old, q), (n_new, q)
            What each row adds to each of the figures of its wave (its influence).

        Returns
        -------
        ndarray of shape (q, q)
            What both rows of a panel member add is taken together, so that people who answer
            alike twice make a difference more certain.
        """
        total = np.zeros((self.n, old.shape[1]))
        total[self.old] -= old
        total[self.new] += new
        return np.asarray(total.T @ total * (self.n / (self.n - 1)))

    def draws(self, n_boot: int, random_state: Any) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield bootstrap samples of the people, as counts of the rows of both waves."""
        for counts in bootstrap_counts(n_boot, self.order, random_state):
            yield counts[self.old], counts[self.new]


def identify(ids: tuple[np.ndarray, np.ndarray] | None, old: np.ndarray, new: np.ndarray) -> People:
    """Give each person a number.

    Parameters
    ----------
    ids : pair of ndarray of object, or None
        The ids of both waves, checked; None takes all rows as different people.
    old, new : ndarray of shape (n_old, q), (n_new, q)
        The rows' content (answers and weights), which puts the people in order.

    Returns
    -------
    People
    """
    n_old, n_new = len(old), len(new)
    if ids is None:
        mine, yours = np.arange(n_old), n_old + np.arange(n_new)
        n = n_old + n_new
    else:
        numbers = {value: i for i, value in enumerate(dict.fromkeys([*ids[0], *ids[1]]))}
        mine, yours = (np.array([numbers[v] for v in part], dtype=np.intp) for part in ids)
        n = len(numbers)
    content = np.full((n, old.shape[1] + new.shape[1]), np.nan)
    content[mine, : old.shape[1]] = old
    content[yours, old.shape[1] :] = new
    return People(mine, yours, n, ids is not None, canonical_order(content))


def read_ids(ids: Any, X_old: Any, X_new: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the ids of both waves, present, complete and unique in each.

    Parameters
    ----------
    ids : str, pair of array-like, or None
        A column of both tables, or the ids themselves.
    X_old, X_new : frame or array
        The two waves.

    Returns
    -------
    pair of ndarray of object, or None
    """
    if ids is None:
        return None
    tables = ((X_old, "X_old"), (X_new, "X_new"))
    if isinstance(ids, str):
        for table, what in tables:
            if not is_frame(table):
                raise SegkitError(
                    f"ids={ids!r} names a column, but {what} is an array; expected frames. Give a "
                    "pair of arrays: ids=(ids_old, ids_new)."
                )
            check_columns(table, [ids], what=what)
        found = [column(table, ids, what=what) for table, what in tables]
    else:
        found = [_plain(part) for part in _pair(ids)]
    for values, (table, what) in zip(found, tables, strict=True):
        check_same_rows(len(values), len(table), what=f"the ids of {what}", other=what)
        check_unique(values, name=ids if isinstance(ids, str) else "ids", what=what)
    _refuse_other_kind(found[0], found[1])
    return found[0], found[1]


def _pair(ids: Any) -> tuple[Any, Any]:
    if isinstance(ids, tuple | list) and len(ids) == 2:
        return ids[0], ids[1]
    raise SegkitError(
        f"ids is a {type(ids).__name__}; expected the name of a column of both waves, or a pair "
        "(ids_old, ids_new), one id a row."
    )


def _plain(values: Any) -> np.ndarray:
    listed = np.asarray(values, dtype=object).ravel().tolist()
    out = np.empty(len(listed), dtype=object)
    out[:] = [None if is_missing(v) else v for v in listed]
    return out


def _refuse_other_kind(old: np.ndarray, new: np.ndarray) -> None:
    """Refuse numbers in one wave and text in the other: nobody would be found again."""
    kinds = [{isinstance(v, str) for v in part.tolist()} for part in (old, new)]
    if kinds[0] != kinds[1]:
        raise SegkitError(
            f"ids are {type(old[0]).__name__} in X_old ({old[0]!r}) and {type(new[0]).__name__} in "
            f"X_new ({new[0]!r}); expected one kind in both. Turn both into text or numbers."
        )
