"""Questions as they are asked: wording, and the answers to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segkit._result import count_text
from segkit.survey.codebook import Codebook
from segkit.survey.item import Item

__all__ = ["Answer", "answers_of", "number_words", "questionnaire_text", "wording_of"]


@dataclass(frozen=True)
class Answer:
    """One answer to choose from.

    Attributes
    ----------
    words : str
        As it is printed.
    value : object
        As it stands in the table of answers: a number, or a text.
    """

    words: str
    value: Any


def wording_of(item: str, codebook: Codebook | None) -> str:
    """Return how a question is asked; its name where nothing else is known."""
    if codebook is None or item not in codebook:
        return item
    return codebook[item].wording or item


def answers_of(
    item: str,
    codebook: Codebook | None,
    values: Mapping[str, tuple[float, ...]],
    turned: bool = True,
) -> list[Answer]:
    """Return the answers to an item in the order in which they are printed.

    Parameters
    ----------
    item : str
        The item.
    codebook : Codebook, optional
        Scales and labels; without it the numbers that were answered.
    values : mapping of str to tuple
        These numbers, by item.
    turned : bool
        A reverse keyed item's codes were turned in the table of answers.

    Returns
    -------
    list of Answer
        Empty where neither a scale nor a few numbers are known.
    """
    if codebook is not None and item in codebook and codebook[item].categories:
        entry = codebook[item]
        return [Answer(*pair) for pair in _pairs(entry, turned and entry.reversed)]
    return [Answer(number_words(v), v) for v in values.get(item, ())]


def questionnaire_text(
    items: Sequence[str],
    codebook: Codebook | None,
    values: Mapping[str, tuple[float, ...]],
) -> str:
    """Return questions with their scales as plain text."""
    parts = [f"{count_text(len(items), 'question')}. Please choose one answer to each."]
    for number, item in enumerate(items, start=1):
        lines = [f"{number}. {_one_line(wording_of(item, codebook))} [{item}]"]
        lines += [f"   ( ) {_one_line(a.words)}" for a in answers_of(item, codebook, values)]
        parts.append("\n".join(lines if len(lines) > 1 else [*lines, "   Answer: ________"]))
    return "\n\n".join(parts) + "\n"


def number_words(value: float) -> str:
    """Write a number without a needless point.

    Examples
    --------
    >>> number_words(3.0), number_words(2.5)
    ('3', '2.5')
    """
    return f"{value:.10g}"


def _pairs(entry: Item, turned: bool) -> list[tuple[str, Any]]:
    out: list[tuple[str, Any]] = []
    for code in entry.categories:
        if code in entry.missing:
            continue
        label = entry.labels.get(code, "")
        plain = number_words(code) if isinstance(code, int | float) else code
        value: Any = code
        if turned and entry.scale is not None and isinstance(code, int | float):
            value = entry.scale[0] + entry.scale[1] - code
        out.append((f"{plain} {label}" if label and label != plain else plain, value))
    return out


def _one_line(text: str) -> str:
    return " ".join(text.split())
