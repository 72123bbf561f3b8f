"""Which segment each row of the two tables belongs to: given labels, a column, or a tool."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_shared_names
from segkit._frames import is_frame
from segkit.diagnostics.counting.groups import UNTAGGED, group_text, order_groups, read_groups
from segkit.exceptions import SegkitError

__all__ = ["Tags", "no_tags", "tags_from_labels", "tags_from_probabilities"]


@dataclass(frozen=True)
class Tags:
    """Segment codes of both tables.

    Attributes
    ----------
    segments : tuple of str
        The segments' names; empty where nobody is tagged.
    before, after : ndarray of shape (n_rows,)
        Codes from 0; the code after the last is "untagged".
    column : str or None
        The column they were read from, which is then no field.
    """

    segments: tuple[str, ...]
    before: np.ndarray
    after: np.ndarray
    column: str | None = None


def no_tags(n: int, m: int) -> Tags:
    """Return tags of two tables that say nothing."""
    return Tags((), np.zeros(n, dtype=int), np.zeros(m, dtype=int))


def tags_from_labels(segments: Any, reference: Any, current: Any) -> Tags:
    """Read labels: the name of a column of both tables, or a pair of label arrays.

    Parameters
    ----------
    segments : str or pair of array-like
        A label may be missing (untagged).
    reference, current : frame
        The tables.

    Raises
    ------
    SegkitError
        For anything else, an absent column, a wrong length, no label at all, or labels of
        which the two tables share none.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"tag": [1.0, 0.0, None]})
    >>> tags_from_labels("tag", table, table).before
    array([1, 0, 2])
    """
    (one, before), (other, after) = (
        read_groups(table, given, what=what)
        for table, given, what in zip(
            (reference, current), _pair(segments), ("reference", "current"), strict=True
        )
    )
    names = order_groups(one + other)[:-1]
    if not names:
        raise SegkitError(
            f"segments is missing, empty or '{UNTAGGED}' in every row of both tables; expected "
            "labels. Tag the tables first, or leave segments out."
        )
    check_shared_names(
        *([g for g in groups if g != UNTAGGED] for groups in (one, other)), what="tables"
    )
    place = {name: i for i, name in enumerate((*names, UNTAGGED))}
    before, after = (
        np.array([place[g] for g in groups])[at] for groups, at in ((one, before), (other, after))
    )
    return Tags(names, before, after, segments if isinstance(segments, str) else None)


def tags_from_probabilities(
    before: np.ndarray, after: np.ndarray, classes: Sequence[Any], abstain_below: float | None
) -> Tags:
    """Tag every row by its likeliest segment, unless that is too unsure.

    Examples
    --------
    >>> p = np.array([[0.9, 0.1], [0.4, 0.6]])
    >>> tags_from_probabilities(p, p, [0, 1], 0.7).before
    array([0, 2])
    """
    names = tuple(group_text(s) for s in classes)
    one, two = (
        np.where(p.max(axis=1) >= (abstain_below or 0.0), p.argmax(axis=1), len(names))
        for p in (before, after)
    )
    return Tags(names, one, two)


def _pair(segments: Any) -> tuple[Any, Any]:
    """Return the segments of reference and current, each a column's name or labels."""
    if isinstance(segments, str):
        return segments, segments
    if isinstance(segments, Sequence) and len(segments) == 2 and not is_frame(segments):
        return segments[0], segments[1]
    raise SegkitError(
        f"segments is a {type(segments).__name__}; expected the name of a column that both "
        "tables have, or a pair (labels of reference, labels of current)."
    )
