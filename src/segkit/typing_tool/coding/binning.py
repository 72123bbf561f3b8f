"""Learning one field's codes: bins of equal weight, levels in the order in which they lean."""

import numpy as np

from segkit._frames import Column
from segkit._weights import weighted_counts, weighted_quantile
from segkit.typing_tool.coding.field_code import FieldCode

__all__ = ["MAX_LEVELS", "fit_field", "leaning"]

MAX_LEVELS = 60
"""Levels or bins of a field; "other", missing and unseen come on top."""

_GAP, _OTHER, _UNSEEN = -1, -2, -3  # entries of a field besides its levels or bins


def leaning(counts: np.ndarray) -> np.ndarray:
    """Return where each level leans: its place on the line that tells segments apart best.

    Parameters
    ----------
    counts : ndarray of shape (n_levels, n_segments)
        Respondents by level and segment (sums of memberships).

    Returns
    -------
    ndarray of shape (n_levels,)
        Scores; a tree that splits levels in this order finds, with two segments, the best of
        all groupings (Fisher, 1958), with more a good one.

    References
    ----------
    Coppersmith, D., Hong, S. J. & Hosking, J. R. M. (1999). Partitioning nominal attributes
    in decision trees. Data Mining and Knowledge Discovery 3, 197-217 (first principal
    component).

    Examples
    --------
    >>> leaning(np.array([[90.0, 10.0], [10.0, 90.0], [50.0, 50.0]])).argsort()
    array([1, 2, 0])
    """
    size = counts.sum(axis=1)
    overall = counts.sum(axis=0) / size.sum()
    # rare levels are drawn to the middle: five respondents' worth of the overall shares
    away = (counts + 5 * overall) / (size + 5)[:, None] - overall
    axis = np.linalg.svd(away * np.sqrt(size)[:, None], full_matrices=False)[2][0]
    axis = axis * np.sign(axis[np.argmax(np.abs(axis))])
    return np.asarray(np.round(away @ axis, 12))


def fit_field(
    column: Column,
    w: np.ndarray,
    membership: np.ndarray | None = None,
    n_bins: int = MAX_LEVELS,
) -> FieldCode:
    """Learn the codes of one field.

    Parameters
    ----------
    column : Column
        The field of each respondent.
    w : ndarray of shape (n_respondents,)
        Survey weights; a respondent of weight 0 teaches nothing.
    membership : ndarray of shape (n_respondents, n_segments), optional
        With it, levels without a declared order stand in the order in which they lean.
    n_bins : int
        The most bins of a number; a value each where there are no more values.
    """
    if column.kind in ("number", "empty"):
        return _fit_number(column, w, n_bins)
    return _fit_levels(column, w, membership)


def _fit_number(column: Column, w: np.ndarray, n_bins: int) -> FieldCode:
    has_gaps = bool((np.isnan(column.values) & (w > 0)).any())
    edges = _bin_edges(column.values, w, n_bins)
    at = np.where(np.isnan(column.values), -1, np.searchsorted(edges, column.values, side="left"))
    size = np.cumsum(weighted_counts(at, w, edges.size + 1))
    middle = int(np.searchsorted(size, size[-1] / 2))
    entries: list[int] = list(range(edges.size + 1))
    if has_gaps:
        return _numbered(column, (), edges, [_GAP, *entries], {})
    return _numbered(column, (), edges, entries, {middle: [_GAP]})


def _fit_levels(column: Column, w: np.ndarray, membership: np.ndarray | None) -> FieldCode:
    size = weighted_counts(column.values, w, len(column.levels))
    used = np.flatnonzero(size > 0)
    # the most common first; equally common ones in the order of the levels
    kept = np.sort(used[np.argsort(-size[used], kind="stable")][:MAX_LEVELS])
    place = np.full(len(column.levels) + 1, _OTHER)
    place[kept], place[-1] = np.arange(kept.size), _GAP
    entry = place[column.values]  # a gap has position -1, hence reads the last place
    entries = _order(entry, w, None if column.ordered else membership)
    common = int(np.argmax(size[kept])) if kept.size else _GAP
    pooled = used.size - kept.size
    resting = [] if pooled else [_UNSEEN]
    resting += [] if _GAP in entries else [_GAP]
    levels = tuple(column.levels[i] for i in kept)
    return _numbered(column, levels, np.empty(0), entries, {common: resting}, pooled)


def _order(entry: np.ndarray, w: np.ndarray, membership: np.ndarray | None) -> list[int]:
    """Order what a field holds: by leaning to segments where known; gap, levels, other if not."""
    present, at = np.unique(entry[w > 0], return_inverse=True)
    if membership is None or present.size < 3:
        rank = np.where(present == _OTHER, MAX_LEVELS, present)
        return [int(e) for e in present[np.argsort(rank, kind="stable")]]
    counts = np.stack(
        [np.bincount(at, w[w > 0] * m[w > 0], present.size) for m in membership.T], axis=1
    )
    lean = leaning(counts * (np.count_nonzero(w) / w.sum()))
    return [int(e) for e in present[np.argsort(lean, kind="stable")]]


def _numbered(
    column: Column,
    levels: tuple[str, ...],
    edges: np.ndarray,
    entries: list[int],
    resting: dict[int, list[int]],
    n_pooled: int = 0,
) -> FieldCode:
    """Give each entry its code, those that no respondent had right after their host."""
    line = [e for entry in entries for e in (entry, *resting.get(entry, ()))]
    code = {entry: c for c, entry in enumerate(line)}
    asleep = [code[e] for guests in resting.values() for e in guests]
    return FieldCode(
        column.name,
        column.kind,
        column.dtype,
        levels,
        edges,
        np.array([code[i] for i in sorted(e for e in code if e >= 0)], dtype=np.int64),
        code[_GAP],
        code.get(_OTHER, code.get(_UNSEEN, -1)),
        len(line),
        tuple(sorted(asleep)),
        n_pooled,
    )


def _bin_edges(values: np.ndarray, w: np.ndarray, n_bins: int) -> np.ndarray:
    """Return edges halfway between neighbouring values: rounding of either moves nobody."""
    distinct = np.unique(values[~np.isnan(values) & (w > 0)])
    upper = distinct
    if distinct.size > n_bins:
        shares = np.arange(1, n_bins) / n_bins
        upper = np.unique(np.append(weighted_quantile(values, shares, w), distinct[-1]))
    at = np.searchsorted(distinct, upper[:-1])
    low, high = distinct[at], distinct[at + 1]
    # halved first: the sum of two large numbers can overflow
    return np.asarray(np.clip(low / 2 + high / 2, low, np.nextafter(high, -np.inf)))
