"""What stands on the card, section by section."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sklearn

from segkit._result import percent
from segkit._version import __version__
from segkit.typing_tool.base.reweighting import reweighting_note
from segkit.typing_tool.base.tagger import REASONS
from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.evaluation.card import evaluation_lines, group_lines, untagged_line
from segkit.typing_tool.evaluation.evaluation import Evaluation
from segkit.typing_tool.evaluation.groups import GroupFigures
from segkit.typing_tool.evaluation.importance import FieldImportance
from segkit.typing_tool.export.document import checksum_of, document_of
from segkit.typing_tool.export.fitted_tool import FittedTool
from segkit.typing_tool.export.model_card.figures import (
    coverage_table,
    figure_table,
    group_table,
    importance_table,
    segment_table,
)
from segkit.typing_tool.export.model_card.sections import Section, Table
from segkit.typing_tool.models.forest import Forest
from segkit.typing_tool.models.model import Model
from segkit.typing_tool.models.scorecard import Scorecard

__all__ = ["CardFacts", "sections_of"]

MOST_LEVELS = 8  # of a field that are named


@dataclass(frozen=True)
class CardFacts:
    """What is known of a fitted tool.

    Attributes
    ----------
    model : Model
        Codebook, voter, calibration.
    segments : tuple
        The segments, in order.
    cut : int
        The abstention cut.
    tagged_from : float or None
        The same as a probability; None: everyone is tagged.
    sizes : ndarray or None
        The sizes that tags were re-weighted to.
    figures : Evaluation
        The honest figures.
    importance : FieldImportance
        What each field contributes.
    groups : GroupFigures or None
        How groups of people are typed.
    settings : mapping
        The choices that the tool was made with.
    date : str
        When; empty where it is not to be told.
    """

    model: Model
    segments: tuple[Any, ...]
    cut: int
    tagged_from: float | None
    sizes: np.ndarray | None
    figures: Evaluation
    importance: FieldImportance
    groups: GroupFigures | None
    settings: Mapping[str, Any]
    date: str = ""


def sections_of(facts: CardFacts) -> list[Section]:
    """Return the sections of the card."""
    return [
        _what(facts),
        _data(facts),
        _quality(facts),
        _groups(facts),
        _limits(facts),
        _versions(facts),
    ]


def _what(facts: CardFacts) -> Section:
    names = ", ".join(map(str, facts.segments))
    note = reweighting_note(facts.sizes, list(facts.segments)).strip()
    return Section(
        "What it is",
        (
            f"A typing tool: it gives every customer of a base the likeliest of "
            f"{len(facts.segments)} segments that a survey found ({names}), from the fields that "
            "the base holds of everyone.",
            f"Model: {facts.model.summary()}",
            *([note] if note else []),
            untagged_line(facts.figures, facts.tagged_from),
        ),
    )


def _data(facts: CardFacts) -> Section:
    figures, fields = facts.figures, facts.model.codes.fields
    weighted = not np.isclose(figures.effective_n, figures.n_respondents)
    weights = (
        f"They have survey weights: after Kish they count as {figures.effective_n:,.0f}."
        if weighted
        else "They all have the same weight."
    )
    rows = tuple((f.name, f.kind, _held(f), _gaps(f)) for f in fields)
    caption = "Fields that the tool asks for, as the respondents have them (gaps: weighted share)."
    return Section(
        "Data",
        (
            f"Learned from {figures.n_respondents:,} respondents whose segment is known. {weights} "
            "Neither the tool nor this card holds anything of a single respondent.",
        ),
        (),
        (
            Table(caption, ("Field", "Kind", "What it holds", "Gaps"), rows, n_text=3),
            importance_table(facts.importance),
        ),
    )


def _held(field: FieldCode) -> str:
    if field.kind == "number":
        if not field.edges.size:
            return "one value"
        low, high = field.edges[0], field.edges[-1]
        return f"numbers in {field.edges.size + 1} bins, from up to {low:.6g} to above {high:.6g}"
    shown = ", ".join(field.levels[:MOST_LEVELS])
    more = len(field.levels) - MOST_LEVELS
    text = shown + (f" and {more} more" if more > 0 else "")
    return text + (f"; {field.n_pooled} rare ones as one" if field.n_pooled else "")


def _gaps(field: FieldCode) -> str:
    return percent(field.shares[field.missing], 1) if field.shares else "not known"


def _quality(facts: CardFacts) -> Section:
    figures = facts.figures
    tables = (figure_table(figures), segment_table(figures), coverage_table(figures))
    return Section("How well it does", (figures.summary(),), (), tables, pictured=True)


def _groups(facts: CardFacts) -> Section:
    if facts.groups is None:
        return Section("For whom", tuple(group_lines(None)))
    found = facts.groups.findings() or ["No group is typed otherwise than the rest beyond chance."]
    said = (facts.groups.method(),)
    return Section("For whom", said, tuple(found), (group_table(facts.groups),))


def _limits(facts: CardFacts) -> Section:
    return Section(
        "What it is good for, and what not",
        (),
        (
            *evaluation_lines(facts.figures),
            "For sizes of segments: not by counting tags. segment_mix corrects for typing error.",
            f"An untagged customer has a reason: {', '.join(REASONS)}.",
            "A level that no respondent had is treated like the rare ones, where some were pooled, "
            "else like the most common one; a gap in a field that had none in the survey like its "
            "middle or its most common level. Nothing is known of such people: watch their number.",
            "Valid for people like the survey's respondents. Check drift before each use.",
            "Fit again when drift asks for it, when a field changes its meaning or its source, "
            "and when the survey is repeated.",
        ),
    )


def _versions(facts: CardFacts) -> Section:
    rows = [
        ("Settings", ", ".join(f"{k}={_shown(v)}" for k, v in facts.settings.items())),
        ("Checksum (sha256 of the document that to_json writes)", _checksum(facts)),
        ("segkit", __version__),
        ("Python", platform.python_version()),
        ("NumPy", np.__version__),
        ("scikit-learn", sklearn.__version__),
    ]
    if facts.date:
        rows.insert(0, ("Date", facts.date))
    table = Table("Versions are those that wrote this card.", ("", ""), tuple(rows), n_text=2)
    return Section("Versions", (), (), (table,))


def _shown(value: Any) -> str:
    """Show plain values; of others the kind, as their texts may hold an address in memory."""
    plain = value is None or isinstance(value, str | int | float)
    return repr(value) if plain else type(value).__name__


def _checksum(facts: CardFacts) -> str:
    if not isinstance(facts.model.voter, Forest | Scorecard):
        return "none: a plugged-in classifier cannot be written down"
    return checksum_of(document_of(FittedTool(facts.model, list(facts.segments), facts.cut)))
