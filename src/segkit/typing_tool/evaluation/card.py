"""The text that goes with a typing tool: what it does, how well, what it is not for."""

from collections.abc import Sequence
from typing import Any

from segkit._result import percent
from segkit.typing_tool.evaluation.evaluation import Evaluation

__all__ = ["card_text"]


def card_text(
    fields: Sequence[str],
    classes: Sequence[Any],
    figures: Evaluation,
    abstain_below: float | None,
) -> str:
    """Write a card of a few lines.

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
    """
    recalls = ", ".join(f"{c}: {percent(figures.value('recall', c))}" for c in classes)
    untagged = (
        "Everyone is tagged, however unsure."
        if abstain_below is None
        else f"Untagged below a probability of {abstain_below}: "
        f"{percent(figures.value('abstained'))} of respondents."
    )
    return "\n".join(
        [
            f"Types customers into {len(classes)} segments ({', '.join(map(str, classes))}).",
            f"Fields: {', '.join(fields)}.",
            f"Agreement with the survey's segment: {percent(figures.accuracy)} "
            f"(chance {percent(figures.chance)}, kappa {figures.kappa:.2f}).",
            f"Found again, by segment: {recalls}.",
            untagged,
            "A customer's tag is a likelihood, not a fact: use it for what one says first, not "
            "for decisions about a person. For sizes use segment_mix, not counts of tags.",
            "Valid for people like the survey's respondents; check drift before each use.",
        ]
    )
