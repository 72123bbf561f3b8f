"""How the codes of a person lead to the number of a rule, by formulas."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from segkit.typing_tool.export.sheets.style import TOP

__all__ = ["NODES", "Route", "SumOfParts", "Walk"]

NODES = "Tree"
"""The sheet that a walk reads."""


class Route(Protocol):
    """From the numbers of all fields to the number of a rule."""

    @property
    def n_steps(self) -> int:
        """The number of formulas before the last."""

    def formulas(self, numbers: str, own: Callable[[int], str]) -> list[str]:
        """Return the formulas, the last of which is the rule: an error where a number is one.

        Parameters
        ----------
        numbers : str
            The range with the number of each field.
        own : callable
            Returns the cell of each formula, by its place from 0.
        """


@dataclass(frozen=True)
class Walk:
    """Down a tree, a node each step; a leaf leads to itself.

    Attributes
    ----------
    n_steps : int
        The depth of the tree.
    n_nodes : int
        The number of its nodes.
    """

    n_steps: int
    n_nodes: int

    def formulas(self, numbers: str, own: Callable[[int], str]) -> list[str]:
        """Return one formula a step, then the rule of the node that was reached."""
        reached = ["1", *(own(i) for i in range(self.n_steps))]
        steps = [self._step(numbers, node) for node in reached[:-1]]
        rule = self._of("F", reached[-1])
        return [*steps, f"IF(ISNUMBER(SUM({numbers})),{rule},NA())"]

    def _step(self, numbers: str, node: str) -> str:
        field, threshold, left, right = (self._of(column, node) for column in "BCDE")
        return f"IF(INDEX({numbers},{field})<={threshold},{left},{right})"

    def _of(self, letter: str, node: str) -> str:
        return f"INDEX({NODES}!${letter}${TOP}:${letter}${TOP + self.n_nodes - 1},{node})"


@dataclass(frozen=True)
class SumOfParts:
    """The number of a cell of a table is a sum of parts, one a field."""

    n_steps: int = 0

    def formulas(self, numbers: str, own: Callable[[int], str]) -> list[str]:
        """Return the sum, counted from 1."""
        del own
        return [f"1+SUM({numbers})"]
