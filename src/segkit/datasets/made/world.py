"""The fixed parameters of the made world: nothing here depends on a seed.

The seed of a study draws people; the world they come from is the same for everybody
who asks for the same number of segments. Its difficulty hangs on two scales.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from segkit.datasets.made.archetypes import CASTS, NEED_PATTERNS, SHARES, Archetype
from segkit.datasets.made.items import need_of_items

__all__ = ["ANSWER_SCALE", "CARELESS_SHARE", "FIELD_SCALE", "World", "make_world"]

# How far apart the segments' needs lie, and how strongly the fields lean on the segment.
# Found by bisection (tests/datasets/made/calibrate_world.py) so that the oracles of
# `oracle` reach the middle of their bands: .89 from the answers, .575 from the fields.
# They are pinned by a test; raising one makes every later result look better than it is.
ANSWER_SCALE: dict[int, float] = {3: 0.895, 4: 1.090, 5: 1.258, 6: 1.355}
FIELD_SCALE: dict[int, float] = {3: 0.563, 4: 0.672, 5: 0.813, 6: 0.927}

SATISFACTION_SCALE = 0.6
CARELESS_SHARE = 0.08
ACQUIESCENCE_SD = 0.15
EXTREME_SD = 0.18

# Loadings of the importance items on their need, and where each item cross-loads.
_IMPORTANCE_LOADINGS = (
    0.82, 0.76, 0.70, 0.74, 0.62,
    0.80, 0.84, 0.66, 0.72, 0.60,
    0.78, 0.74, 0.80, 0.68, 0.58,
    0.84, 0.76, 0.64, 0.70, 0.56,
    0.80, 0.74, 0.78, 0.66,
)  # fmt: skip
_SATISFACTION_LOADINGS = (
    0.74, 0.70, 0.66, 0.72, 0.60,
    0.76, 0.72, 0.64, 0.70, 0.62,
    0.74, 0.70, 0.72, 0.66, 0.64,
    0.76, 0.70, 0.62, 0.68, 0.58,
    0.72, 0.70, 0.66, 0.64,
)  # fmt: skip
# (item, need, loading), items and needs counted from 0
_CROSS_LOADINGS = (
    (1, 3, 0.12), (4, 1, 0.15), (7, 0, 0.18), (9, 3, 0.12), (12, 0, 0.15),
    (14, 3, 0.10), (16, 2, 0.12), (18, 2, 0.16), (17, 4, 0.14), (22, 0, 0.12),
)  # fmt: skip
# How many people rate each item highly: shift of its thresholds, in standard deviations.
_IMPORTANCE_EASE = (
    0.2, 0.1, 0.0, -0.1, -0.2,
    0.2, 0.0, 0.1, -0.1, -0.2,
    0.4, 0.3, 0.1, 0.3, 0.2,
    0.1, 0.2, -0.1, 0.1, -0.4,
    0.3, -0.1, 0.0, -0.3,
)  # fmt: skip
_SATISFACTION_EASE = (
    -0.3, -0.1, 0.0, -0.2, -0.4,
    -0.2, 0.1, -0.1, 0.0, -0.3,
    0.4, -0.2, 0.3, 0.0, -0.5,
    0.2, 0.3, -0.4, -0.5, -0.6,
    0.1, -0.6, -0.7, -0.4,
)  # fmt: skip
_IMPORTANCE_CUTS = (-1.60, -0.65, 0.35, 1.35)
_SATISFACTION_CUTS = (-1.60, -0.80, 0.15, 1.10)

# Correlations within a segment: needs compete a little (time and attention are short; the
# observed scores hardly correlate, because acquiescence pulls the other way), satisfaction
# has a halo.
_WITHIN_IMPORTANCE = (
    (1.00, -0.08, -0.06, -0.06, -0.20),
    (-0.08, 1.00, -0.06, -0.16, -0.04),
    (-0.06, -0.06, 1.00, -0.04, -0.04),
    (-0.06, -0.16, -0.04, 1.00, -0.14),
    (-0.20, -0.04, -0.04, -0.14, 1.00),
)
_WITHIN_SATISFACTION = 0.45
_IMPORTANCE_WITH_SATISFACTION = 0.10


@dataclass(frozen=True)
class World:
    """A made world.

    Attributes
    ----------
    n_segments : int
        Number of segments k.
    cast : tuple of Archetype
        The archetype of each segment, the largest segment first.
    shares : ndarray of shape (k,)
        Segment sizes among the customers.
    means : ndarray of shape (k, 10)
        Segment means of the 5 importance and the 5 satisfaction factors, in standard
        deviations within a segment; their weighted average is zero.
    covariance : ndarray of shape (10, 10)
        Covariance of the factors within every segment.
    loadings : ndarray of shape (48, 10)
        Loadings on factors scaled to variance 1 over all attentive people.
    slopes : ndarray of shape (48, 10)
        The same for the factors in the units of `means`.
    uniqueness : ndarray of shape (48,)
        Variance of each latent response that its factors do not explain.
    thresholds : ndarray of shape (48, 4)
        Where a latent response passes from one answer to the next.
    """

    n_segments: int
    cast: tuple[Archetype, ...]
    shares: np.ndarray
    means: np.ndarray
    covariance: np.ndarray
    loadings: np.ndarray
    slopes: np.ndarray
    uniqueness: np.ndarray
    thresholds: np.ndarray


@lru_cache(maxsize=32)
def make_world(n_segments: int, answer_scale: float | None = None, profile: str = "first") -> World:
    """Return the world with so many segments.

    Parameters
    ----------
    n_segments : int
        3, 4, 5 or 6.
    answer_scale : float or None
        How far apart the needs lie; None takes the calibrated value.
    profile : {"first", "later"}
        "later" is the world after its segments changed what they need.
    """
    scale = ANSWER_SCALE[n_segments] if answer_scale is None else answer_scale
    cast, shares = CASTS[n_segments], np.array(SHARES[n_segments])
    means = _segment_means(cast, shares, scale)
    covariance = _within_covariance()
    total = covariance + (means * shares[:, None]).T @ means
    deviations = np.sqrt(np.diag(total))
    loadings = _loadings()
    correlation = total / np.outer(deviations, deviations)
    uniqueness = 1 - np.einsum("jf,fg,jg->j", loadings, correlation, loadings)
    return World(
        n_segments,
        cast,
        shares,
        _later(means) if profile == "later" else means,
        covariance,
        loadings,
        loadings / deviations,
        uniqueness,
        _thresholds(),
    )


def _segment_means(cast: tuple[Archetype, ...], shares: np.ndarray, scale: float) -> np.ndarray:
    needs = np.array(NEED_PATTERNS[len(cast)])
    needs = needs - shares @ needs
    needs = scale * needs / np.sqrt(shares @ needs**2)
    satisfaction = SATISFACTION_SCALE * np.array([a.satisfaction for a in cast])
    return np.hstack([needs, satisfaction - shares @ satisfaction])


def _later(means: np.ndarray) -> np.ndarray:
    """Change what the two largest segments need; the others stay as they were."""
    changed = means.copy()
    changed[0, [2, 3]] += (0.3, 0.9)
    changed[1, [0, 4]] += (-0.4, 0.9)
    return changed


def _within_covariance() -> np.ndarray:
    out = np.eye(10)
    out[:5, :5] = _WITHIN_IMPORTANCE
    out[5:, 5:] = _WITHIN_SATISFACTION + (1 - _WITHIN_SATISFACTION) * np.eye(5)
    out[:5, 5:] = out[5:, :5] = _IMPORTANCE_WITH_SATISFACTION * np.eye(5)
    return out


def _loadings() -> np.ndarray:
    out = np.zeros((48, 10))
    for j, need in enumerate(need_of_items()):
        out[j, need] = _IMPORTANCE_LOADINGS[j]
        out[24 + j, 5 + need] = _SATISFACTION_LOADINGS[j]
    for j, need, loading in _CROSS_LOADINGS:
        out[j, need] = loading
    return out


def _thresholds() -> np.ndarray:
    importance = np.array(_IMPORTANCE_CUTS) - np.array(_IMPORTANCE_EASE)[:, None]
    satisfaction = np.array(_SATISFACTION_CUTS) - np.array(_SATISFACTION_EASE)[:, None]
    return np.vstack([importance, satisfaction])
