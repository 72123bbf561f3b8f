"""What becomes of the typing tool: its accuracy without labels, checked on new labels if any."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm

from segkit._frames import numeric_column
from segkit._result import interval_text
from segkit._weights import effective_size
from segkit.diagnostics.change.accuracy import (
    Accuracy,
    accuracy_reasons,
    beyond,
    estimate,
    evaluated,
    held_out_gap,
    observe,
)
from segkit.diagnostics.change.compared import Rows
from segkit.diagnostics.change.typed import Typed

__all__ = ["Judgement", "judge", "labels_are_new"]

SAME = 0.99
"""Labels that agree with the tags so often are the tags."""
MATTERS = 0.03
"""New labels contradict the estimate from three points on."""
Z = float(norm.ppf(0.975))


@dataclass(frozen=True)
class Judgement:
    """The accuracy before and after; and on new labels, where there are some."""

    before: Accuracy
    after: Accuracy
    observed: Accuracy | None = None

    @property
    def lines(self) -> list[tuple[str, Accuracy]]:
        """Period and accuracy, one a line."""
        found = [("before", self.before), ("after", self.after)]
        return found if self.observed is None else [*found, ("after", self.observed)]

    @property
    def contradicted(self) -> bool:
        """New labels agree with the tags less often than the probabilities say."""
        seen = self.observed
        if seen is None:
            return False
        return self.after.value - seen.value >= MATTERS and beyond(self.after, seen)

    def contradiction(self) -> list[str]:
        """Say so, with the figures."""
        seen = self.observed
        if seen is None or not self.contradicted:
            return []
        return [
            "New labels contradict the typing tool: it is right for "
            f"{interval_text(seen.value, seen.low, seen.high)} of them, where its probabilities "
            f"say {interval_text(self.after.value, self.after.low, self.after.high)}. People with "
            "the same fields belong to other segments now."
        ]

    def fall(self) -> list[str]:
        """Say whether it fell by five points: on new labels, else by the estimate."""
        if self.contradicted:
            return []
        return accuracy_reasons(self.before, self.observed or self.after)


def judge(rows: Rows, mix: Any, overlap: float = 1.0) -> Judgement | None:
    """Estimate the accuracy among the tagged before and after; None where nobody is tagged.

    Parameters
    ----------
    rows : Rows
        With what the tool says of them.
    mix : frame or None
        Sizes before and after, where nothing but these changed: accuracy then moves with
        how often the tool finds people of the segments that grew or shrank. None: people with
        the same fields belong where they did.
    overlap : float
        The share of the reference's effective rows that speak for the current people: the
        calibration of the tool is less sure for people of whom the survey had few.

    Notes
    -----
    Where only sizes ``pi`` change, accuracy changes by ``sum_k (pi'_k - pi_k) r_k``, ``r_k`` the
    share of segment k's people whom the tool tags rightly (out of bag). In ten made worlds whose
    smallest segment had doubled, this was wrong by 1.1 points (root mean square), mean
    probabilities by 2.0, which are too high then: they take sizes to be the survey's. A tool that
    leaves people untagged is judged by mean probabilities.
    """
    typed = rows.typed
    if typed is None:
        return None
    tags, k = typed.tags, len(typed.tags.segments)
    w, v = rows.w * (tags.before < k), rows.v * (tags.after < k)
    if not (w.any() and v.any()):
        return None
    gap = held_out_gap(typed.tool)
    before = estimate(typed.before.max(axis=1), w, gap)
    validated = evaluated(typed.tool)
    if validated is not None and validated.value < before.value:
        before = validated
    after = estimate(typed.after.max(axis=1), v, gap.among(overlap))
    after = _resized(before, typed, v, mix) or after
    right = _agreement(rows)
    seen = None if right is None else observe(right[1], rows.v[right[0]])
    return Judgement(before, after, seen)


def labels_are_new(rows: Rows) -> bool:
    """Say whether segments were given that are not the tool's own tags."""
    found = _agreement(rows)
    return found is not None


def _resized(before: Accuracy, typed: Typed, v: np.ndarray, mix: Any) -> Accuracy | None:
    """Move the accuracy by what each segment gained or lost, times how often it is found."""
    error = getattr(typed.tool, "typing_error_", None)
    untagged = typed.tags.after >= len(typed.tags.segments)
    if mix is None or error is None or untagged.any():
        return None
    change, low, high = (numeric_column(mix, c) for c in ("change", "low", "high"))
    found = np.diag(error.tags)
    value = float(np.clip(before.value + change @ found, 0.0, 1.0))
    # shares sum to 1, so only differences between the segments' rates move the accuracy
    sizes = np.square((found - value) * (high - low) / (2 * Z)).sum()
    rates = float((np.diagonal(error.tag_draws, axis1=1, axis2=2) @ change).var())
    chance = value * (1 - value) / effective_size(v)
    half = Z * float(np.sqrt(before.error**2 + sizes + rates + chance))
    return Accuracy(value, max(value - half, 0.0), min(value + half, 1.0), "estimated")


def _agreement(rows: Rows) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the current rows with a label and a tag, and whether the two are the same.

    None without labels, where labels are named otherwise than the tool's segments, and where
    they are the tool's tags.
    """
    typed = rows.typed
    if typed is None or not rows.labelled:
        return None
    tags, names = typed.tags, rows.tags.segments
    place = {name: i for i, name in enumerate(tags.segments)}
    if not set(names) & set(place):
        return None
    # a label that the tool does not know is a mistake of the tool
    own = np.array([place.get(name, -1) for name in names] + [-2])
    sides = [(own[rows.tags.before], tags.before), (own[rows.tags.after], tags.after)]
    known = [(label > -2) & (tag < len(place)) for label, tag in sides]
    same = [(label == tag)[at] for (label, tag), at in zip(sides, known, strict=True)]
    if not same[1].size or all(s.mean() >= SAME for s in same if s.size):
        return None
    return np.flatnonzero(known[1]), same[1].astype(float)
