"""Whether the factors of the new wave are those of the old one: congruence, with intervals.

References
----------
Tucker, L. R. (1951). A method for synthesis of factor analysis studies.
Lorenzo-Seva, U. & ten Berge, J. M. F. (2006). Tucker's congruence coefficient as a meaningful
    index of factor similarity. Methodology 2.
Hall, P. & Wilson, S. R. (1991). Two guidelines for bootstrap hypothesis testing. Biometrics 47.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import gamma

from segkit._progress import track
from segkit._resample import percentile_interval
from segkit._threads import one_blas_thread
from segkit.exceptions import SegkitWarning
from segkit.factors.alignment import align
from segkit.factors.sampled_model import solver_of

__all__ = ["FactorChanges", "factor_changes"]


@dataclass(frozen=True, eq=False)
class FactorChanges:
    """The congruence of each factor with itself in the new wave.

    Attributes
    ----------
    congruence, low, high, p : ndarray of shape (n_factors,)
        Tucker's congruence, its 95 % interval, and how likely so low a one is among samples of
        waves that share their loadings; NaN without samples.
    n_boot : int
        Samples that had a solution.
    """

    congruence: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    n_boot: int


def factor_changes(old: Any, new: Any, draws: list[tuple[np.ndarray, np.ndarray]]) -> FactorChanges:
    """Compare two fitted models of the same items.

    Parameters
    ----------
    old, new : FactorModel
        Fitted to the waves.
    draws : list of (ndarray, ndarray)
        How often each respondent that counts in the old and in the new fit was drawn.

    Returns
    -------
    FactorChanges

    Notes
    -----
    Sampling makes any two patterns differ, so a sample's congruence lies below that of the
    population; the interval is the basic bootstrap's, which takes that off again. The test asks how
    far two waves would lie apart that both have the old loadings: the old wave's samples are
    compared with each other, the second of each pair spread as the new wave's size makes it, and
    one minus their congruence is taken as gamma distributed with the mean and variance found.
    (Samples of the new wave have no part in it: where a factor has gone, they are all noise.)
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SegkitWarning)  # a low congruence is what is told here
        aligned = align(new, old)
    here = old._rotated.loadings
    value = aligned.congruence
    samples = _samples(old, aligned.model, draws)
    if len(samples) < 2:
        unknown = np.full(value.shape, np.nan)
        return FactorChanges(value, unknown, unknown, unknown, 0)
    a, b = (np.array(part) for part in zip(*samples, strict=True))
    lower, upper = percentile_interval(_tucker(a, b))
    spread = np.sqrt(old.correlation_.effective_n / new.correlation_.effective_n)
    other = here + spread * (np.roll(a, 1, axis=0) - here)
    distance = 1.0 - _tucker(a, other)
    return FactorChanges(
        congruence=value,
        low=np.clip(2.0 * value - upper, -1.0, value),
        high=np.clip(2.0 * value - lower, value, 1.0),
        p=_upper_tail(1.0 - value, distance),
        n_boot=len(samples),
    )


def _samples(
    old: Any, new: Any, draws: list[tuple[np.ndarray, np.ndarray]]
) -> list[tuple[np.ndarray, np.ndarray]]:
    solve_old, solve_new = solver_of(old), solver_of(new)
    found = []
    with one_blas_thread():
        for counts_old, counts_new in track(draws, what="samples of the factors", total=len(draws)):
            pair = solve_old(counts_old), solve_new(counts_new)
            if pair[0] is not None and pair[1] is not None:
                found.append((pair[0][0].loadings, pair[1][0].loadings))
    return found


def _tucker(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the congruence of each factor with its namesake, sample by sample."""
    lengths = np.linalg.norm(a, axis=-2) * np.linalg.norm(b, axis=-2)
    return np.asarray((a * b).sum(axis=-2) / np.maximum(lengths, 1e-300))


def _upper_tail(value: np.ndarray, samples: np.ndarray) -> np.ndarray:
    mean = np.maximum(samples.mean(axis=0), 1e-12)
    variance = np.maximum(samples.var(axis=0, ddof=1), 1e-24)
    return np.asarray(gamma.sf(np.maximum(value, 0.0), mean**2 / variance, scale=variance / mean))
