"""What calling the likeliest brings: the share of a segment found in the top of a list."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import check_option
from segkit._frames import Origin
from segkit._result import Result, percent
from segkit.typing_tool.evaluation.agreement import stretched_interval
from segkit.typing_tool.evaluation.crossfit import CrossFit
from segkit.typing_tool.evaluation.metrics import drawn_weights

__all__ = ["CALLED", "LiftCurve", "lift_curve"]

CALLED = np.array([1, 2, 5, *range(10, 101, 10)]) / 100
"""Shares of customers called, the likeliest first."""

TOP = 0.1
COLUMNS = ("segment", "called", "found", "low", "high", "lift", "lift_low", "lift_high")


@dataclass(frozen=True, repr=False)
class LiftCurve(Result):
    """Of each segment's people, how many are among the customers likeliest to be in it.

    Attributes
    ----------
    table : dict
        Columns ``segment``, ``called`` (share of customers, the likeliest first), ``found``
        (share of the segment's people among them), ``low``, ``high`` (95 %), ``lift`` (found
        over called: how many times as many as calling at random), ``lift_low``,
        ``lift_high``.

    Notes
    -----
    Also known as the cumulative gains curve. It judges the order in which a tool puts customers,
    not its tags: a tool that is often wrong about one person may still make good lists.
    Respondents are put in order by the probabilities of models that had not seen them;
    intervals are by bootstrap, each sample with a list of its own, widened as in `Evaluation`.

    Lists of a base find what is promised here as long as its people are like the respondents.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> round(tool.evaluation_.lift.top_decile(1), 1)
    2.0
    """

    table: dict[str, list[Any]]
    origin: Origin = field(default_factory=Origin)

    def top_decile(self, segment: Any) -> float:
        """Return the lift among the tenth of customers likeliest to be in a segment.

        Parameters
        ----------
        segment : object
            A segment.
        """
        known = tuple(dict.fromkeys(self.table["segment"]))
        check_option(str(segment), known, name="segment")
        tops = zip(self.table["segment"], self.table["called"], self.table["lift"], strict=True)
        return next(lift for s, called, lift in tops if s == str(segment) and called == TOP)

    def frame(self) -> Any:
        """Return one row for each segment and share called."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw the share found against the share called, beside calling at random."""
        from segkit.plots.lift_curve import plot_lift_curve

        return plot_lift_curve(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one sentence: what the top tenth brings for each segment."""
        parts = [
            f"{segment}: {self.table['lift'][i]:.1f} [{self.table['lift_low'][i]:.1f}, "
            f"{self.table['lift_high'][i]:.1f}], {percent(self.table['found'][i])} of its people"
            for i, segment in enumerate(self.table["segment"])
            if self.table["called"][i] == TOP
        ]
        return (
            f"The tenth of respondents likeliest to be in a segment holds this many times as many "
            f"of its people as a tenth at random: {'; '.join(parts)} (on respondents the models "
            "had not seen, 95 % intervals)."
        )


def lift_curve(
    fit: CrossFit,
    names: list[str],
    n_boot: int,
    stretch: float,
    random_state: Any,
    origin: Origin | None = None,
) -> LiftCurve:
    """Compute the curve of each segment from cross-fitted probabilities.

    Parameters
    ----------
    fit : CrossFit
        Truth and cross-fitted answers; respondents in canonical order.
    names : list of str
        The segments.
    n_boot : int
        Bootstrap samples of respondents.
    stretch : float
        The factor by which percentiles move away from the value.
    random_state : int, RandomState or None
        The seed.
    origin : Origin, optional
        The kind of frames to hand out.
    """
    found = _found(fit, fit.w[None])[0]
    parts = [_found(fit, w) for w in drawn_weights(fit.w, n_boot, random_state)]
    draws = np.concatenate(parts)
    table: dict[str, list[Any]] = {c: [] for c in COLUMNS}
    for s, c in np.ndindex(found.shape):
        bounds = stretched_interval(found[s, c], draws[:, s, c], stretch)
        shares = np.array([found[s, c], *bounds])
        row = (CALLED[c], *shares, *(shares / CALLED[c]))
        for column, value in zip(COLUMNS, (names[s], *map(float, row)), strict=True):
            table[column].append(value)
    return LiftCurve(table, Origin((origin or Origin()).kind))


def _found(fit: CrossFit, weights: np.ndarray) -> np.ndarray:
    """Return the share of each segment's people called, shape (n_draws, n_segments, n_shares)."""
    repeats = [
        [_gains(p, own, weights) for p, own in zip(answer.T, fit.membership.T, strict=True)]
        for answer in fit.probabilities
    ]
    return np.asarray(np.mean([np.stack(gains, axis=1) for gains in repeats], axis=0))


def _gains(p: np.ndarray, membership: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Walk down the list of each draw: the share found at each share called.

    People of equal probability are called alike, each in part: their order would be chance.
    """
    order = np.argsort(-p, kind="stable")
    start = np.flatnonzero(np.append(True, np.diff(p[order]) != 0))
    called, found = (
        np.cumsum(np.add.reduceat(w[:, order], start, axis=1), axis=1)
        for w in (weights, weights * membership)
    )
    out = np.full((len(weights), CALLED.size), np.nan)
    for draw, (x, y) in enumerate(zip(called, found, strict=True)):
        if y[-1] > 0:  # somebody of the segment was drawn
            out[draw] = np.interp(CALLED, np.append(0, x / x[-1]), np.append(0, y / y[-1]))
    return out
