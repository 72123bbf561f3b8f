"""The typical member of a group: a real one, told so that nobody can be recognised.

References
----------
Kaufman, L. and Rousseeuw, P. J. (1990). Finding Groups in Data. Wiley, chapter 2 (medoids).
Sweeney, L. (2002). k-anonymity: a model for protecting privacy. International Journal of
Uncertainty, Fuzziness and Knowledge-Based Systems 10, 557-570.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import rankdata

from segkit._checks import check_items, check_same_rows
from segkit._frames import Column, attach, column_names, select, typed_column
from segkit._weights import weighted_mean, weighted_quantile
from segkit.segments.describing.table_rows import MOST_LEVELS
from segkit.segments.distances.gower import Gower
from segkit.survey.wording import wording

__all__ = ["band", "closeness", "places", "readable", "told_member"]

N_BANDS = 6
"""Bands that a number is cut into, about."""

FEW_VALUES = 7
"""A number of no more different values is told as it is."""

NEVER_TOLD = ("id", "weight", "verbatim", "seconds")
"""Roles of a codebook that say nothing of a person or too much."""


def readable(people: Any, codebook: Any) -> list[Column]:
    """Return the columns that can describe a person: numbers, yes/no and short lists of text."""
    names = [
        n for n in column_names(people) if n not in codebook or codebook[n].role not in NEVER_TOLD
    ]
    found = [typed_column(people, n, what="people") for n in names]
    return [
        c
        for c in found
        if c.kind in ("number", "boolean", "text")
        and len(c.levels) <= MOST_LEVELS
        and np.unique(c.values[_is_answer(c)]).size > 1
    ]


def places(people: Any, columns: list[Column], positions: Any, w: np.ndarray) -> np.ndarray:
    """Return where each person stands, so that squared distances can be summed.

    Parameters
    ----------
    people : frame of shape (n, n_columns) or None
        What is known of each.
    columns : list of Column
        The columns of `people` that count (by Gower's distance, numbers as ranks).
    positions : frame or array of shape (n, d) or None
        Scores of what made the groups; they count as much as all columns together.
    w : ndarray of shape (n,)
        Weights.

    Returns
    -------
    ndarray of shape (n, n_places)
    """
    parts = [np.zeros((len(w), 0))]
    if columns:
        chosen = select(people, [c.name for c in columns])
        # ranks: an amount that is far from most others must not make all others alike
        ranks = {c.name: _ranks(c.values) for c in columns if c.kind == "number"}
        chosen = attach(chosen, ranks)
        parts.append(np.asarray(Gower().fit(chosen, sample_weight=w).transform(chosen)))
    if positions is not None:
        scores = check_items(positions, what="positions", varying=False, missing=False).values
        check_same_rows(len(scores), len(w), what="positions", other="members")
        parts.append(scores)
    return np.hstack([_of_equal_say(np.asarray(p), w) for p in parts])


def closeness(place: np.ndarray, membership: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return how typical each person is of a group: minus the squared distance to its mean.

    The member nearest to the mean is the medoid: the one with the least sum of squared
    distances to all members.
    """
    centre = weighted_mean(place, w * membership)
    return np.asarray(-np.square(place - centre).sum(axis=1))


def told_member(
    bands: Mapping[str, np.ndarray],
    member: np.ndarray,
    near: np.ndarray,
    codebook: Any,
    *,
    smallest: int,
    most: int = 5,
) -> tuple[list[str], int]:
    """Tell the most typical member by as many columns as enough members share with it.

    Parameters
    ----------
    bands : mapping of str to ndarray
        What is known of everybody in words (`band`) by column, in the order of telling.
    member : ndarray of bool, shape (n,)
        The members.
    near : ndarray of shape (n,)
        How typical each is.
    codebook : Codebook
        Wordings.
    smallest : int
        The fewest members (this one included) that must share everything that is told.
    most : int
        The most lines.

    Returns
    -------
    lines : list of str
        What is told.
    n_hidden : int
        The columns that would have left fewer members.
    """
    best = near[member].max()
    # equally typical members are one and the same for the reader: the first in words is told
    tied = np.flatnonzero(member & (near >= best - 1e-9 * max(1.0, abs(best))))
    row = min(tied, key=lambda i: [str(words[i]) for words in bands.values()])
    alike, n_hidden = member.copy(), 0
    lines: list[str] = []
    for column, words in bands.items():
        if words[row] is None or len(lines) == most:
            continue
        shared = alike & (words == words[row])
        if shared.sum() >= smallest:
            alike = shared
            name = wording(column, codebook).replace("_", " ").rstrip("?.:")
            lines.append(f"{name}: {words[row]}")
        else:
            n_hidden += 1
    return lines, n_hidden


def band(column: Column) -> np.ndarray:
    """Return each value in words: a band of numbers, yes or no, or the text; None where missing.

    Examples
    --------
    >>> band(Column("age", "number", "int", np.arange(18.0, 78.0)))[[0, 20]].tolist()
    ['10 to 19', '30 to 39']
    """
    out = np.full(column.values.size, None, dtype=object)
    known = np.flatnonzero(_is_answer(column))
    if column.kind != "number":
        words = {"True": "yes", "False": "no", "Yes": "yes", "No": "no"}
        levels = [words.get(level, level) for level in column.levels]
        out[known] = [levels[int(v)] for v in column.values[known]]
        return out
    out[known] = _number_bands(column.values[known])
    return out


def _is_answer(column: Column) -> np.ndarray:
    is_number = column.kind == "number"
    return np.asarray(np.isfinite(column.values) if is_number else column.values >= 0)


def _number_bands(values: np.ndarray) -> list[str]:
    whole = bool((values == np.round(values)).all())
    if np.unique(values).size <= FEW_VALUES:
        return [f"{v:,.6g}" for v in values]
    low, high = weighted_quantile(values, np.array([0.05, 0.95]), np.ones(values.size))
    width = _nice((high - low) / N_BANDS or (values.max() - values.min()) / N_BANDS)
    width = max(width, 1.0) if whole else width
    starts = np.floor(values / width) * width
    if whole and width == 1:
        return [f"{v:,.0f}" for v in values]
    if whole:
        return [f"{s:,.0f} to {s + width - 1:,.0f}" for s in starts]
    return [f"{s:,.6g} to under {s + width:,.6g}" for s in starts]


def _nice(width: float) -> float:
    """Round a width up to 1, 2 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(width))
    return float(next(power * m for m in (1, 2, 5, 10) if power * m >= width * 0.999))


def _ranks(values: np.ndarray) -> np.ndarray:
    return np.asarray(rankdata(values, nan_policy="omit"))


def _of_equal_say(part: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Scale a block of columns to a total variance of 1."""
    if part.shape[1] == 0:
        return part
    total = weighted_mean(np.square(part - weighted_mean(part, w)), w).sum()
    return np.asarray(part / np.sqrt(total) if total > 0 else part)
