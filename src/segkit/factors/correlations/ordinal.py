"""Estimates for ordinal items, alone or beside continuous ones."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import check_categories, name_list
from segkit.exceptions import SegkitError
from segkit.factors.correlations.polychoric import (
    LARGEST,
    code_items,
    pair_tables,
    polychoric_pairs,
    thresholds_of,
)
from segkit.factors.correlations.polyserial import polyserial_pairs
from segkit.factors.correlations.product_moment import pearson_matrix
from segkit.factors.sample import Sample

__all__ = [
    "MOST_CATEGORIES",
    "Estimate",
    "mixed_estimate",
    "polychoric_estimate",
    "tetrachoric_estimate",
]

MOST_CATEGORIES = 20
"""With more categories than this, Pearson's correlation is the same to two digits."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """Correlations as estimated, before any repair.

    Attributes
    ----------
    matrix : ndarray of shape (n_items, n_items)
        The estimates.
    bounded : ndarray of shape (n_items, n_items)
        The value before it was held within bounds; 0 where it was not.
    empty_cells : ndarray of shape (n_items, n_items)
        Cells that hold nobody.
    thresholds, categories : dict of str to ndarray
        For each ordinal item.
    unsettled : tuple of str
        Pairs whose search did not end.
    n_iterations : int
        Iterations of the search; 0 where there is a closed form or each pair has its own.
    """

    matrix: np.ndarray
    bounded: np.ndarray
    empty_cells: np.ndarray
    thresholds: dict[str, np.ndarray] = field(default_factory=dict)
    categories: dict[str, np.ndarray] = field(default_factory=dict)
    unsettled: tuple[str, ...] = ()
    n_iterations: int = 0

    @classmethod
    def plain(cls, matrix: np.ndarray, **more: Any) -> "Estimate":
        """Return an estimate with nothing held and no tables."""
        return cls(matrix, np.zeros_like(matrix), np.zeros(matrix.shape, dtype=int), **more)


def polychoric_estimate(sample: Sample) -> Estimate:
    """Estimate the polychoric correlations of all items of a sample."""
    check_categories(
        sample.table,
        most=MOST_CATEGORIES,
        otherwise="Use method='pearson' or 'mixed', or leave the item out.",
    )
    items = code_items(sample.values)
    n_categories = np.array([c.size for c in items.categories])
    margins, tables = pair_tables(items, sample.w)
    thresholds = thresholds_of(margins, n_categories)
    fit = polychoric_pairs(tables, thresholds)
    first, second = np.triu_indices(n_categories.size, 1)
    possible = n_categories[first] * n_categories[second]
    empty = possible - np.count_nonzero(tables, axis=(1, 2))
    held = np.where(np.abs(fit.rho) >= LARGEST, np.sign(fit.rho), 0.0)
    pairs = zip(first[~fit.converged], second[~fit.converged], strict=True)
    return Estimate(
        matrix=_square(fit.rho, n_categories.size, diagonal=1.0),
        bounded=_square(held, n_categories.size),
        empty_cells=_square(empty, n_categories.size),
        thresholds={
            name: cut[: n - 1].copy()
            for name, cut, n in zip(sample.names, thresholds, n_categories, strict=True)
        },
        categories=dict(zip(sample.names, items.categories, strict=True)),
        unsettled=tuple(f"{sample.names[i]} - {sample.names[j]}" for i, j in pairs),
    )


def tetrachoric_estimate(sample: Sample) -> Estimate:
    """Estimate the polychoric correlations of items with two categories each."""
    sizes = [np.unique(v[~np.isnan(v)]).size for v in sample.values.T]
    wide = [name for name, size in zip(sample.names, sizes, strict=True) if size > 2]
    if wide:
        raise SegkitError(
            f"{name_list(wide)} in X take more than two different values (up to {max(sizes)}); "
            "method='tetrachoric' expects two categories in every item. Use method='polychoric'."
        )
    return polychoric_estimate(sample)


def mixed_estimate(sample: Sample, ordinal: np.ndarray) -> Estimate:
    """Polychoric among ordinal items, Pearson among the others, polyserial between the two.

    Parameters
    ----------
    sample : Sample
        The answers.
    ordinal : ndarray of bool of shape (n_items,)
        Which items are ordinal.
    """
    at, others = np.flatnonzero(ordinal), np.flatnonzero(~ordinal)
    if at.size == 0:
        return Estimate.plain(pearson_matrix(sample.values, sample.w))
    if others.size == 0:
        return polychoric_estimate(sample)
    p = ordinal.size
    matrix, bounded, empty = np.eye(p), np.zeros((p, p)), np.zeros((p, p), dtype=int)
    matrix[np.ix_(others, others)] = pearson_matrix(sample.values[:, others], sample.w)
    part = polychoric_estimate(_part(sample, at))
    matrix[np.ix_(at, at)] = part.matrix
    bounded[np.ix_(at, at)] = part.bounded
    empty[np.ix_(at, at)] = part.empty_cells
    rho, converged = polyserial_pairs(
        code_items(sample.values[:, at]).codes,
        sample.values[:, others],
        _padded(list(part.thresholds.values())),
        sample.w,
    )
    held = np.where(np.abs(rho) >= LARGEST, np.sign(rho), 0.0)
    for target, block in ((matrix, rho), (bounded, held)):
        target[np.ix_(at, others)] = block
        target[np.ix_(others, at)] = block.T
    unsettled = [
        f"{sample.names[at[i]]} - {sample.names[others[j]]}" for i, j in np.argwhere(~converged)
    ]
    return Estimate(
        matrix,
        bounded,
        empty,
        part.thresholds,
        part.categories,
        unsettled=(*part.unsettled, *unsettled),
    )


def _part(sample: Sample, at: np.ndarray) -> Sample:
    names = tuple(sample.names[j] for j in at)
    return Sample(sample.values[:, at], names, sample.w, sample.origin)


def _padded(thresholds: list[np.ndarray]) -> np.ndarray:
    out = np.full((len(thresholds), max(t.size for t in thresholds)), np.inf)
    for row, cut in zip(out, thresholds, strict=True):
        row[: cut.size] = cut
    return out


def _square(upper: np.ndarray, p: int, diagonal: float = 0.0) -> np.ndarray:
    out = np.zeros((p, p), dtype=upper.dtype)
    out[np.triu_indices(p, 1)] = upper
    out += out.T
    if diagonal:
        np.fill_diagonal(out, diagonal)
    return out
