"""Split answers into groups, and refuse or name groups that cannot be compared."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_items, check_labels, check_option, check_same_rows, name_list
from segkit._frames import Origin, is_missing, n_rows
from segkit._weights import check_weights
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors.confirming.cases import Cases
from segkit.factors.confirming.measurement_model import GroupMoments

__all__ = ["AnswerGroups", "read_groups"]

_SMALL = 100.0
_MOST_CATEGORIES = 10


@dataclass(frozen=True, eq=False)
class AnswerGroups:
    """Groups of respondents who answered the same items.

    Attributes
    ----------
    items : tuple of str
        The items.
    names : tuple of str
        The groups, in order; the first is the one that others are compared with.
    cases : tuple of Cases
        Their respondents.
    moments : tuple of GroupMoments
        Their moments.
    n_left_out : int
        Respondents who do not count.
    doubts : tuple of str
        What was warned of.
    origin : Origin
        The kind of table.
    """

    items: tuple[str, ...]
    names: tuple[str, ...]
    cases: tuple[Cases, ...]
    moments: tuple[GroupMoments, ...]
    n_left_out: int
    doubts: tuple[str, ...]
    origin: Origin


def read_groups(
    X: Any, groups: Any, sample_weight: Any = None, *, missing: str = "pairwise", ids: Any = None
) -> AnswerGroups:
    """Read answers group by group.

    Parameters
    ----------
    X : frame or array of shape (n_respondents, n_items)
        Answers.
    groups : array-like of shape (n_respondents,)
        The group of each respondent.
    sample_weight : array-like of shape (n_respondents,) or None
        Survey weights.
    missing : {"pairwise", "listwise"}
        Who counts.
    ids : array-like of shape (n_respondents,) or None
        Who each respondent is, where people may be in several groups.

    Returns
    -------
    AnswerGroups
    """
    check_option(missing, ("pairwise", "listwise"), name="missing")
    n = n_rows(X)
    labels = check_labels(groups, n=n, what="groups", each="group")
    w = check_weights(sample_weight, n)
    person = _people(ids, labels)
    table = check_items(X)
    absent = np.isnan(table.values)
    counted = (w > 0) & ~(absent.any(axis=1) if missing == "listwise" else absent.all(axis=1))
    known = sorted(set(labels[counted].tolist()), key=lambda v: (isinstance(v, str), v))
    names = tuple(str(v) for v in known)
    rows = [counted & (labels == label) for label in known]
    cases = tuple(
        Cases(table.values[mine], w[mine], None if person is None else person[mine])
        for mine in rows
    )
    _refuse_small(names, cases, len(table.names))
    moments = tuple(
        c.moments(table.names, f"group `{name}`") for c, name in zip(cases, names, strict=True)
    )
    doubts = (*_small(names, moments), *_absent_categories(table.names, names, cases))
    for doubt in doubts:
        warnings.warn(doubt, SegkitWarning, stacklevel=3)
    n_left_out = n - int(counted.sum())
    return AnswerGroups(table.names, names, cases, moments, n_left_out, doubts, table.origin)


def _people(ids: Any, labels: np.ndarray) -> np.ndarray | None:
    """Return a number for each person; nobody may be twice in one group."""
    if ids is None:
        return None
    raw = np.asarray(ids, dtype=object)
    if raw.ndim != 1:
        raise SegkitError(f"ids has shape {raw.shape}; expected one id a respondent.")
    check_same_rows(raw.size, labels.size, what="ids", other="the table")
    numbers: dict[object, int] = {}
    seen: dict[tuple[object, object], int] = {}
    for row, (value, label) in enumerate(zip(raw.tolist(), labels.tolist(), strict=True)):
        if is_missing(value):
            raise SegkitError(
                f"ids is missing in row {row}; expected an id in each. Leave ids out to compare "
                "the groups as different people."
            )
        if (value, label) in seen:
            raise SegkitError(
                f"ids holds {value!r} twice in group `{label}` (rows {seen[value, label]} and "
                f"{row}); expected nobody twice in one group. Remove the repeated row."
            )
        seen[value, label] = row
        numbers.setdefault(value, len(numbers))
    return np.array([numbers[value] for value in raw.tolist()], dtype=int)


def _refuse_small(names: Sequence[str], cases: Sequence[Cases], n_items: int) -> None:
    if len(names) < 2:
        raise SegkitError(
            f"Only group `{names[0] if names else 'none'}` has respondents who count; expected at "
            "least two groups. Check weights and missing answers."
        )
    for name, people in zip(names, cases, strict=True):
        if people.w.size <= n_items:
            raise SegkitError(
                f"Group `{name}` has {people.w.size} respondents who count and {n_items} items; "
                "expected more respondents than items, better 100 and more. Join it with another "
                "group, or leave it out."
            )


def _small(names: Sequence[str], moments: Sequence[GroupMoments]) -> list[str]:
    few = [f"{name} ({m.n:.0f})" for name, m in zip(names, moments, strict=True) if m.n < _SMALL]
    if not few:
        return []
    return [
        f"Few respondents (effective n below {_SMALL:.0f}) in {name_list(few)}: tests are rough "
        "there, and that nothing differs may mean that nothing can be seen."
    ]


def _absent_categories(
    items: Sequence[str], names: Sequence[str], cases: Sequence[Cases]
) -> list[str]:
    """Name items of few whole-number categories of which a group never used one."""
    lacking = []
    for i, item in enumerate(items):
        used = [np.unique(c.values[~np.isnan(c.values[:, i]), i]) for c in cases]
        every = np.unique(np.concatenate(used))
        if every.size > _MOST_CATEGORIES or (every != np.round(every)).any():
            continue
        for name, mine in zip(names, used, strict=True):
            gone = ", ".join(f"{v:g}" for v in np.setdiff1d(every, mine))
            lacking += [f"{item} (no {gone} in {name})"] if gone else []
    if not lacking:
        return []
    return [
        f"A group never used a category that others used: {name_list(lacking)}. Items are compared "
        "as continuous; their loadings and intercepts may differ for that alone."
    ]
