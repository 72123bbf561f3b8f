"""Who gets the questionnaire: some groups are asked more often, and the weights undo it."""

import numpy as np

from segkit.datasets.made.fields import AGES, LEVELS
from segkit.datasets.made.people import FieldCodes

__all__ = ["draw_sample", "inclusion"]


def inclusion(codes: FieldCodes, n: int) -> np.ndarray:
    """Return each customer's chance to be among n respondents.

    The young, the people of the Islands and the users of the app are asked more often
    (they are rare, or cheap to reach); the old and the payers by paper slip less often.
    No chance exceeds one, and together they make n.
    """
    if n == codes.n:
        return np.ones(n)
    age = AGES[codes.age]
    rate = np.ones(codes.n)
    rate[(codes.age >= 0) & (age < 30)] *= 1.6
    rate[(codes.age >= 0) & (age >= 65)] *= 0.7
    rate[codes.region == LEVELS["region"].index("Islands")] *= 2.0
    rate[codes.payment_method == LEVELS["payment_method"].index("paper slip")] *= 0.7
    rate[codes.app_logins_30d >= 0] *= 1.3
    chance = rate * (n / rate.sum())
    while chance.max() > 1:  # the sure ones leave the rest to the others
        sure = chance >= 1
        chance = np.where(sure, 1.0, chance * (n - sure.sum()) / chance[~sure].sum())
    return chance


def draw_sample(chance: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw a systematic sample with unequal chances.

    Returns
    -------
    rows : ndarray of shape (n,)
        Positions of the respondents, in random order.
    weights : ndarray of shape (n,)
        One over the chance, scaled to mean 1.
    """
    if not len(chance):
        return np.empty(0, dtype=np.intp), np.empty(0)
    n = round(chance.sum())
    marks = np.cumsum(chance)
    marks *= n / marks[-1]
    rows = np.searchsorted(marks, rng.random() + np.arange(n), side="right")
    rows = rng.permutation(np.minimum(rows, len(chance) - 1))
    weights = 1 / chance[rows]
    return rows, weights / weights.mean()
