"""Choosing the fields that a tool needs by respondents that its trees did not see.

Backward elimination: a small forest, the field whose shuffling costs least is dropped, a
small forest on the rest, and so on. Importance is found anew at each step, so that of two
fields that say the same one goes and the other rises.

References
----------
Gregorutti, B., Michel, B. & Saint-Pierre, P. (2017). Correlation and variable importance in
random forests. Statistics and Computing 27, 659-678, section 4.
Diaz-Uriarte, R. & Alvarez de Andres, S. (2006). Gene selection and classification of
microarray data using random forest. BMC Bioinformatics 7, 3 (the rule of one standard
error on out-of-bag errors).
"""

from dataclasses import dataclass

import numpy as np

from segkit.typing_tool.models.calibration import Calibration
from segkit.typing_tool.models.forest import GrownForest
from segkit.typing_tool.models.trial import Growth, Trial, simplest

__all__ = ["choose_fields"]

SHARE = 8  # one field in so many goes at a step, at least one


@dataclass(frozen=True)
class _Step:
    """Fields still in, and what respondents lost with them."""

    fields: tuple[int, ...]
    losses: np.ndarray


def choose_fields(trial: Trial, growth: Growth, max_fields: int | str) -> tuple[int, ...]:
    """Return the positions of the fields to keep, in order.

    Parameters
    ----------
    trial : Trial
        The respondents, with all their fields.
    growth : Growth
        How trees are grown.
    max_fields : int or "auto"
        At most so many fields: the set of the lowest out-of-bag log loss among those. "auto":
        the smallest set within one standard error of the best of any size.

    Returns
    -------
    tuple of int
        At least one field.
    """
    if max_fields == "auto":
        steps = _path(trial, growth, 1)
        return steps[simplest(np.stack([s.losses for s in steps]), trial.w)].fields
    most = int(max_fields)
    steps = [s for s in _path(trial, growth, most) if len(s.fields) <= most]
    return min(steps, key=lambda step: _mean(step.losses, trial.w)).fields


def _path(trial: Trial, growth: Growth, most: int) -> list[_Step]:
    """Return the sets of the elimination, the smallest first; one has `most` fields."""
    steps: list[_Step] = []
    fields = tuple(range(trial.codes.shape[1]))
    while fields:
        grown = trial.grow(fields, growth)
        calibration = trial.calibration(grown.oob_votes)
        steps.append(_Step(fields, trial.losses(grown.oob_votes, calibration)))
        drop = max(1, len(fields) // SHARE)
        if len(fields) > most:
            drop = min(drop, len(fields) - most)
        # ties: the later field goes
        rise = _shuffled_loss(trial, fields, grown, calibration) if len(fields) > 1 else np.zeros(1)
        order = np.lexsort((-np.arange(len(fields)), rise))
        fields = tuple(np.array(fields)[np.sort(order[drop:])].tolist())
    return steps[::-1]


def _shuffled_loss(
    trial: Trial, fields: tuple[int, ...], grown: GrownForest, calibration: Calibration
) -> np.ndarray:
    """Return the out-of-bag loss when each field is shuffled."""
    codes = trial.codes[:, list(fields)]
    order = np.random.default_rng(trial.seed).permutation(len(codes))
    out = np.empty(len(fields))
    for f in range(len(fields)):
        shuffled = codes.copy()
        shuffled[:, f] = codes[order, f]
        out[f] = _mean(trial.losses(grown.out_of_bag(shuffled), calibration), trial.w)
    return out


def _mean(losses: np.ndarray, w: np.ndarray) -> float:
    seen = ~np.isnan(losses)
    return float(np.average(losses[seen], weights=w[seen])) if seen.any() else 0.0
