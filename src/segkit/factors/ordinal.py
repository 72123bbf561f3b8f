"""Estimates for ordinal items, alone or beside continuous ones.

References
----------
Olsson, U., Drasgow, F. & Dorans, N. J. (1982). The polyserial correlation coefficient.
    Psychometrika 47 (the "ad hoc" estimate, in closed form).
"""

from dataclasses import dataclass, field

import numpy as np

from segkit._checks import check_categories
from segkit._weights import weighted_sd
from segkit.factors.polychoric import (
    LARGEST,
    code_items,
    pair_tables,
    polychoric_pairs,
    thresholds_of,
)
from segkit.factors.product_moment import pearson_matrix
from segkit.factors.sample import Sample

__all__ = ["MOST_CATEGORIES", "Estimate", "mixed_estimate", "polychoric_estimate"]

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
    """

    matrix: np.ndarray
    bounded: np.ndarray
    empty_cells: np.ndarray
    thresholds: dict[str, np.ndarray] = field(default_factory=dict)
    categories: dict[str, np.ndarray] = field(default_factory=dict)
    unsettled: tuple[str, ...] = ()

    @classmethod
    def plain(cls, matrix: np.ndarray) -> "Estimate":
        """Return an estimate with nothing held and no tables."""
        return cls(matrix, np.zeros_like(matrix), np.zeros(matrix.shape, dtype=int))


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


def mixed_estimate(sample: Sample, ordinal: np.ndarray) -> Estimate:
    """Polychoric among ordinal items, Pearson among the others, polyserial between the two.

    Parameters
    ----------
    sample : Sample
        The answers.
    ordinal : ndarray of bool of shape (n_items,)
        Which items are ordinal.
    """
    whole = Estimate.plain(pearson_matrix(_as_codes(sample.values, ordinal), sample.w))
    at = np.flatnonzero(ordinal)
    if at.size == 0:
        return whole
    part = _ordinal_part(sample, at)
    matrix, bounded, empty = whole.matrix, whole.bounded, whole.empty_cells
    matrix[np.ix_(at, at)] = part.matrix
    bounded[np.ix_(at, at)] = part.bounded
    empty[np.ix_(at, at)] = part.empty_cells
    others = np.flatnonzero(~ordinal)
    widened = matrix[np.ix_(at, others)] * _widening(sample, at, part)[:, None]
    held = np.where(np.abs(widened) > LARGEST, widened, 0.0)
    widened = np.clip(widened, -LARGEST, LARGEST)
    for target, block in ((matrix, widened), (bounded, held)):
        target[np.ix_(at, others)] = block
        target[np.ix_(others, at)] = block.T
    return Estimate(matrix, bounded, empty, part.thresholds, part.categories, part.unsettled)


def _ordinal_part(sample: Sample, at: np.ndarray) -> Estimate:
    names = tuple(sample.names[j] for j in at)
    return polychoric_estimate(Sample(sample.values[:, at], names, sample.w, sample.origin))


def _as_codes(values: np.ndarray, ordinal: np.ndarray) -> np.ndarray:
    """Replace ordinal answers by the position of their category."""
    codes = code_items(values[:, ordinal]).codes.astype(float)
    out = values.copy()
    out[:, ordinal] = np.where(codes < 0, np.nan, codes)
    return out


def _widening(sample: Sample, at: np.ndarray, part: Estimate) -> np.ndarray:
    """sd(code) / sum of phi(threshold): what turns a Pearson correlation into a polyserial."""
    codes = _as_codes(sample.values[:, at], np.ones(at.size, dtype=bool))
    density = [
        np.exp(-np.square(cut) / 2.0).sum() / np.sqrt(2.0 * np.pi)
        for cut in part.thresholds.values()
    ]
    return np.asarray(weighted_sd(codes, sample.w) / np.array(density))


def _square(upper: np.ndarray, p: int, diagonal: float = 0.0) -> np.ndarray:
    out = np.zeros((p, p), dtype=upper.dtype)
    out[np.triu_indices(p, 1)] = upper
    out += out.T
    if diagonal:
        np.fill_diagonal(out, diagonal)
    return out
