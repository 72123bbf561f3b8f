"""Fit of a factor model of ordinal items: a chi-square that holds for polychoric correlations.

Polychoric correlations are less certain than Pearson's of as many respondents, and the usual
chi-square takes them as if they were Pearson's: it rejects models that hold. Here the
statistic T is n - 1 times the sum of squared residual correlations, and it is stretched and
shifted until its mean and variance are those of chi-square with df degrees of freedom
(Asparouhov & Muthen 2010). With U the map from sample correlations to residuals that the
extraction implies, and Gamma their covariance times n:

    T_scaled = a T + df - a tr(U Gamma),   a^2 = df / tr((U Gamma)^2).

This is the statistic of lavaan's ULSMV, whose figures the tests compare. The same is done for
full-information correlations of answers with holes, which are less certain as well (Savalei &
Bentler 2009).

References
----------
Satorra, A. & Bentler, P. M. (1994). Corrections to test statistics and standard errors in
    covariance structure analysis. In von Eye & Clogg, Latent variables analysis.
Asparouhov, T. & Muthen, B. (2010). Simple second order chi-square correction. Technical appendix
    of Mplus, equations 8 to 12.
Savalei, V. & Bentler, P. M. (2009). A two-stage approach to missing data. Structural Equation
    Modeling 16.
Zhang, X. & Savalei, V. (2023). New computations for RMSEA and CFI following FIML and TS estimation
    with missing data. Psychological Methods 28.
"""

from dataclasses import replace

import numpy as np

from segkit._threads import one_blas_thread
from segkit.factors.correlations.asymptotic import MOST_PAIRS
from segkit.factors.correlations.correlation_result import Correlation
from segkit.factors.correlations.em_influence import MOST_ITEMS
from segkit.factors.fit.fit_indices import FitIndices
from segkit.factors.fit.misfit import comparative_fit, p_value, rmsea_interval

__all__ = ["headline_fit", "scaled_fit", "scaling_text"]

_LEAST = 1e-9  # singular values below this share of the largest are none


def headline_fit(
    naive: FitIndices, correlation: Correlation | None, loadings: np.ndarray, extraction: str
) -> FitIndices:
    """Return the scaled fit of ordinal items and of EM, where answers are known; else the naive.

    Parameters
    ----------
    naive : FitIndices
        The fit that takes the correlations as Pearson's of complete answers.
    correlation : Correlation or None
        The correlations; None for a bare matrix.
    loadings : ndarray of shape (n_items, n_factors)
        Loadings on uncorrelated factors.
    extraction : str
        How they were found.

    Returns
    -------
    FitIndices
        With more than 100 items (60 for EM) the naive one: the covariances would not fit into
        memory; and where df is negative.
    """
    # fewer than no degrees of freedom: nothing is tested, hence nothing scaled
    if correlation is None or naive.df < 0 or not _can_scale(correlation):
        return naive
    with one_blas_thread():
        return scaled_fit(naive, correlation.matrix, loadings, extraction, correlation.covariance())


def scaling_text(fit: FitIndices, naive: FitIndices, *, ordinal: bool) -> str:
    """Say what a fit was scaled for, as a sentence after a blank; empty for Pearson's."""
    if fit.is_scaled:
        what = "ordinal items" if ordinal else "holes in the answers"
        return (
            f" The statistic is scaled for {what}; "
            f"taken as of Pearson correlations of complete answers it is {naive.chi2:,.1f}."
        )
    if ordinal and fit.df > 0:
        return " The indices take the correlations as Pearson's: compare models by them only."
    return ""


def _can_scale(correlation: Correlation) -> bool:
    p = len(correlation.names)
    if correlation.missing == "em":
        return correlation.sample is not None and p <= MOST_ITEMS
    pairs = p * (p - 1) // 2
    return correlation.sample is not None and bool(correlation.thresholds) and pairs <= MOST_PAIRS


def scaled_fit(
    naive: FitIndices,
    matrix: np.ndarray,
    loadings: np.ndarray,
    extraction: str,
    covariance: np.ndarray,
) -> FitIndices:
    """Return the scaled fit.

    Parameters
    ----------
    naive : FitIndices
        The fit that takes the correlations as Pearson's; df, n and RMSR are taken from it.
    matrix : ndarray of shape (n_items, n_items)
        The correlations.
    loadings : ndarray of shape (n_items, n_factors)
        Loadings on uncorrelated factors: L L' is what the model makes of the correlations.
    extraction : {"minres", "paf", "wls", "ml"}
        How they were found; it decides which residuals are left.
    covariance : ndarray of shape (n_pairs, n_pairs)
        Of the correlations over samples.

    Returns
    -------
    FitIndices
    """
    upper = np.triu_indices(matrix.shape[0], 1)
    correlations = matrix[upper]
    residuals = correlations - (loadings @ loadings.T)[upper]
    null_df, n = correlations.size, naive.n
    traces = float(np.trace(covariance)), float(np.vdot(covariance, covariance))
    null, _, _ = _scaled((n - 1.0) * float(correlations @ correlations), null_df, n, traces)
    left = _traces_of_residuals(covariance, traces, *_fitted(matrix, loadings, extraction))
    misfit = (n - 1.0) * float(residuals @ residuals)
    statistic, scale, shift = _scaled(misfit, naive.df, n, left)
    tli, cfi = comparative_fit(statistic, naive.df, null, null_df)
    rmsea, low, high = rmsea_interval(statistic, naive.df, naive.n - 1.0)
    return replace(
        naive,
        chi2=statistic,
        p=p_value(statistic, naive.df),
        rmsea=rmsea,
        rmsea_low=low,
        rmsea_high=high,
        tli=tli,
        cfi=cfi,
        bic=statistic - naive.df * float(np.log(naive.n)),
        scale=scale,
        shift=shift,
    )


def _scaled(
    statistic: float, df: int, n: float, traces: tuple[float, float]
) -> tuple[float, float, float]:
    """Return the statistic with the mean and variance of chi-square; scale and shift."""
    if df == 0:
        return 0.0, 1.0, 0.0
    scale = float(np.sqrt(df / traces[1])) / n
    shift = df - scale * n * traces[0]
    return scale * statistic + shift, scale, shift


def _traces_of_residuals(
    covariance: np.ndarray, traces: tuple[float, float], back: np.ndarray, onto: np.ndarray
) -> tuple[float, float]:
    """Traces of the residuals' covariance (I - A B) C (I - A B)' = C - D and of its square.

    D = A (Y - A S)' + Y A' with Y = C B' and S = B Y has low rank, so that nothing of the size
    of C is made.
    """
    moved = covariance @ onto.T
    rest = moved - back @ (onto @ moved)
    gram = back.T @ back
    trace_of_d = np.sum(back * rest) + np.sum(back * moved)
    carried = covariance @ back
    c_with_d = np.sum(carried * rest) + np.sum(carried * moved)
    d_with_d = np.sum(gram * (rest.T @ rest)) + np.sum(gram * (moved.T @ moved))
    d_with_d += 2.0 * np.sum((back.T @ moved) * (rest.T @ back))
    return float(traces[0] - trace_of_d), float(traces[1] - 2.0 * c_with_d + d_with_d)


def _fitted(
    matrix: np.ndarray, loadings: np.ndarray, extraction: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return A and B: a small change d of the correlations changes the fitted ones by A B d."""
    if extraction == "ml":
        return _fitted_by_likelihood(loadings)
    upper = np.triu_indices(matrix.shape[0], 1)
    weight = np.ones(matrix.shape[0])
    if extraction == "wls":  # a residual counts by what the other items leave unexplained
        weight = 1.0 / np.diag(np.linalg.inv(matrix))
    root = np.sqrt(np.outer(weight, weight)[upper])
    slopes = _loading_slopes(loadings)[:, upper[0], upper[1]].T
    left, size, _ = np.linalg.svd(slopes * root[:, None], full_matrices=False)
    basis = left[:, size > _LEAST * size[0]]
    return basis / root[:, None], basis.T * root


def _fitted_by_likelihood(loadings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return A and B where the inverse of the fitted matrix weighs the residuals (Browne 1974)."""
    p = loadings.shape[0]
    upper = np.triu_indices(p, 1)
    unique = 1.0 - np.square(loadings).sum(axis=1)
    inverse = np.linalg.inv(loadings @ loadings.T + np.diag(unique))
    own = np.zeros((p, p, p))
    own[np.arange(p), np.arange(p), np.arange(p)] = 1.0
    slopes = np.concatenate([_loading_slopes(loadings), own])
    weighed = inverse @ slopes @ inverse
    products = np.tensordot(weighed, slopes, axes=([1, 2], [1, 2])) / 2.0
    solved = np.linalg.pinv(products, rcond=_LEAST, hermitian=True)
    return slopes[:, upper[0], upper[1]].T, solved @ weighed[:, upper[0], upper[1]]


def _loading_slopes(loadings: np.ndarray) -> np.ndarray:
    """Slopes of L L' along each loading, shape (n_items * n_factors, n_items, n_items)."""
    p, k = loadings.shape
    slopes = np.zeros((p, k, p, p))
    every = np.arange(p)
    slopes[every, :, every, :] += loadings.T
    slopes += slopes.transpose(0, 1, 3, 2)
    return slopes.reshape(p * k, p, p)
