"""The world at the time of one wave: which drifts have happened to it."""

from dataclasses import dataclass, replace

import numpy as np

from segkit.datasets.made.archetypes import SHARES
from segkit.datasets.made.fields import FieldModel, field_model
from segkit.datasets.made.world import World, make_world

__all__ = ["DRIFTS", "Scene"]

DRIFTS = ("mix", "profile", "fields", None)
"""The ways in which the world can change between two waves."""

_GROWTH = 0.28  # share of the largest segment that a drift of the mix takes to the smallest


@dataclass(frozen=True)
class Scene:
    """One made world at one time.

    Attributes
    ----------
    shares : tuple of float
        Segment sizes.
    profile : {"first", "later"}
        Whether the segments have changed what they need.
    recoded : bool
        Whether fields have changed their meaning and level.
    """

    shares: tuple[float, ...]
    profile: str = "first"
    recoded: bool = False

    @classmethod
    def first(cls, n_segments: int) -> "Scene":
        """Return the world before any drift."""
        return cls(SHARES[n_segments])

    @property
    def world(self) -> World:
        """The parameters of needs and answers."""
        world = make_world(len(self.shares), profile=self.profile)
        return replace(world, shares=np.array(self.shares))

    @property
    def model(self) -> FieldModel:
        """The parameters of the fields."""
        return field_model(len(self.shares), recoded=self.recoded)

    def after(self, drift: str | None) -> "Scene":
        """Return the world after a drift; one of a kind that has happened changes no more."""
        if drift == "mix" and self.shares == SHARES[len(self.shares)]:
            moved = _GROWTH * self.shares[0]
            first, *middle, last = self.shares
            return replace(self, shares=(first - moved, *middle, last + moved))
        if drift == "profile":
            return replace(self, profile="later")
        if drift == "fields":
            return replace(self, recoded=True)
        return self
