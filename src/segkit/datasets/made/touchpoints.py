"""Ratings of the payment journey, and the recommendation they lead to.

A respondent's recommendation is a weighted sum of what was experienced; the weights are
the true moments of truth and differ between the archetypes.
"""

from typing import Any

import numpy as np

from segkit.datasets.made.answers import Minds
from segkit.datasets.made.fields import LEVELS
from segkit.datasets.made.people import FieldCodes
from segkit.datasets.made.world import World

__all__ = ["TOUCHPOINTS", "rate_touchpoints", "true_importance"]

TOUCHPOINTS: dict[str, int] = {
    "get_bill": 0,
    "understand_bill": 1,
    "log_in": 3,
    "approve_payment": 2,
    "pay": 3,
    "see_confirmation": 2,
    "find_old_bill": 0,
    "solve_problem": 2,
    "talk_to_support": 3,
}
"""The touchpoints in the order of the journey, each with the need its satisfaction serves."""

_BASE = 0.10
_OWN_NEED: dict[str, tuple[str, ...]] = {
    "Set and forget": ("understand_bill", "pay"),
    "Overview keeper": ("get_bill", "find_old_bill"),
    "Careful checker": ("see_confirmation", "solve_problem"),
    "On the move": ("log_in", "pay"),
    "Bargain seeker": ("get_bill", "talk_to_support"),
    "Untroubled": ("pay", "solve_problem"),
}


def true_importance(world: World) -> np.ndarray:
    """Return what one point of each touchpoint adds to the recommendation, (k, 9)."""
    out = np.full((world.n_segments, len(TOUCHPOINTS)), _BASE)
    for s, archetype in enumerate(world.cast):
        for name in _OWN_NEED[archetype.name]:
            out[s, list(TOUCHPOINTS).index(name)] += 0.35
    return out


def rate_touchpoints(
    world: World,
    minds: Minds,
    codes: FieldCodes,
    respondent: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Return ratings 0-10 (missing: not experienced) and the recommendation 0-10."""
    n = len(respondent)
    needs = list(TOUCHPOINTS.values())
    satisfied = minds.factors[:, 5:][:, needs] + 0.6 * rng.standard_normal((n, 1))
    rating = 7.0 + 1.3 * satisfied + 1.2 * rng.standard_normal((n, len(needs)))
    experienced = _experienced(codes, rng)
    rating[:, 7:9] -= 1.5  # who has had a problem is less content with how it ended
    rating = np.clip(np.rint(rating), 0, 10)
    importance = true_importance(world)[minds.segments] * experienced
    recommend = 7.2 + (importance * (rating - 7.0)).sum(axis=1)
    recommend += 1.2 * rng.standard_normal(n)
    rating[~experienced] = np.nan
    columns = {name: rating[:, j] for j, name in enumerate(TOUCHPOINTS)}
    return {
        "respondent": respondent,
        **columns,
        "recommend": np.clip(np.rint(recommend), 0, 10).astype(np.int64),
    }


def _experienced(codes: FieldCodes, rng: np.random.Generator) -> np.ndarray:
    """Say who has met which touchpoint: no log-in without the app, few problems."""
    n = codes.n
    out = np.ones((n, len(TOUCHPOINTS)), dtype=bool)
    automatic = codes.payment_method == LEVELS["payment_method"].index("direct debit")
    problem = rng.random(n) < 0.25
    out[:, 2] = codes.app_logins_30d > 0
    out[:, 3] = ~automatic | (rng.random(n) < 0.2)
    out[:, 4] = ~automatic | (rng.random(n) < 0.4)
    out[:, 5] = rng.random(n) < 0.85
    out[:, 6] = rng.random(n) < 0.55
    out[:, 7] = problem
    out[:, 8] = problem & (rng.random(n) < 0.6)
    return out
