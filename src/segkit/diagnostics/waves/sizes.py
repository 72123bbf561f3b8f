"""How large the old segments are in both waves, by the old model and by fits to each wave."""

from dataclasses import replace

import numpy as np

from segkit.diagnostics.waves.following import Followed
from segkit.diagnostics.waves.lines import (
    OLD_MODEL,
    REFITTED,
    Line,
    adjusted,
    interval,
    line_of,
    p_of,
)
from segkit.diagnostics.waves.old_segments import OldSegments
from segkit.diagnostics.waves.people import People
from segkit.segments.agreement import one_hot

__all__ = ["counted_people", "share_changes", "size_lines"]


def size_lines(found: OldSegments, followed: Followed, people: People, alpha: float) -> list[Line]:
    """Return two lines a segment: sizes by the old model, and by fits to each wave.

    Parameters
    ----------
    found : OldSegments
        The old model's segments.
    followed : Followed
        The same, followed.
    people : People
        Who is who.
    alpha : float
        The level.

    Returns
    -------
    list of Line
        Each reading is a family of its own. `changed` is set where both readings change by so
        much beyond chance, to the same side: when a segment moves, its neighbours seem to grow
        in the old model although nobody left.
    """
    k = len(found.segments)
    codes = found.old.codes, found.new.codes
    counted = share_changes(
        one_hot(codes[0], k), one_hot(codes[1], k), found.old.w, found.new.w, people
    )
    shares = followed.shares_old, followed.shares_new, followed.share_errors
    fitted = followed.codes_old, followed.codes_new
    by_model = adjusted(_lines(found, OLD_MODEL, counted, 0, _counts(codes, k, people)), alpha)
    by_fits = adjusted(
        _lines(found, REFITTED, shares, followed.n_boot, _counts(fitted, k, people)), alpha
    )
    both = [
        a.changed and b.changed and a.change * b.change > 0
        for a, b in zip(by_model, by_fits, strict=True)
    ]
    return [
        replace(line, changed=yes)
        for pair, yes in zip(zip(by_model, by_fits, strict=True), both, strict=True)
        for line in pair
    ]


def share_changes(
    old: np.ndarray, new: np.ndarray, w_old: np.ndarray, w_new: np.ndarray, people: People
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return shares in both waves and the standard errors of their differences.

    Parameters
    ----------
    old, new : ndarray of shape (n_old, k), (n_new, k)
        Ones where a row belongs to a group.
    w_old, w_new : ndarray of shape (n_old,), (n_new,)
        Weights.
    people : People
        Who is who.

    Returns
    -------
    before, after, errors : ndarray of shape (k,)

    Notes
    -----
    Influences are taken around the share of both waves together, so that a group that is empty
    in one wave has an error too.
    """
    before, after = w_old @ old / w_old.sum(), w_new @ new / w_new.sum()
    size = np.array([w.sum() ** 2 / np.square(w).sum() for w in (w_old, w_new)])
    middle = (size[0] * before + size[1] * after) / size.sum()
    spread = people.covariance(
        w_old[:, None] * (old - middle) / w_old.sum(),
        w_new[:, None] * (new - middle) / w_new.sum(),
    )
    return before, after, np.sqrt(np.diag(spread))


def counted_people(
    inside_old: np.ndarray, inside_new: np.ndarray, people: People
) -> tuple[int, int, int]:
    """Return how many rows of each wave, and how many different people, are inside."""
    who = np.union1d(people.old[inside_old], people.new[inside_new])
    return int(inside_old.sum()), int(inside_new.sum()), int(who.size)


def _counts(
    codes: tuple[np.ndarray, np.ndarray], k: int, people: People
) -> list[tuple[int, int, int]]:
    return [counted_people(codes[0] == s, codes[1] == s, people) for s in range(k)]


def _lines(
    found: OldSegments,
    what: str,
    figures: tuple[np.ndarray, np.ndarray, np.ndarray],
    n_boot: int,
    counts: list[tuple[int, int, int]],
) -> list[Line]:
    before, after, errors = figures
    change = after - before
    low, high = interval(change, errors, n_boot)
    columns = np.column_stack([before, after, change, low, high, p_of(change, errors, n_boot)])
    return [
        line_of((str(segment), "size", what, "", "share"), row, n)
        for segment, row, n in zip(found.segments, columns, counts, strict=True)
    ]
