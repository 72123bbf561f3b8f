"""How well lists of each length type respondents whom neither list nor scorecard has seen.

The whole search is repeated on each training part, so that the curve holds what choosing
among many items costs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from segkit._frames import Column
from segkit._progress import track
from segkit._resample import spawn_seeds, stratified_folds
from segkit._threads import one_blas_thread
from segkit.typing_tool.coding.fields import take_rows
from segkit.typing_tool.golden.candidates import Candidates
from segkit.typing_tool.golden.part import START, Part, prepare
from segkit.typing_tool.golden.search import Step, search

__all__ = ["HeldOut", "Nested", "nested_search", "whole_search"]


@dataclass(frozen=True)
class HeldOut:
    """What scorecards said of respondents that they had not seen.

    Attributes
    ----------
    probabilities : ndarray of shape (n_repeats, n_respondents, n_segments)
        By repeat of the cross-validation.
    """

    probabilities: np.ndarray

    @property
    def first(self) -> np.ndarray:
        """The likeliest segment, shape (n_repeats, n_respondents)."""
        return np.asarray(self.probabilities.argmax(axis=2))

    def right(self, membership: np.ndarray) -> np.ndarray:
        """Return each respondent's chance of a right tag, averaged over repeats."""
        hits = [np.take_along_axis(membership, f[:, None], 1)[:, 0] for f in self.first]
        return np.asarray(np.mean(hits, axis=0))

    def loss(self, membership: np.ndarray) -> np.ndarray:
        """Return each respondent's log loss in nats, averaged over repeats."""
        logs = -(membership * np.log(np.maximum(self.probabilities, 1e-300))).sum(axis=2)
        return np.asarray(logs.mean(axis=0))


@dataclass(frozen=True)
class Nested:
    """The whole search, and the like of it on each training part.

    Attributes
    ----------
    steps : list of Step
        The path of lists, from all respondents.
    folds : ndarray of shape (n_repeats, n_respondents)
        The fold in which each respondent was left out.
    blind : HeldOut
        No question at all.
    lists : list of HeldOut
        As many questions as each step of the path has, chosen in each part anew.
    full : HeldOut
        All items.
    frequency : ndarray of shape (n_steps, n_items)
        The share of training parts in whose list of that length an item is.
    """

    steps: list[Step]
    folds: np.ndarray
    blind: HeldOut
    lists: list[HeldOut]
    full: HeldOut
    frequency: np.ndarray


@dataclass(frozen=True)
class _Fold:
    repeat: int
    train: np.ndarray
    test: np.ndarray
    seed: int


def whole_search(
    columns: Sequence[Column],
    membership: np.ndarray,
    w: np.ndarray,
    candidates: Candidates,
    seed: int,
) -> list[Step]:
    """Return the path of lists from all respondents."""
    return search(prepare(columns, membership, w, seed), candidates)


def nested_search(
    columns: Sequence[Column],
    membership: np.ndarray,
    w: np.ndarray,
    candidates: Candidates,
    n_folds: int,
    n_repeats: int,
    seed: int,
) -> Nested:
    """Search on everyone, then on each training part of a cross-validation by respondent.

    Parameters
    ----------
    columns : sequence of Column
        Answers, rows in canonical order.
    membership : ndarray of shape (n_respondents, n_segments)
        Shares of the segments.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    candidates : Candidates
        What may be asked.
    n_folds, n_repeats : int
        Parts, and how often respondents are dealt out to them anew.
    seed : int
        The seed.
    """
    seeds = [int(s) for s in spawn_seeds(seed, 2)]
    folds = _deal(membership, n_folds, n_repeats, seeds[0])
    jobs: list[_Fold | None] = [None, *_folds(folds, seeds[1])]
    steps: list[Step] = []
    for job in track(jobs, what="choosing golden questions"):
        if job is None:
            steps = whole_search(columns, membership, w, candidates, seeds[1])
            out = _empty(len(steps), n_repeats, membership)
            frequency = np.zeros((len(steps), len(columns)))
            lengths = [len(s.items) for s in steps]
            continue
        own = take_rows(columns, job.train)
        part = prepare(own, membership[job.train], w[job.train], job.seed)
        codes = part.book.encode_columns(take_rows(columns, job.test), what="items")
        path = search(part, candidates)
        _blind_and_full(out, part, path, codes, job)
        for s, length in enumerate(lengths):
            fitting = [step for step in path if len(step.items) <= length]
            if fitting:
                _write(out[s + 1], part, fitting[-1], codes, job)
                frequency[s, list(fitting[-1].items)] += 1 / (len(jobs) - 1)
            else:
                out[s + 1][job.repeat, job.test] = out[0][job.repeat, job.test]
    blind, *lists, full = (HeldOut(p) for p in out)
    return Nested(steps, folds, blind, lists, full, frequency)


def _deal(membership: np.ndarray, n_folds: int, n_repeats: int, seed: int) -> np.ndarray:
    labels, order = membership.argmax(axis=1), np.arange(len(membership))
    return np.stack(
        [stratified_folds(labels, n_folds, order, int(s)) for s in spawn_seeds(seed, n_repeats)]
    )


def _folds(folds: np.ndarray, seed: int) -> Iterator[_Fold]:
    """Yield each fold of each repeat, with a seed of its own."""
    n_folds = int(folds.max()) + 1
    seeds = iter(spawn_seeds(seed, len(folds) * n_folds))
    for repeat, own in enumerate(folds):
        for fold in range(n_folds):
            left_out = own == fold
            yield _Fold(
                repeat, np.flatnonzero(~left_out), np.flatnonzero(left_out), int(next(seeds))
            )


def _empty(n_lists: int, n_repeats: int, membership: np.ndarray) -> np.ndarray:
    return np.empty((n_lists + 2, n_repeats, *membership.shape))


def _blind_and_full(
    out: np.ndarray, part: Part, path: list[Step], codes: np.ndarray, job: _Fold
) -> None:
    """Write what no question and all items tell, in place."""
    out[0][job.repeat, job.test] = part.w @ part.membership / part.w.sum()
    items = tuple(range(part.n_items))
    with one_blas_thread():
        fit, spread = part.tuned(
            part.compared(items, path[-1].spread if path else START, None),
            path[-1].spread if path else START,
        )
        everyone = part.parameters(items, spread, fit.parameters[0])
    _write(out[-1], part, Step((), items, (), (), everyone, spread), codes, job)


def _write(out: np.ndarray, part: Part, step: Step, codes: np.ndarray, job: _Fold) -> None:
    """Write what a step's scorecard says of those left out, in place."""
    card, unit = part.card(step.items, step.parameters, step.spread)
    z = card.score(codes[:, list(step.items)]) * unit
    e = np.exp(z - z.max(axis=1, keepdims=True))
    out[job.repeat, job.test] = e / e.sum(axis=1, keepdims=True)
