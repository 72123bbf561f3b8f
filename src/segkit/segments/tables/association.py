"""How strongly the columns of a banner tell about an item: one figure and one test an item.

References
----------
Rao, J. N. K. and Scott, A. J. (1981). The analysis of categorical data from complex sample
surveys. JASA 76, 221-230 (a chi-square divided by a design effect; homogeneity: section 3).
Kish, L. (1965). Survey Sampling. Wiley. Section 8.2 (the design effect of weights).
Cramer, H. (1946). Mathematical Methods of Statistics. Princeton. Section 21.9 (V).
Welch, B. L. (1951). On the comparison of several mean values: an alternative approach.
Biometrika 38, 330-336.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats as st

from segkit.segments.describing.contrasts import Group

__all__ = ["Association", "of_means", "of_shares"]


@dataclass(frozen=True)
class Association:
    """One item by one banner.

    Attributes
    ----------
    measure : {"V", "eta"}
        Cramer's V (shares) or the correlation ratio eta (means); 0 none, 1 complete.
    value : float
        The measure.
    statistic, df, p : float
        Chi-square or Welch's F, its (first) degrees of freedom, the p value.
    """

    measure: str
    value: float
    statistic: float
    df: float
    p: float

    def untested(self) -> "Association":
        """Return the measure without its test."""
        return replace(self, statistic=np.nan, df=np.nan, p=np.nan)


def of_shares(shares: np.ndarray, n: np.ndarray, base: np.ndarray) -> Association:
    """Relate the answers of an item to columns of people.

    Parameters
    ----------
    shares : ndarray of shape (n_columns, n_answers)
        The share of each answer in a column; rows sum to one.
    n : ndarray of shape (n_columns,)
        Effective answers of each column: the test's n.
    base : ndarray of shape (n_columns,)
        Sums of weights: the size of each column in the population.

    Returns
    -------
    Association
        The test divides each column's part of Pearson's chi-square by the column's own
        design effect; V describes the weighted table.

    Examples
    --------
    >>> found = of_shares(np.array([[0.5, 0.5], [0.3, 0.7]]), np.full(2, 100), np.full(2, 1))
    >>> found.statistic, found.p, found.value
    (8.33..., 0.0038..., 0.204...)
    """
    seen = shares.max(axis=0, initial=0.0) > 0
    k, r = shares.shape[0], int(seen.sum())
    df = (k - 1) * (r - 1)
    if df <= 0:
        return Association("V", np.nan, np.nan, np.nan, np.nan)
    statistic = _chi_square(shares[:, seen], n)
    strength = _chi_square(shares[:, seen], base) / base.sum() / min(k - 1, r - 1)
    p = float(st.chi2.sf(statistic, df))
    return Association("V", float(np.sqrt(strength)), statistic, float(df), p)


def of_means(groups: Group, base: np.ndarray) -> Association:
    """Relate a number to columns of people: eta, and Welch's test of equal means.

    Parameters
    ----------
    groups : Group
        Moments of the columns, each of shape (n_columns,).
    base : ndarray of shape (n_columns,)
        Sums of weights.

    Returns
    -------
    Association
        No test where everybody in a column gave the same answer.
    """
    if len(base) < 2:
        return Association("eta", np.nan, np.nan, np.nan, np.nan)
    inner = groups.variance * (groups.n - 1) / groups.n
    between = base @ (groups.mean - base @ groups.mean / base.sum()) ** 2
    total = between + base @ inner
    eta = float(np.sqrt(between / total)) if total > 0 else np.nan
    if not (groups.variance > 0).all():
        return Association("eta", eta, np.nan, np.nan, np.nan)
    statistic, df, p = _welch_anova(groups)
    return Association("eta", eta, statistic, df, p)


def _chi_square(shares: np.ndarray, n: np.ndarray) -> float:
    pooled = n @ shares / n.sum()
    return float((n @ (shares - pooled) ** 2 / pooled).sum())


def _welch_anova(groups: Group) -> tuple[float, float, float]:
    """Return F, its first degrees of freedom and p (Welch 1951, equations 15-19)."""
    k = len(groups.n)
    precision = groups.n / groups.variance
    share = precision / precision.sum()
    spread = precision @ (groups.mean - share @ groups.mean) ** 2 / (k - 1)
    lack = float(((1 - share) ** 2 / (groups.n - 1)).sum())
    f = spread / (1 + 2 * (k - 2) / (k**2 - 1) * lack)
    return float(f), float(k - 1), float(st.f.sf(f, k - 1, (k**2 - 1) / (3 * lack)))
