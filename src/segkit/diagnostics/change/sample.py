"""A fixed sample of a table: the same rows whatever their order, each segment by its share.

References
----------
Cochran, W. G. (1977). Sampling Techniques. Wiley. Section 8.1 (systematic sampling from an
ordered list stratifies it).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segkit._frames import Column

__all__ = ["MOST_ROWS", "Sample", "sample_rows"]

MOST_ROWS = 20_000


@dataclass(frozen=True)
class Sample:
    """Positions of the rows drawn, and their weights."""

    rows: np.ndarray
    w: np.ndarray


def sample_rows(
    columns: Sequence[Column], w: np.ndarray, groups: np.ndarray, seed: int, most: int = MOST_ROWS
) -> Sample:
    """Draw at most so many rows of weight, each group by its share.

    Parameters
    ----------
    columns : sequence of Column
        What tells rows apart; rows equal in all of them are interchangeable.
    w : ndarray of shape (n,)
        Weights; they come along, and do not change the chance of being drawn.
    groups : ndarray of shape (n,)
        The segment of each row.
    seed : int
        The seed.
    most : int
        The most rows.

    Examples
    --------
    >>> age = Column("age", "number", "float", np.arange(1000.0))
    >>> drawn = sample_rows([age], np.ones(1000), np.repeat([0, 1], [900, 100]), 0, most=100)
    >>> np.bincount(drawn.rows >= 900).tolist()
    [90, 10]
    """
    there = np.flatnonzero(w > 0)
    # the unit of weights has no say
    relative = np.round(w[there] / max(w.mean(), np.finfo(float).tiny), 9)
    content = [*(c.values[there] for c in columns), relative, groups[there].astype(float)]
    # canonical order first, then chance: the order of the table has no say
    there = there[np.argsort(_digest(content), kind="stable")]
    rng = np.random.default_rng(seed)
    there = there[rng.permutation(there.size)]
    by_group = there[np.argsort(groups[there], kind="stable")]
    size = min(there.size, most)
    at = ((np.arange(size) + rng.random()) * (there.size / max(size, 1))).astype(int)
    rows = by_group[at]
    return Sample(rows, w[rows])


def _digest(columns: Sequence[np.ndarray]) -> np.ndarray:
    """Turn each row's content into one whole number: multiply and mix, column by column."""
    out = np.full(columns[0].size, 14695981039346656037, dtype=np.uint64)
    for values in columns:
        # one bit pattern for every gap and for both zeros
        bits = np.where(np.isnan(values), np.nan, values + 0.0).view(np.uint64)
        out = (out ^ bits ^ (bits >> np.uint64(29))) * np.uint64(1099511628211)
        out ^= out >> np.uint64(32)
    return out
