"""Best-worst tasks: the outcomes of the study, chosen against each other."""

from typing import Any

import numpy as np

from segkit.datasets.made.answers import Minds
from segkit.datasets.made.world import World

__all__ = ["MAXDIFF_ITEMS", "run_tasks"]

MAXDIFF_ITEMS = (0, 1, 3, 5, 6, 8, 10, 11, 15, 16, 20, 21)
"""The outcomes in the tasks, counted from 0: two or three of each need."""

_ROUNDS, _A_TASK = 3, 4
_SCALE = 1.4


def run_tasks(
    world: World,
    minds: Minds,
    respondent: np.ndarray,
    careless: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Return the tasks in long form: 9 tasks of 4 items, each of 12 items three times.

    A respondent's utility of an item is 1.4 times the latent response without its noise,
    less the item's second cut (items that many rate highly win more often). Best is chosen
    by a logit, then worst among the rest by another. Careless respondents choose at random.
    """
    items = np.array(MAXDIFF_ITEMS)
    ease = -world.thresholds[items, 1]
    utility = _SCALE * (minds.factors @ world.slopes[items].T + ease - ease.mean())
    utility[careless != ""] = 0.0
    n, n_items = utility.shape
    shown = rng.random((n, _ROUNDS, n_items)).argsort(axis=2).reshape(n, -1, _A_TASK)
    value = np.take_along_axis(utility[:, None], shown, axis=2)
    best = (value + rng.gumbel(size=value.shape)).argmax(axis=2)
    worst_value = -value + rng.gumbel(size=value.shape)
    np.put_along_axis(worst_value, best[:, :, None], -np.inf, axis=2)
    worst = worst_value.argmax(axis=2)
    place = np.arange(_A_TASK)
    choice = np.where(place == best[:, :, None], 1, np.where(place == worst[:, :, None], 2, 0))
    n_tasks = shown.shape[1]
    names = np.array([f"imp_{j + 1:02d}" for j in items])
    return {
        "respondent": np.repeat(respondent, n_tasks * _A_TASK),
        "task": np.tile(np.repeat(np.arange(1, n_tasks + 1), _A_TASK), n),
        "item": names[shown.ravel()].tolist(),
        "choice": np.array(["none", "best", "worst"])[choice.ravel()].tolist(),
    }
