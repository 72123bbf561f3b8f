"""Whether segments, or periods, differ in how much their people move.

References
----------
Anderson, T. W. & Goodman, L. A. (1957). Statistical inference about Markov chains. Annals of
Mathematical Statistics 28, 89-110, section 3.2 (transitions that do not change in time).
Williams, D. A. (1976). Improved likelihood ratio tests for complete contingency tables.
Biometrika 63, 33-37 (the correction of small samples).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.special import xlogy
from scipy.stats import chi2

from segkit._frames import Origin
from segkit._result import Result, percent
from segkit.diagnostics.moves.flows import Flows, effective
from segkit.exceptions import SegkitError
from segkit.segments.describing.contrasts import Group, adjusted, wilson

__all__ = ["Homogeneity", "g_test", "segments_alike", "time_alike"]

FEW = 5.0
"""Below this expected count, the test's p value is rough."""


@dataclass(frozen=True, repr=False)
class Homogeneity(Result):
    """Whether people of all segments move as much, or of one segment in all periods.

    Attributes
    ----------
    table : dict
        The columns of `frame`.
    over : {"segments", "periods"}
        What was compared.
    g, p : float
        The likelihood-ratio statistic over everything, and its p value (with Williams'
        correction for small samples).
    df : int
        Its degrees of freedom.
    smallest : float
        The smallest expected count.
    origin : Origin
        The kind of the frame.

    Examples
    --------
    >>> import pandas as pd
    >>> before = pd.DataFrame({"segment": [0] * 60 + [1] * 60})
    >>> after = pd.DataFrame({"segment": [0] * 57 + [1] * 43 + [0] * 20})
    >>> from segkit.diagnostics import migration
    >>> migration(before, after).homogeneity().p < 0.01
    True
    """

    table: dict[str, list[Any]]
    over: str
    g: float
    df: int
    p: float
    smallest: float
    origin: Origin

    def frame(self) -> Any:
        """Return one row a segment (and period).

        Returns
        -------
        frame
            segment, period (the first is 1), n (people tagged in both tables), moved (share
            with another tag), low, high, g, df, p and p_adjusted (Benjamini and Hochberg): of
            the segment against all others, or of its periods against each other.
        """
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw the share that moved, by segment and period."""
        from segkit.plots.moving import plot_moving

        return plot_moving(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph: the test and what it says."""
        differ = "differ" if self.p < 0.05 else "do not differ beyond chance"
        told = {
            "segments": f"Segments {differ} in how many of their people change tag",
            "periods": f"Periods {differ} in where the people of a segment go",
        }[self.over]
        moved = self.table["moved"]
        span = f"{percent(np.nanmin(moved), 1)} to {percent(np.nanmax(moved), 1)}"
        each = {"segments": "segment by segment", "periods": "by segment and period"}[self.over]
        few = (
            f" Expected counts go down to {self.smallest:.1f}: take the p value as rough."
            if self.smallest < FEW
            else ""
        )
        return (
            f"{told} (G = {self.g:.1f}, df = {self.df}, p = {self.p:.2g}); {each}, {span} changed "
            f"tag.{few}"
        )


class GTest(NamedTuple):
    """A likelihood-ratio test of independence.

    Attributes
    ----------
    g : float
        The statistic.
    df : int
        Its degrees of freedom.
    corrected : float
        The statistic divided by Williams' factor: nearer to chi-square in small samples.
    smallest : float
        The smallest expected count.
    """

    g: float
    df: int
    corrected: float
    smallest: float

    @property
    def p(self) -> float:
        """The p value; NaN where there was nothing to compare."""
        return float(chi2.sf(self.corrected, self.df)) if self.df else np.nan

    def __add__(self, other: "GTest") -> "GTest":  # type: ignore[override]
        """Put independent tests together."""
        g, corrected = self.g + other.g, self.corrected + other.corrected
        return GTest(g, self.df + other.df, corrected, min(self.smallest, other.smallest))


NOTHING = GTest(0.0, 0, 0.0, np.inf)


def g_test(table: np.ndarray) -> GTest:
    """Test whether rows and columns of a table of counts are independent.

    Examples
    --------
    >>> found = g_test(np.array([[20.0, 30.0], [30.0, 20.0]]))
    >>> round(found.g, 3), found.df, found.smallest
    (4.027, 1, 25.0)
    """
    used = table[np.ix_(table.sum(axis=1) > 0, table.sum(axis=0) > 0)]
    if min(used.shape, default=0) < 2:
        return NOTHING
    n, rows, columns = used.sum(), used.sum(axis=1), used.sum(axis=0)
    expected = np.outer(rows, columns) / n
    g = max(0.0, 2 * float(xlogy(used, used / expected).sum()))
    df = (rows.size - 1) * (columns.size - 1)
    factor = 1 + ((n / rows).sum() - 1) * ((n / columns).sum() - 1) / (6 * n * df)
    return GTest(g, df, g / factor, float(expected.min()))


def segments_alike(flows: Flows, segments: Sequence[str], origin: Origin) -> Homogeneity:
    """Compare segments in the share of their people that has another tag later."""
    counts, n, moved = _moving(flows, len(segments))
    table = np.stack([n * moved, n * (1 - moved)], axis=1)
    table = np.nan_to_num(table)
    everything = g_test(table)
    singles = [
        g_test(np.stack([row, np.delete(table, i, axis=0).sum(axis=0)]))
        for i, row in enumerate(table)
    ]
    columns = _columns(segments, [1] * len(segments), counts, n, moved, singles)
    return _result(columns, "segments", everything, origin)


def time_alike(flows: Sequence[Flows], segments: Sequence[str], origin: Origin) -> Homogeneity:
    """Compare periods in where the people of each segment go."""
    k = len(segments)
    parts = [_moving(f, k) for f in flows]
    tests = [g_test(np.stack([_scaled(f, row, k) for f in flows])) for row in range(k)]
    everything = sum(tests, NOTHING)
    if not everything.df:
        raise SegkitError(
            "The periods have no segment in common whose people went to several segments; nothing "
            "can be compared. Check that segments are named alike in all of them."
        )
    periods = range(1, len(flows) + 1)
    counts, n, moved = (np.stack([part[i] for part in parts], axis=1).ravel() for i in range(3))
    columns = _columns(
        [s for s in segments for _ in periods],
        [t for _ in segments for t in periods],
        counts,
        n,
        moved,
        [test for test in tests for _ in periods],
    )
    return _result(columns, "periods", everything, origin)


def _result(columns: dict[str, list[Any]], over: str, test: GTest, origin: Origin) -> Homogeneity:
    return Homogeneity(columns, over, test.g, test.df, test.p, test.smallest, origin)


def _moving(flows: Flows, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return people tagged twice, their effective number, and the share with another tag."""
    counts, squares = flows.counts[:k, :k], flows.squares[:k, :k]
    total = counts.sum(axis=1)
    stay = np.divide(np.diag(counts), total, out=np.full(k, np.nan), where=total > 0)
    return total, effective(total, squares.sum(axis=1)), 1 - stay


def _scaled(flows: Flows, row: int, k: int) -> np.ndarray:
    """Return where a segment's people went, as counts that sum to their effective number."""
    counts, squares = flows.counts[row, :k], flows.squares[row, :k]
    total, scale = counts.sum(), squares.sum()
    return np.asarray(counts * (total / scale if scale > 0 else 0.0))


def _columns(
    segments: Sequence[str],
    periods: Sequence[int],
    counts: np.ndarray,
    n: np.ndarray,
    moved: np.ndarray,
    tests: Sequence[GTest],
) -> dict[str, list[Any]]:
    low, high = wilson(Group(n, moved, np.zeros_like(moved)))
    p = np.array([test.p for test in tests])
    # one test a segment, however many rows it has
    first = {s: i for i, s in reversed(list(enumerate(segments)))}
    rows = list(first.values())
    fixed = dict(zip(first, adjusted(p[rows]).tolist(), strict=True))
    return {
        "segment": list(segments),
        "period": list(periods),
        "n": counts.tolist(),
        "moved": moved.tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
        "g": [test.g for test in tests],
        "df": [test.df for test in tests],
        "p": p.tolist(),
        "p_adjusted": [fixed[s] for s in segments],
    }
