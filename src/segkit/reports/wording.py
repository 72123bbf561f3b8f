"""The booklet's words: ratings of importance are wishes, other answers are views."""

from dataclasses import dataclass
from typing import Any

__all__ = ["VIEWS", "WISHES", "Words", "is_turned", "keyed_wording", "wording", "words_for"]


@dataclass(frozen=True)
class Words:
    """How a booklet speaks of needs and of what sets a segment apart."""

    told: str
    needs: str
    noun: str
    column: str
    more: str
    less: str
    lead: str
    leave: str
    apart: str


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


def words_for(role: str) -> Words:
    """Return the words for items of a role: ``"importance"`` or any other."""
    return WISHES if role == "importance" else VIEWS


def wording(item: str, codebook: Any) -> str:
    """Return an item's wording; its name where the codebook has none."""
    return (codebook[item].wording if item in codebook else "") or item


def keyed_wording(item: str, codebook: Any, *, against: bool = False) -> str:
    """Return the wording of a keyed item: "Not: ..." where a high value means disagreement.

    Parameters
    ----------
    item : str
        The item.
    codebook : Codebook
        Says which items are reverse keyed.
    against : bool
        Whether a low value is meant.
    """
    words = wording(item, codebook)
    return f"Not: {words}" if is_turned(item, codebook) != against else words


def is_turned(item: str, codebook: Any) -> bool:
    """Say whether a high value of the keyed item means disagreement with its wording."""
    return item in codebook and codebook[item].reversed
