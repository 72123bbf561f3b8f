"""What a training part chose for itself: the fields it needs, and how its trees grow."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit.exceptions import SegkitError

__all__ = ["Choice", "Picking", "check_choice"]


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

    fields: tuple[str, ...] = ()
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


def check_choice(tune: Any, max_fields: Any, model: str) -> None:
    """Refuse what respondents cannot choose.

    Raises
    ------
    SegkitError
        For tuning what has no trees, and for a `max_fields` that is neither None, "auto" nor a
        whole number of at least 1.
    """
    if tune and model != "forest":
        raise SegkitError(
            f"tune={tune!r} was given with model={model!r}; expected it with a forest, whose "
            "leaves and splits it chooses. Leave tune out: a scorecard chooses for itself how "
            "far its points are shrunken."
        )
    if max_fields is None or (isinstance(max_fields, str) and max_fields == "auto"):
        return
    whole = isinstance(max_fields, int | np.integer) and not isinstance(max_fields, bool)
    if not whole or max_fields < 1:
        raise SegkitError(
            f"max_fields={max_fields!r} was given; expected a whole number of fields of at least "
            '1, "auto" (as few as are needed), or None (all of them).'
        )
