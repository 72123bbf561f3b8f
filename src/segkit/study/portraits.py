"""The personas of a study and the file in which a consultant edits them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from segkit._frames import attach, column
from segkit.reports.wording import words_for
from segkit.segments import Persona, Scheme, personas, read_personas
from segkit.study.answers import Answers
from segkit.study.config import StudyConfig
from segkit.study.steps import Needs, Segmentation

__all__ = ["check_edits", "portray", "renamed"]


def check_edits(path: Path) -> None:
    """Make sure that a file of personas can be read, before anything costly runs."""
    if path.exists():
        read_personas(path)


def portray(
    answers: Answers, needs: Needs, segments: Segmentation, sizes: Any, config: StudyConfig
) -> list[Persona]:
    """Portray every segment from its profiles, opportunities, comments and fields."""
    comments = answers.codebook.names(role="verbatim")
    words = words_for(config.items, config.ratings)
    return personas(
        [segments.items, segments.outside],
        segments.opportunity,
        column(answers.table, comments[0]) if comments else None,
        segments.scheme.names,
        members=segments.labels,
        people=answers.part(answers.fields),
        positions=needs.scores,
        sizes=sizes,
        codebook=answers.codebook,
        sample_weight=answers.weight,
        smallest=config.smallest,
        speak=(words.lead, words.leave),
    )


def renamed(
    found: list[Persona], segments: Segmentation, sizes: Any, weight: Any
) -> tuple[Segmentation, Any]:
    """Give segments and their sizes the names that stand in the file of personas."""
    names = [p.name for p in found]
    scheme = Scheme(segments.labels, names, order=range(len(names)), sample_weight=weight)
    return replace(segments, scheme=scheme), attach(sizes, {"name": names})
