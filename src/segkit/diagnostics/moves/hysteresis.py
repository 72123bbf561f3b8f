"""What it costs to leave a tag alone until another one leads by a margin."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_number
from segkit._frames import Origin
from segkit._result import Result, percent
from segkit.exceptions import SegkitError

__all__ = ["THRESHOLDS", "Changers", "Hysteresis", "price"]

THRESHOLDS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)


@dataclass(frozen=True)
class Changers:
    """People whose tag changed from one segment to another.

    Attributes
    ----------
    margin : ndarray of shape (n_changers,)
        By how much the new segment's probability exceeds the old one's, afterwards.
    moved : ndarray of shape (n_changers,)
        The probability that they moved.
    weights : ndarray of shape (n_changers,)
        Weights.
    tagged : float
        Weight of everybody tagged in both tables.
    right : float
        Sum of weight times the probability of the tag afterwards, over these.
    """

    margin: np.ndarray
    moved: np.ndarray
    weights: np.ndarray
    tagged: float
    right: float


@dataclass(frozen=True, repr=False)
class Hysteresis(Result):
    """Re-tags avoided by waiting for a margin, against accuracy lost.

    Attributes
    ----------
    table : dict
        The columns of `frame`.
    n_changed : float
        People (weight) whose tag changed from one segment to another.
    n_tagged : float
        People (weight) with a segment in both tables.
    origin : Origin
        The kind of the frame.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.diagnostics import migration
    >>> p, later = pd.Series([0.9, 0.6, 0.45, 0.2] * 20), pd.Series([0.9, 0.48, 0.6, 0.2] * 20)
    >>> before = pd.DataFrame({"probability_0": p, "probability_1": 1 - p,
    ...                        "segment": [0, 0, 1, 1] * 20})
    >>> after = pd.DataFrame({"probability_0": later, "probability_1": 1 - later,
    ...                       "segment": [0, 1, 0, 1] * 20})
    >>> priced = migration(before, after).hysteresis([0, 0.1])
    >>> priced.frame()[["threshold", "retags", "avoided", "accuracy", "lost"]].round(3)
       threshold  retags  avoided  accuracy   lost
    0        0.0    40.0      0.0     0.705  0.000
    1        0.1    20.0      0.5     0.695  0.010
    """

    table: dict[str, list[float]]
    n_changed: float
    n_tagged: float
    origin: Origin

    def frame(self) -> Any:
        """Return one row a threshold.

        Returns
        -------
        frame
            threshold : the new segment must lead the old one by more than this;
            retags : people who still get another tag;
            avoided : the rest, as a share of all changed tags;
            accuracy : expected share of right tags among people tagged in both tables;
            lost : accuracy that waiting costs (0.01: one tag in a hundred);
            moves_missed : expected number of true moves among those who keep their tag.
        """
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw what is avoided against what is lost."""
        from segkit.plots.hysteresis import plot_hysteresis

        return plot_hysteresis(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph: the price of halving re-tags."""
        avoided, lost = np.array(self.table["avoided"]), np.array(self.table["lost"])
        half = np.flatnonzero(avoided >= 0.5)
        head = (
            f"{self.n_changed:,.0f} of {self.n_tagged:,.0f} people changed from one segment to "
            "another."
        )
        if not half.size:
            return f"{head} No threshold that was tried avoids half of that."
        at = int(half[0])
        return (
            f"{head} Keeping the old tag until another segment leads by more than "
            f"{self.table['threshold'][at]:g} in probability avoids {percent(avoided[at])} of it "
            f"and costs {percent(lost[at], 2)} of accuracy, as estimated from the probabilities "
            "after; they must be calibrated for that."
        )


def price(changers: Changers, thresholds: Sequence[float] | None, origin: Origin) -> Hysteresis:
    """Price waiting for a margin, by threshold."""
    cuts = [check_number(t, name="threshold") for t in thresholds or THRESHOLDS]
    if max(cuts) > 1:
        raise SegkitError(
            f"threshold={max(cuts):g} was given; expected differences of probabilities, 0 to 1."
        )
    rows = [_row(cut, changers) for cut in sorted(cuts)]
    names = ("threshold", "retags", "avoided", "accuracy", "lost", "moves_missed")
    table = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return Hysteresis(table, float(changers.weights.sum()), changers.tagged, origin)


def _row(cut: float, c: Changers) -> tuple[float, ...]:
    # a re-tag on the very margin of zero is one: the tool decides ties
    kept = (c.margin <= cut) & (cut > 0)
    all_changes, w = c.weights.sum(), c.weights[kept]
    lost = float(w @ c.margin[kept]) / c.tagged if c.tagged else 0.0
    return (
        cut,
        float(all_changes - w.sum()),
        float(w.sum() / all_changes) if all_changes else 0.0,
        c.right / c.tagged - lost if c.tagged else np.nan,
        lost,
        float(w @ c.moved[kept]),
    )
