"""What people of a group wrote, as a report may quote it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from segkit.survey import mask_personal_data

__all__ = ["quotes"]

SHORTEST, LONGEST = 40, 200
"""Letters that a comment has which says something and can be printed."""

ALIKE = 0.5
"""The share of words that two comments have in common from which they say the same."""


def quotes(texts: Sequence[Any], closeness: np.ndarray, *, most: int = 3) -> list[str]:
    """Choose comments of typical members that differ, personal data masked.

    Parameters
    ----------
    texts : sequence of str or None
        What the members wrote.
    closeness : ndarray of shape (n_members,)
        How typical each member is, high for typical.
    most : int
        The most comments.

    Returns
    -------
    list of str
        Comments without anything to mask come first.

    Examples
    --------
    >>> quotes(["I lost my bill once more, write to ann@example.org please"], np.zeros(1))
    ['I lost my bill once more, write to [email] please']
    """
    fit = [
        (text, mask_personal_data(text), closeness[row])
        for row, text in enumerate(_one_line(t) for t in texts)
        if SHORTEST <= len(text) <= LONGEST
    ]
    # text breaks ties, so that the order of the rows does not matter
    fit.sort(key=lambda c: (c[0] != c[1], -c[2], c[1]))
    chosen: list[str] = []
    for _, text, _ in fit:
        if not any(_alike(text, other) for other in chosen):
            chosen.append(text)
        if len(chosen) == most:
            break
    return chosen


def _one_line(text: Any) -> str:
    """Return a comment on one line, without what cannot be printed."""
    line = " ".join(text.split()) if isinstance(text, str) else ""
    return "".join(c for c in line if c.isprintable())


def _alike(a: str, b: str) -> bool:
    first, second = ({w.strip(".,;:!?").casefold() for w in t.split()} for t in (a, b))
    return len(first & second) >= ALIKE * min(len(first), len(second))
