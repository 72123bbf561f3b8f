"""What every export needs to know of a fitted tool."""

from dataclasses import dataclass
from typing import Any

from segkit.typing_tool.export.distilled import Distilled, distil
from segkit.typing_tool.models.model import Model

__all__ = ["FittedTool"]


@dataclass(frozen=True)
class FittedTool:
    """A tool without the people it was fitted to.

    Attributes
    ----------
    model : Model
        Codebook, voter, calibration.
    segments : list
        The segments, in order.
    cut : int
        The abstention cut.
    """

    model: Model
    segments: list[Any]
    cut: int

    def distilled(self, base: Any = None) -> Distilled:
        """Return one tree in place of a forest.

        Parameters
        ----------
        base : frame, optional
            Customers to grow it, and to measure its agreement, for; codes drawn at random
            without.
        """
        codes = None if base is None else self.model.codes.encode(base, what="base")
        return distil(self.model, self.cut, codes)
