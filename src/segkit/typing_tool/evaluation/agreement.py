"""Where segments are mistaken for each other, and whether stated probabilities come true."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._frames import Origin
from segkit._result import Result, percent
from segkit.typing_tool.evaluation.metrics import Sums

__all__ = [
    "Confusion",
    "ReliabilityCurve",
    "confusion_table",
    "reliability_table",
    "stretch_of",
    "stretched_interval",
]


@dataclass(frozen=True, repr=False)
class Confusion(Result):
    """Where each segment's people are tagged.

    Attributes
    ----------
    table : dict
        Columns ``segment`` (the survey's), ``tagged`` (the tool's, or "untagged"), ``n``
        (respondents, weighted), ``share`` (of the segment's people), ``low``, ``high``.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> found = tool.evaluation_.confusion.frame()
    >>> found.query("segment == tagged")["share"].round(1).tolist()
    [1.0, 1.0]
    """

    table: dict[str, list[Any]]
    origin: Origin = field(default_factory=Origin)

    def frame(self) -> Any:
        """Return one row for each pair of segment and tag."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw the shares as a matrix."""
        from segkit.plots.confusion import plot_confusion

        return plot_confusion(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one sentence: the most common mistake."""
        wrong = [
            (share, a, b)
            for share, a, b in zip(
                self.table["share"], self.table["segment"], self.table["tagged"], strict=True
            )
            if a != b and b != "untagged"
        ]
        share, a, b = max(wrong)
        return f"The most common mistake: {percent(share)} of segment {a} are tagged {b}."


@dataclass(frozen=True, repr=False)
class ReliabilityCurve(Result):
    """Whether stated probabilities come true.

    Attributes
    ----------
    table : dict
        Columns ``predicted`` (mean stated probability of the tag in a bin), ``observed``
        (share of right tags), ``low``, ``high``, ``n`` (respondents, weighted).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> curve = tool.evaluation_.reliability.frame()
    >>> bool((curve["low"] <= curve["observed"]).all())
    True
    """

    table: dict[str, list[Any]]
    origin: Origin = field(default_factory=Origin)

    def frame(self) -> Any:
        """Return one row for each tenth of the respondents."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw observed against stated, with intervals and the diagonal."""
        from segkit.plots.reliability_diagram import plot_reliability_diagram

        return plot_reliability_diagram(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one sentence: the mean gap."""
        p, seen, n = (np.array(self.table[c]) for c in ("predicted", "observed", "n"))
        gap = float((np.abs(p - seen) * n).sum() / n.sum())
        return (
            f"Stated probabilities and observed shares differ by {100 * gap:.1f} points on average."
        )


def confusion_table(
    point: Sums, draws: Sums, names: list[str], stretch: float
) -> dict[str, list[Any]]:
    """Return the table of `Confusion` from sums over respondents and over their bootstrap."""
    cells, truth = point["cells"][0], point["truth"][0]
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = draws["cells"] / draws["truth"][:, :, None]
    table: dict[str, list[Any]] = {
        c: [] for c in ("segment", "tagged", "n", "share", "low", "high")
    }
    columns = [*names, "untagged"] if cells[:, -1].any() else names
    for i, segment in enumerate(names):
        for j, tagged in enumerate(columns):
            share = float(cells[i, j] / truth[i])
            low, high = stretched_interval(share, shares[:, i, j], stretch)
            row = (segment, tagged, float(cells[i, j]), share, low, high)
            for column, value in zip(table, row, strict=True):
                table[column].append(value)
    return table


def reliability_table(point: Sums, draws: Sums, stretch: float) -> dict[str, list[Any]]:
    """Return the table of `ReliabilityCurve` from the same sums."""
    size = point["bin_n"][0]
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = draws["bin_right"] / draws["bin_n"]
    used = np.flatnonzero(size > 0)
    right = point["bin_right"][0]
    intervals = [stretched_interval(right[b] / size[b], observed[:, b], stretch) for b in used]
    return {
        "predicted": (point["bin_p"][0][used] / size[used]).tolist(),
        "observed": (right[used] / size[used]).tolist(),
        "low": [low for low, _ in intervals],
        "high": [high for _, high in intervals],
        "n": size[used].tolist(),
    }


def stretch_of(n_folds: int) -> float:
    """Return by how much training sets that overlap widen an interval.

    Nadeau and Bengio (2003, equation 9): sqrt(1 + K / (K - 1)) for K folds.
    """
    return float(np.sqrt(1 + n_folds / (n_folds - 1)))


def stretched_interval(
    value: float, draws: np.ndarray, stretch: float, bounds: tuple[float, float] = (0.0, 1.0)
) -> tuple[float, float]:
    """Return percentiles of the draws, stretched away from the value, within what is possible.

    Parameters
    ----------
    value : float
        The figure itself.
    draws : ndarray of shape (n_draws,)
        The figure in bootstrap samples; those where it has no value are left out.
    stretch : float
        The factor by which the percentiles move away from the value.
    bounds : tuple of float
        The least and the largest value that the figure can have.
    """
    seen = draws[np.isfinite(draws)]
    if not seen.size or not np.isfinite(value):
        return float("nan"), float("nan")
    ends = value + stretch * (np.quantile(seen, [0.025, 0.975]) - value)
    low, high = np.clip(ends, *bounds)
    return float(low), float(high)
