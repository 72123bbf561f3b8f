"""The booklet's words: importance is a wish, an answer a view, a relative rating a preference."""

import re
from dataclasses import dataclass
from typing import Any

from segkit.survey.wording import wording

__all__ = [
    "PREFERENCES",
    "VIEWS",
    "WISHES",
    "Words",
    "spoken",
    "words_for",
]


@dataclass(frozen=True)
class Words:
    """How a booklet speaks of needs and of what sets a segment apart.

    Relative ratings are written with their sign (`figures`), and what stands behind them has
    two ends (`two_ended`): one thing rather than another.
    """

    told: str
    needs: str
    noun: str
    column: str
    more: str
    less: str
    lead: str
    leave: str
    apart: str
    figures: str = "{:.1f}"
    two_ended: bool = False


WISHES = Words(
    told="told us what matters to them",
    needs="What people try to get done",
    noun="needs",
    column="Wants more than others",
    more="Matters more to them",
    less="Matters less to them",
    lead="Lead with",
    leave="Leave out",
    apart="right of the line they want it more, left less",
)
VIEWS = Words(
    told="told us what they think and do",
    needs="What stands behind the answers",
    noun="themes",
    column="More true of them than of others",
    more="More true of them",
    less="Less true of them",
    lead="They would say",
    leave="They would rarely say",
    apart="right of the line it is more true of them, left less",
)


PREFERENCES = Words(
    told="told us what they prefer",
    needs="What people prefer",
    noun="preferences",
    column="Rates higher than others do, beside the rest of the list",
    more="Stands out for them",
    less="Falls behind for them",
    lead="Lead with",
    leave="Do not lead with",
    apart="right of the line they prefer it more than others do, left less",
    figures="{:+.1f}",
    two_ended=True,
)


def words_for(role: str, ratings: str = "given") -> Words:
    """Return the words for items of a role, given or relative to the person's mean."""
    if ratings == "relative":
        return PREFERENCES
    return WISHES if role == "importance" else VIEWS


def spoken(text: str, codebook: Any) -> str:
    """Replace the names of columns, which stand in backticks, by their wordings in quotes."""
    return re.sub(r"`([^`]*)`", lambda name: f"\u201c{wording(name[1], codebook)}\u201d", text)
