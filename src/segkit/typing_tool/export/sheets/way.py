"""A way to type somebody by formulas, whatever the tool is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["ANSWERS", "Person", "Way"]

ANSWERS = ("segment", "probability", "second", "reason")


@dataclass(frozen=True)
class Person:
    """Where one person's cells stand.

    Attributes
    ----------
    positions : sequence of str
        For each field the cell with the position of the answer.
    span, strict : str
        Their range, and that of marks (1) for fields whose unheard levels are a reason.
    own : callable
        Returns the cell of a working column, by its number from 0.
    """

    positions: Sequence[str]
    span: str
    strict: str
    own: Callable[[int], str]

    def owns(self, first: int, n: int) -> str:
        """Return the range of `n` working cells."""
        return f"{self.own(first)}:{self.own(first + n - 1)}"


class Way(Protocol):
    """Formulas from the positions of answers to a segment."""

    @property
    def heads(self) -> list[str]:
        """Return what the working columns are called."""

    def work(self, at: Person) -> list[str]:
        """Return the formula of each working column."""

    def answers(self, at: Person) -> dict[str, str]:
        """Return the formulas of segment, probability, second and reason."""

    def share(self, segment: int, at: Person) -> str:
        """Return the formula of a segment's probability."""
