"""What people of a group wrote, as a report may quote it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from segkit.survey import mask_personal_data

__all__ = ["Comments", "quotes", "read_comments"]

SHORTEST, LONGEST = 40, 200
"""Letters that a comment has which says something and can be printed."""

ALIKE = 0.5
"""The share of words that two comments have in common from which they say the same."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Comments:
    """What everybody wrote.

    Attributes
    ----------
    lines : list of str
        Each comment on one line; empty where there is none.
    says : sparse array of shape (n, n_words)
        Which words each comment has.
    fit : ndarray of bool, shape (n,)
        Which are of a length that can be quoted.
    """

    lines: list[str]
    says: Any
    fit: np.ndarray


def read_comments(texts: Sequence[Any]) -> Comments:
    """Read comments once, for all groups.

    Examples
    --------
    >>> read_comments(["One  two", None]).lines
    ['One two', '']
    """
    lines = [_one_line(text) for text in texts]
    number: dict[str, int] = {}
    words = [[number.setdefault(w, len(number)) for w in sorted(_words(line))] for line in lines]
    starts = np.concatenate([[0], np.cumsum([len(w) for w in words])])
    columns = np.array([w for said in words for w in said], dtype=int)
    says = sparse.csr_array(
        (np.ones(columns.size), columns, starts), shape=(len(lines), max(1, len(number)))
    )
    length = np.array([len(line) for line in lines])
    return Comments(lines, says, (length >= SHORTEST) & (length <= LONGEST))


def quotes(
    comments: Comments, member: np.ndarray, closeness: np.ndarray, *, most: int = 3
) -> list[str]:
    """Choose what typical members wrote in words that are theirs, personal data masked.

    Parameters
    ----------
    comments : Comments
        What everybody wrote.
    member : ndarray of bool, shape (n,)
        Whose comments are wanted.
    closeness : ndarray of shape (n,)
        How typical each person is, high for typical.
    most : int
        The most comments.

    Returns
    -------
    list of str
        Of the half of the members that is nearest to their middle, the comments whose words they
        use most beyond the others; those without anything to mask come first.

    Examples
    --------
    >>> said = read_comments(["I lost my bill once more, write to ann@example.org please"])
    >>> quotes(said, np.array([True]), np.zeros(1))
    ['I lost my bill once more, write to [email] please']
    """
    theirs = _theirs(comments, member)
    middle = np.median(closeness[member]) if member.any() else 0.0
    fit = np.flatnonzero(member & comments.fit & (closeness >= middle))
    # the text breaks ties, so that the order of the rows does not matter
    order = sorted(
        fit.tolist(), key=lambda row: (-round(float(theirs[row]), 9), comments.lines[row])
    )
    plain: list[str] = []
    masked: list[str] = []
    for row in order:
        text = mask_personal_data(comments.lines[row])
        kept = plain if text == comments.lines[row] else masked
        if len(kept) < most and not any(_alike(text, other) for other in kept):
            kept.append(text)
        if len(plain) == most:
            break
    return _different([*plain, *masked])[:most]


def _theirs(comments: Comments, member: np.ndarray) -> np.ndarray:
    """Return how far each comment is in the members' words.

    That is the mean over its words of their log odds among members against others, with half a
    comment added on each side.
    """
    inside = comments.says.T @ member.astype(float)
    outside = comments.says.T @ (~member).astype(float)
    n_in, n_out = member.sum() + 1, (~member).sum() + 1
    own = np.log((inside + 0.5) / n_in) - np.log((outside + 0.5) / n_out)
    return np.asarray((comments.says @ own) / np.maximum(comments.says.sum(axis=1), 1))


def _different(texts: Sequence[str]) -> list[str]:
    chosen: list[str] = []
    for text in texts:
        if not any(_alike(text, other) for other in chosen):
            chosen.append(text)
    return chosen


def _one_line(text: Any) -> str:
    """Return a comment on one line, without what cannot be printed."""
    line = " ".join(text.split()) if isinstance(text, str) else ""
    return line if line.isprintable() else "".join(c for c in line if c.isprintable())


def _words(text: str) -> set[str]:
    return {w.strip(".,;:!?").casefold() for w in text.split()}


def _alike(a: str, b: str) -> bool:
    """Say whether two comments share a sentence or half of their words."""
    if set(_SENTENCE_END.split(a)) & set(_SENTENCE_END.split(b)):
        return True
    first, second = _words(a), _words(b)
    return len(first & second) >= ALIKE * min(len(first), len(second))
