"""Bootstrap samples of one segmentation: draw, fit again, match to the segments under test.

References
----------
Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational
Statistics and Data Analysis 52, 258-271.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from scipy.optimize import linear_sum_assignment
from threadpoolctl import threadpool_limits

from segkit._progress import progress_bar
from segkit._resample import bootstrap_counts, spawn_seeds
from segkit._threads import one_blas_thread
from segkit.exceptions import SegkitError
from segkit.segments.agreement import adjusted_rand, contingency, jaccard
from segkit.segments.ensembles.refitting import refit, seeded

__all__ = ["Match", "Task", "all_matches", "match_labels"]

EARLY = 10  # samples after which the progress line says how the weakest segment does


@dataclass(frozen=True)
class Task:
    """What every sample needs, rows in canonical order.

    Attributes
    ----------
    model : estimator
        Unfitted.
    X : frame or array of shape (n, n_items)
        Everybody.
    w : ndarray of shape (n,)
        Survey weights with mean one; rows of weight zero are never drawn.
    weighted : bool
        Hand the weights to the fits.
    repeats : bool
        Count a respondent as often as drawn, rather than once.
    counts_as_weights : bool
        The fit takes weights, so repeats need no repeated rows.
    codes : ndarray of shape (n,)
        The segments under test from 0; -1 for none.
    """

    model: Any
    X: Any
    w: np.ndarray
    weighted: bool
    repeats: bool
    counts_as_weights: bool
    codes: np.ndarray


@dataclass(frozen=True)
class Match:
    """What one sample says of the segments under test.

    Attributes
    ----------
    jaccard : ndarray of shape (n_segments,)
        Overlap of each with its best match, among those drawn.
    ari : float
        Adjusted Rand index among those drawn.
    agreed : ndarray of shape (n,)
        1: the sample puts the respondent into the matched segment; 0: elsewhere; -1:
        it says nothing.
    complaints : tuple of str
        The kinds of warnings that the fit raised.
    """

    jaccard: np.ndarray
    ari: float
    agreed: np.ndarray
    complaints: tuple[str, ...] = ()


def all_matches(
    task: Task, n_boot: int, seeds: np.ndarray, n_jobs: int | None = None
) -> list[Match]:
    """Fit and match every sample, showing progress and how the weakest segment does."""
    people = np.flatnonzero(task.w > 0)
    draws = bootstrap_counts(n_boot, np.arange(people.size), int(seeds[0]))
    fit_seeds = spawn_seeds(int(seeds[1]), n_boot)
    calls = (
        (task, people, counts, int(seed), number)
        for number, (counts, seed) in enumerate(zip(draws, fit_seeds, strict=True), start=1)
    )
    matches: list[Match] = []
    bar = progress_bar(what="bootstrap samples", total=n_boot, unit="sample")
    with bar, one_blas_thread():
        for match in _run(_one_match, calls, n_jobs):
            matches.append(match)
            bar.update()
            if len(matches) % EARLY == 0:
                weakest = np.mean([m.jaccard for m in matches], axis=0).min()
                bar.set_postfix_str(f"weakest segment {weakest:.2f} so far", refresh=False)
    return matches


def match_labels(codes: np.ndarray, labels: np.ndarray, w: np.ndarray, drawn: np.ndarray) -> Match:
    """Match a sample's labels to the segments under test.

    Parameters
    ----------
    codes : ndarray of shape (n,)
        The segments under test from 0; -1 for none.
    labels : ndarray of shape (n,)
        The sample's segments from 0; -1 for none or unknown.
    w : ndarray of shape (n,)
        Weights with mean one.
    drawn : ndarray of shape (n_drawn,)
        Positions of the distinct respondents that were drawn.

    Returns
    -------
    Match

    Examples
    --------
    >>> same = np.array([0, 0, 1, 1])
    >>> match_labels(same, 1 - same, np.ones(4), np.arange(4)).jaccard
    array([1., 1.])
    """
    k, k_found = int(codes.max()) + 1, max(1, int(labels.max()) + 1)
    # -1 is moved to a row and a column of its own: somebody in no segment still counts
    # in the union, as in any other segment
    table = contingency(codes[drawn] + 1, labels[drawn] + 1, k + 1, k_found + 1, w[drawn])
    overlap = jaccard(table)[1:, 1:]
    ari = float(adjusted_rand(table))
    return Match(overlap.max(axis=1), ari, _agreed(codes, labels, overlap))


def _agreed(codes: np.ndarray, labels: np.ndarray, overlap: np.ndarray) -> np.ndarray:
    ours, theirs = linear_sum_assignment(overlap, maximize=True)
    partner = np.full(overlap.shape[0], -2)  # -2: no segment is left for this one
    partner[ours] = theirs
    said = (codes >= 0) & (labels >= 0)
    return np.where(said, partner[codes] == labels, -1).astype(np.int8)


def _one_match(task: Task, people: np.ndarray, counts: np.ndarray, seed: int, number: int) -> Match:
    drawn = people[counts > 0]
    rows, w = _rows_and_weights(task, drawn, counts[counts > 0])
    try:
        fitted = refit(seeded(task.model, seed), task.X, rows, w)
    except ValueError as error:
        raise SegkitError(
            f"The {type(task.model).__name__} cannot be fitted to bootstrap sample {number} "
            f"({drawn.size} of {people.size} respondents): {error}"
        ) from error
    labels = np.unique(fitted.labels, return_inverse=True)[1] - int((fitted.labels < 0).any())
    match = match_labels(task.codes, labels, task.w, drawn)
    return Match(match.jaccard, match.ari, match.agreed, fitted.complaints)


def _rows_and_weights(
    task: Task, drawn: np.ndarray, times: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the rows of a fit and their weights, each respondent once where that is possible."""
    w = task.w[drawn] if task.weighted else None
    if not task.repeats:
        return drawn, w
    if task.counts_as_weights:
        return drawn, times if w is None else times * w
    return np.repeat(drawn, times.astype(int)), None


def _run(job: Callable[..., Match], calls: Iterator[tuple], n_jobs: int | None) -> Iterator[Match]:
    """Yield the answers in the order of the calls, in one process or several.

    Each fit has one thread: sums then have one order, whatever the machine, and small
    fits are not slowed by threads that wait for each other.
    """
    if n_jobs in (None, 1):
        with threadpool_limits(limits=1):
            yield from itertools.starmap(job, calls)
        return
    with Parallel(n_jobs=n_jobs) as pool:
        while batch := list(itertools.islice(calls, 4 * effective_n_jobs(n_jobs))):
            yield from pool(delayed(_on_one_thread)(job, call) for call in batch)


def _on_one_thread(job: Callable[..., Match], call: tuple) -> Match:
    with threadpool_limits(limits=1):
        return job(*call)
