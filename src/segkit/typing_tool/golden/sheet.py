"""What a paper that types people has to say, before it is written in some form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from segkit.exceptions import SegkitError
from segkit.plots.palette import segment_name
from segkit.survey.codebook import Codebook
from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.golden.wordings import Answer, answers_of, wording_of
from segkit.typing_tool.models.odds import Odds
from segkit.typing_tool.tool import TypingTool

__all__ = ["Line", "Question", "Sheet", "sheet_of"]


@dataclass(frozen=True)
class Line:
    """One answer and what it adds.

    Attributes
    ----------
    words : str
        The answer.
    points : tuple of int
        For each segment.
    """

    words: str
    points: tuple[int, ...]


@dataclass(frozen=True)
class Question:
    """A question with all of its answers.

    Attributes
    ----------
    item, wording : str
        Its name and its text.
    lines : tuple of Line
        The answers; last what no answer adds.
    """

    item: str
    wording: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sheet:
    """All that stands on the paper.

    Attributes
    ----------
    segments : tuple of str
        In order: ties go to the first.
    everyone : tuple of int
        The points that all begin with.
    questions : tuple of Question
        In the order of the list.
    example : tuple of int
        For each question the answer (position of its line) of the worked example.
    unit : float
        The log odds that a point is worth.
    accuracy : str
        What is known of its accuracy, as a sentence.
    """

    segments: tuple[str, ...]
    everyone: tuple[int, ...]
    questions: tuple[Question, ...]
    example: tuple[int, ...]
    unit: float
    accuracy: str

    def totals(self) -> list[int]:
        """Return the sums of the worked example, one a segment."""
        rows = [q.lines[e].points for q, e in zip(self.questions, self.example, strict=True)]
        return np.sum([self.everyone, *rows], axis=0).astype(int).tolist()


def sheet_of(
    tool: TypingTool,
    codebook: Codebook | None,
    values: Mapping[str, tuple[float, ...]],
    turned: bool = True,
) -> Sheet:
    """Return what the paper of a scorecard says.

    Raises
    ------
    SegkitError
        For a codebook whose scale has answers of another kind than the table had.
    """
    model = tool.model_
    card = model.scorecard
    questions = []
    for f, code in enumerate(model.codes.fields):
        answers = answers_of(code.name, codebook, values, turned)
        lines = _lines(code, card.points[f], answers)
        questions.append(Question(code.name, wording_of(code.name, codebook), tuple(lines)))
    found = tool.evaluation_
    return Sheet(
        tuple(segment_name(c) for c in tool.classes_.tolist()),
        tuple(int(v) for v in card.everyone),
        tuple(questions),
        # somebody in the middle of every scale, so nobody of the survey
        tuple((len(q.lines) - 1) // 2 for q in questions),
        cast(Odds, model.calibration).unit,
        f"Of {found.n_respondents:,} respondents whom the points had not seen, "
        f"{100 * found.accuracy:.0f} % came out in the segment that the survey gives them.",
    )


def _lines(code: FieldCode, points: np.ndarray, answers: list[Answer]) -> list[Line]:
    if answers:
        rows = [(a.words, _code_of(code, a.value)) for a in answers]
    else:
        words = code.meanings()
        told = [c for c in range(code.n_codes) if c not in (code.missing, code.unseen)]
        rows = [(words[c], c) for c in told]
    rows.append(("no answer", code.missing))
    return [Line(words, tuple(int(p) for p in points[c])) for words, c in rows]


def _code_of(code: FieldCode, value: Any) -> int:
    if code.kind == "number" and isinstance(value, str):
        raise SegkitError(
            f"`{code.name}` has the answer {value!r} in the codebook, but numbers in the table "
            "of answers. Give the codebook that describes the table."
        )
    if code.kind == "text":
        return code.code_of(str(value))
    return code.code_of(bool(value) if code.kind == "boolean" else value)
