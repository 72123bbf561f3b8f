"""What drift finds: a table of fields, the mix, the accuracy, one verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from segkit._frames import Origin, numeric_column
from segkit._result import Result, count_text, interval_text
from segkit.diagnostics.change.field_change import FieldChange
from segkit.diagnostics.change.verdict import matters
from segkit.plots.drift import counts_in_words, plot_drift

__all__ = ["Drift"]


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
    joint : frame or None
        All fields together, by a classifier that tells the tables apart: field (``all``
        first, then the fields, the one that tells most first), auc, low, high, p, importance
        (the area lost when the field is shuffled). None where the effective n
        of a table is below 50.
    accuracy : frame or None
        The typing tool's accuracy: period (before, after), accuracy, low, high, source
        (validated: from the tool's own evaluation; estimated: without labels; observed: on
        new labels). None without a tool.
    verdict : {"keep", "recalibrate", "resegment"}
        What to do.
    kinds : tuple of str
        What changed, the weightiest first: profile, fields, mix; empty where nothing did.
    reasons : tuple of str
        Why, weightiest first.
    doubts : tuple of str
        Why the accuracy estimated without labels cannot be relied on; empty where nothing
        speaks against it, or without a tool.
    left_out : tuple of str
        Columns that were not compared, with the reason.
    notes : tuple of str
        What was not looked at, with the reason.
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
    >>> from segkit.diagnostics import drift
    >>> before = pd.DataFrame({"plan": ["a", "b"] * 100})
    >>> after = pd.DataFrame({"plan": ["a", "b", "c", "c"] * 50})
    >>> result = drift(before, after)
    >>> result.verdict, result.reasons[0].split(" (PSI")[0]
    ('recalibrate', '`plan`, new level: `c` (50.0 %)')
    """

    changes: tuple[FieldChange, ...]
    mix: Any
    joint: Any
    accuracy: Any
    verdict: str
    kinds: tuple[str, ...]
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]
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
            (stable, shift, new level, vanished level, missing share, recoded), detail,
            evidence (of a recoding), wasserstein (in standard deviations of the reference),
            jensen_shannon, ks (both 0 to 1), missing_before, missing_after, n_before, n_after
            (effective), matters (beyond chance and of a size that matters, so that it counts in the
            verdict). Levels have no order, hence neither wasserstein nor ks (NaN).
        """
        columns = {name: [getattr(c, name) for c in self.changes] for name in _COLUMNS}
        columns["matters"] = [matters(c) for c in self.changes]
        columns["detail"] = [c.detail if c.kind != "stable" else "" for c in self.changes]
        return self.origin.frame(columns)

    def plot(self, ax: Any = None, segment: str = "all") -> Any:
        """Draw the PSI of each field beside what chance alone would give."""
        return plot_drift(self.frame(), ax, segment=segment)

    def summary(self) -> str:
        """Give the verdict with its reasons, and what was compared how."""
        fields = dict.fromkeys(c.field for c in self.changes)
        notes = "".join(f" {note}" for note in self.notes)
        out = f" Left out: {'; '.join(self.left_out)}." if self.left_out else ""
        what = f" (changed: {', '.join(self.kinds)})" if self.kinds else ""
        return (
            f"Verdict: {self.verdict}{what}. {' '.join(self.reasons)} "
            f"{count_text(len(fields), 'field')} of {count_text(self.n_after, 'row')} (effective n "
            f"{self.effective_after:,.0f}) were compared with {self.n_before:,} (effective n "
            f"{self.effective_before:,.0f}). {self._changed()} (at {self.alpha:g}, adjusted for "
            f"all fields and segments).{self._accuracy_note()}{notes}{out}"
        )

    def _changed(self) -> str:
        """Count the fields that changed: overall, as the figure does, and with segments."""
        everybody = [c for c in self.changes if c.segment == "all"]
        overall, anywhere = _n_changed(everybody), _n_changed(self.changes)
        told = counts_in_words(*overall, len(everybody))
        if anywhere == overall:
            return told
        return f"{told}; single segments included, it is {anywhere[0]} and {anywhere[1]}"

    def _accuracy_note(self) -> str:
        if self.accuracy is None:
            return "" if self.notes else " Typing accuracy was not judged (no tool)."
        values, low, high = (numeric_column(self.accuracy, c) for c in ("accuracy", "low", "high"))
        note = f" Typing accuracy without labels: {interval_text(values[1], low[1], high[1])}"
        if self.doubts:
            return f"{note}, not to be relied on: {' '.join(self.doubts)}"
        return f"{note}, if people with the same fields still belong to the same segments."


def _n_changed(changes: Sequence[FieldChange]) -> tuple[int, int]:
    """Count the fields that changed beyond chance, and those by a size that matters."""
    beyond = {c.field for c in changes if c.kind != "stable"}
    return len(beyond), len({c.field for c in changes if matters(c)})


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
    "evidence",
    "wasserstein",
    "jensen_shannon",
    "ks",
    "missing_before",
    "missing_after",
    "n_before",
    "n_after",
)
