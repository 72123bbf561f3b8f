"""Where a given structure is too strict: the loading or residual correlation that would help most.

References
----------
Sorbom, D. (1989). Model modification. Psychometrika 54.
Saris, W. E., Satorra, A. & Sorbom, D. (1987). The detection and correction of specification errors
    in structural equation models. Sociological Methodology 17 (the expected change).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from segkit._frames import Origin
from segkit.factors.confirming.likelihood_fit import LikelihoodFit
from segkit.factors.confirming.measurement_model import Directions, Entries
from segkit.factors.confirming.structure import Structure

__all__ = ["modification_frame"]

_AT_ONCE = 1_000
_LEAST_INFORMATION = 1e-8


Scores = Callable[[LikelihoodFit, Entries], tuple[np.ndarray, np.ndarray]]


def modification_frame(
    fit: LikelihoodFit, structure: Structure, origin: Origin, scores: Scores | None = None
) -> Any:
    """Return what freeing one more entry would do, the most helpful first.

    Parameters
    ----------
    fit : LikelihoodFit
        A model of one group.
    structure : Structure
        Its structure.
    origin : Origin
        The kind of frame.
    scores : callable or None
        Takes the fit and entries, and returns the fall of chi2 and the size of each; those of
        maximum likelihood when None.

    Returns
    -------
    frame
        kind, item, other, chi2_drop, change: "loading" of the item on the factor `other`, or
        "residual" correlation of two items; how far chi2 would fall; the size that the loading
        (standardised) or the correlation would take.

    Notes
    -----
    chi2_drop = n g^2 / (I_ee - I_et I_tt^-1 I_te), g the slope of the log-likelihood by entry e,
    I the expected information, t the free entries (Sorbom 1989); change is g over the same.
    """
    listed = _candidates(fit, structure)
    candidates = Entries.of([(*place, 0) for place in listed])
    drop, change = (scores or _scores)(fit, candidates)
    change = change / _units(fit, candidates)
    order = np.argsort(-drop, kind="stable")
    loading = candidates.block == "loadings"
    others = [
        structure.factors[j] if is_loading else structure.items[j]
        for j, is_loading in zip(candidates.col, loading, strict=True)
    ]
    return origin.frame(
        {
            "kind": ["loading" if loading[k] else "residual" for k in order],
            "item": [structure.items[candidates.row[k]] for k in order],
            "other": [others[k] for k in order],
            "chi2_drop": drop[order],
            "change": change[order],
        }
    )


def _candidates(fit: LikelihoodFit, structure: Structure) -> list[tuple[str, int, int]]:
    p, k = structure.pattern.shape
    (free,) = fit.design.entries
    at = free.where("residual_covariances")
    taken = set(zip(free.row[at].tolist(), free.col[at].tolist(), strict=True))
    listed = [("loadings", i, j) for i in range(p) for j in range(k) if not structure.pattern[i, j]]
    pairs = [(j, i) for i in range(p) for j in range(i) if (i, j) not in taken]
    return listed + [("residual_covariances", i, j) for i, j in pairs]


def _scores(fit: LikelihoodFit, candidates: Entries) -> tuple[np.ndarray, np.ndarray]:
    """Return the fall of chi2 and the expected change, entry by entry."""
    (matrices,), (inverse,), (moments,) = fit.matrices, fit.inverses, fit.moments
    free = Directions.of(matrices, fit.design.entries[0])
    residual = inverse @ (moments.covariance - matrices.covariance()) @ inverse
    offset = np.zeros(inverse.shape[0])
    drop, change = np.zeros(candidates.row.size), np.zeros(candidates.row.size)
    for first in range(0, candidates.row.size, _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        mine = Directions.of(matrices, candidates.part(some))
        slope, own = mine.slope(residual, offset), mine.own_information(inverse)
        cross = mine.information(inverse, free)
        left = own - np.einsum("ij,ij->i", cross @ fit.inverse_information, cross)
        # an entry that the free ones can already stand for has nothing to add
        known = left > _LEAST_INFORMATION * own
        change[some] = np.divide(slope, left, out=np.zeros_like(slope), where=known)
        drop[some] = fit.n * slope * change[some]
    return drop, change


def _units(fit: LikelihoodFit, candidates: Entries) -> np.ndarray:
    """Return what a raw change is divided by to be a standardised loading or a correlation."""
    (matrices,) = fit.matrices
    sd = np.sqrt(np.diag(matrices.covariance()))
    unique = np.sqrt(np.abs(np.diag(matrices.residual_covariances)))
    row, col = candidates.row, candidates.col
    residual = unique[row] * unique[np.minimum(col, unique.size - 1)]
    return np.where(candidates.block == "loadings", sd[row], np.maximum(residual, 1e-12))
