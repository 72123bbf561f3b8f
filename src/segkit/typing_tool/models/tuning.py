"""Choosing how trees are grown by respondents that they did not see.

References
----------
Probst, P., Wright, M. N. & Boulesteix, A.-L. (2019). Hyperparameters and tuning strategies
for random forest. WIREs Data Mining and Knowledge Discovery 9, e1301.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from segkit.typing_tool.models.trial import Growth, Trial, simplest

__all__ = ["candidates", "tuned_growth"]

LEAVES = (1, 3, 8)
"""The least leaf, as multiples of the one that was asked for."""


def tuned_growth(trial: Trial, fields: Sequence[int], growth: Growth) -> Growth:
    """Return the simplest way to grow that is within one standard error of the best.

    Parameters
    ----------
    trial : Trial
        The respondents.
    fields : sequence of int
        The fields in use.
    growth : Growth
        What was asked for; its smallest leaf is the smallest that is tried.

    Returns
    -------
    Growth
    """
    grid = candidates(growth, len(fields), len(trial.w))
    losses = [trial.own_losses(trial.grow(fields, option)) for option in grid]
    return grid[simplest(np.stack(losses), trial.w)]


def candidates(growth: Growth, n_fields: int, n_respondents: int) -> list[Growth]:
    """Return what is tried, the simplest first: large leaves, then few fields a split.

    Larger leaves than a twentieth of the respondents are not tried.

    Examples
    --------
    >>> [(c.min_leaf, c.split_fields) for c in candidates(Growth(64, 5.0), 10, 300)]
    [(15.0, None), (15.0, 5), (5.0, None), (5.0, 5)]
    """
    leaves = [growth.min_leaf * factor for factor in LEAVES]
    leaves = [leaf for leaf in leaves if leaf <= max(growth.min_leaf, n_respondents / 20)]
    half = -(-n_fields // 2)
    widths = [None, half] if half > max(1, int(np.sqrt(n_fields))) else [None]
    return [
        replace(growth, min_leaf=leaf, split_fields=width)
        for leaf in reversed(leaves)
        for width in widths
    ]
