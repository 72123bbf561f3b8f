"""What changed: the sizes of the segments, the fields, or what a segment is.

Sizes and fields look alike at first: where a segment grows, its fields become more frequent. They
are told apart by taking the reference once more with the new sizes: if that explains
the fields, only the sizes changed.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import nnls

from segkit._frames import numeric_column
from segkit.diagnostics.change.compared import Compared, Rows
from segkit.diagnostics.change.typed import Typed
from segkit.diagnostics.counting.counts import Counts, count
from segkit.exceptions import SegkitError

__all__ = ["KINDS", "NEEDS", "in_order", "row_weights", "survey_kinds", "with_new_sizes"]

KINDS = ("profile", "fields", "mix")
"""What may have changed: the needs of segments, what the base records, segment sizes."""

NEEDS = ("profile", "measurement")
"""Kinds of change that a new survey wave finds and a base cannot."""

MOST_GROWN = 20.0  # a segment that hardly was there cannot be blown up without limit


def survey_kinds(wave: Any) -> tuple[str, ...]:
    """Return what a comparison of survey waves found to have changed.

    Raises
    ------
    SegkitError
        For anything that is not such a comparison.
    """
    if wave is None:
        return ()
    kinds = getattr(wave, "changed_kinds", None)
    if kinds is None:
        raise SegkitError(
            f"wave is a {type(wave).__name__}; expected a WaveComparison. Compare the new survey "
            "with the last one first: diagnostics.wave(model, X_old, X_new)."
        )
    return tuple(str(kind) for kind in kinds)


def with_new_sizes(
    compared: Compared, mix: Any, *, tagged: bool = False
) -> tuple[tuple[Counts, Counts], ...]:
    """Count the reference as if its segments had the new sizes.

    Parameters
    ----------
    compared : Compared
        Both tables.
    mix : frame
        Sizes before and after.
    tagged : bool
        The sizes are the tool's estimates: every row counts for each segment by its
        probability, so that the mean probabilities become those of the current table. Otherwise
        sizes are those of the groups.
    """
    rows = compared.rows
    if tagged and rows is not None:
        w = row_weights(rows, mix, tagged=True)
        groups = len(rows.tags.segments) + 1
        return tuple(
            (count(column, a.bins, rows.tags.before, groups, w), b)
            for column, (a, b) in zip(rows.before, compared.pairs, strict=True)
        )
    grown = np.append(_ratio(mix), 1.0)
    return tuple(
        (Counts(a.bins, a.cells * grown[:, None], a.squares * grown**2, a.unseen), b)
        for a, b in compared.pairs
    )


def row_weights(rows: Rows, mix: Any, *, tagged: bool) -> np.ndarray:
    """Return the weights of the reference's rows once segments have the new sizes."""
    if tagged and rows.typed is not None:
        return np.asarray(rows.w * (rows.typed.before @ _matching(rows, rows.typed)))
    return np.asarray(rows.w * np.append(_ratio(mix), 1.0)[rows.tags.before])


def _matching(rows: Rows, typed: Typed) -> np.ndarray:
    """Return by how much segments have to grow for the mean probabilities to be those after.

    The ratio of two estimated sizes would do in theory. But in a base that differs from the survey
    a small segment's size can be estimated several times too small, and the ratio is then
    several times too large; the mean probabilities are what both tables really show.
    """
    before, w = typed.before, rows.w / rows.w.sum()
    ratio, _ = nnls(before.T @ (before * w[:, None]), rows.v @ typed.after / rows.v.sum())
    return np.minimum(ratio, MOST_GROWN)


def _ratio(mix: Any) -> np.ndarray:
    before, after = (numeric_column(mix, c) for c in ("before", "after"))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(before > 0, after / before, 1.0)
    return np.clip(np.nan_to_num(ratio, nan=1.0), 0.0, MOST_GROWN)


def in_order(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return kinds of change, the weightiest first."""
    return tuple(kind for kind in KINDS if kind in kinds)
