"""A tool as a workbook: which sheets there are, and what stands on the first and the last."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segkit._checks import require
from segkit._files import as_path, whole_file
from segkit.exceptions import SegkitError
from segkit.plots.palette import segment_name
from segkit.typing_tool.export.questions import Question
from segkit.typing_tool.export.sheets.batch import BATCH_ROWS, write_batch
from segkit.typing_tool.export.sheets.cells import write_value
from segkit.typing_tool.export.sheets.lookup import write_lookup
from segkit.typing_tool.export.sheets.one import write_one_by_rules
from segkit.typing_tool.export.sheets.points import (
    PointsWay,
    write_one_by_points,
    write_points,
    write_weights,
)
from segkit.typing_tool.export.sheets.rules import Rules, RulesWay, write_rules
from segkit.typing_tool.export.sheets.style import write_heading
from segkit.typing_tool.models.model import Model

__all__ = ["Texts", "write_points_book", "write_rules_book"]

READING = (
    "Answers are read as they are: capitals count, and a level that no respondent had is "
    "'unseen'. Numbers must be numbers, not text that looks like one; yes/no is yes, no, "
    "TRUE or FALSE. An answer that cannot be read is asked to be checked, never guessed."
)


@dataclass(frozen=True)
class Texts:
    """What a workbook says besides the formulas.

    Attributes
    ----------
    questions : sequence of Question
        One a field.
    about : sequence of str
        Paragraphs on what the tool is and how well it does.
    """

    questions: Sequence[Question]
    about: Sequence[str]


def write_points_book(
    model: Model,
    segments: list[Any],
    cut: int,
    texts: Texts,
    path: str | Path,
    *,
    n_rows: int = BATCH_ROWS,
) -> Path:
    """Write the workbook of a scorecard, whole or not at all.

    Parameters
    ----------
    model : Model
        A model whose voter is a scorecard.
    segments : list
        The segments, in order.
    cut : int
        The abstention cut.
    texts : Texts
        Questions and what to say about the tool.
    path : str or Path
        The file.
    n_rows : int
        Rows that "Batch" types.
    """
    book = _new_book(path)
    one, batch, points, about, lookup, weights = (
        book.active, *map(book.create_sheet, ("Batch", "Points", "About", "Lookup", "Weights"))
    )  # fmt: skip
    rule = write_weights(weights, model, segments, cut)
    names = [segment_name(s) for s in segments]
    fields = write_lookup(lookup, model.codes.fields, model.scorecard.points, names)
    way = PointsWay(model, segments, fields, rule)
    write_one_by_points(one, way, texts.questions)
    write_batch(batch, fields, segments, way, n_rows)
    write_points(points, model, segments)
    use = (
        f"How to use it: 'Type one' for one person, 'Batch' for up to {n_rows} pasted rows, "
        "'Points' to print. 'Lookup' and 'Weights' hold what they read."
    )
    exact = "There are no macros and no links. The segments are those that segkit's predict gives."
    _write_about(about, [*texts.about, use, READING, exact])
    return _saved(book, path)


def write_rules_book(
    model: Model,
    segments: list[Any],
    rules: Rules,
    note: str,
    texts: Texts,
    path: str | Path,
    *,
    n_rows: int = BATCH_ROWS,
) -> Path:
    """Write the workbook of a forest as rules, whole or not at all.

    Parameters
    ----------
    model : Model
        A model whose voter is a forest.
    segments : list
        The segments, in order.
    rules : Rules
        What stands in its place.
    note : str
        How often they agree with it; stands on the first sheet too.
    texts, path, n_rows
        See `write_points_book`.
    """
    book = _new_book(path)
    one, batch = book.active, book.create_sheet("Batch")
    write_rules(book, rules, segments, note)
    about, lookup = book.create_sheet("About"), book.create_sheet("Lookup")
    parts = np.asarray(rules.parts)[:, :, None]
    fields = write_lookup(lookup, model.codes.fields, parts, ["number on the way to the rule"])
    way = RulesWay(rules, segments, fields)
    write_one_by_rules(one, way, texts.questions, note)
    write_batch(batch, fields, segments, way, n_rows)
    use = (
        f"How to use it: 'Type one' for one person, 'Batch' for up to {n_rows} pasted rows, "
        "'Rules' to read when somebody is put where. 'Lookup' and 'Tree' hold what they read."
    )
    _write_about(about, [note, *texts.about, use, READING, "There are no macros and no links."])
    return _saved(book, path)


def _new_book(path: str | Path) -> Any:
    openpyxl = require("openpyxl", extra="files")
    target = as_path(path, what="the path of a workbook")
    if target.suffix.lower() != ".xlsx":
        raise SegkitError(f"`{target.name}` is no name of a workbook; expected one in .xlsx.")
    book = openpyxl.Workbook()
    book.active.title = "Type one"
    return book


def _saved(book: Any, path: str | Path) -> Path:
    with whole_file(path) as draft:
        book.save(draft)
    return Path(path)


def _write_about(sheet: Any, lines: Sequence[str]) -> None:
    from openpyxl.styles import Alignment  # only when a workbook is written

    write_heading(sheet, "About this workbook", "")
    for r, line in enumerate(filter(str.strip, lines), 3):
        write_value(sheet.cell(r, 1), line).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 110
