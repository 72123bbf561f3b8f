"""Whether the items suit a factor analysis: the measure of sampling adequacy, Bartlett's test.

References
----------
Kaiser, H. F. & Rice, J. (1974). Little Jiffy, Mark IV. Educational and Psychological
    Measurement 34 (the measure, its words).
Bartlett, M. S. (1950). Tests of significance in factor analysis. British Journal of Psychology,
    Statistical Section 3.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import check_correlation_matrix, check_integer, check_option
from segkit._frames import Origin, is_frame, matrix
from segkit._result import Result
from segkit.factors.correlations.correlation import METHODS, Correlation, correlate_sample
from segkit.factors.correlations.correlation_result import method_text
from segkit.factors.correlations.repair import refuse_singular
from segkit.factors.fit.misfit import p_value
from segkit.factors.sample import read_sample

__all__ = ["Factorability", "factorability"]

_WORDS = (
    (0.9, "marvelous"),
    (0.8, "meritorious"),
    (0.7, "middling"),
    (0.6, "mediocre"),
    (0.5, "miserable"),
    (-np.inf, "unacceptable"),
)


@dataclass(frozen=True, eq=False, repr=False)
class Factorability(Result):
    """How well the items suit a factor analysis.

    Attributes
    ----------
    kmo : float
        Measure of sampling adequacy of all items, 0 to 1.
    kmo_per_item : ndarray of shape (n_items,)
        The same for each item.
    bartlett_chi2 : float
        Statistic of the test that all correlations are zero; NaN where n is not known.
    bartlett_df : int
        Its degrees of freedom, p (p - 1) / 2.
    bartlett_p : float
        Its p value.
    names : tuple of str
        The items.
    n : float
        The respondents in the test (the effective number with weights); NaN where not known.
    source : str
        The correlations it rests on, in words.
    origin : Origin
        The kind of frame that was given.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit import factors
    >>> R = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    >>> factors.factorability(R).frame()
          item    kmo   reading
    0  overall  0.692  mediocre
    1       x1  0.692  mediocre
    2       x2  0.692  mediocre
    3       x3  0.692  mediocre
    """

    kmo: float
    kmo_per_item: np.ndarray
    bartlett_chi2: float
    bartlett_df: int
    bartlett_p: float
    names: tuple[str, ...]
    n: float
    source: str
    origin: Origin = field(default_factory=Origin)

    def frame(self) -> Any:
        """Return item, kmo, reading: one row an item and the row ``overall``."""
        values = [self.kmo, *self.kmo_per_item.tolist()]
        return self.origin.frame(
            {
                "item": ["overall", *self.names],
                "kmo": values,
                "reading": [_word(v) for v in values],
            }
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw the measure of each item against Kaiser's limits."""
        from segkit.plots.factorability import factorability_plot

        return factorability_plot(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return both measures, n and the weakest item."""
        weakest = int(np.argmin(self.kmo_per_item))
        return (
            f"KMO {self.kmo:.2f} ({_word(self.kmo)}) over {len(self.names)} items, {self.source}; "
            f"lowest for `{self.names[weakest]}` ({self.kmo_per_item[weakest]:.2f}, "
            f"{_word(self.kmo_per_item[weakest])}). {self._bartlett()}"
        )

    def _bartlett(self) -> str:
        if np.isnan(self.bartlett_chi2):
            return "Bartlett's test needs the number of respondents (n_respondents=...)."
        p = "< .001" if self.bartlett_p < 0.001 else f"= {self.bartlett_p:.3f}"
        return (
            f"Bartlett's test: chi2({self.bartlett_df}) = {self.bartlett_chi2:,.1f}, p {p}, "
            f"n = {self.n:,.0f}."
        )


def factorability(
    X: Any,
    n_respondents: int | None = None,
    sample_weight: Any = None,
    correlation: str = "pearson",
    missing: str = "pairwise",
) -> Factorability:
    """Measure whether the items share enough for factors.

    Parameters
    ----------
    X : frame or array of shape (n_respondents, n_items), or a correlation matrix
        Answers, missing as NaN or null. A `Correlation`, or a square table that is symmetric or
        has ones on its diagonal, is taken as correlations.
    n_respondents : int or None
        With a correlation matrix: the number of respondents behind it. Without it the KMO
        measure is given and Bartlett's test is left out.
    sample_weight : array-like of shape (n_respondents,) or None
        Survey weights, with answers. The test uses Kish's effective n.
    correlation : str
        How answers are correlated: a method of `correlation`.
    missing : {"pairwise", "listwise", "em"}
        Who counts, as in `correlation`.

    Returns
    -------
    Factorability

    Raises
    ------
    SegkitError
        For answers that `correlation` refuses, a square table that is nearly but not quite a
        correlation matrix (covariances), and a singular matrix, naming the items.

    Notes
    -----
    KMO = sum r_ij^2 / (sum r_ij^2 + sum q_ij^2) over i != j, where q_ij is the correlation of
    items i and j with all others held constant (Kaiser & Rice 1974). Below .5 the items share
    too little; Kaiser called .8 meritorious. It misleads where one item is nearly the sum of
    others: q is large then although the items share much.

    Bartlett's chi2 = -(n - 1 - (2p + 5) / 6) log det R rejects almost always with hundreds of
    respondents: a large p value is bad news, a small one no good news. With missing answers n is
    the number of all respondents.

    References
    ----------
    Kaiser, H. F. & Rice, J. (1974). Educational and Psychological Measurement 34. Bartlett, M. S.
    (1950). British Journal of Psychology, Statistical Section 3.

    Examples
    --------
    Three items that correlate .5 with each other:

    >>> import numpy as np
    >>> from segkit import factors
    >>> R = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    >>> result = factors.factorability(R, n_respondents=100)
    >>> round(result.kmo, 3), result.bartlett_df, round(result.bartlett_chi2, 1)
    (0.692, 3, 67.4)
    """
    check_option(correlation, METHODS, name="correlation")
    result = _given(X)
    if result is None:
        sample = read_sample(X, sample_weight, missing=missing)
        result = correlate_sample(sample, correlation, missing=missing)
    if isinstance(result, Correlation):
        matrix, names, origin = result.matrix, result.names, result.origin
        n, source = result.effective_n, f"from {method_text(result.method)} correlations"
    else:
        matrix, names, origin = result.values, result.names, Origin(result.origin.kind)
        n, source = np.nan, "from the given correlations"
    if n_respondents is not None:
        n = float(check_integer(n_respondents, name="n_respondents", low=3))
    refuse_singular(matrix, names)
    overall, per_item = kmo(matrix)
    statistic, df, p = bartlett(matrix, n)
    return Factorability(overall, per_item, statistic, df, p, names, n, source, origin)


def kmo(matrix: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the measure of sampling adequacy, overall and per item."""
    inverse = np.linalg.inv(matrix)
    scale = np.sqrt(np.diag(inverse))
    partial = np.square(inverse / np.outer(scale, scale))
    simple = np.square(matrix)
    np.fill_diagonal(partial, 0.0)
    np.fill_diagonal(simple, 0.0)
    per_item = simple.sum(axis=0) / (simple.sum(axis=0) + partial.sum(axis=0))
    return float(simple.sum() / (simple.sum() + partial.sum())), per_item


def bartlett(matrix: np.ndarray, n: float) -> tuple[float, int, float]:
    """Return statistic, degrees of freedom and p value of Bartlett's test."""
    p = matrix.shape[0]
    log_det = float(np.linalg.slogdet(matrix)[1])
    statistic = max(-log_det, 0.0) * (n - 1.0 - (2.0 * p + 5.0) / 6.0)
    df = p * (p - 1) // 2
    return statistic, df, p_value(statistic, df)


def _given(X: Any) -> Any:
    """Return correlations when X is some, None when it is answers."""
    if isinstance(X, Correlation):
        return X
    shape = X.shape if is_frame(X) or isinstance(X, np.ndarray) else np.shape(X)
    if len(shape) != 2 or shape[0] != shape[1]:
        return None
    values = matrix(X).values
    # covariances are symmetric as well, and are refused as such
    meant = np.allclose(np.diag(values), 1.0, atol=1e-6) or np.allclose(values, values.T, atol=1e-6)
    return check_correlation_matrix(X, what="X") if meant else None


def _word(value: float) -> str:
    return next(word for limit, word in _WORDS if value >= limit)
