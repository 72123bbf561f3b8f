"""What people of a group wrote, as a report may quote it."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from segkit.survey import mask_personal_data

__all__ = ["quotes"]

SHORTEST, LONGEST = 40, 200
"""Letters that a comment has which says something and can be printed."""

ALIKE = 0.5
"""The share of words that two comments have in common from which they say the same."""


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def quotes(
    texts: Sequence[Any], member: np.ndarray, closeness: np.ndarray, *, most: int = 3
) -> list[str]:
    """Choose what typical members wrote in words that are theirs, personal data masked.

    Parameters
    ----------
    texts : sequence of str or None, of length n
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
    >>> said = ["I lost my bill once more, write to ann@example.org please"]
    >>> quotes(said, np.array([True]), np.zeros(1))
    ['I lost my bill once more, write to [email] please']
    """
    lines = [_one_line(text) for text in texts]
    words = [_words(line) for line in lines]
    own = _own_words(words, member)
    middle = np.median(closeness[member]) if member.any() else 0.0
    fit = []
    for row in np.flatnonzero(member & (closeness >= middle)):
        if SHORTEST <= len(lines[row]) <= LONGEST:
            masked = mask_personal_data(lines[row])
            theirs = float(np.mean([own[word] for word in sorted(words[row])]))
            fit.append((masked != lines[row], -round(theirs, 9), masked))
    chosen: list[str] = []
    for _, _, text in sorted(fit):  # the text breaks ties: the order of rows does not matter
        if not any(_alike(text, other) for other in chosen):
            chosen.append(text)
        if len(chosen) == most:
            break
    return chosen


def _own_words(words: Sequence[set[str]], member: np.ndarray) -> dict[str, float]:
    """Return the log odds of each word among members against others, half a comment added."""
    inside, outside = Counter[str](), Counter[str]()
    for row, said in enumerate(words):
        (inside if member[row] else outside).update(said)
    n_in, n_out = int(member.sum()) + 1, int((~member).sum()) + 1
    return {
        word: float(np.log((inside[word] + 0.5) / n_in) - np.log((outside[word] + 0.5) / n_out))
        for word in inside
    }


def _one_line(text: Any) -> str:
    """Return a comment on one line, without what cannot be printed."""
    line = " ".join(text.split()) if isinstance(text, str) else ""
    return "".join(c for c in line if c.isprintable())


def _words(text: str) -> set[str]:
    return {w.strip(".,;:!?").casefold() for w in text.split()}


def _alike(a: str, b: str) -> bool:
    """Say whether two comments share a sentence or half of their words."""
    if set(_SENTENCE_END.split(a)) & set(_SENTENCE_END.split(b)):
        return True
    first, second = _words(a), _words(b)
    return len(first & second) >= ALIKE * min(len(first), len(second))
