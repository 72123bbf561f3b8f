"""Keep, recalibrate or resegment: declared rules over declared sizes.

A change counts when it is beyond chance (adjusted p at most `alpha`) **and** of a size
that matters; chance alone is never a reason, and neither is significance in a large base.
"""

from collections.abc import Sequence
from typing import Any

from segkit.diagnostics.change.accuracy import Accuracy, accuracy_reasons
from segkit.diagnostics.change.field_change import FieldChange
from segkit.diagnostics.change.joint import Joint, joint_reasons
from segkit.diagnostics.change.mix import mix_reasons

__all__ = ["MOVED", "SMALL", "VERDICTS", "decide", "matters"]

VERDICTS = ("keep", "recalibrate", "resegment")
SMALL = {"sd": 0.1, "V": 0.05}
"""A smaller effect is beneath notice: a tenth of a standard deviation, a V of .05."""
MOVED = 0.02
"""The share of rows with a new or vanished level, or without a value, that matters."""
MOST = 5  # fields named in the reasons


def matters(change: FieldChange) -> bool:
    """Say whether a change is both beyond chance and large enough to act on."""
    large = change.effect >= SMALL[change.effect_unit] or change.moved >= MOVED
    return change.kind != "stable" and large


def decide(
    changes: Sequence[FieldChange],
    mix: Any,
    accuracy: tuple[Accuracy, Accuracy] | None,
    alpha: float,
    joint: Joint | None = None,
) -> tuple[str, tuple[str, ...]]:
    """Return the verdict and its reasons, weightiest first.

    Parameters
    ----------
    changes : sequence of FieldChange
        Adjusted for their number.
    mix : frame or None
        From `mix_frame`.
    accuracy : pair of Accuracy or None
        Before and after.
    alpha : float
        The level of the mix and of the fields together.
    joint : Joint or None
        All fields together.

    Returns
    -------
    verdict : {"keep", "recalibrate", "resegment"}
    reasons : tuple of str
    """
    fallen = accuracy_reasons(*accuracy) if accuracy else []
    changed = mix_reasons(mix, alpha) + _field_reasons(changes) + joint_reasons(joint, alpha)
    if fallen:
        return "resegment", (*fallen, *changed)
    if changed:
        return "recalibrate", tuple(changed)
    small = sorted({c.field for c in changes if c.kind != "stable"})
    if small:
        return "keep", (
            f"Changes beyond chance in {len(small)} field(s) are all below the size that matters "
            f"({SMALL['sd']} sd, V {SMALL['V']}, {MOVED:.0%} of the rows).",
        )
    return "keep", ("Nothing changed beyond chance.",)


def _field_reasons(changes: Sequence[FieldChange]) -> list[str]:
    """Name the fields that changed: overall first, then those that changed in segments only."""
    found = [c for c in changes if matters(c)]
    overall = _largest_first([c for c in found if c.segment == "all"])
    named = {c.field for c in overall}
    inside = _largest_first([c for c in found if c.segment != "all" and c.field not in named])
    reasons = [_reason(c) for c in overall + inside]
    more = [f"And {len(reasons) - MOST} more."] if len(reasons) > MOST else []
    return reasons[:MOST] + more


def _largest_first(changes: list[FieldChange]) -> list[FieldChange]:
    return sorted(changes, key=lambda c: -max(c.effect / SMALL[c.effect_unit], c.moved / MOVED))


def _reason(change: FieldChange) -> str:
    where = "" if change.segment == "all" else f" in segment {change.segment}"
    if change.kind == "recoded":
        return (
            f"`{change.field}`{where}, recoded: {change.detail} ({change.evidence}). Undo it in "
            "the base before anything else."
        )
    return (
        f"`{change.field}`{where}, {change.kind}: {change.detail} (PSI {change.psi:.3g}; without "
        f"drift 95 % stay below {change.psi_null_95:.2g})."
    )
