"""What a chi-square statistic says of a model: its p value, RMSEA with interval, CFI and TLI.

Exploratory, scaled and confirmatory fits differ in the statistic and in what a chi-square of
chance is; what follows from the two is the same and stands here.

References
----------
Steiger, J. H. (1990). Structural model evaluation and modification. Multivariate Behavioral
    Research 25 (RMSEA); (1998), Structural Equation Modeling 5 (several groups).
Tucker, L. R. & Lewis, C. (1973). Psychometrika 38 (TLI).
Bentler, P. M. (1990). Comparative fit indexes in structural models. Psychological Bulletin 107.
Brosseau-Liard, P. E., Savalei, V. & Li, L. (2012). An investigation of the sample performance of
    two nonnormality corrections for RMSEA. Multivariate Behavioral Research 47 (scaling).
"""

import numpy as np
from scipy.special import chdtr, chdtrc, chndtrinc

__all__ = ["comparative_fit", "noncentrality_interval", "p_value", "rmsea_interval"]

_TAIL = 0.05  # each side of the 90 % interval of RMSEA, the field's custom


def p_value(statistic: float, df: int) -> float:
    """Return the probability of a chi-square at least as large; NaN without degrees of freedom."""
    return float(chdtrc(df, statistic)) if df > 0 else np.nan


def noncentrality_interval(statistic: float, df: int) -> tuple[float, float]:
    """Return the noncentralities of which the statistic is the 95 % and the 5 % quantile."""
    low, high = (
        0.0 if chdtr(df, statistic) <= tail else float(chndtrinc(statistic, df, tail))
        for tail in (1.0 - _TAIL, _TAIL)
    )
    return low, high


def rmsea_interval(
    statistic: float, df: int, n: float, *, n_groups: int = 1, scaling: float = 1.0
) -> tuple[float, float, float]:
    """Return sqrt(g max(T - c df, 0) / (df n)) and the 90 % interval for c = 1.

    Parameters
    ----------
    statistic : float
        T, the chi-square statistic.
    df : int
        Its degrees of freedom.
    n : float
        The respondents of all groups, or one less, as the statistic was made.
    n_groups : int
        g, the number of groups.
    scaling : float
        c, the mean of T a degree of freedom when the model holds.

    Returns
    -------
    rmsea, low, high : float
        NaN without degrees of freedom.
    """
    if df <= 0 or not np.isfinite(statistic):
        return np.nan, np.nan, np.nan
    excess = (max(statistic - scaling * df, 0.0), *noncentrality_interval(statistic, df))
    point, low, high = (float(np.sqrt(n_groups * e / (n * df))) for e in excess)
    return point, low, high


def comparative_fit(
    statistic: float,
    df: int,
    null_statistic: float,
    null_df: int,
    *,
    scaling: float = 1.0,
    null_scaling: float = 1.0,
) -> tuple[float, float]:
    """Return TLI and CFI: how much of the excess of uncorrelated items over chance is explained.

    Parameters
    ----------
    statistic, df : float, int
        The model's chi-square.
    null_statistic, null_df : float, int
        That of uncorrelated items.
    scaling, null_scaling : float
        The means of both a degree of freedom when the model holds.

    Returns
    -------
    tli, cfi : float
        TLI is NaN without degrees of freedom.
    """
    if not np.isfinite(statistic):
        return np.nan, np.nan
    excess = statistic - scaling * df if df > 0 else statistic
    null_excess = null_statistic - null_scaling * null_df
    tli = np.nan
    if df > 0 and null_excess != 0.0:
        tli = 1.0 - (excess / df) / (null_excess / null_df)
    most = max(excess, null_excess, 0.0)
    return tli, 1.0 - max(excess, 0.0) / most if most > 0.0 else 1.0
