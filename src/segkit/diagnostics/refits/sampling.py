"""Draw samples and fit all candidates to each, in one process or several, until it is enough."""

from collections.abc import Callable, Sequence

import numpy as np

from segkit._progress import progress_bar
from segkit._resample import spawn_seeds
from segkit._threads import one_blas_thread
from segkit.diagnostics.refits.draws import draws
from segkit.diagnostics.refits.matches import agreement
from segkit.diagnostics.refits.processes import run_each
from segkit.diagnostics.refits.sample_fit import Found, Task, fit_sample

__all__ = ["all_samples"]

EARLY = 10  # samples between looks at how the weakest segment does


def all_samples(
    tasks: Sequence[Task],
    n_boot: int,
    scheme: str,
    seeds: np.ndarray,
    n_jobs: int | None,
    stop: Callable[[list[np.ndarray]], bool] | None,
) -> tuple[np.ndarray, list[list[Found]]]:
    """Fit every sample, showing progress and how the weakest segment does.

    Parameters
    ----------
    tasks : sequence of Task
        The candidates, rows in canonical order.
    n_boot : int
        The number of samples.
    scheme : str
        How they are drawn.
    seeds : ndarray of shape (>= 2,)
        The seeds of the draws and of the fits.
    n_jobs : int or None
        Processes.
    stop : callable or None
        See `replicate`.

    Returns
    -------
    counts : ndarray of shape (n_samples, n)
        How often each respondent was drawn.
    found : list of list of Found
        By sample and candidate.
    """
    people = np.flatnonzero(tasks[0].w > 0)
    n = tasks[0].w.size
    counts = np.zeros((n_boot, n), dtype=np.uint16)
    for row, drawn in zip(counts, draws(scheme, n_boot, people.size, int(seeds[0])), strict=True):
        row[people] = drawn
    fit_seeds = spawn_seeds(int(seeds[1]), n_boot)
    calls = ((tasks, counts[b], int(fit_seeds[b]), b + 1) for b in range(n_boot))
    found: list[list[Found]] = []
    overlaps: list[list[np.ndarray]] = [[] for _ in tasks]
    bar = progress_bar(what="samples", total=n_boot, unit="sample")
    with bar, one_blas_thread():
        for one in run_each(fit_sample, calls, n_jobs):
            _note(tasks, one, counts[len(found)], overlaps)
            found.append(one)
            bar.update()
            if len(found) % EARLY == 0:
                so_far = [np.stack(o) for o in overlaps]
                weakest = min(o.mean(axis=0).min() for o in so_far)
                bar.set_postfix_str(f"weakest segment {weakest:.2f} so far", refresh=False)
                if stop is not None and stop(so_far):
                    break
    return counts[: len(found)], found


def _note(
    tasks: Sequence[Task], found: Sequence[Found], counts: np.ndarray, overlaps: list
) -> None:
    """Add the sample's overlaps to those so far."""
    for task, one, kept in zip(tasks, found, overlaps, strict=True):
        drawn = agreement(task.codes, one.labels[None], task.w * (counts > 0))
        kept.append(drawn.jaccard[0])
