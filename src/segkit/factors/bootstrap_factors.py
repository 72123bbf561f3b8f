"""Factor models of bootstrap samples, each turned to face the solution of all respondents.

Factors have no order or direction of their own, so those of a sample are matched to the full
solution one to one, by the largest sum of absolute congruences, and reflected to agree with
it. They are not turned towards it any further: that would hide what the rotation leaves open.

References
----------
Zhang, G., Preacher, K. J. & Luo, S. (2010). Bootstrap confidence intervals for ordinary least
    squares factor loadings and correlations in exploratory factor analysis. Multivariate
    Behavioral Research 45.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from segkit._progress import track
from segkit._resample import bootstrap_counts, canonical_order
from segkit._threads import one_blas_thread
from segkit.factors.correlations.bootstrap_correlations import correlate_again
from segkit.factors.correlations.correlation import Correlation
from segkit.factors.extraction.extraction import extract
from segkit.factors.rotations.rotation import Rotation
from segkit.factors.sample import Sample

__all__ = ["Replicates", "align", "bootstrap_factors", "sample_solver"]


@dataclass(frozen=True, eq=False)
class Replicates:
    """Solutions of bootstrap samples.

    Attributes
    ----------
    loadings : ndarray of shape (n_solved, n_items, n_factors)
        Patterns, in the order and direction of the full solution.
    factor_correlations : ndarray of shape (n_solved, n_factors, n_factors)
        Correlations of these factors.
    congruence : ndarray of shape (n_solved, n_factors)
        Tucker's congruence of each factor with that of the full solution.
    n_unsolved : int
        Samples that have no solution, because an item is constant in them.
    """

    loadings: np.ndarray
    factor_correlations: np.ndarray
    congruence: np.ndarray
    n_unsolved: int


def bootstrap_factors(
    sample: Sample,
    found: Correlation,
    full: Rotation,
    *,
    extraction: str,
    turn: Callable[[np.ndarray], Rotation] | None,
    n_boot: int,
    random_state: Any,
) -> Replicates:
    """Fit the model to bootstrap samples of the respondents.

    Parameters
    ----------
    sample : Sample
        The answers.
    found : Correlation
        Their correlations.
    full : Rotation
        The rotated solution of all respondents.
    extraction : str
        How factors are extracted.
    turn : callable or None
        It rotates unrotated loadings, starting from their own axes; None leaves them as they are.
    n_boot : int
        The number of samples.
    random_state : int, RandomState or None
        The seed. The order of the rows does not matter.

    Returns
    -------
    Replicates
    """
    solve = sample_solver(sample, found, full, extraction=extraction, turn=turn)
    draws = bootstrap_counts(n_boot, canonical_order(sample.values, sample.w), random_state)
    with one_blas_thread():
        tried = [solve(counts) for counts in track(draws, what="loading intervals", total=n_boot)]
    solved = [found for found in tried if found is not None]
    shape = full.loadings.shape
    return Replicates(
        loadings=np.array([s[0].loadings for s in solved]).reshape(-1, *shape),
        factor_correlations=np.array([s[0].factor_correlations for s in solved]),
        congruence=np.array([s[1] for s in solved]).reshape(-1, shape[1]),
        n_unsolved=n_boot - len(solved),
    )


def sample_solver(
    sample: Sample,
    found: Correlation,
    full: Rotation,
    *,
    extraction: str,
    turn: Callable[[np.ndarray], Rotation] | None,
) -> Callable[[np.ndarray], tuple[Rotation, np.ndarray] | None]:
    """Return a function from counts to the factors of that sample of the respondents.

    Parameters
    ----------
    sample, found, full, extraction, turn
        As in `bootstrap_factors`.

    Returns
    -------
    callable
        It takes how often each respondent was drawn, of shape (n_respondents,), and returns the
        solution facing that of all respondents with its congruences, or None where there is none.
    """
    correlate = correlate_again(sample, found)

    def solve(counts: np.ndarray) -> tuple[Rotation, np.ndarray] | None:
        matrix = correlate(sample.w * counts)
        return (
            None if matrix is None else align(_solve(matrix, full, extraction, turn), full.loadings)
        )

    return solve


def _solve(
    matrix: np.ndarray,
    full: Rotation,
    extraction: str,
    turn: Callable[[np.ndarray], Rotation] | None,
) -> Rotation:
    loadings = extract(matrix, full.loadings.shape[1], extraction).loadings
    if turn is None:
        return Rotation(loadings, np.eye(loadings.shape[1]))
    # a rotation starts from the axes that it is given: here those nearest the full solution
    left, _, right = np.linalg.svd(loadings.T @ full.loadings)
    return turn(loadings @ left @ right)


def align(rotated: Rotation, target: np.ndarray) -> tuple[Rotation, np.ndarray]:
    """Match and reflect factors to those of a target, and say how congruent they are.

    Parameters
    ----------
    rotated : Rotation
        A solution.
    target : ndarray of shape (n_items, n_factors)
        The pattern to be matched.

    Returns
    -------
    aligned : Rotation
        The same solution, its factors in the order and direction of the target.
    congruence : ndarray of shape (n_factors,)
        Tucker's congruence of each with its target; 0 where a factor has no loadings.
    """
    lengths = np.outer(*(np.linalg.norm(part, axis=0) for part in (target, rotated.loadings)))
    values = (target.T @ rotated.loadings) / np.maximum(lengths, 1e-300)
    _, order = linear_sum_assignment(-np.abs(values))
    matched = values[np.arange(order.size), order]
    signs = np.where(matched < 0, -1.0, 1.0)
    phi = rotated.factor_correlations[np.ix_(order, order)] * np.outer(signs, signs)
    return Rotation(rotated.loadings[:, order] * signs, phi), np.abs(matched)
