"""Groups of people that may overlap: yes/no or a membership from 0 to 1, one column a group."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from segkit._checks import check_items, check_numbers
from segkit._frames import is_frame
from segkit.exceptions import SegkitError
from segkit.segments.codes import coded
from segkit.segments.describing.contrasts import Contrasts, contrasts
from segkit.segments.describing.soft_contrasts import soft_contrasts
from segkit.segments.scheme import Scheme
from segkit.segments.three_step.bch import corrected_weights
from segkit.segments.three_step.classification_error import ClassificationError

__all__ = ["Groups", "check_error", "group_contrasts", "read_groups"]

HOPELESS = 1e6
"""Condition number beyond which classification errors cannot be undone."""


@dataclass(frozen=True)
class Groups:
    """Who belongs to which group, and how far.

    Attributes
    ----------
    names : tuple
        The groups in order.
    membership : ndarray of shape (n_people, n_groups)
        From 0 (no member) to 1.
    codes : ndarray of shape (n_people,) or None
        The group of each person, -1 for none; None where groups may overlap.
    """

    names: tuple[Any, ...]
    membership: np.ndarray
    codes: np.ndarray | None

    def counts(self, w: np.ndarray) -> np.ndarray:
        """Return the people of positive weight in each group: members by half or more."""
        return np.asarray(((w > 0)[:, None] & (self.membership >= 0.5)).sum(axis=0))


def read_groups(members: Any, *, what: str = "members") -> Groups:
    """Read labels, a `Scheme`, or a table with one column a group.

    Parameters
    ----------
    members : array-like of shape (n_people,), Scheme, or table of shape (n_people, n_groups)
        One segment a person (-1: none); or in each column yes/no or a membership in [0, 1]. The
        columns of an array are the groups 0, 1, ...
    what : str
        How messages call it.

    Returns
    -------
    Groups

    Raises
    ------
    SegkitError
        For memberships outside [0, 1] or missing, and groups without any member.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"Planners": [True, True, False], "Savers": [False, True, False]})
    >>> read_groups(table).membership.sum(axis=0)
    array([2., 1.])
    """
    if is_frame(members) or np.ndim(members) == 2:
        return _table_of_groups(members, what)
    if isinstance(members, Scheme):
        codes, names = members.labels, members.names
    else:
        found = coded(members, what=what)
        codes, names = found.codes, found.names
    inside = codes[:, None] == np.arange(len(names))
    return Groups(names, inside.astype(float), codes)


def group_contrasts(
    values: np.ndarray,
    is_share: np.ndarray,
    groups: Groups,
    w: np.ndarray,
    error: np.ndarray | None = None,
) -> Contrasts:
    """Compare each group with everybody outside it.

    Segments are compared with the other segments; of groups that may overlap, each with all
    who are not in it.

    Parameters
    ----------
    values : ndarray of shape (n_people, n_columns)
        Numbers, or zeros and ones; missing as NaN.
    is_share : ndarray of bool, shape (n_columns,)
        Which columns hold zeros and ones.
    groups : Groups
        Of the same people.
    w : ndarray of shape (n_people,)
        Weights.
    error : ndarray of shape (n_groups, n_groups), optional
        Classification errors to put right; rows the true groups.

    Returns
    -------
    Contrasts
        Somebody half in a group counts half inside and half outside.
    """
    if error is not None:
        inside = np.where(groups.membership.sum(axis=1) > 0, w, 0.0)
        weights = corrected_weights(groups.membership, error, inside)
        return soft_contrasts(values, is_share, weights, inside)
    if groups.codes is not None:
        return contrasts(values, is_share, groups.codes, len(groups.names), w)
    each = [_against_the_rest(values, is_share, m, w) for m in groups.membership.T]
    return Contrasts(
        **{f.name: np.stack([getattr(c, f.name)[0] for c in each]) for f in fields(Contrasts)}
    )


def check_error(error: Any, groups: Groups) -> np.ndarray:
    """Return classification errors as a matrix that fits the groups and can be put right.

    Parameters
    ----------
    error : ClassificationError or array-like of shape (n_groups, n_groups)
        Probability of being put into a group (column) for those of a group (row).
    groups : Groups
        Everybody belongs to them wholly or not at all.

    Returns
    -------
    ndarray of shape (n_groups, n_groups)

    Raises
    ------
    SegkitError
        For another shape, rows that are no probabilities, errors that cannot be undone,
        memberships that do not sum to one.
    """
    known = isinstance(error, ClassificationError)
    found = error.error if known else check_numbers(error, what="error", one_a_row=False)
    k = len(groups.names)
    sound = found.shape == (k, k) and (found >= 0).all() and np.allclose(found.sum(axis=1), 1)
    if not sound or np.linalg.cond(found) > HOPELESS:
        raise SegkitError(
            f"error has shape {found.shape}, for {k} segments; expected a square matrix of "
            "probabilities, one row a true segment, each summing to 1, no two rows alike. Take it "
            "from classification_error(model, X)."
        )
    total = groups.membership.sum(axis=1)
    rows = np.flatnonzero(~np.isclose(total, 1, atol=1e-6) & (total != 0))
    if rows.size:
        raise SegkitError(
            f"The memberships of row {rows[0]} sum to {total[rows[0]]:g}; expected 1 where error "
            "is given: errors are those of one division. Leave error out for overlapping groups."
        )
    return found


def _against_the_rest(
    values: np.ndarray, is_share: np.ndarray, member: np.ndarray, w: np.ndarray
) -> Contrasts:
    if ((member == 0) | (member == 1)).all():
        return contrasts(values, is_share, (member == 0).astype(int), 2, w)
    return soft_contrasts(values, is_share, (w * member)[:, None], w)


def _table_of_groups(members: Any, what: str) -> Groups:
    table = check_items(members, what=what, min_rows=1, varying=False, missing=False)
    rows, cols = np.nonzero((table.values < 0) | (table.values > 1))
    if rows.size:
        raise SegkitError(
            f"`{table.names[cols[0]]}` in {what} holds {table.values[rows[0], cols[0]]:g} in row "
            f"{rows[0]}; expected yes/no or a membership from 0 to 1, one column a group. For one "
            "label a row give that column alone."
        )
    empty = [n for n, m in zip(table.names, table.values.T, strict=True) if not (m >= 0.5).any()]
    if empty:
        raise SegkitError(
            f"`{empty[0]}` in {what} has no member (nobody belongs to it by half or more); "
            "expected at least one. Leave the group out."
        )
    names = table.names if is_frame(members) else tuple(range(len(table.names)))
    return Groups(names, table.values, None)
