"""One sample: fit every candidate to the people drawn, and label everybody."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit.diagnostics.refits.shared_steps import SharedSteps, with_shared_steps
from segkit.diagnostics.refits.transfer import placed
from segkit.diagnostics.refits.warm_start import can_start_warm, warm_labels
from segkit.exceptions import SegkitError
from segkit.segments.ensembles.refitting import Refit, predicts, refit, seeded

__all__ = ["Found", "Task", "fit_sample", "fitted_rows", "plain_codes"]


@dataclass(frozen=True)
class Task:
    """One candidate as every sample needs it, rows in canonical order.

    Attributes
    ----------
    name : hashable
        What the caller calls the candidate.
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
    warm : bool
        Fit a second time from the segments under test, where the model can.
    """

    name: Hashable
    model: Any
    X: Any
    w: np.ndarray
    weighted: bool
    repeats: bool
    counts_as_weights: bool
    codes: np.ndarray
    warm: bool = False


@dataclass(frozen=True)
class Found:
    """What one fit to one sample found.

    Attributes
    ----------
    labels : ndarray of shape (n,)
        Everybody's segment from 0; -1 for none.
    warm : ndarray of shape (n,) or None
        The same from a start at the segments under test.
    complaints : tuple of str
        The kinds of warnings that the fit raised.
    """

    labels: np.ndarray
    warm: np.ndarray | None = None
    complaints: tuple[str, ...] = ()


def fit_sample(tasks: Sequence[Task], counts: np.ndarray, seed: int, number: int) -> list[Found]:
    """Fit all candidates to one sample.

    Parameters
    ----------
    tasks : sequence of Task
        The candidates.
    counts : ndarray of shape (n,)
        How often each respondent was drawn.
    seed : int
        The seed of the fits.
    number : int
        The sample's number from 1, for messages.

    Returns
    -------
    list of Found
        One a candidate.

    Raises
    ------
    SegkitError
        When a fit fails; the candidate and the sample are named.
    """
    drawn = np.flatnonzero(counts > 0)
    found = []
    shared: dict[str, SharedSteps] = {}
    for task in tasks:
        rows, w = fitted_rows(task, drawn, counts[drawn])
        model = with_shared_steps(seeded(task.model, seed), shared, rows, w, task.X)
        try:
            fitted = refit(model, task.X, rows, w)
        except ValueError as error:
            raise SegkitError(
                f"The {type(task.model).__name__} cannot be fitted to sample {number} "
                f"({drawn.size} of {np.count_nonzero(task.w)} respondents): {error}"
            ) from error
        found.append(_labelled(task, fitted, rows, w, seed))
    return found


def fitted_rows(
    task: Task, drawn: np.ndarray, times: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the rows of a fit and their weights, each respondent once where that is possible."""
    w = task.w[drawn] if task.weighted else None
    if not task.repeats:
        return drawn, w
    if task.counts_as_weights:
        return drawn, times if w is None else times * w
    return np.repeat(drawn, times.astype(int)), None


def plain_codes(labels: np.ndarray) -> np.ndarray:
    """Return a fit's labels numbered from 0 as they first appear; a negative label is -1.

    The names that a fit gives its segments then decide nothing, not even a tie.

    Examples
    --------
    >>> plain_codes(np.array([7, -1, 3, 7])).tolist()
    [0, -1, 1, 0]
    """
    found, first, codes = np.unique(
        np.where(labels < 0, -1, labels), return_index=True, return_inverse=True
    )
    named = found >= 0
    number = np.full(found.size, -1, dtype=np.int16)
    number[named] = np.argsort(np.argsort(first[named]))
    return number[codes]


def _labelled(
    task: Task, fitted: Refit, rows: np.ndarray, w: np.ndarray | None, seed: int
) -> Found:
    labels = fitted.labels
    if not predicts(task.model):
        labels = placed(fitted.model, task.X, rows, labels)
    warm = None
    if task.warm and can_start_warm(task.model):
        warm = warm_labels(fitted.model, task.X, rows, w, task.codes, seed)
    return Found(
        plain_codes(labels), None if warm is None else plain_codes(warm), fitted.complaints
    )
