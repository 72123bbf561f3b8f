"""Probabilities of all segments as one of about a hundred cells, so that pairs can be counted.

A cell says which segment is likeliest, which comes second, and by how much it lags: what
decides whether a tag is firm.
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["Cells", "Leaders", "leaders", "learn_cells"]

MOST = 120
FINEST = 8
STEPS = 4096
CHUNK = 1 << 16


@dataclass(frozen=True)
class Cells:
    """Cells of probabilities.

    Attributes
    ----------
    n_segments : int
        The number of segments.
    edges : ndarray
        Where margins are cut, in steps.
    by_second : bool
        Whether the runner-up tells cells apart; too many segments leave no room for it.
    """

    n_segments: int
    edges: np.ndarray
    by_second: bool

    @property
    def n(self) -> int:
        """The number of cells, some of which may be empty."""
        heads = self.n_segments**2 if self.by_second else self.n_segments
        return heads * (self.edges.size + 1)

    def of(self, lead: "Leaders") -> np.ndarray:
        """Return the cell of each row, as whole numbers of 2 bytes."""
        first, second = lead.first.astype(np.int16), lead.second
        head = first * np.int16(self.n_segments) + second if self.by_second else first
        bins = np.searchsorted(self.edges, np.arange(STEPS + 1), side="right").astype(np.int16)
        return np.asarray(head * np.int16(self.edges.size + 1) + bins[lead.margin])


@dataclass(frozen=True)
class Leaders:
    """The two likeliest segments of each row.

    Attributes
    ----------
    first, second : ndarray of shape (n_rows,), dtype int8
        Positions of the likeliest segment (of equals, the first) and of the runner-up.
    margin : ndarray of shape (n_rows,), dtype int16
        By how much the runner-up lags, in steps of one in 4096; -1 where a probability is
        missing.
    """

    first: np.ndarray
    second: np.ndarray
    margin: np.ndarray

    def only(self, rows: np.ndarray) -> "Leaders":
        """Return some of the rows."""
        return Leaders(self.first[rows], self.second[rows], self.margin[rows])


def learn_cells(n_segments: int, margins: list[np.ndarray], w: np.ndarray | None = None) -> Cells:
    """Cut margins so that cells hold similar numbers of people.

    Parameters
    ----------
    n_segments : int
        The number of segments.
    margins : list of ndarray
        Margins in steps, of rows without gaps.
    w : ndarray, optional
        Weights of the rows.
    """
    heads = n_segments * (n_segments - 1)
    by_second = n_segments > 2 and 3 * heads <= MOST
    bins = min(FINEST, max(2, MOST // (heads if by_second else n_segments)))
    below = np.cumsum(sum(np.bincount(m, weights=w, minlength=STEPS + 1) for m in margins))
    edges = np.searchsorted(below, below[-1] * np.arange(1, bins) / bins)
    return Cells(n_segments, np.unique(edges), by_second)


def leaders(columns: list[np.ndarray]) -> Leaders:
    """Return the two likeliest segments of each row and the margin between them.

    Parameters
    ----------
    columns : list of ndarray of shape (n_rows,)
        The probabilities of each segment.

    Examples
    --------
    >>> leaders([np.array([0.25, 0.5]), np.array([0.75, 0.5])]).margin
    array([2048,    0], dtype=int16)
    """
    n = columns[0].size
    out = Leaders(np.empty(n, np.int8), np.empty(n, np.int8), np.empty(n, np.int16))
    for start in range(0, n, CHUNK):  # small enough for the processor's cache
        rows = slice(start, start + CHUNK)
        out.first[rows], out.second[rows], out.margin[rows] = _leading([c[rows] for c in columns])
    return out


def _leading(columns: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    top, first = columns[0], np.zeros(columns[0].size, dtype=np.int8)
    next_, second = np.full_like(top, -1.0), np.zeros_like(first)
    for j, p in enumerate(columns[1:], start=1):
        leads, follows = p > top, p > next_
        second = np.where(leads, first, np.where(follows, np.int8(j), second))
        next_ = np.where(leads, top, np.where(follows, p, next_))
        first = np.where(leads, np.int8(j), first)
        top = np.where(leads, p, top)
    margin = np.nan_to_num((top - next_) * STEPS).astype(np.int16)
    gaps = np.isnan(sum(columns))
    return first, second, np.where(gaps, np.int16(-1), margin)
