"""A given structure: which items belong to which factor, checked before anything is fitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import name_list
from segkit.exceptions import SegkitError
from segkit.factors.confirming.likelihood_fit import Design
from segkit.factors.confirming.measurement_model import Entries, GroupMoments, Matrices

__all__ = ["Structure", "confirmatory_design", "read_structure", "starting_matrices"]

_REMEDY = "Give every factor two items or more, and every column of X a factor."


@dataclass(frozen=True, eq=False)
class Structure:
    """Items and factors.

    Attributes
    ----------
    items : tuple of str
        The items, in the order of the table.
    factors : tuple of str
        The factors, in the order given.
    pattern : ndarray of bool of shape (n_items, n_factors)
        Which item belongs to which factor.
    """

    items: tuple[str, ...]
    factors: tuple[str, ...]
    pattern: np.ndarray

    def pairs(self) -> list[tuple[int, int]]:
        """Return (item, factor) of every loading, factor by factor."""
        return [(int(i), int(j)) for j, i in zip(*np.nonzero(self.pattern.T), strict=True)]


def read_structure(structure: Any, items: Sequence[str]) -> Structure:
    """Check a structure against the items of a table.

    Parameters
    ----------
    structure : mapping of str to sequence of str
        The items of each factor. An item may belong to several factors.
    items : sequence of str
        The columns of the table.

    Returns
    -------
    Structure

    Raises
    ------
    SegkitError
        For anything but such a mapping, a factor with fewer than two items, an item that is not
        there, is named twice in a factor, or belongs to no factor.
    """
    if not isinstance(structure, Mapping) or not structure:
        raise SegkitError(
            f"structure is a {type(structure).__name__}"
            f"{' without factors' if isinstance(structure, Mapping) else ''}; expected the items "
            "of each factor, such as {'need': ['item_1', 'item_2', 'item_3']}."
        )
    place = {name: row for row, name in enumerate(items)}
    pattern = np.zeros((len(items), len(structure)), dtype=bool)
    for j, (factor, listed) in enumerate(structure.items()):
        names = _listed(factor, listed, place)
        pattern[[place[name] for name in names], j] = True
    homeless = [name for name in items if not pattern[place[name]].any()]
    if homeless:
        raise SegkitError(
            f"{name_list(homeless)} of X belong to no factor of the structure; expected every item "
            "in at least one. Add them to a factor, or leave the columns out of X."
        )
    return Structure(tuple(items), tuple(str(f) for f in structure), pattern)


def _listed(factor: Any, listed: Any, place: Mapping[str, int]) -> list[str]:
    if isinstance(listed, str) or not isinstance(listed, Sequence | np.ndarray):
        raise SegkitError(
            f"Factor `{factor}` of the structure is {listed!r}; expected a list of items."
        )
    names = [str(name) for name in listed]
    unknown = [name for name in names if name not in place]
    if unknown:
        raise SegkitError(
            f"Factor `{factor}` names {name_list(unknown)}, which X does not have; it has "
            f"{name_list(tuple(place))}. Correct the name, or add the column."
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SegkitError(
            f"Factor `{factor}` names {name_list(twice)} more than once; expected each item once."
        )
    if len(names) < 2:
        raise SegkitError(
            f"Factor `{factor}` has {len(names)} item(s); expected at least two: one item alone "
            f"cannot tell the factor from its own error. {_REMEDY}"
        )
    return names


def confirmatory_design(
    structure: Structure, moments: GroupMoments, residuals: Sequence[tuple[int, int]] = ()
) -> Design:
    """Return the model of one group: factors of variance 1, all correlated, means left alone.

    Parameters
    ----------
    structure : Structure
        Which loadings are free.
    moments : GroupMoments
        The moments, for the starting values.
    residuals : sequence of (item, item)
        Pairs of items whose residuals may correlate.

    Returns
    -------
    Design
    """
    p, k = structure.pattern.shape
    places = [("loadings", i, j) for i, j in structure.pairs()]
    places += [("factor_covariances", j, i) for i in range(k) for j in range(i + 1, k)]
    places += [("residual_covariances", i, i) for i in range(p)]
    places += [("residual_covariances", max(i, j), min(i, j)) for i, j in residuals]
    entries = Entries.of([(*place, number) for number, place in enumerate(places)])
    start = starting_matrices(structure.pattern, moments)
    return Design((entries,), (start,), len(places), with_means=False)


def starting_matrices(pattern: np.ndarray, moments: GroupMoments) -> Matrices:
    """Return values to start from: the first principal axis of the items of each factor.

    Parameters
    ----------
    pattern : ndarray of bool of shape (n_items, n_factors)
        Which loadings are free.
    moments : GroupMoments
        The moments of the group.

    Returns
    -------
    Matrices
        Factors of variance 1 and mean 0, with a positive sum of loadings.
    """
    p, k = pattern.shape
    sd = np.sqrt(np.diag(moments.covariance))
    matrix = moments.covariance / np.outer(sd, sd)
    loadings = np.zeros((p, k))
    for j in range(k):
        mine = np.flatnonzero(pattern[:, j])
        _, vectors = np.linalg.eigh(matrix[np.ix_(mine, mine)])
        axis = vectors[:, -1] * np.sqrt(mine.size)
        loadings[mine, j] = 0.6 * np.clip(axis if axis.sum() >= 0 else -axis, -1.3, 1.3)
    sums = loadings.T @ matrix @ loadings
    size = np.sqrt(np.diag(sums))
    between = np.clip(sums / np.outer(size, size), -0.7, 0.7)
    np.fill_diagonal(between, 1.0)
    # an item of several factors starts with a part on each
    loadings /= np.maximum(pattern.sum(axis=1, keepdims=True), 1)
    common = np.einsum("ij,jk,ik->i", loadings, between, loadings)
    unique = np.maximum(1.0 - common, 0.3) * sd**2
    return Matrices(loadings * sd[:, None], between, np.diag(unique), moments.mean, np.zeros(k))
