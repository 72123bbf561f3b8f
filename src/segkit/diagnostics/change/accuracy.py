"""How often the typing tool is right, estimated from its own probabilities, without labels.

References
----------
Guillory, D., Shankar, V., Ebrahimi, S., Darrell, T. & Schmidt, L. (2021). Predicting with
confidence on unseen distributions. ICCV, section 3 (average confidence).
"""

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from scipy.stats import norm

from segkit._frames import Origin
from segkit._result import interval_text
from segkit._weights import effective_size

__all__ = ["FALL", "Accuracy", "accuracy_frame", "accuracy_reasons", "estimate", "evaluated"]

FALL = 0.05
"""A loss of five points of estimated accuracy asks for a new segmentation or tool."""

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


def estimate(probabilities: np.ndarray, w: np.ndarray) -> Accuracy:
    """Average the probability of each row's likeliest segment.

    Parameters
    ----------
    probabilities : ndarray of shape (n, n_segments)
        Calibrated: of the rows typed with probability .6, 60 % are right.
    w : ndarray of shape (n,)
        Weights.

    Examples
    --------
    >>> estimate(np.array([[0.8, 0.2], [0.4, 0.6]]), np.ones(2)).value
    0.7
    """
    value = float(probabilities.max(axis=1) @ w / w.sum())
    half = Z * float(np.sqrt(value * (1 - value) / effective_size(w)))
    return Accuracy(value, max(value - half, 0), min(value + half, 1), "estimated")


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


def accuracy_frame(before: Accuracy, after: Accuracy, origin: Origin) -> Any:
    """Put both side by side: period, accuracy, low, high, source."""
    both = (before, after)
    return origin.frame(
        {
            "period": ["before", "after"],
            "accuracy": np.array([a.value for a in both]),
            "low": np.array([a.low for a in both]),
            "high": np.array([a.high for a in both]),
            "source": [a.source for a in both],
        }
    )


def accuracy_reasons(before: Accuracy | None, after: Accuracy | None) -> list[str]:
    """Say whether the accuracy fell by five points or more, beyond chance."""
    if before is None or after is None:
        return []
    fall = before.value - after.value
    if fall < FALL or fall < Z * np.hypot(before.error, after.error):
        return []
    return [
        f"The typing tool is right for an estimated "
        f"{interval_text(after.value, after.low, after.high)} of the customers, "
        f"{100 * fall:.0f} points fewer than the {before.value:.2f} "
        f"{'it was validated at' if before.source == 'validated' else 'of the reference'}."
    ]
