"""Items whose mean moved while their factors did not: differential item functioning.

The means of all items that share factors move together when people change; an item that
moves by itself was asked, translated or coded otherwise.

References
----------
Meredith, W. (1993). Measurement invariance, factor analysis and factorial invariance. Psychometrika
    58, section 4 (means and intercepts).
Lord, F. M. (1980). Applications of item response theory to practical testing problems. Erlbaum,
    chapter 14 (purification: find items that differ, link by the others, look again).
"""

from dataclasses import dataclass

import numpy as np

from segkit._weights import weighted_moments
from segkit.diagnostics.waves.lines import p_of
from segkit.diagnostics.waves.two_waves import TwoWaves, Wave
from segkit.segments.tables.letters import holm

__all__ = ["ItemShifts", "item_shifts"]

SMALL = 0.1
"""A shift of fewer standard deviations disturbs the link too little to set the item free."""


@dataclass(frozen=True, eq=False)
class ItemShifts:
    """What the factors do not explain of the change of each item's mean.

    Attributes
    ----------
    expected, found : ndarray of shape (n_items,)
        The mean in the new wave that the factors' change would give, and the one that was found,
        around that of the old wave and in its standard deviations.
    errors : ndarray of shape (n_items,)
        Standard errors of found minus expected.
    free : ndarray of bool of shape (n_items,)
        Items that had no part in linking the waves, because they moved by themselves.
    """

    expected: np.ndarray
    found: np.ndarray
    errors: np.ndarray
    free: np.ndarray


def item_shifts(waves: TwoWaves, loadings: np.ndarray, alpha: float) -> ItemShifts:
    """Tell the moves of items from those of their factors.

    Parameters
    ----------
    waves : TwoWaves
        The answers.
    loadings : ndarray of shape (n_items, n_factors)
        The pattern of the old wave, in standard deviations of the answers.
    alpha : float
        The level at which an item is set free.

    Returns
    -------
    ItemShifts

    Notes
    -----
    With ``d`` the changes of the items' means in standard deviations of the old wave, ``B`` the
    loadings and ``B_i`` the row of item ``i``, the factors' change is the least squares solution
    ``k`` of ``d = B k`` over the items that link the waves, and the shift of item ``i`` is
    ``d_i - B_i k``, ``k`` found without the item. At first all items link; the one whose shift
    is farthest beyond chance is set free, until none of .1 and more is (adjusted by Holm). At most
    half of the items are set free. Errors come from the influence of each person on ``d``, both
    rows of a panel member together, and take ``B`` as known.
    """
    change, spread = _mean_changes(waves)
    p, k = loadings.shape
    free = np.zeros(p, dtype=bool)
    while True:
        contrast = _contrast(loadings, ~free)
        shift = contrast @ change
        errors = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", contrast, spread, contrast), 0.0))
        beyond = holm(p_of(shift, errors))
        alone = ~free & (beyond <= alpha) & (np.abs(shift) >= SMALL)
        enough = (~free).sum() > max(k + 1, p / 2)
        if not alone.any() or not enough:
            return ItemShifts(change - shift, change, errors, free)
        # p values of 0 are all alike: the shift itself says which is farthest
        free[int(np.argmax(np.where(alone, np.abs(shift) / errors, -np.inf)))] = True


def _mean_changes(waves: TwoWaves) -> tuple[np.ndarray, np.ndarray]:
    """Return the changes of the items' means in old standard deviations, and their covariances."""
    mean, sd = weighted_moments(waves.old.values, waves.old.w)
    unit = np.where(sd > 0, sd, 1.0)
    new_mean = weighted_moments(waves.new.values, waves.new.w)[0]
    spread = waves.people.covariance(
        _influences(waves.old, mean) / unit, _influences(waves.new, new_mean) / unit
    )
    return (new_mean - mean) / unit, spread


def _influences(wave: Wave, mean: np.ndarray) -> np.ndarray:
    seen = ~np.isnan(wave.values)
    return np.asarray(wave.w[:, None] * np.where(seen, wave.values - mean, 0.0) / (wave.w @ seen))


def _contrast(loadings: np.ndarray, links: np.ndarray) -> np.ndarray:
    """Return the matrix that takes changes of means to shifts, each found without its item."""
    p = len(loadings)
    out = np.eye(p)
    for i in range(p):
        by = links.copy()
        by[i] = False
        out[i, by] -= loadings[i] @ np.linalg.pinv(loadings[by])
    return out
