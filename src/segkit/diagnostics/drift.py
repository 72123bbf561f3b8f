"""Whether the base still looks like the one the segments were made for; one verdict.

References
----------
Yurdakul, B. & Naranjo, J. (2020). Statistical properties of the population stability
index. Journal of Risk Model Validation 14(4).
Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
Royal Statistical Society B 57, 289-300.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import false_discovery_control

from segkit._checks import check_columns, check_fitted, check_frame, check_share
from segkit._frames import Column, Origin, n_rows, origin_of, select
from segkit._progress import track
from segkit._result import Result
from segkit._weights import check_weights, effective_size
from segkit.diagnostics.change.accuracy import Accuracy, accuracy_frame, estimate, evaluated
from segkit.diagnostics.change.field_change import FieldChange, change_of
from segkit.diagnostics.change.mix import (
    change_error,
    corrected_sizes,
    counted_sizes,
    mix_frame,
    stated_sizes,
)
from segkit.diagnostics.change.tags import Tags, no_tags, tags_from_labels, tags_from_probabilities
from segkit.diagnostics.change.verdict import decide
from segkit.diagnostics.counting.counts import count, make_bins
from segkit.diagnostics.counting.fields import choose_fields, read_field
from segkit.exceptions import SegkitError
from segkit.plots.drift import plot_drift

__all__ = ["Drift", "drift"]


@dataclass(frozen=True, repr=False)
class Drift(Result):
    """What changed between two tables, and what to do about it.

    Attributes
    ----------
    changes : tuple of FieldChange
        One a segment and field; `frame` shows them.
    mix : frame or None
        Segment sizes: segment, before, before_low, before_high, counted_before, after,
        after_low, after_high, counted_after, change, low, high, p_adjusted. None without
        segments.
    accuracy : frame or None
        The typing tool's accuracy: period (before, after), accuracy, low, high, source
        (validated: from the tool's own evaluation; estimated: without labels). None
        without a tool.
    verdict : {"keep", "recalibrate", "resegment"}
        What to do.
    reasons : tuple of str
        Why, weightiest first.
    left_out : tuple of str
        Columns that were not compared, with the reason.
    alpha : float
        The level of "beyond chance".
    n_before, n_after : int
        Rows of the two tables.
    effective_before, effective_after : float
        Their effective numbers.
    origin : Origin
        The kind of table that the reference was.

    Examples
    --------
    >>> import pandas as pd
    >>> before = pd.DataFrame({"plan": ["a", "b"] * 100})
    >>> after = pd.DataFrame({"plan": ["a", "b", "c", "c"] * 50})
    >>> result = drift(before, after)
    >>> result.verdict, result.reasons[0].split(" (PSI")[0]
    ('recalibrate', '`plan`, new level: `c` (50.0 %)')
    """

    changes: tuple[FieldChange, ...]
    mix: Any
    accuracy: Any
    verdict: str
    reasons: tuple[str, ...]
    left_out: tuple[str, ...]
    alpha: float
    n_before: int
    n_after: int
    effective_before: float
    effective_after: float
    origin: Origin

    def frame(self) -> Any:
        """Return one row a segment (``all`` for everybody) and field.

        Returns
        -------
        frame
            segment, field, psi, psi_null_95, effect, effect_unit, p, p_adjusted, kind
            (stable, shift, new level, vanished level, missing share), detail,
            jensen_shannon, ks, missing_before, missing_after, n_before, n_after (effective).
        """
        columns = {name: [getattr(c, name) for c in self.changes] for name in _COLUMNS}
        columns["detail"] = [c.detail if c.kind != "stable" else "" for c in self.changes]
        return self.origin.frame(columns)

    def plot(self, ax: Any = None, segment: str = "all") -> Any:
        """Draw the PSI of each field beside what chance alone would give."""
        return plot_drift(self.frame(), ax, segment=segment)

    def summary(self) -> str:
        """Give the verdict with its reasons, and what was compared how."""
        fields = dict.fromkeys(c.field for c in self.changes)
        flagged = dict.fromkeys(c.field for c in self.changes if c.kind != "stable")
        out = f" Left out: {'; '.join(self.left_out)}." if self.left_out else ""
        judged = "" if self.accuracy is not None else " Typing accuracy was not judged (no tool)."
        return (
            f"Verdict: {self.verdict}. {' '.join(self.reasons)} {len(fields)} fields of "
            f"{self.n_after:,} rows (effective n {self.effective_after:,.0f}) were compared with "
            f"{self.n_before:,} (effective n {self.effective_before:,.0f}); {len(flagged)} changed "
            f"beyond chance at {self.alpha:g}, adjusted for all fields and segments."
            f"{judged}{out}"
        )


_COLUMNS = (
    "segment",
    "field",
    "psi",
    "psi_null_95",
    "effect",
    "effect_unit",
    "p",
    "p_adjusted",
    "kind",
    "detail",
    "jensen_shannon",
    "ks",
    "missing_before",
    "missing_after",
    "n_before",
    "n_after",
)


def drift(
    reference: Any,
    current: Any,
    tool: Any = None,
    segments: Any = None,
    sample_weight: Any = None,
    current_weight: Any = None,
    alpha: float = 0.05,
    *,
    fields: Sequence[str] | None = None,
) -> Drift:
    """Compare a table with the one the segments were made for, and say what to do.

    Parameters
    ----------
    reference : frame of shape (n_rows, n_columns)
        The fields as they were: the respondents', or an earlier base.
    current : frame of shape (m_rows, n_columns)
        The fields as they are; columns in any order, further columns are not looked at.
    tool : TypingTool, optional
        Compares the fields the tool uses, tags both tables (unless `segments` does), and
        is judged itself: its segment sizes and its accuracy without labels.
    segments : str or pair of array-like, optional
        The column that holds the segment in both tables, or labels of the reference and
        labels of the current table. Missing labels are untagged.
    sample_weight, current_weight : array-like of shape (n_rows,), (m_rows,), optional
        Weights of the two tables.
    alpha : float
        The level at which a change is beyond chance, adjusted for all fields and segments.
    fields : sequence of str, optional
        The fields to compare. Default: the tool's, else all columns of the reference
        but dates and ids.

    Returns
    -------
    Drift

    Raises
    ------
    SegkitError
        For an empty table, an absent field, a field that turned from numbers to text or
        back, infinite numbers, weights or labels that do not fit.

    Notes
    -----
    **Figures.** Each field is counted over bins frozen from the reference: weighted deciles
    of numbers, single values where there are at most ten, levels of text; missing and never
    seen have bins of their own (levels below 1 % of the reference are read with the latter).
    ``psi`` is the population stability index (an empty bin counts as half a respondent);
    ``psi_null_95`` is the value that 95 % of tables without any drift stay below,
    ``(1/n + 1/m) chi2_.95(B - 1)`` with Kish's effective ``n`` and ``m`` and ``B`` bins. Fixed
    rules (.1, .25) ignore ``n``: with 200 rows each, .1 is passed four times in ten without
    drift; with a million, large changes stay far below it. ``effect`` says how large a change
    is, whatever ``n``: for numbers in standard deviations (mean distance between the two
    distributions), elsewhere Cramer's V. ``p`` combines (Bonferroni) Pearson's chi-square
    test over the bins, a test of the average, and tests of levels that came or went;
    ``p_adjusted`` is Benjamini and Hochberg's over all rows.

    **Verdict**, by declared rules. *resegment*: estimated typing accuracy fell by .05 or
    more, beyond its own 95 % interval. Else *recalibrate*: a field changed beyond chance by
    .1 sd, V .05 or 2 % of the rows (levels, gaps), or a segment's share by .03 beyond chance.
    Else *keep*.

    **Accuracy without labels** is the mean probability of the likeliest segment among the
    tagged. It holds
    when probabilities are calibrated and a segment still means what it meant: if people with
    the same fields now belong elsewhere, it sees nothing, and only new labels would. Before
    is the smaller of that mean in the reference and the tool's validated accuracy, because
    on the rows it learned from a tool is surer than it should be.

    **Mix.** With a tool, sizes are its tags corrected for its own errors; else they are counted.
    The interval of a change takes the two tables as independent, which is wide when both hold
    the same customers, and takes a segment's people to look as they did.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> age, plan = rng.normal(45, 12, 2000), rng.choice(["a", "b"], 2000)
    >>> before = pd.DataFrame({"age": age, "plan": plan})
    >>> after = before.assign(age=before["age"] + 4)
    >>> result = drift(before, after)
    >>> result.verdict
    'recalibrate'
    >>> result.frame()[["field", "effect", "effect_unit", "kind"]]
      field  effect effect_unit    kind
    0   age    0.32          sd   shift
    1  plan    0.00           V  stable
    """
    alpha = check_share(alpha, name="alpha")
    tables = _tables(reference, current, sample_weight, current_weight)
    typed = None if tool is None else _typed(tool, tables)
    tags = _tags(segments, typed, tables)
    asked = typed.names if fields is None and typed is not None else fields
    columns, left_out = choose_fields(reference, current, asked, tags.column)
    changes = _adjusted(_field_changes(columns, tables, tags, alpha), alpha)
    origin = Origin(origin_of(reference).kind)
    mix = _mix(tags, typed, tables, origin)
    accuracy = None if typed is None else _accuracy(typed, tables)
    verdict, reasons = decide(changes, mix, accuracy, alpha)
    return Drift(
        changes=changes,
        mix=mix,
        accuracy=None if accuracy is None else accuracy_frame(*accuracy, origin),
        verdict=verdict,
        reasons=reasons,
        left_out=left_out,
        alpha=alpha,
        n_before=tables.w.size,
        n_after=tables.v.size,
        effective_before=effective_size(tables.w),
        effective_after=effective_size(tables.v),
        origin=origin,
    )


@dataclass(frozen=True)
class _Tables:
    """Both tables with their weights."""

    before: Any
    after: Any
    w: np.ndarray
    v: np.ndarray


@dataclass(frozen=True)
class _Typed:
    """What a typing tool says of both tables."""

    tool: Any
    names: list[str]
    before: np.ndarray
    after: np.ndarray

    @property
    def tags(self) -> Tags:
        classes = getattr(self.tool, "classes_", range(self.before.shape[1]))
        below = getattr(self.tool, "abstain_below", None)
        return tags_from_probabilities(self.before, self.after, list(classes), below)


def _tables(reference: Any, current: Any, sample_weight: Any, current_weight: Any) -> _Tables:
    check_frame(reference, what="reference")
    check_frame(current, what="current")
    w = check_weights(sample_weight, n_rows(reference))
    return _Tables(reference, current, w, check_weights(current_weight, n_rows(current)))


def _typed(tool: Any, tables: _Tables) -> _Typed:
    if hasattr(tool, "fit"):
        check_fitted(tool)
    names = getattr(tool, "field_names_", None)
    names = getattr(tool, "feature_names_in_", None) if names is None else names
    if names is None:
        raise SegkitError(
            f"The {type(tool).__name__} does not know the names of its fields; expected a tool "
            "fitted on a frame with named columns. Fit it on a pandas or polars frame."
        )
    names = [str(name) for name in names]
    for table, what in ((tables.before, "reference"), (tables.after, "current")):
        check_columns(table, names, what=what)
    before, after = (tool.predict_proba(select(t, names)) for t in (tables.before, tables.after))
    return _Typed(tool, names, np.asarray(before, dtype=float), np.asarray(after, dtype=float))


def _tags(segments: Any, typed: _Typed | None, tables: _Tables) -> Tags:
    if segments is not None:
        return tags_from_labels(segments, tables.before, tables.after)
    return typed.tags if typed is not None else no_tags(tables.w.size, tables.v.size)


def _field_changes(
    columns: Sequence[Column], tables: _Tables, tags: Tags, alpha: float
) -> list[FieldChange]:
    """Count every field over the reference's bins once; compare everybody and each segment."""
    k = len(tags.segments)
    everybody = ("all", list(range(k + 1)))
    groups = [everybody, *((name, [i]) for i, name in enumerate(tags.segments))]
    found = []
    for column in track(columns, what="fields", total=len(columns)):
        bins = make_bins(column, tables.w)
        before = count(column, bins, tags.before, k + 1, tables.w)
        read = read_field(tables.after, column.name, what="current")
        after = count(read, bins, tags.after, k + 1, tables.v)
        found += [change_of(before, after, rows, name, alpha) for name, rows in groups]
    return [change for change in found if change is not None]


def _adjusted(changes: Sequence[FieldChange], alpha: float) -> tuple[FieldChange, ...]:
    """Adjust p for all fields and segments, and call stable what is not beyond chance."""
    adjusted = false_discovery_control([c.p for c in changes])
    return tuple(
        replace(c, p_adjusted=float(p), kind=c.cause if p <= alpha else "stable")
        for c, p in zip(changes, adjusted, strict=True)
    )


def _mix(tags: Tags, typed: _Typed | None, tables: _Tables, origin: Origin) -> Any:
    """Compare the sizes that the tool estimates; without a tool, those counted."""
    if typed is not None:
        tags = typed.tags
    k = len(tags.segments)
    if k == 0:
        return None
    sides = ((tags.before, tables.w), (tags.after, tables.v))
    tool: Any = None if typed is None else typed.tool
    error = getattr(tool, "typing_error_", None)
    if typed is not None and error is not None:
        before, after = (
            corrected_sizes(p, *side, error)
            for p, side in zip((typed.before, typed.after), sides, strict=True)
        )
    elif typed is not None and hasattr(tool, "segment_mix"):
        stated = (tool.segment_mix(select(t, typed.names)) for t in (tables.before, tables.after))
        before, after = (stated_sizes(s, *side, k) for s, side in zip(stated, sides, strict=True))
    else:
        before, after = (counted_sizes(codes, w, k) for codes, w in sides)
    return mix_frame(tags.segments, before, after, change_error(before, after, error), origin)


def _accuracy(typed: _Typed, tables: _Tables) -> tuple[Accuracy, Accuracy] | None:
    """Estimate the accuracy among the tagged before and after; None where nobody is tagged."""
    tags, k = typed.tags, len(typed.tags.segments)
    w, v = tables.w * (tags.before < k), tables.v * (tags.after < k)
    if not (w.any() and v.any()):
        return None
    before, after = estimate(typed.before, w), estimate(typed.after, v)
    validated = evaluated(typed.tool)
    if validated is not None and validated.value < before.value:
        before = validated
    return before, after
