"""Intervals of reliability coefficients: Feldt's, and one that asks nothing of the distribution.

The second is a jackknife: how much the coefficient moves when a respondent is left out
tells how much it would move in another sample. Weights and missing answers enter as they
are; neither normality nor equal loadings are assumed.

References
----------
Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson reliability
    coefficient twenty. Psychometrika 30.
Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components.
    Biometrics Bulletin 2 (the degrees of freedom).
Efron, B. & Stein, C. (1981). The jackknife estimate of variance. Annals of Statistics 9.
Maydeu-Olivares, A., Coffman, D. L. & Hartmann, W. M. (2007). Asymptotically distribution-free
    (ADF) interval estimation of coefficient alpha. Psychological Methods 12.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution
from scipy.stats import t as t_distribution

from segkit._weights import weighted_mean
from segkit.factors.correlations.influence import Influence
from segkit.factors.sample import Sample

__all__ = [
    "Jackknife",
    "alpha_jackknife",
    "feldt_interval",
    "linear_jackknife",
    "logarithmic_interval",
    "pair_effective_n",
]


@dataclass(frozen=True)
class Jackknife:
    """How unsure a coefficient is.

    Attributes
    ----------
    error : float
        The standard error of log(1 - coefficient).
    df : float
        Degrees of freedom of its square, 2 v^2 / var(v): few respondents may hold most of it.
    """

    error: float
    df: float


def feldt_interval(alpha: float, n: float, n_items: int, level: float) -> tuple[float, float]:
    """Interval of alpha for normal items with equal covariances.

    Parameters
    ----------
    alpha : float
        The estimate.
    n : float
        Respondents (the effective number).
    n_items : int
        Items of the scale.
    level : float
        The share of samples whose interval holds the truth.

    Returns
    -------
    low, high : float
        1 - (1 - alpha) F, with F the upper and lower quantile of the F distribution with n - 1
        and (n - 1) (k - 1) degrees of freedom.

    Examples
    --------
    >>> low, high = feldt_interval(0.8, 100, 5, 0.95)
    >>> round(low, 3), round(high, 3)
    (0.731, 0.856)
    """
    tail = (1.0 - level) / 2.0
    df = n - 1.0, (n - 1.0) * (n_items - 1.0)
    low, high = (
        1.0 - (1.0 - alpha) * float(f_distribution.ppf(q, *df)) for q in (1.0 - tail, tail)
    )
    return low, high


def logarithmic_interval(value: float, jackknife: Jackknife, level: float) -> tuple[float, float]:
    """Interval that is symmetric for log(1 - value), so that it never reaches 1.

    Parameters
    ----------
    value : float
        The estimate.
    jackknife : Jackknife
        The standard error of log(1 - value) and its degrees of freedom for Student's t.
    level : float
        The share of samples whose interval holds the truth.

    Returns
    -------
    low, high : float
    """
    step = float(t_distribution.ppf((1.0 + level) / 2.0, jackknife.df)) * jackknife.error
    return float(1.0 - (1.0 - value) * np.exp(step)), float(1.0 - (1.0 - value) * np.exp(-step))


def alpha_jackknife(sample: Sample, covariances: np.ndarray) -> Jackknife:
    """Jackknife log(1 - alpha): alpha is made anew without each respondent.

    Parameters
    ----------
    sample : Sample
        The answers.
    covariances : ndarray of shape (n_items, n_items)
        Their covariances.

    Returns
    -------
    Jackknife
        From sum of variances over variance of the sum, to which 1 - alpha is linear; exact
        where nobody misses an answer.
    """
    k = covariances.shape[0]
    trace = covariances.trace() + _moves(sample, np.eye(k), covariances)
    total = covariances.sum() + _moves(sample, np.ones((k, k)), covariances)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _spread(np.log(1.0 - k / (k - 1.0) * (1.0 - trace / total)))


def linear_jackknife(influence: Influence, slope: np.ndarray, value: float) -> Jackknife:
    """Jackknife log(1 - value) for a function of the correlations, linear near them.

    Parameters
    ----------
    influence : Influence
        Of every respondent on every correlation.
    slope : ndarray of shape (n_items, n_items)
        Slope of the function with each entry of the matrix.
    value : float
        The function of them.

    Returns
    -------
    Jackknife
    """
    first, second = np.triu_indices(slope.shape[0], 1)
    along = slope[first, second] + slope[second, first]
    moved = np.concatenate([block @ along for block in influence.blocks()])
    with np.errstate(divide="ignore", invalid="ignore"):
        return _spread(np.log(1.0 - value + moved))


def pair_effective_n(sample: Sample) -> float:
    """Harmonic mean over pairs of items of Kish's n of those who answered both."""
    effective = sample.pair_sizes()[1]
    first, second = np.triu_indices(effective.shape[0], 1)
    return float(first.size / (1.0 / effective[first, second]).sum())


def _moves(sample: Sample, slope: np.ndarray, covariances: np.ndarray) -> np.ndarray:
    """Sum of slope times the change of the covariances when a respondent is left out, for each.

    Without respondent i of weight w the covariance of items j and k moves by
    w / (W - w) (s_jk - W / (W - w) z_j z_k), W being the sum of weights (of those who answered
    the pair) and z the answers from their means.
    """
    centred = sample.values - weighted_mean(sample.values, sample.w)
    mask = (~np.isnan(centred)).astype(float)
    z = np.where(mask > 0, centred, 0.0)
    whole = sample.w.sum()
    # a pair that some did not answer moves more, in proportion
    scaled = slope * (whole / (mask.T @ (mask * sample.w[:, None])))
    own = (z * (z @ scaled)).sum(axis=1)
    expected = (mask * (mask @ (scaled * covariances))).sum(axis=1)
    rest = whole - sample.w
    return np.asarray(sample.w / rest * (expected - whole / rest * own))


def _spread(without: np.ndarray) -> Jackknife:
    """Sum up the values without each respondent."""
    n = without.size
    squares = np.square(without - without.mean()) * (n - 1.0) / n
    variance, unsure = squares.sum(), np.square(squares - squares.mean()).sum()
    df = 2.0 * variance**2 / unsure if unsure > 0.0 else np.inf
    return Jackknife(float(np.sqrt(variance)), float(df))
