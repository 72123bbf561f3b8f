"""What becomes of each segment as the number of segments grows: it stays, splits or is mixed.

References
----------
Dolnicar, S. and Leisch, F. (2017). Using segment level stability to select target
segments in data-driven market segmentation studies. Marketing Letters 28, 423-436
(segment level stability across solutions, SLSa).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import entr

from segkit._frames import Origin
from segkit._result import Result, percent
from segkit.plots.segment_flows import plot_segment_flows
from segkit.segments.agreement import contingency

__all__ = ["Across", "across", "entropy_of_origins"]


@dataclass(frozen=True, repr=False)
class Across(Result):
    """Where each segment's people were in the solution of fewer segments.

    Attributes
    ----------
    n_segments : tuple of int
        The numbers of segments, from few to many.
    flows : tuple of ndarray of shape (n_segments before, n_segments after)
        One table a step: the weight of the people in each pair of segments.
    sizes : tuple of ndarray
        Respondents (rows) in each segment of each solution.
    segments : tuple of tuple of int
        The segments' numbers in each solution.
    origin : Origin
        The kind of table that results come as.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from segkit.diagnostics import stability
    >>> X = np.repeat([[0.0], [1.0], [9.0], [11.0]], [30, 25, 20, 10], axis=0)
    >>> found = stability(KMeans(n_init=3), X, n_boot=2, n_segments=range(2, 4)).across
    >>> found.frame()[["n_segments", "segment", "n", "slsa", "parent", "parent_share"]]
       n_segments  segment   n  slsa  parent  parent_share
    0           3        0  55   1.0       0           1.0
    1           3        1  20   1.0       1           1.0
    2           3        2  10   1.0       1           1.0
    """

    n_segments: tuple[int, ...]
    flows: tuple[np.ndarray, ...]
    sizes: tuple[np.ndarray, ...]
    segments: tuple[tuple[int, ...], ...]
    origin: Origin

    def frame(self) -> Any:
        """Return one row a segment, from the second number of segments on.

        Returns
        -------
        frame
            n_segments, segment, n, slsa (1 minus the entropy of where its people come
            from: 1 when all come from one segment), entropy (0 to 1), parent (the segment
            before that most come from), parent_share (their share), child_share (the
            share of the parent's people that went here).
        """
        return self.origin.frame(self._columns())

    def flow_frame(self) -> Any:
        """Return one row a pair of segments of neighbouring solutions.

        Returns
        -------
        frame
            from_number, from_segment, from_n, to_number, to_segment, to_n, weight, share (of
            the weight of the later segment).
        """
        rows = [self._flow_rows(step) for step in range(len(self.flows))]
        return self.origin.frame(
            {name: np.concatenate([r[name] for r in rows]) for name in rows[0]}
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw the segments of each solution in a column, with lines of shared people."""
        return plot_segment_flows(self.flow_frame(), ax)

    def summary(self) -> str:
        """Say which segments stay and which are made of parts of several."""
        table = self._columns()
        least = int(np.argmin(table["slsa"]))
        kept = int((table["parent_share"] >= KEPT).sum())
        return (
            f"Segments followed from {self.n_segments[0]} to {self.n_segments[-1]}: {kept} of "
            f"{len(table['slsa'])} draw at least {percent(KEPT)} of their people from one segment "
            f"of the solution before. The most mixed is segment {table['segment'][least]} of "
            f"{table['n_segments'][least]}: segment level stability across solutions (SLSa) "
            f"{table['slsa'][least]:.2f}, {percent(table['parent_share'][least])} from segment "
            f"{table['parent'][least]}. SLSa: 1 less the entropy of the shares by origin, "
            "divided by the logarithm of the number of segments before."
        )

    def _columns(self) -> dict[str, np.ndarray]:
        rows = [self._rows(step) for step in range(len(self.flows))]
        return {name: np.concatenate([r[name] for r in rows]) for name in rows[0]}

    def _rows(self, step: int) -> dict[str, np.ndarray]:
        flow = self.flows[step]
        entropy = entropy_of_origins(flow)
        parent = flow.argmax(axis=0)
        most = flow.max(axis=0)
        after = np.arange(flow.shape[1])
        return {
            "n_segments": np.full(after.size, self.n_segments[step + 1]),
            "segment": np.array(self.segments[step + 1]),
            "n": self.sizes[step + 1],
            "slsa": 1.0 - entropy,
            "entropy": entropy,
            "parent": np.array(self.segments[step])[parent],
            "parent_share": most / np.maximum(flow.sum(axis=0), TINY),
            "child_share": most / np.maximum(flow.sum(axis=1), TINY)[parent],
        }

    def _flow_rows(self, step: int) -> dict[str, np.ndarray]:
        flow = self.flows[step]
        before, after = (i.ravel() for i in np.indices(flow.shape))
        return {
            "from_number": np.full(before.size, self.n_segments[step]),
            "from_segment": np.array(self.segments[step])[before],
            "from_n": self.sizes[step][before],
            "to_number": np.full(before.size, self.n_segments[step + 1]),
            "to_segment": np.array(self.segments[step + 1])[after],
            "to_n": self.sizes[step + 1][after],
            "weight": flow.ravel(),
            "share": (flow / np.maximum(flow.sum(axis=0), TINY)).ravel(),
        }


KEPT = 0.75
"""Share of people from one segment from which a segment counts as kept or split off whole."""
TINY = np.finfo(float).tiny


def across(
    n_segments: Sequence[int],
    codes: Sequence[np.ndarray],
    segments: Sequence[tuple[int, ...]],
    w: np.ndarray,
    origin: Origin,
) -> Across:
    """Follow the segments of solutions of the same people.

    Parameters
    ----------
    n_segments : sequence of int
        The numbers of segments asked for.
    codes : sequence of ndarray of shape (n,)
        The segments of each solution from 0; -1 for none.
    segments : sequence of tuple of int
        Their numbers.
    w : ndarray of shape (n,)
        Weights.
    origin : Origin
        The kind of table that results come as.

    Returns
    -------
    Across
    """
    sizes = [np.bincount(c[c >= 0], minlength=len(s)) for c, s in zip(codes, segments, strict=True)]
    flows = [
        contingency(codes[i], codes[i + 1], len(segments[i]), len(segments[i + 1]), w)
        for i in range(len(codes) - 1)
    ]
    return Across(tuple(n_segments), tuple(flows), tuple(sizes), tuple(segments), origin)


def entropy_of_origins(flow: np.ndarray) -> np.ndarray:
    """Return how mixed the origins of each segment are, 0 (one origin) to 1 (all alike).

    Parameters
    ----------
    flow : ndarray of shape (n_before, n_after)
        Counts of the people in each pair of segments.

    Returns
    -------
    ndarray of shape (n_after,)

    Notes
    -----
    ``H_l = -sum_j p_jl log(p_jl) / log(n_before)``, with ``p_jl`` the share of segment ``l``
    that comes from segment ``j`` before; SLSa is ``1 - H_l`` (Dolnicar and Leisch, 2017).

    Examples
    --------
    >>> entropy_of_origins(np.array([[10.0, 5.0], [0.0, 5.0]]))
    array([0., 1.])
    """
    p = flow / np.maximum(flow.sum(axis=0), TINY)
    return np.asarray(entr(p).sum(axis=0) / np.log(max(2, len(flow))))
