"""From points to a tag and probabilities: odds, in whole numbers.

Points are log odds in a unit of their own. The tag is the segment with most points (ties:
the first); how far a segment stays behind the best is a whole number, and one table turns
it into a whole weight. A probability is a weight over the sum of weights.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from segkit._weights import scale_to_effective
from segkit.typing_tool.models.calibration import WEIGHT_BITS, Decision, decision_of

__all__ = ["MAX_BEHIND", "Odds", "fit_odds"]

MAX_BEHIND = 2**16
"""The most entries of a table of weights."""

STRETCH = (0.2, 5.0)  # by which a unit may shrink or grow


@dataclass(frozen=True)
class Odds:
    """Whole numbers that turn points into tags and probabilities.

    Attributes
    ----------
    unit : float
        The log odds that one point is worth.
    table : ndarray of shape (n_steps,)
        The weight of a segment by how many points it is behind the best, falling; whoever
        is further behind has the last weight.

    Examples
    --------
    >>> odds = Odds.of(np.log(3), 10)
    >>> odds.decide(np.array([[7, 6]])).probabilities.round(3)
    array([[0.75, 0.25]])
    """

    unit: float
    table: np.ndarray

    @classmethod
    def of(cls, unit: float, furthest: int) -> "Odds":
        """Build the table for points that are `furthest` behind at most."""
        useful = int(WEIGHT_BITS * np.log(2) / unit) + 1  # beyond, the weight is 1
        behind = np.arange(min(furthest, useful, MAX_BEHIND - 1) + 1)
        weight = np.round(2**WEIGHT_BITS * np.exp(-unit * behind))
        return cls(float(unit), np.maximum(1, weight).astype(np.int64))

    def decide(self, votes: np.ndarray, cut: int = 0) -> Decision:
        """Turn points into tags and probabilities.

        Parameters
        ----------
        votes : ndarray of shape (n, n_segments), dtype int64
            From `Scorecard.score`.
        cut : int
            The abstention cut (`cut_of`); 0 tags everyone.
        """
        behind = votes.max(axis=1, keepdims=True) - votes
        return decision_of(votes, self.table[np.minimum(behind, self.table.size - 1)], cut)

    def points_for(self, ratio: np.ndarray) -> np.ndarray:
        """Return the whole points that come closest to odds `ratio` times as large."""
        least = ratio.max() * np.exp(-self.unit * MAX_BEHIND)
        return np.rint(np.log(np.maximum(ratio, least)) / self.unit).astype(np.int64)

    def summary(self) -> str:
        """Return one sentence: what a point is worth."""
        return (
            f"A point is worth {self.unit:.3g} of log odds (ahead by one point: "
            f"{np.exp(self.unit):.2f} times as likely)."
        )


def fit_odds(
    votes: np.ndarray, membership: np.ndarray, w: np.ndarray, unit: float, furthest: int
) -> Odds:
    """Fit what a point is worth by likelihood, on points that knew nobody.

    Parameters
    ----------
    votes : ndarray of shape (n_respondents, n_segments)
        Cross-fitted points.
    membership : ndarray of shape (n_respondents, n_segments)
        Shares of the segments.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    unit : float
        The log odds that a point was made to be worth.
    furthest : int
        How far a segment can be behind the best.

    Returns
    -------
    Odds
    """
    behind = (votes.max(axis=1, keepdims=True) - votes).astype(float)
    weight = scale_to_effective(w)
    found = minimize_scalar(
        lambda log_unit: _loss(np.exp(log_unit) * behind, membership, weight),
        bounds=tuple(np.log(unit) + np.log(STRETCH)),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return Odds.of(float(np.exp(found.x)), furthest)


def _loss(behind: np.ndarray, membership: np.ndarray, w: np.ndarray) -> float:
    total = np.log(np.exp(-behind).sum(axis=1))
    return float(w @ (total + (membership * behind).sum(axis=1)))
