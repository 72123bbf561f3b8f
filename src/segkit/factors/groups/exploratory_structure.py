"""What groups show before anything is imposed: factors of each, compared; a structure from all.

References
----------
Lorenzo-Seva, U. & ten Berge, J. M. F. (2006). Tucker's congruence coefficient as a meaningful
    index of factor similarity. Methodology 2.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from segkit._checks import name_list
from segkit.exceptions import SegkitError
from segkit.factors.confirming.measurement_model import GroupMoments
from segkit.factors.confirming.structure import Structure
from segkit.factors.congruence import tucker
from segkit.factors.extraction.extraction import extract, most_factors
from segkit.factors.rotations.rotation import rotate

__all__ = ["derived_structure", "group_congruence", "pooled_moments"]

_N_STARTS = 5


def pooled_moments(moments: Sequence[GroupMoments]) -> GroupMoments:
    """Return the covariances within groups: differences of the groups' means are taken out."""
    n = np.array([m.n for m in moments])
    mean = np.average([m.mean for m in moments], axis=0, weights=n)
    within = np.average([m.covariance for m in moments], axis=0, weights=n)
    return GroupMoments(mean, within, float(n.sum()))


def derived_structure(
    moments: Sequence[GroupMoments], items: Sequence[str], n_factors: int
) -> Mapping[str, list[str]]:
    """Put each item on the factor it loads on most in an exploratory analysis of all groups.

    Minres and oblimin, of the correlations within groups.

    Raises
    ------
    SegkitError
        When the items cannot show so many factors, or a factor is the main one of fewer than
        two items.
    """
    most = most_factors(len(items))
    if n_factors > most:
        raise SegkitError(
            f"n_factors={n_factors} was asked of {len(items)} items, whose correlations tell at "
            f"most {most} factors apart. Ask for fewer factors, or add items."
        )
    main = np.abs(_explored(pooled_moments(moments), n_factors)).argmax(axis=1)
    found = {
        f"factor_{j + 1}": [name for name, m in zip(items, main, strict=True) if m == j]
        for j in range(n_factors)
    }
    thin = [name for name, mine in found.items() if len(mine) < 2]
    if thin:
        raise SegkitError(
            f"{name_list(thin)} of the {n_factors} factors of all groups together is the main "
            "factor of fewer than two items; expected two or more for each. Ask for fewer factors, "
            "or give the structure."
        )
    return found


def group_congruence(moments: Sequence[GroupMoments], structure: Structure) -> np.ndarray | None:
    """Compare each group's exploratory factors with those of all groups together.

    Parameters
    ----------
    moments : sequence of GroupMoments
        One a group.
    structure : Structure
        Gives the number of factors and, by their items, their names.

    Returns
    -------
    ndarray of shape (n_groups, n_factors) or None
        Tucker's congruence, factors in the order of the structure; None where the items are too
        few for an exploratory analysis of so many factors.
    """
    k = len(structure.factors)
    if k > most_factors(len(structure.items)):
        return None
    together = _explored(pooled_moments(moments), k)
    signed = np.abs(tucker(np.abs(together), structure.pattern.astype(float)))
    mine, named = linear_sum_assignment(-signed)
    out = np.empty((len(moments), k))
    for row, group in enumerate(moments):
        values = np.abs(tucker(together, _explored(group, k)))
        first, second = linear_sum_assignment(-values)
        best = dict(zip(first.tolist(), values[first, second].tolist(), strict=True))
        for j, name in zip(mine, named, strict=True):
            out[row, name] = best[int(j)]
    return out


def _explored(moments: GroupMoments, n_factors: int) -> np.ndarray:
    sd = np.sqrt(np.diag(moments.covariance))
    found = extract(moments.covariance / np.outer(sd, sd), n_factors, "minres")
    # several starts: factors of equal size can hold a single one on a saddle
    return rotate(found.loadings, "oblimin", _N_STARTS, 0).loadings
