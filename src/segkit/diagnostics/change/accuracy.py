"""How often the typing tool is right, estimated from its own probabilities, without labels.

References
----------
Guillory, D., Shankar, V., Ebrahimi, S., Darrell, T. & Schmidt, L. (2021). Predicting with
confidence on unseen distributions. ICCV, section 3 (average confidence, and its difference from
the accuracy where labels are known).
"""

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from scipy.stats import norm

from segkit._frames import Origin, numeric_column
from segkit._result import interval_text
from segkit._weights import effective_size

__all__ = [
    "FALL",
    "Accuracy",
    "Gap",
    "accuracy_frame",
    "accuracy_reasons",
    "beyond",
    "estimate",
    "evaluated",
    "held_out_gap",
    "observe",
]

FALL = 0.05
"""A loss of five points of accuracy asks for a new segmentation or tool."""

Z = float(norm.ppf(0.975))


@dataclass(frozen=True)
class Accuracy:
    """An accuracy, its 95 % interval and where it comes from."""

    value: float
    low: float
    high: float
    source: str

    @property
    def error(self) -> float:
        """The standard error."""
        return (self.high - self.low) / (2 * Z)


@dataclass(frozen=True)
class Gap:
    """By how much the tool was right more often than it said, on people it did not know."""

    value: float = 0.0
    error: float = 0.0

    def among(self, overlap: float) -> "Gap":
        """Return it for other people, of whom only a share of the effective rows speaks."""
        return Gap(self.value, self.error / float(np.sqrt(overlap)))


def held_out_gap(tool: Any) -> Gap:
    """Return validated accuracy minus mean stated probability; nothing where it is not known.

    Notes
    -----
    Both are from the tool's cross-validation. The error is that of ``n`` respondents who are
    right with their stated probabilities ``p``: ``sqrt(mean p (1 - p) / n)``, ``n`` effective.
    """
    evaluation = getattr(tool, "evaluation_", None)
    curve = getattr(evaluation, "reliability", None)
    if curve is None:
        return Gap()
    table = curve.frame()
    stated, right, n = (numeric_column(table, c) for c in ("predicted", "observed", "n"))
    worth = float(getattr(evaluation, "effective_n", n.sum()))
    share = n / n.sum()
    error = float(np.sqrt(share @ (stated * (1 - stated)) / worth))
    return Gap(float(share @ (right - stated)), error)


def estimate(stated: np.ndarray, w: np.ndarray, gap: Gap | None = None) -> Accuracy:
    """Average the stated probability of each row's tag, and add what the tool understates.

    Parameters
    ----------
    stated : ndarray of shape (n,)
        The probability of each row's tag.
    w : ndarray of shape (n,)
        Weights; 0 for the untagged.
    gap : Gap, optional
        From `held_out_gap`: its error is part of the interval, because the calibration of a
        tool is as sure as the survey was large.

    Examples
    --------
    >>> round(estimate(np.array([0.8, 0.6]), np.ones(2), Gap(-0.1)).value, 2)
    0.6
    """
    gap = gap or Gap()
    value = float(stated @ w / w.sum()) + gap.value
    value = min(max(value, 0.0), 1.0)
    half = Z * float(np.hypot(np.sqrt(value * (1 - value) / effective_size(w)), gap.error))
    return Accuracy(value, max(value - half, 0), min(value + half, 1), "estimated")


def observe(right: np.ndarray, w: np.ndarray) -> Accuracy:
    """Count how often tags and new labels agree, with an interval.

    Parameters
    ----------
    right : ndarray of bool of shape (n,)
        Tag and label are the same.
    w : ndarray of shape (n,)
        Weights.
    """
    value = float(right @ w / w.sum())
    half = Z * float(np.sqrt(value * (1 - value) / effective_size(w)))
    return Accuracy(value, max(value - half, 0), min(value + half, 1), "observed")


def evaluated(tool: Any) -> Accuracy | None:
    """Return the accuracy that the tool was validated at, where it knows one."""
    evaluation = getattr(tool, "evaluation_", None)
    if evaluation is None:
        return None
    rows = nw.from_native(evaluation.frame(), eager_only=True).rows(named=True)
    found = [r for r in rows if r["metric"] == "accuracy" and r["segment"] == "all"]
    if not found:
        return None
    return Accuracy(found[0]["value"], found[0]["low"], found[0]["high"], "validated")


def accuracy_frame(found: list[tuple[str, Accuracy]], origin: Origin) -> Any:
    """Put accuracies one below the other: period, accuracy, low, high, source."""
    return origin.frame(
        {
            "period": [period for period, _ in found],
            "accuracy": np.array([a.value for _, a in found]),
            "low": np.array([a.low for _, a in found]),
            "high": np.array([a.high for _, a in found]),
            "source": [a.source for _, a in found],
        }
    )


def beyond(before: Accuracy, after: Accuracy) -> bool:
    """Say whether an accuracy fell beyond chance."""
    return before.value - after.value > Z * float(np.hypot(before.error, after.error))


def accuracy_reasons(before: Accuracy, after: Accuracy) -> list[str]:
    """Say whether the accuracy fell by five points or more, beyond chance."""
    fall = before.value - after.value
    if fall < FALL or not beyond(before, after):
        return []
    sure = "an estimated " if after.source == "estimated" else ""
    known = "it was validated at" if before.source == "validated" else "of the reference"
    return [
        f"The typing tool is right for {sure}"
        f"{interval_text(after.value, after.low, after.high)} of the "
        f"{'customers' if sure else 'newly labelled'}, {100 * fall:.0f} points fewer than the "
        f"{before.value:.2f} {known}."
    ]
