"""Keep, recalibrate or resegment: declared rules over declared sizes.

A change counts when it is beyond chance (adjusted p at most `alpha`) **and** of a size
that matters; chance alone is never a reason, and neither is significance in a large base.
Sizes, and all fields together, are looked at beside the fields: they count at half of `alpha`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from segkit._result import count_text
from segkit.diagnostics.change.cause import NEEDS, in_order
from segkit.diagnostics.change.field_change import FieldChange
from segkit.diagnostics.change.joint import Joint, joint_reasons
from segkit.diagnostics.change.judgement import Judgement
from segkit.diagnostics.change.mix import mix_reasons

__all__ = [
    "BESIDE",
    "MOVED",
    "SMALL",
    "VERDICTS",
    "Findings",
    "decide",
    "doubts",
    "kinds_of",
    "matters",
]

VERDICTS = ("keep", "recalibrate", "resegment")
SMALL = {"sd": 0.1, "V": 0.05}
"""A smaller effect is beneath notice: a tenth of a standard deviation, a V of .05."""
MOVED = 0.02
"""The share of rows with a new or vanished level, or without a value, that matters."""
BESIDE = 0.5
"""The part of `alpha` at which sizes, and all fields together, count beside the fields.

With three looks at `alpha` each, 9 of 100 pairs of small tables without drift were not kept.
"""
MOST = 5  # fields named in the reasons
ELSEWHERE = 0.9  # an area under the curve from which on the tables hardly overlap


@dataclass(frozen=True)
class Findings:
    """All that a verdict rests on.

    Attributes
    ----------
    changes : tuple of FieldChange
        Of every field, overall and by segment, adjusted for their number.
    alpha : float
        The level of "beyond chance".
    unexplained : tuple of FieldChange or None
        The same against a reference of the new segment sizes; None where sizes did not change.
    mix : frame or None
        From `mix_frame`.
    joint : Joint or None
        All fields together, against a reference of the new sizes.
    judged : Judgement or None
        The tool's accuracy.
    survey : tuple of str
        What a new survey wave found to have changed.
    few : bool
        A table is worth too few rows to judge sizes by: their intervals do not hold then.
    """

    changes: tuple[FieldChange, ...]
    alpha: float
    unexplained: tuple[FieldChange, ...] | None = None
    mix: Any = None
    joint: Joint | None = None
    judged: Judgement | None = None
    survey: tuple[str, ...] = ()
    few: bool = False

    @property
    def resized(self) -> list[str]:
        """Which segments grew or shrank."""
        return [] if self.few else mix_reasons(self.mix, BESIDE * self.alpha)

    @property
    def together(self) -> list[str]:
        """Whether all fields together changed."""
        return joint_reasons(self.joint, BESIDE * self.alpha)

    @property
    def fields_changed(self) -> bool:
        """Something changed in the fields that new sizes do not explain."""
        left = self.changes if self.unexplained is None else self.unexplained
        places = {(c.field, c.segment) for c in left if matters(c)}
        changed = any((c.field, c.segment) in places for c in self.changes if matters(c))
        return changed or bool(self.together)

    @property
    def needs_changed(self) -> bool:
        """A new survey wave, or new labels, say that segments are not what they were."""
        contradicted = self.judged is not None and self.judged.contradicted
        return contradicted or any(kind in NEEDS for kind in self.survey)


def matters(change: FieldChange) -> bool:
    """Say whether a change is both beyond chance and large enough to act on."""
    large = change.effect >= SMALL[change.effect_unit] or change.moved >= MOVED
    return change.kind != "stable" and large


def kinds_of(found: Findings) -> tuple[str, ...]:
    """Name what changed: profile, fields, mix; nothing where all is as it was.

    Sizes are named only where they can be told: not when the fields changed by themselves (unless
    the survey finds other sizes too), and not when segments are no longer what they were.
    """
    told = not found.fields_changed or "size" in found.survey
    present = {
        "profile": found.needs_changed,
        "fields": found.fields_changed,
        "mix": bool(found.resized) and told and not found.needs_changed,
    }
    return in_order([kind for kind, there in present.items() if there])


def decide(found: Findings) -> tuple[str, tuple[str, ...]]:
    """Return the verdict and its reasons, weightiest first.

    Parameters
    ----------
    found : Findings
        All that is known.

    Returns
    -------
    verdict : {"keep", "recalibrate", "resegment"}
    reasons : tuple of str
    """
    kinds = kinds_of(found)
    needs = _needs_reasons(found)
    fallen = found.judged.fall() if found.judged is not None else []
    sizes = [*found.resized, *_explained(found)] if "mix" in kinds else []
    fields = _field_reasons(found.changes) if "fields" in kinds else []
    changed = [*sizes, *fields, *found.together]
    if needs or fallen:
        return "resegment", (*needs, *fallen, *changed, *_unsettled(found, kinds))
    if changed:
        return "recalibrate", (*changed, *_unsettled(found, kinds))
    small = sorted({c.field for c in found.changes if c.kind != "stable"})
    if small:
        return "keep", (
            f"Changes beyond chance in {count_text(len(small), 'field')} are all below the size "
            f"that matters ({SMALL['sd']} sd, V {SMALL['V']}, {MOVED:.0%} of the rows).",
        )
    return "keep", ("Nothing changed beyond chance.",)


def doubts(found: Findings) -> tuple[str, ...]:
    """Say why the accuracy estimated without labels cannot be relied on; nothing if it can."""
    out = _needs_reasons(found)
    recoded = sorted({c.field for c in found.changes if c.kind == "recoded" and matters(c)})
    if recoded:
        named = ", ".join(f"`{name}`" for name in recoded)
        out.append(f"The tool was made before {named} was recoded, and reads it wrongly.")
    if found.joint is not None and found.joint.auc >= ELSEWHERE:
        out.append(
            "The two tables hardly overlap: the tool is asked about people that the reference "
            "does not hold."
        )
    return tuple(out)


def _needs_reasons(found: Findings) -> list[str]:
    out = []
    if "measurement" in found.survey:
        out.append(
            "The new survey wave measures other needs than the last: its loadings or thresholds "
            "moved, so that sizes and profiles cannot be compared."
        )
    if "profile" in found.survey:
        out.append(
            "The new survey wave finds segments of other needs: people with the same fields may "
            "want something else now."
        )
    return out + (found.judged.contradiction() if found.judged is not None else [])


def _explained(found: Findings) -> list[str]:
    """Name the fields that changed only because segment sizes did."""
    left = {c.field for c in found.unexplained or () if matters(c)}
    names = dict.fromkeys(c.field for c in found.changes if matters(c) and c.field not in left)
    if not names or found.fields_changed:
        return []
    named = [f"`{name}`" for name in names][:MOST]
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return [f"The new sizes explain the changes of {', '.join(named)}{more}."]


def _unsettled(found: Findings, kinds: Sequence[str]) -> list[str]:
    """Say that sizes are not to be read where something else changed."""
    if not found.resized or "mix" in kinds:
        return []
    why = "segments are not what they were" if found.needs_changed else "the fields changed"
    return [f"Segment sizes cannot be told while {why}."]


def _field_reasons(changes: Sequence[FieldChange]) -> list[str]:
    """Name the fields that changed: overall first, then those that changed in segments only."""
    found = [c for c in changes if matters(c)]
    overall = _largest_first([c for c in found if c.segment == "all"])
    named = {c.field for c in overall}
    inside = _largest_first([c for c in found if c.segment != "all" and c.field not in named])
    # a field recoded in every segment is named once
    once = {c.field: c for c in reversed(inside) if c.kind == "recoded"}
    inside = [c for c in inside if c.kind != "recoded" or once[c.field] is c]
    reasons = [_reason(c) for c in overall + inside]
    more = [f"And {len(reasons) - MOST} more."] if len(reasons) > MOST else []
    return reasons[:MOST] + more


def _largest_first(changes: list[FieldChange]) -> list[FieldChange]:
    def size(c: FieldChange) -> float:
        return max(c.effect / SMALL[c.effect_unit], c.moved / MOVED)

    return sorted(changes, key=lambda c: (c.kind != "recoded", -size(c)))


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
