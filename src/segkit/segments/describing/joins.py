"""How segments relate: joined two by two, those with the most similar profiles first.

References
----------
Sokal, R. R. and Michener, C. D. (1958). A statistical method for evaluating systematic
relationships. University of Kansas Science Bulletin 38, 1409-1438 (average linkage).
Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd ed., chapters
2 (d) and 6 (h).
"""

from typing import Any

import numpy as np

from segkit._frames import attach, column, frame_like, numeric_column
from segkit.plots.palette import segment_name

__all__ = ["join_segments", "profile_distances"]


def join_segments(table: Any) -> Any:
    """Join the segments of a profile step by step.

    Parameters
    ----------
    table : frame
        ``Profile.frame()``.

    Returns
    -------
    frame
        step, first, second, joined, distance, n_first, n_second; see `Profile.joins`.
    """
    from scipy.cluster.hierarchy import linkage  # heavy: only here

    segment = column(table, "segment")
    known = list(dict.fromkeys(segment.tolist()))
    names = [segment_name(s) for s in known]
    n = numeric_column(table, "n").reshape(-1, len(names)).max(axis=0).tolist()
    distances = profile_distances(table)
    steps = linkage(distances[np.triu_indices(len(names), 1)], method="average")
    first, second, sizes = [], [], []
    for a, b, *_ in steps:
        # the one that holds the larger people stands first
        x, y = sorted((int(a), int(b)), key=lambda at: (-n[at], names[at]))
        first.append(names[x])
        second.append(names[y])
        sizes.append((n[x], n[y]))
        names.append(f"{names[x]} + {names[y]}")
        n.append(n[x] + n[y])
    columns = {
        "first": np.array(first, dtype=object),
        "second": np.array(second, dtype=object),
        "joined": np.array(names[len(known) :], dtype=object),
        "distance": steps[:, 2],
        "n_first": np.array([x for x, _ in sizes], dtype=np.int64),
        "n_second": np.array([y for _, y in sizes], dtype=np.int64),
    }
    return attach(frame_like(table, {"step": np.arange(len(steps))}), columns)


def profile_distances(table: Any) -> np.ndarray:
    """Return how far apart the profiles of segments are.

    Parameters
    ----------
    table : frame
        ``Profile.frame()``.

    Returns
    -------
    ndarray of shape (n_segments, n_segments)
        The root mean square, over items, of the effect between two segments: Cohen's d of
        means, h of shares (over the answers of an item, their root mean square). Lines that
        some segment never answered are left out.
    """
    k = len(set(column(table, "segment").tolist()))
    value, sd, n = (
        numeric_column(table, name).reshape(-1, k) for name in ("value", "sd", "n_effective")
    )
    item, is_share = column(table, "item")[::k], column(table, "kind")[::k] == "share"
    effect = np.where(is_share[:, None, None], _pairs(_angle(value)), _cohen_d(value, sd, n))
    seen = ~np.isnan(effect).any(axis=(1, 2))
    _, at, n_lines = np.unique(item[seen].astype(str), return_inverse=True, return_counts=True)
    weight = 1.0 / (n_lines[at] * max(n_lines.size, 1))
    return np.asarray(np.sqrt(np.tensordot(weight, np.square(effect[seen]), axes=1)))


def _pairs(place: np.ndarray) -> np.ndarray:
    """Return the differences of every two segments on each line, (n_lines, k, k)."""
    return np.asarray(place[:, :, None] - place[:, None, :])


def _angle(share: np.ndarray) -> np.ndarray:
    """Return the scale on which Cohen's h is a difference."""
    return np.asarray(2 * np.arcsin(np.sqrt(np.clip(share, 0.0, 1.0))))


def _cohen_d(value: np.ndarray, sd: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return Cohen's d of every two segments; 0 where they are equal."""
    difference = _pairs(value)
    squares = (n - 1) * np.square(sd)
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (squares[:, :, None] + squares[:, None, :]) / (n[:, :, None] + n[:, None, :] - 2)
        d = difference / np.sqrt(pooled)
    return np.where(difference == 0, 0.0, np.where(np.isinf(d), np.nan, d))
