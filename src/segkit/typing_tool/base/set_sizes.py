"""How many segments the customers of a base may belong to, by their prediction sets."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._frames import Origin
from segkit._result import Result, percent
from segkit.typing_tool.evaluation.abstention import prediction_sets
from segkit.typing_tool.models.calibration import Decision

__all__ = ["SetSizes", "set_sizes"]


@dataclass(frozen=True, repr=False)
class SetSizes(Result):
    """How large prediction sets are: what a tool can tell apart, person by person.

    Attributes
    ----------
    table : dict
        Columns ``size`` (segments in a set), ``n`` (customers), ``share``.
    coverage : float
        How often a set holds the person's own segment, on average over people like the
        respondents.

    Notes
    -----
    A tool with good fields gives most people one segment or two; where nearly everybody has
    all of them, a tag is little more than a guess. The coverage is an average over people, not a
    promise for each segment, and it holds for people like the respondents only.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> tool.set_sizes(fields, coverage=0.9).frame()["n"].sum()
    np.int64(120)
    """

    table: dict[str, list[Any]]
    coverage: float
    origin: Origin = field(default_factory=Origin)

    @property
    def mean(self) -> float:
        """Mean number of segments in a set."""
        return float(np.dot(self.table["size"], self.table["share"]))

    def frame(self) -> Any:
        """Return one row a size."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw how many customers have sets of each size."""
        from segkit.plots.set_sizes import plot_set_sizes

        return plot_set_sizes(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one sentence that a report can quote."""
        one, rest = self.table["share"][0], self.table["share"][-1]
        return (
            f"Sets that hold the own segment of {percent(self.coverage)} of people like the "
            f"respondents (cross-fitted levels): one segment for {percent(one)} of "
            f"{sum(self.table['n'])} customers, all {self.table['size'][-1]} for {percent(rest)}, "
            f"{self.mean:.1f} on average. In a base with other people the coverage is not "
            "promised."
        )


def set_sizes(
    decisions: Iterable[Decision], levels: np.ndarray, coverage: float, origin: Origin
) -> SetSizes:
    """Count the sizes of prediction sets.

    Parameters
    ----------
    decisions : iterable of Decision
        On the parts of a base.
    levels : ndarray of shape (1001,)
        Levels of the sets.
    coverage : float
        How often a set is to hold the own segment.
    origin : Origin
        The kind of frame to hand out.
    """
    counts = sum(_counts(decision.probabilities, levels, coverage) for decision in decisions)
    n = np.asarray(counts)
    table = {
        "size": list(range(1, n.size + 1)),
        "n": n.tolist(),
        "share": (n / n.sum()).tolist(),
    }
    return SetSizes(table, coverage, Origin(origin.kind))


def _counts(p: np.ndarray, levels: np.ndarray, coverage: float) -> np.ndarray:
    sizes = prediction_sets(p, levels, coverage).sum(axis=1)
    return np.bincount(sizes, minlength=p.shape[1] + 1)[1:]
