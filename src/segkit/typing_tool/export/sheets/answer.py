"""The formulas that turn points into segment, probability, second and reason.

Points and weights are whole numbers that a worksheet adds and compares without rounding, so that
tags are those of `predict`; a probability is one division.
"""

from dataclasses import dataclass

from segkit.typing_tool.export.sheets.lookup import GAP, UNHEARD
from segkit.typing_tool.models.calibration import CUT_BITS

__all__ = ["FAULT", "Cells", "Rule", "answer_formulas", "weight_formula", "why_formula"]

FAULT = "check the answers"
"""What stands in place of a segment where an answer cannot be read."""


@dataclass(frozen=True)
class Rule:
    """What the formulas need to know of the tool.

    Attributes
    ----------
    segments, reasons, weights : str
        Ranges with the segments, the reasons, and the weight by points behind the best.
    n_weights : int
        The number of weights.
    largest : int or None
        Tagged while the sum of weights is at most this; None: always.
    mostly : float
        The share of gaps above which they are the reason.
    n_fields : int
        The number of fields.
    """

    segments: str
    reasons: str
    weights: str
    n_weights: int
    largest: int | None
    mostly: float
    n_fields: int

    @staticmethod
    def largest_sum(best: int, cut: int) -> int | None:
        """Return the largest sum of weights with which the best is not below the cut."""
        return (best << CUT_BITS) // cut if cut else None


@dataclass(frozen=True)
class Cells:
    """Where one person's intermediate results stand.

    Attributes
    ----------
    positions, strict : str
        Ranges of the positions of the answers, and of marks (1) for fields whose unheard levels
        are a reason.
    points, weights, rest : str
        Ranges over the segments.
    first : str
        The cell with the place of the most points.
    """

    positions: str
    strict: str
    points: str
    weights: str
    rest: str
    first: str


def answer_formulas(rule: Rule, at: Cells) -> dict[str, str]:
    """Return the formulas of one person's answer, by name."""
    kept = "TRUE" if rule.largest is None else f"SUM({at.weights})<={rule.largest}"
    readable = f"ISNUMBER({at.first})"
    why = why_formula(at.positions, at.strict, rule.mostly, rule.n_fields)
    tag = f'IF({kept},INDEX({rule.segments},{at.first}),"")'
    return {
        "segment": f'IF({readable},{tag},"{FAULT}")',
        "probability": f'IF({readable},MAX({at.weights})/SUM({at.weights}),"")',
        "second": f'IF({readable},INDEX({rule.segments},MATCH(MAX({at.rest}),{at.rest},0)),"")',
        "reason": f'IF({readable},IF({kept},"",INDEX({rule.reasons},{why})),"")',
    }


def why_formula(positions: str, strict: str, mostly: float, n_fields: int) -> str:
    """Return the formula of the place of the reason why somebody would be untagged."""
    odd = f"SUMPRODUCT(({positions}={UNHEARD})*{strict})"
    gaps = f"COUNTIF({positions},{GAP})/{n_fields}"
    return f"IF({odd}>0,2,IF({gaps}>{mostly},3,1))"


def weight_formula(rule: Rule, points: str, own: str) -> str:
    """Return the formula of a segment's weight, from all points and its own."""
    return f"INDEX({rule.weights},MIN(MAX({points})-{own},{rule.n_weights - 1})+1)"
