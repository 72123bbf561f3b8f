"""Who is drawn into each sample: bootstrap, subsamples, or halves that share nobody.

References
----------
Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational
Statistics and Data Analysis 52, 258-271, section 3 (bootstrap, subsets).
Lange, T., Roth, V., Braun, M. L. and Buhmann, J. M. (2004). Stability-based
validation of clustering solutions. Neural Computation 16, 1299-1323 (halves).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from segkit._checks import check_option
from segkit._resample import bootstrap_counts, spawn_seeds

__all__ = ["SCHEMES", "draws"]

SCHEMES = ("bootstrap", "subsample", "split-half")
SUBSAMPLE = 0.8
"""Share of the respondents in a subsample."""


def draws(scheme: str, n_samples: int, n_people: int, random_state: Any) -> Iterator[np.ndarray]:
    """Yield how often each respondent is drawn, sample by sample.

    Parameters
    ----------
    scheme : str
        ``"bootstrap"``: as many draws as there are people, with replacement.
        ``"subsample"``: 80 % of the people, each at most once. ``"split-half"``: samples
        0 and 1, 2 and 3, ... are halves of the people that share nobody.
    n_samples : int
        The number of samples.
    n_people : int
        The number of people, in canonical order.
    random_state : int, RandomState or None
        The seed. More samples begin with the same ones.

    Yields
    ------
    ndarray of shape (n_people,)
        Counts.

    Examples
    --------
    >>> first, second = draws("split-half", 2, 5, 0)
    >>> first + second
    array([1., 1., 1., 1., 1.])
    """
    check_option(scheme, SCHEMES, name="scheme")
    if scheme == "bootstrap":
        yield from bootstrap_counts(n_samples, np.arange(n_people), random_state)
    elif scheme == "subsample":
        size = max(1, round(SUBSAMPLE * n_people))
        for seed in spawn_seeds(random_state, n_samples):
            yield _first(np.random.default_rng(seed).permutation(n_people), size)
    else:
        yield from _halves(n_samples, n_people, random_state)


def _halves(n_samples: int, n_people: int, random_state: Any) -> Iterator[np.ndarray]:
    seeds = spawn_seeds(random_state, n_samples)
    for number in range(0, n_samples, 2):
        shuffled = np.random.default_rng(seeds[number]).permutation(n_people)
        half = _first(shuffled, n_people // 2)
        yield half
        if number + 1 < n_samples:
            yield 1.0 - half


def _first(shuffled: np.ndarray, size: int) -> np.ndarray:
    counts = np.zeros(shuffled.size)
    counts[shuffled[:size]] = 1.0
    return counts
