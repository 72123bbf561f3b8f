"""What a training part chose for itself: the fields it needs, and how its trees grow."""

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Choice", "Picking"]


@dataclass(frozen=True)
class Choice:
    """What was chosen on one training part.

    Attributes
    ----------
    fields : tuple of str
        The fields that the model asks for.
    min_leaf : float or None
        The least weight of a leaf, in respondents of average weight; None without trees.
    split_fields : int or None
        How many fields a split may choose from; the root of their number where None.
    """

    fields: tuple[str, ...]
    min_leaf: float | None = None
    split_fields: int | None = None


@dataclass(frozen=True)
class Picking:
    """A voter that is shown all fields and looks at some of them.

    Attributes
    ----------
    voter : Voter
        Votes on the fields that were kept.
    kept : tuple of int
        Their positions among all fields.
    """

    voter: Any
    kept: tuple[int, ...]

    def score(self, codes: np.ndarray, n_jobs: int | None = None) -> np.ndarray:
        """Return the votes of rows of codes of all fields."""
        return np.asarray(self.voter.score(codes[:, list(self.kept)], n_jobs))

    def score_one(self, codes: np.ndarray) -> np.ndarray:
        """Return the votes of one row of codes of all fields."""
        return np.asarray(self.voter.score_one(codes[list(self.kept)]))

    def summary(self) -> str:
        """Return what it is in a few words."""
        return str(self.voter.summary())
