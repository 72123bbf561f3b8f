"""How a person is asked for each field: wording, answers to choose from, what numbers to expect."""

from collections.abc import Iterator
from dataclasses import dataclass

from segkit.exceptions import SegkitError
from segkit.survey import Codebook, Item
from segkit.survey.codebook import check_codebook
from segkit.typing_tool.coding.field_code import FieldCode

__all__ = ["Answer", "Question", "questions_of"]

MOST_STEPS = 11
"""A scale of so many whole steps is chosen from; a longer one is typed in."""


@dataclass(frozen=True)
class Answer:
    """One answer to choose: the value that it stands for, and its words."""

    value: str | float
    text: str


@dataclass(frozen=True)
class Question:
    """One field as a question.

    Attributes
    ----------
    name, kind : str
        The field and its kind ("number", "text", "boolean").
    wording : str
        What is asked: the wording of the codebook, else the name.
    hint : str
        What numbers to expect; empty where there are answers to choose from.
    answers : tuple of Answer
        What there is to choose from; empty where a number is typed in.
    """

    name: str
    kind: str
    wording: str
    hint: str = ""
    answers: tuple[Answer, ...] = ()

    @property
    def asked(self) -> str:
        """What is asked beside the name, and what to expect."""
        wording = self.wording if self.wording != self.name else ""
        return f"{wording} {self.hint}".strip()


def questions_of(fields: tuple[FieldCode, ...], codebook: Codebook | None) -> list[Question]:
    """Return the question of each field.

    Parameters
    ----------
    fields : tuple of FieldCode
        The fields of a tool.
    codebook : Codebook or None
        Wordings, scales and labels of the columns that the tool learned from; fields that it
        does not declare go by their names.

    Raises
    ------
    SegkitError
        For what is no codebook, and for an item that it calls reversed: whether the tool
        learned it before or after turning cannot be known.
    """
    if codebook is not None:
        check_codebook(codebook)
    return [_question(f, codebook[f.name] if codebook and f.name in codebook else None)
            for f in fields]  # fmt: skip


def _question(field: FieldCode, item: Item | None) -> Question:
    if item is not None and item.reversed:
        raise SegkitError(
            f"`{field.name}` is reversed in the codebook, so its answers turn when the table is "
            "cleaned. Give codebook.cleaned() for a tool that learned from a cleaned table, or "
            "declare the item without reversed."
        )
    wording = (item.wording if item else "") or field.name
    if field.kind == "boolean":
        return Question(field.name, field.kind, wording, "", _YES_NO)
    if field.kind == "text":
        return Question(field.name, field.kind, wording, "", tuple(_levels(field, item)))
    steps = tuple(_steps(item)) if item else ()
    hint = "" if steps else _expected(field, item)
    return Question(field.name, field.kind, wording, hint, steps)


_YES_NO = (Answer("True", "yes"), Answer("False", "no"))


def _levels(field: FieldCode, item: Item | None) -> Iterator[Answer]:
    """Yield the levels in the order of the codebook, then those that it does not name."""
    named = [str(item.labels[c]) for c in item.categories if c in item.labels] if item else []
    order = {text: place for place, text in enumerate(named)}
    for level in sorted(field.levels, key=lambda level: order.get(level, len(order))):
        yield Answer(level, level)


def _steps(item: Item) -> Iterator[Answer]:
    """Yield the steps of a short scale, with their words."""
    steps = [c for c in item.categories if not isinstance(c, str) and c not in item.missing]
    if len(steps) <= MOST_STEPS:
        for code in steps:
            label = item.labels.get(code)
            yield Answer(float(code), f"{code:g}: {label}" if label else f"{code:g}")


def _expected(field: FieldCode, item: Item | None) -> str:
    if item is not None and item.scale is not None:
        return f"A number from {item.scale[0]:.6g} to {item.scale[1]:.6g}."
    if not field.edges.size:
        return "A number."
    low, high = field.edges[0], field.edges[-1]
    if low == high:
        return f"A number; it matters whether it is above {low:.6g}."
    return f"A number; all up to {low:.6g} count alike, and all above {high:.6g}."
