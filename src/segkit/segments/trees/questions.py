"""What can be asked of one person, as ordered codes, and how its answers are put in words.

A tree sees codes only; they keep the order of the answers, so that every place between two
answers is one whole number, whatever the unit, and no digit is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_items
from segkit._frames import Column, column_names, is_frame, typed_column
from segkit.exceptions import SegkitError
from segkit.segments.describing.table_rows import MOST_LEVELS

__all__ = ["Question", "Span", "condition", "questions"]


@dataclass(frozen=True)
class Question:
    """One question, answered by everybody or by some.

    Attributes
    ----------
    item : str
        The name of the column.
    kind : {"number", "ordered", "level"}
        A number; a level of an ordered scale; yes or no to one level of text.
    codes : ndarray of shape (n_respondents,)
        Positions among `answers` (number, ordered), or 1 for yes and 0 for no; missing NaN.
    answers : tuple
        Sorted numbers, levels in order, or the level that is asked about, followed by the
        other one where there are two.
    """

    item: str
    kind: str
    codes: np.ndarray
    answers: tuple[Any, ...]


@dataclass(frozen=True)
class Span:
    """The answers to one question that a rule asks for.

    Attributes
    ----------
    low, high : int
        The first and the last code; -1 below the first, len(answers) beyond the last.
    given : bool
        Some answer is among them.
    missing : bool or None
        No answer is among them too; None where everybody answered.
    """

    low: int
    high: int
    given: bool = True
    missing: bool | None = None


def questions(table: Any) -> list[Question]:
    """Return the questions of a table, sorted by column and level.

    Parameters
    ----------
    table : frame or array of shape (n_respondents, n_columns)
        Numbers, yes/no, text; missing as NaN or null.

    Returns
    -------
    list of Question
    """
    if not is_frame(table):
        numbers = check_items(table, what="table", min_rows=1, varying=False)
        pairs = zip(numbers.names, numbers.values.T, strict=True)
        fields = [Column(name, "number", "float", values) for name, values in pairs]
    else:
        fields = [typed_column(table, name, what="table") for name in column_names(table)]
    return [question for f in sorted(fields, key=lambda f: f.name) for question in _asked(f)]


def condition(asked: Sequence[tuple[Question, Span]]) -> str:
    """Put what a rule asks for in words, column by column.

    Parameters
    ----------
    asked : sequence of (Question, Span)
        Each question once.

    Returns
    -------
    str

    Examples
    --------
    >>> age = Question("age", "number", np.array([0.0, 1, 2]), (20, 30, 45))
    >>> condition([(age, Span(0, 1))]), condition([(age, Span(1, 2, missing=True))])
    ('age at most 37', 'age at least 26 (or not given)')
    """
    items = list(dict.fromkeys(question.item for question, _ in asked))
    if not items:
        return "everybody"
    return " and ".join(_words(item, [p for p in asked if p[0].item == item]) for item in items)


def _asked(field: Column) -> list[Question]:
    if field.kind == "number":
        return [_number(field)]
    if field.kind not in ("boolean", "text"):
        held = {"empty": "no answer at all"}.get(field.kind, f"{field.dtype} values")
        raise SegkitError(
            f"`{field.name}` in table holds {held}; expected numbers, text or yes/no. Leave it "
            "out, or turn it into one of these."
        )
    if len(field.levels) > MOST_LEVELS:
        raise SegkitError(
            f"`{field.name}` in table has {len(field.levels)} different answers; expected at most "
            f"{MOST_LEVELS} to make rules of. Leave ids and comments out; group the rest."
        )
    missing = field.values < 0
    if field.ordered:
        codes = np.where(missing, np.nan, field.values)
        return [Question(field.name, "ordered", codes, field.levels)]
    levels = field.levels
    if field.kind == "boolean":
        levels = tuple({"True": "yes", "False": "no"}[level] for level in levels)
    # of two levels the second says the same
    shown = [len(levels) - 1] if len(levels) == 2 else range(len(levels))
    other = levels[:1] if len(levels) == 2 else ()
    return [
        Question(
            field.name,
            "level",
            np.where(missing, np.nan, field.values == at),
            (levels[at], *other),
        )
        for at in shown
    ]


def _number(field: Column) -> Question:
    if np.isinf(field.values).any():
        row = int(np.flatnonzero(np.isinf(field.values))[0])
        raise SegkitError(
            f"`{field.name}` in table holds infinity in row {row}; expected finite numbers or "
            "missing (NaN). Replace infinity by a missing answer."
        )
    answered = ~np.isnan(field.values)
    known, codes = np.unique(field.values[answered], return_inverse=True)
    filled = np.full(field.values.size, np.nan)
    filled[answered] = codes
    return Question(field.name, "number", filled, tuple(known.tolist()))


def _words(item: str, asked: list[tuple[Question, Span]]) -> str:
    kind = asked[0][0].kind
    given = all(span.given for _, span in asked)
    missing = [span.missing for _, span in asked if span.missing is not None]
    if not given:
        return f"{item} not given"
    words = _levels(item, asked) if kind == "level" else _between(item, *asked[0])
    if not words:
        return f"{item} given"
    return f"{words} (or not given)" if missing and all(missing) else words


def _levels(item: str, asked: list[tuple[Question, Span]]) -> str:
    """Say which level it is, or else which levels it is not."""
    asked = [(question, span) for question, span in asked if (span.low, span.high) != (0, 1)]
    chosen = [q.answers[0] for q, span in asked if span.low == 1]
    others = [other for q, _ in asked for other in q.answers[1:]]
    refused = [str(q.answers[0]) for q, _ in asked]
    if not refused:
        return ""
    if chosen or others:
        return f"{item} is {(chosen or others)[0]}"
    if len(refused) == 1:
        return f"{item} is not {refused[0]}"
    return f"{item} is neither {' nor '.join(refused)}"


def _between(item: str, question: Question, span: Span) -> str:
    last = len(question.answers) - 1
    open_low, open_high = span.low <= 0, span.high >= last
    if open_low and open_high:
        return ""
    if last == 1:
        return f"{item} is {_written(question.answers[0 if open_low else 1])}"
    if question.kind == "ordered":
        low, high = question.answers[max(span.low, 0)], question.answers[min(span.high, last)]
        over, under, both = f"{item} from {low} on", f"{item} up to {high}", f"{low} to {high}"
    else:
        low, high, over, under, both = _numbers(item, question.answers, span)
    if open_low:
        return under
    if open_high:
        return over
    return f"{item} is {low}" if low == high else f"{item} from {both}"


def _written(answer: float | str) -> str:
    return answer if isinstance(answer, str) else f"{answer:,.12g}"


def _numbers(item: str, answers: tuple[float, ...], span: Span) -> tuple[str, ...]:
    """Return the bounds and the three ways to say them; whole numbers are told as such."""
    last = len(answers) - 1
    whole = all(float(a).is_integer() for a in answers)
    low = _place(answers[max(span.low - 1, 0)], answers[max(span.low, 0)])
    high = _place(answers[min(span.high, last)], answers[min(span.high + 1, last)])
    if whole:
        first, final = f"{np.floor(low) + 1:,.0f}", f"{np.floor(high):,.0f}"
        return (
            first, final, f"{item} at least {first}", f"{item} at most {final}",
            f"{first} to {final}",
        )  # fmt: skip
    first, final = _written(low), _written(high)
    return (
        first, final, f"{item} at least {first}", f"{item} under {final}",
        f"{first} to under {final}",
    )  # fmt: skip


def _place(below: float, above: float) -> float:
    """Return a short number above `below` and at most `above`, near their middle.

    For neighbours among whole numbers it is their middle.
    """
    if below >= above:
        return below
    middle = (below + above) / 2
    if float(below).is_integer() and float(above).is_integer():
        return middle
    top = int(np.floor(np.log10(above - below)))
    for exponent in range(top + 1, top - 16, -1):
        short = round(middle, -exponent)
        if below < short <= above:
            return float(short)
    return above
