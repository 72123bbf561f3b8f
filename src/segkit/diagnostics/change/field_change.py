"""What became of one field in one segment: distances, chance, and a word for the change."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from segkit._result import percent
from segkit.diagnostics.change.distances import (
    appearance_p,
    average_p,
    chi_square_p,
    cramers_v,
    jensen_shannon,
    kolmogorov_smirnov,
    psi,
    psi_null,
    shares,
    wasserstein,
)
from segkit.diagnostics.counting.counts import Counts, FieldBins

__all__ = ["KINDS", "FieldChange", "change_of"]

RARE = 0.01  # levels with a smaller share of the reference are pooled in psi and effect

KINDS = ("stable", "shift", "new level", "vanished level", "missing share", "recoded")


@dataclass(frozen=True)
class FieldChange:
    """The figures of one field in one segment.

    Attributes
    ----------
    segment, field : str
        Where.
    psi, psi_null_95 : float
        Population stability index, and its 95 % quantile when nothing has changed.
    effect : float
        Size of the change: numbers of more than ten values in standard deviations of the
        reference (Wasserstein), anything else as Cramer's V.
    effect_unit : {"sd", "V"}
        Which of the two.
    p : float
        How likely chance alone changes the field so much.
    cause : str
        The kind of change, if it is one.
    detail : str
        The change in words, if it is one.
    wasserstein : float
        How far the average row moved, in standard deviations of the reference; NaN where bins
        have no order.
    jensen_shannon, ks : float
        Two more distances, 0 to 1; `ks` is NaN where bins have no order.
    missing_before, missing_after : float
        Shares without a value.
    n_before, n_after : float
        Effective numbers of rows.
    moved : float
        The share of rows behind a new level, a vanished level or a missing share.
    p_adjusted : float
        `p` adjusted for all fields and segments; NaN until it is.
    kind : str
        One of `KINDS`: "stable", or the cause where the change is beyond chance.
    evidence : str
        Why a field is taken to be recoded.
    """

    segment: str
    field: str
    psi: float
    psi_null_95: float
    effect: float
    effect_unit: str
    p: float
    cause: str
    detail: str
    wasserstein: float
    jensen_shannon: float
    ks: float
    missing_before: float
    missing_after: float
    n_before: float
    n_after: float
    moved: float
    p_adjusted: float = np.nan
    kind: str = "stable"
    evidence: str = ""


@dataclass(frozen=True)
class _Cells:
    """Both counts of one field in one segment: cells, effective n, values never seen before."""

    bins: FieldBins
    a: np.ndarray
    b: np.ndarray
    n: float
    m: float
    unseen: Mapping[str, float]


@dataclass(frozen=True)
class _Levels:
    """Levels that came and went: name to share of the rows, and how likely by chance."""

    new: Mapping[str, float]
    new_p: float
    gone: Mapping[str, float]
    gone_p: float


def change_of(
    reference: Counts, current: Counts, groups: list[int], segment: str, alpha: float
) -> FieldChange | None:
    """Compare the counts of one field in some groups.

    Parameters
    ----------
    reference, current : Counts
        Over the same bins.
    groups : list of int
        The groups to take together.
    segment : str
        What they are called.
    alpha : float
        A level has come or gone when chance would put all its rows on one side less often.

    Returns
    -------
    FieldChange or None
        None where either table has no row of weight in these groups.
    """
    (a, n), (b, m) = reference.of(groups), current.of(groups)
    if not (a.sum() > 0 and b.sum() > 0):
        return None
    unseen = {name: float(sums[groups].sum() / b.sum()) for name, sums in current.unseen.items()}
    cells = _Cells(reference.bins, a, b, n, m, {k: v for k, v in unseen.items() if v > 0})
    levels = _levels(cells)
    cause, moved, detail = _cause(cells, levels, alpha)
    effect, unit = _effect(cells)
    p, q = _coarse(cells)
    gone, now = shares(a)[-2], shares(b)[-2]
    return FieldChange(
        segment=segment,
        field=cells.bins.field,
        psi=psi(p, q, n, m),
        psi_null_95=psi_null(n, m, int(((p + q) > 0).sum())),
        effect=effect,
        effect_unit=unit,
        p=_p(cells, levels),
        cause=cause,
        detail=detail,
        wasserstein=_moved(cells),
        jensen_shannon=jensen_shannon(p, q),
        ks=np.nan if cells.bins.kind == "level" else kolmogorov_smirnov(a[:-2], b[:-2]),
        missing_before=float(gone),
        missing_after=float(now),
        n_before=n,
        n_after=m,
        moved=moved,
    )


def _p(cells: _Cells, levels: _Levels) -> float:
    """Combine the test of all shares, of the average, and of single levels (Bonferroni)."""
    tests = [chi_square_p(*_fine(cells), cells.n, cells.m)]
    if cells.bins.centres:
        a, b = cells.a[:-2], cells.b[:-2]
        n, m = cells.n * a.sum() / cells.a.sum(), cells.m * b.sum() / cells.b.sum()
        tests.append(average_p(a, b, n, m, cells.bins.centres))
    if cells.bins.kind != "number":
        tests += [levels.new_p, levels.gone_p]
    return min(1.0, len(tests) * min(tests))


def _effect(cells: _Cells) -> tuple[float, str]:
    moved = _moved(cells)
    if cells.bins.kind == "number" and not np.isnan(moved):
        return moved, "sd"
    return cramers_v(*_coarse(cells)), "V"


def _moved(cells: _Cells) -> float:
    """Return Wasserstein's distance of the values; NaN for levels, and where none are there."""
    a, b = cells.a[: cells.bins.n_known], cells.b[: cells.bins.n_known]
    if not cells.bins.centres or not (a.any() and b.any()):
        return np.nan
    return wasserstein(a, b, np.array(cells.bins.centres))


def _coarse(cells: _Cells) -> tuple[np.ndarray, np.ndarray]:
    """Pool rare levels with those never seen.

    A table of many rare levels holds some that the last one by chance did not; beside a
    bin for them that is empty in the reference by definition, chance would look like drift.
    """
    if cells.bins.kind not in ("level", "value"):
        return cells.a, cells.b
    rare = shares(cells.a) < RARE
    rare[-2:] = (False, True)
    return tuple(np.append(x[~rare], x[rare].sum()) for x in (cells.a, cells.b))  # type: ignore[return-value]


def _fine(cells: _Cells) -> tuple[np.ndarray, np.ndarray]:
    """Give each level never seen before a cell of its own."""
    new = np.array(list(cells.unseen.values())) * cells.b.sum()
    if cells.bins.kind == "empty" or new.size == 0:
        return cells.a, cells.b
    return np.append(cells.a[:-1], np.zeros(new.size)), np.append(cells.b[:-1], new)


def _levels(cells: _Cells) -> _Levels:
    """Find the levels that only one table holds, and test the most frequent of each kind."""
    if cells.bins.kind in ("number", "empty"):
        return _Levels({}, 1.0, {}, 1.0)
    p, q = shares(cells.a), shares(cells.b)
    known = zip(cells.bins.names(), p[:-2], q[:-2], strict=False)
    gone = {name: float(before) for name, before, after in known if before > 0 and after == 0}
    looked_at = len(cells.unseen) + int((p[:-2] + q[:-2] > 0).sum())
    # a table without any value lost no level: it lost the field
    gone = gone if q[:-2].any() else {}
    new_most, gone_most = (max(d.values(), default=0.0) for d in (cells.unseen, gone))
    return _Levels(
        cells.unseen,
        appearance_p(new_most * cells.m, cells.m, cells.n, looked_at),
        gone,
        appearance_p(gone_most * cells.n, cells.n, cells.m, looked_at),
    )


def _cause(cells: _Cells, levels: _Levels, alpha: float) -> tuple[str, float, str]:
    """Name the change, the share of rows behind it, and put it in words."""
    p, q = shares(cells.a), shares(cells.b)
    if _is_missingness(cells):
        words = f"{percent(p[-2], 1)} -> {percent(q[-2], 1)}"
        return "missing share", float(abs(q[-2] - p[-2])), words
    new, gone = _largest(levels.new), _largest(levels.gone)
    if levels.new_p <= alpha:
        words = new + (f"; vanished: {gone}" if gone else "")
        return "new level", sum(levels.new.values()), words
    if levels.gone_p <= alpha:
        words = gone + (f"; new: {new}" if new else "")
        return "vanished level", sum(levels.gone.values()), words
    return "shift", 0.0, _words_of_shift(cells, p, q)


def _is_missingness(cells: _Cells) -> bool:
    """Say whether gaps changed more than the values that are there."""
    there = np.arange(cells.a.size) != cells.bins.n_known
    a, b = cells.a[there], cells.b[there]
    if cells.bins.kind == "empty" or not (a.any() and b.any()):
        return True
    gaps = [np.array([x.sum() - x[there].sum(), x[there].sum()]) for x in (cells.a, cells.b)]
    return cramers_v(*gaps) > cramers_v(a, b)


def _largest(levels: Mapping[str, float], most: int = 3) -> str:
    """Name the most frequent levels with their shares."""
    ranked = sorted(levels.items(), key=lambda item: -item[1])
    more = f" and {len(ranked) - most} more" if len(ranked) > most else ""
    return ", ".join(f"`{name}` ({percent(share, 1)})" for name, share in ranked[:most]) + more


def _words_of_shift(cells: _Cells, p: np.ndarray, q: np.ndarray) -> str:
    if cells.bins.kind == "number" and p[:-2].any() and q[:-2].any():
        centres = np.array(cells.bins.centres)
        by = float((shares(cells.b[:-2]) - shares(cells.a[:-2])) @ centres)
        return f"{'higher' if by > 0 else 'lower'} by {abs(by):.2f} sd on average"
    most = int(np.argmax(np.round(np.abs(q - p), 12)))
    name = cells.bins.names()[most]
    return f"`{name}` {percent(p[most], 1)} -> {percent(q[most], 1)}"
