"""After how many periods half of a segment's people will have left it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from segkit._frames import Origin
from segkit.diagnostics.moves.flows import Flows, effective
from segkit.diagnostics.moves.noise import Noise
from segkit.segments.describing.contrasts import Group, wilson

__all__ = ["half_life", "half_lives"]


def half_life(stay: np.ndarray) -> np.ndarray:
    """Return log(1/2) / log(stay): 0 where nobody stays, infinite where everybody does.

    Examples
    --------
    >>> half_life(np.array([0.0, 0.5, 0.9, 1.0])).round(2)
    array([0.  , 1.  , 6.58,  inf])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        # minus the logarithm of one is a zero with a sign
        return np.asarray(np.log(2) / np.abs(np.log(stay)))


def half_lives(flows: Flows, noise: Noise | None, segments: Sequence[str], origin: Origin) -> Any:
    """Return the frame of `Migration.half_life`."""
    k = len(segments)
    counts, squares = flows.counts[:k, :k], flows.squares[:k, :k].sum(axis=1)
    n = counts.sum(axis=1)
    stay = np.divide(np.diag(counts), n, out=np.full(k, np.nan), where=n > 0)
    low, high = wilson(Group(effective(n, squares), stay, np.zeros(k)))
    nothing = np.full(k, np.nan)
    true = (nothing,) * 3 if noise is None else (noise.stay, noise.stay_low, noise.stay_high)
    return origin.frame(
        {
            "segment": list(segments),
            "n": n,
            "stay": stay,
            "low": low,
            "high": high,
            "half_life": half_life(stay),
            "half_life_low": half_life(low),
            "half_life_high": half_life(high),
            "true_stay": true[0],
            "true_half_life": half_life(true[0]),
            "true_half_life_low": half_life(true[1]),
            "true_half_life_high": half_life(true[2]),
        }
    )
