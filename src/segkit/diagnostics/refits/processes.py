"""Do one job for many samples, in one process or several, answers in order."""

import itertools
from collections.abc import Callable, Iterator
from typing import TypeVar

from joblib import Parallel, delayed, effective_n_jobs
from threadpoolctl import threadpool_limits

from segkit._checks import check_n_jobs

__all__ = ["run_each"]

T = TypeVar("T")


def run_each(job: Callable[..., T], calls: Iterator[tuple], n_jobs: int | None) -> Iterator[T]:
    """Yield the answers in the order of the calls.

    Parameters
    ----------
    job : callable
        At the top of a module, so that other processes find it.
    calls : iterator of tuple
        The arguments of each call; taken as they are needed.
    n_jobs : int or None
        Processes, as in joblib; None is one.

    Yields
    ------
    object
        What the job returns.

    Notes
    -----
    Each fit has one thread: sums then have one order, whatever the machine, and small
    fits are not slowed by threads that wait for each other.

    Examples
    --------
    >>> list(run_each(max, iter([(1, 2), (4, 3)]), None))
    [2, 4]
    """
    if check_n_jobs(n_jobs) in (None, 1):
        with threadpool_limits(limits=1):
            yield from itertools.starmap(job, calls)
        return
    with Parallel(n_jobs=n_jobs) as pool:
        while batch := list(itertools.islice(calls, 4 * effective_n_jobs(n_jobs))):
            yield from pool(delayed(_on_one_thread)(job, call) for call in batch)


def _on_one_thread(job: Callable[..., T], call: tuple) -> T:
    with threadpool_limits(limits=1):
        return job(*call)
