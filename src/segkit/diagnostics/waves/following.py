"""Where the old segments went: refit on the new wave, match, and compare means.

The old model puts a new person into the old segment that is nearest, so people who moved away
from a segment are counted out of it: means by the old model stay nearer to the old ones than
the segment does. A model fitted to the new wave, begun at the old segments, follows them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from segkit._progress import track
from segkit.diagnostics.refits.warm_start import can_start_warm, warm_labels
from segkit.diagnostics.waves.old_segments import OldSegments, Seen
from segkit.diagnostics.waves.people import People
from segkit.exceptions import SegkitError
from segkit.segments.agreement import contingency, jaccard, one_hot
from segkit.segments.ensembles.refitting import refit, seeded
from segkit.segments.matching import best_pairs

__all__ = ["Followed", "follow", "fresh_labels"]

FEWEST = 10
"""Fewer people of a segment in a wave: its means are not compared."""
LOST = 0.2
"""Share of the samples without the segment from which no interval is given."""


@dataclass(frozen=True, eq=False)
class Followed:
    """The old segments in both waves, each let go where its wave puts it.

    Attributes
    ----------
    codes_old, codes_new : ndarray of shape (n_old,), (n_new,)
        Positions of the old segments, by fits to each wave; -1 for none.
    means_old, means_new : ndarray of shape (n_segments, n_needs)
        Means of the needs; NaN for a segment that is not there.
    shares_old, shares_new : ndarray of shape (n_segments,)
        Sizes.
    mean_errors, share_errors : ndarray of shape (n_segments, n_needs), (n_segments,)
        Standard errors of the differences over samples of the people; NaN without.
    n_boot : int
        How many samples; 0 where the errors hold the segments fixed.
    warm : bool
        Fits began at the old segments; else anew, and were matched.
    """

    codes_old: np.ndarray
    codes_new: np.ndarray
    means_old: np.ndarray
    means_new: np.ndarray
    shares_old: np.ndarray
    shares_new: np.ndarray
    mean_errors: np.ndarray
    share_errors: np.ndarray
    n_boot: int
    warm: bool


def follow(
    found: OldSegments, people: People, draws: list[tuple[np.ndarray, np.ndarray]], seed: int
) -> Followed:
    """Fit the segments to both waves, and to samples of their people.

    Parameters
    ----------
    found : OldSegments
        The old segments.
    people : People
        Who is who.
    draws : list of (ndarray, ndarray)
        How often each row of both waves was drawn, sample by sample; none holds the segments
        fixed.
    seed : int
        The seed of the fits.

    Returns
    -------
    Followed
    """
    warm = can_start_warm(found.last)
    codes = [
        _labels(found, seen, seen.codes, None, seed, keep=not warm and seen is found.old)
        for seen in (found.old, found.new)
    ]
    k = len(found.segments)
    waves = list(zip((found.old, found.new), codes, strict=True))
    (means_old, shares_old), (means_new, shares_new) = (
        _figures(seen.values, c, seen.w, k) for seen, c in waves
    )
    few = np.minimum(*(np.bincount(c[c >= 0], minlength=k) for c in codes)) < FEWEST
    if draws:
        mean_errors, share_errors = _errors(_samples(found, codes, draws, seed), k)
    else:
        mean_errors, share_errors = _fixed_errors(waves, people, k)
    return Followed(
        codes_old=codes[0],
        codes_new=codes[1],
        means_old=means_old,
        means_new=means_new,
        shares_old=shares_old,
        shares_new=shares_new,
        mean_errors=np.where(few[:, None], np.nan, mean_errors),
        share_errors=share_errors,
        n_boot=len(draws),
        warm=warm,
    )


def fresh_labels(found: OldSegments, seed: int) -> np.ndarray:
    """Return the segments that a fit to the new wave finds by itself; -1 for none."""
    return _fresh(found, found.new, None, seed)


def _labels(
    found: OldSegments,
    seen: Seen,
    codes: np.ndarray,
    counts: np.ndarray | None,
    seed: int,
    *,
    keep: bool = False,
) -> np.ndarray:
    """Return the segments of a fit to a sample, by the positions of the old ones."""
    if keep:
        return codes
    rows, w = _rows(found, seen, counts)
    if can_start_warm(found.last):
        labels = warm_labels(found.last, seen.table, rows, w, codes, seed)
        if labels is not None:
            return np.where((seen.w if counts is None else seen.w * counts) > 0, labels, -1)
    return _matched(_fresh(found, seen, counts, seed), codes, seen.w, len(found.segments))


def _rows(
    found: OldSegments, seen: Seen, counts: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the rows of a fit in canonical order and their weights, or repeated rows."""
    times = np.ones(len(seen.w)) if counts is None else counts
    rows = seen.order[(seen.w * times)[seen.order] > 0]
    if not found.takes_weights:
        return np.repeat(rows, times[rows].astype(int)), None
    if counts is None and not found.weighted:
        return rows, None
    return rows, (seen.w * times if found.weighted else times)[rows]


def _fresh(found: OldSegments, seen: Seen, counts: np.ndarray | None, seed: int) -> np.ndarray:
    rows, w = _rows(found, seen, counts)
    try:
        with threadpool_limits(limits=1):
            labels = refit(
                seeded(found.last, seed, keep=counts is None), seen.table, rows, w
            ).labels
    except ValueError as error:
        raise SegkitError(
            f"The {type(found.last).__name__} cannot be fitted to "
            f"{'the new wave' if counts is None else 'a sample of the people'}: {error}"
        ) from error
    inside = np.zeros(len(labels), dtype=bool)
    inside[rows] = True
    return np.where(inside, labels, -1)


def _matched(labels: np.ndarray, codes: np.ndarray, w: np.ndarray, k: int) -> np.ndarray:
    """Return labels by the positions of the old segments that overlap most; others are -1."""
    names, theirs = np.unique(labels, return_inverse=True)
    theirs = np.where(labels < 0, -1, theirs)
    counts = contingency(codes, theirs, k, names.size, w)
    position = np.full(names.size + 1, -1)
    for mine, yours in best_pairs(jaccard(counts)):
        position[yours] = mine
    return position[theirs]


def _figures(
    values: np.ndarray, codes: np.ndarray, w: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the means of the needs by segment, and the segments' shares."""
    hot = one_hot(codes, k) * w[:, None]
    seen = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (hot.T @ np.where(seen, values, 0.0)) / (hot.T @ seen)
    return means, hot.sum(axis=0) / w.sum()


def _samples(
    found: OldSegments,
    codes: list[np.ndarray],
    draws: list[tuple[np.ndarray, np.ndarray]],
    seed: int,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the differences of means and shares, new minus old, sample by sample."""
    k = len(found.segments)
    for drawn in track(draws, what="samples of the people", total=len(draws)):
        both = [
            _figures(
                seen.values,
                _labels(found, seen, mine, counts, seed),
                seen.w * counts,
                k,
            )
            for seen, mine, counts in zip((found.old, found.new), codes, drawn, strict=True)
        ]
        yield both[1][0] - both[0][0], both[1][1] - both[0][1]


def _errors(
    samples: Iterator[tuple[np.ndarray, np.ndarray]], k: int
) -> tuple[np.ndarray, np.ndarray]:
    means, shares = (np.array(part) for part in zip(*samples, strict=True))
    lost = np.isnan(means).mean(axis=0) > LOST
    with np.errstate(invalid="ignore"):
        spread = np.nanstd(np.where(lost, 0.0, means), axis=0, ddof=1)
    errors = np.where(lost, np.nan, spread)
    return errors.reshape(k, -1), shares.std(axis=0, ddof=1)


def _fixed_errors(
    waves: list[tuple[Seen, np.ndarray]], people: People, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the standard errors of the differences for segments that hold still."""
    parts = []
    for seen, codes in waves:
        means, shares = _figures(seen.values, codes, seen.w, k)
        hot, there = one_hot(codes, k), ~np.isnan(seen.values)
        of_shares = seen.w[:, None] * (hot - shares) / seen.w.sum()
        total = (hot * seen.w[:, None]).T @ there
        with np.errstate(invalid="ignore", divide="ignore"):
            of_means = [
                seen.w[:, None]
                * hot[:, [s]]
                * np.where(there, seen.values - means[s], 0.0)
                / total[s]
                for s in range(k)
            ]
        parts.append(np.column_stack([*of_means, of_shares]))
    spread = np.sqrt(np.diag(people.covariance(parts[0], parts[1])))
    return spread[:-k].reshape(k, -1), spread[-k:]
