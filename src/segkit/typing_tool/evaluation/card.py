"""The honest page that goes with a typing tool: what it is good for, and what not.

One function of the results; the figures are those of respondents the models had not seen.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from segkit._checks import name_list
from segkit._result import percent
from segkit.typing_tool.evaluation.abstention import CoverageCurve
from segkit.typing_tool.evaluation.groups import GroupFigures
from segkit.typing_tool.evaluation.importance import FieldImportance
from segkit.typing_tool.evaluation.lift import LiftCurve

__all__ = ["card_text", "evaluation_lines", "group_lines", "untagged_line"]

SURE = 0.9  # a tool right this often may say something about one person
POINTLESS = 1.2  # a list that finds fewer than this many times as many is not worth sorting
MOST_FIELDS = 5


class Figures(Protocol):
    """What the page reads of an `Evaluation`, which itself asks for the page."""

    @property
    def table(self) -> dict[str, list[Any]]: ...
    @property
    def coverage(self) -> CoverageCurve: ...
    @property
    def lift(self) -> LiftCurve: ...
    @property
    def accuracy(self) -> float: ...
    @property
    def chance(self) -> float: ...
    @property
    def kappa(self) -> float: ...
    def value(self, metric: str, segment: Any = "all") -> float: ...


def card_text(
    fields: Sequence[str],
    classes: Sequence[Any],
    figures: Figures,
    abstain_below: float | None,
    importance: FieldImportance | None = None,
    groups: GroupFigures | None = None,
) -> str:
    """Write the page.

    Parameters
    ----------
    fields : sequence of str
        The fields the tool needs.
    classes : sequence
        The segments.
    figures : Evaluation
        The honest figures.
    abstain_below : float or None
        The probability below which customers stay untagged.
    importance : FieldImportance, optional
        What each field contributes.
    groups : GroupFigures, optional
        How groups of people are typed.
    """
    return "\n".join(
        [
            f"Types customers into {len(classes)} segments ({', '.join(map(str, classes))}).",
            f"Fields: {', '.join(fields)}.",
            *([_carriers(importance)] if importance is not None else []),
            untagged_line(figures, abstain_below),
            *evaluation_lines(figures),
            *group_lines(groups),
            "For sizes use segment_mix, not counts of tags.",
            "Valid for people like the survey's respondents; check drift before each use.",
        ]
    )


def untagged_line(figures: Figures, abstain_below: float | None) -> str:
    """Say below which probability customers stay untagged, and how many of them."""
    if abstain_below is None:
        return "Everyone is tagged, however unsure."
    share = percent(figures.value("abstained"))
    return f"Untagged below a probability of {abstain_below}: {share} of respondents."


def evaluation_lines(figures: Figures) -> list[str]:
    """Write what the figures of an evaluation mean in plain words, a sentence or two a line."""
    return [
        _agreement(figures),
        *_ceiling(figures),
        _found(figures),
        *_lists(figures),
        _surest(figures),
        _probabilities(figures),
        _one_person(figures),
        *_control(figures),
    ]


def _agreement(figures: Figures) -> str:
    return (
        f"Agreement with the survey's segment: {percent(figures.accuracy)} "
        f"(chance {percent(figures.chance)}, kappa {figures.kappa:.2f}): of the way from guessing "
        f"to always right, it goes {percent(max(0.0, figures.kappa))}."
    )


def _ceiling(figures: Figures) -> list[str]:
    if "ceiling" not in figures.table["metric"]:
        return []
    return [
        f"Hardly any tool could agree for more than {percent(figures.value('ceiling'))} of people: "
        "the segments themselves are uncertain to that extent."
    ]


def _found(figures: Figures) -> str:
    recall = _by_segment(figures, "recall")
    weakest = min(recall, key=lambda s: recall[s])
    right = figures.value("precision", weakest)
    of_tagged = (
        "nobody is tagged so"
        if np.isnan(right)
        else f"of those tagged so, {percent(right)} belong there"
    )
    listed = ", ".join(f"{s}: {percent(v)}" for s, v in recall.items())
    return (
        f"Found again, by segment: {listed}. Weakest: segment {weakest}; {of_tagged}. Not for "
        "reaching everyone of a segment."
    )


def _lists(figures: Figures) -> list[str]:
    lift = figures.lift.table
    tops = [i for i, called in enumerate(lift["called"]) if called == 0.1]
    good = [i for i in tops if lift["lift_low"][i] > POINTLESS]
    idle = [str(lift["segment"][i]) for i in tops if i not in good]
    lines = []
    if good:
        best = sorted(good, key=lambda i: -lift["lift"][i])
        reached = [
            f"{lift['lift'][i]:.1f} times as many of segment {lift['segment'][i]} "
            f"({percent(lift['found'][i])} of its people)"
            for i in best
        ]
        lines.append(
            "Good for lists: calling the 10 % most likely reaches, against calling at random, "
            f"{', '.join(reached)}."
        )
    if idle:
        lines.append(
            f"Not for lists of segment {', '.join(idle)}: the 10 % most likely hold hardly more of "
            "its people than a tenth at random."
        )
    return lines


def _surest(figures: Figures) -> str:
    table = figures.coverage.table
    half = int(np.argmin(np.abs(np.array(table["tagged"]) - 0.5)))
    if half == 0:
        return "It is equally sure of everyone: leaving the unsure untagged buys nothing."
    return (
        f"Tagging the surest {percent(table['tagged'][half])} only is right for "
        f"{percent(table['accuracy'][half])} of them (abstain_below={table['cut'][half]:.2f})."
    )


def _probabilities(figures: Figures) -> str:
    error = figures.value("calibration_error")
    at = figures.table["metric"].index("calibration_error")
    noise = figures.table["chance"][at]
    honest = "no more than the" if error < 1.5 * noise else "more than the"
    return (
        f"Its probabilities are off by {100 * error:.1f} points on average, {honest} "
        f"{100 * noise:.1f} or so that chance alone would show."
    )


def _one_person(figures: Figures) -> str:
    wrong = 1 - figures.accuracy
    if figures.accuracy >= SURE:
        return f"For a decision about one person: with care; it is wrong for {percent(wrong)}."
    return (
        f"For a decision about one person: no. It is wrong for {percent(wrong)} of people: a tag "
        "is a likelihood, to choose what one says first."
    )


def _control(figures: Figures) -> list[str]:
    if "kappa_shuffled" not in figures.table["metric"]:
        return []
    kappa = round(figures.value("kappa_shuffled"), 2) + 0.0  # a zero has no sign
    return [
        f"Taught from shuffled labels, the same procedure reaches a kappa of {kappa:.2f}: zero but "
        "for chance, or something leaks."
    ]


def _carriers(importance: FieldImportance) -> str:
    table = importance.table
    useful = [f for f, low in zip(table["field"], table["low"], strict=True) if low > 0]
    if not useful:
        return "No field tells segments apart beyond noise."
    text = f"Carried by {name_list(useful, MOST_FIELDS)}, most important first."
    if spare := importance.replaceable():
        text += f" Could be spared one at a time: {name_list(spare)}."
    return text


def group_lines(groups: GroupFigures | None) -> list[str]:
    """Say what is known of groups of people, or that nothing is."""
    if groups is None:
        return ["Not known: whether it serves all groups of people alike (evaluate_groups)."]
    found = groups.findings() or ["none is typed otherwise than the rest beyond chance."]
    return [f"Groups by {name_list(tuple(dict.fromkeys(groups.table['by'])))}: {' '.join(found)}"]


def _by_segment(figures: Figures, metric: str) -> dict[str, float]:
    rows = zip(*(figures.table[c] for c in ("metric", "segment", "value")), strict=True)
    return {segment: value for name, segment, value in rows if name == metric}
