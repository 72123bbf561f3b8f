"""Fit of a factor model: chi-square test, RMSEA with interval, TLI, CFI, RMSR, BIC.

The conventions are those of R's psych: the chi-square is the likelihood discrepancy with
Bartlett's factor, whatever the extraction. Ordinal items have another one (`scaled_fit`).

References
----------
Bartlett, M. S. (1950). Tests of significance in factor analysis. British Journal of Psychology,
    Statistical Section 3.
Steiger, J. H. (1990). Structural model evaluation and modification. Multivariate Behavioral
    Research 25 (RMSEA). Tucker, L. R. & Lewis, C. (1973). Psychometrika 38 (TLI).
Xia, Y. & Yang, Y. (2019). RMSEA, CFI, and TLI in structural equation modeling with ordered
    categorical data. Behavior Research Methods 51.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from segkit._frames import Origin
from segkit.factors.fit.misfit import comparative_fit, noncentrality_interval, p_value

__all__ = ["FitIndices", "Indices", "fit_indices"]


class Indices:
    """Base of a dataclass of numbers that is read as attributes, by key, or as a table."""

    def __getitem__(self, name: str) -> float:
        if name not in self.keys():
            raise KeyError(name)
        return float(getattr(self, name))

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def keys(self) -> list[str]:
        """Return the names of the indices."""
        return [f.name for f in fields(self)]  # type: ignore[arg-type]

    def frame(self) -> object:
        """Return index, value: one row an index, as a pandas frame."""
        return Origin().frame({"index": self.keys(), "value": [self[k] for k in self.keys()]})


@dataclass(frozen=True)
class FitIndices(Indices):
    """How closely a factor model reproduces the correlations; read as attributes or by key.

    Attributes
    ----------
    chi2, df, p : float, int, float
        Test that the model holds exactly; NaN where n is not known or df is not above 0.
    rmsea, rmsea_low, rmsea_high : float
        Misfit a degree of freedom, with its 90 % interval; .05 and less is close.
    tli, cfi : float
        Improvement over uncorrelated items; .95 and more is close.
    rmsr : float
        Root mean square of the residual correlations.
    bic : float
        chi2 - df log(n); negative favours this model over the saturated one.
    n : float
        Respondents (the effective number with weights).
    scale, shift : float
        What chi2 was stretched by and moved by; 1 and 0 where it was not scaled.

    Notes
    -----
    With ordinal items the naive indices (`FactorModel.fit_naive_`) treat the polychoric matrix
    as if it were Pearson's, with as many respondents: a model that holds is rejected far too
    often. So it is with full-information correlations of answers with holes. The scaled ones
    (`FactorModel.fit_`) take n - 1 times the sum of squared residuals, times ``scale`` plus
    ``shift``, which has the mean and variance of chi-square when the model holds (Asparouhov &
    Muthen 2010); RMSEA, TLI, CFI and BIC are then computed from it, as lavaan's ULSMV does.
    Their customary limits were set for continuous answers; with few categories a misfit of the
    same size looks smaller (Xia & Yang 2019).

    Examples
    --------
    >>> import numpy as np
    >>> from segkit import factors
    >>> loading = np.array([[0.8], [0.7], [0.6], [0.5]])
    >>> R = loading @ loading.T + np.diag(1 - (loading**2).ravel())
    >>> fit = factors.FactorModel(1, rotation=None).fit_correlation(R, 200).fit_
    >>> fit.df, fit["rmsea"], round(fit.rmsr, 6)
    (2, 0.0, 0.0)
    """

    chi2: float
    df: int
    p: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    tli: float
    cfi: float
    rmsr: float
    bic: float
    n: float
    scale: float = 1.0
    shift: float = 0.0

    @property
    def is_scaled(self) -> bool:
        """Whether the chi-square was scaled."""
        return (self.scale, self.shift) != (1.0, 0.0)

    @property
    def sentence(self) -> str:
        """The indices as a report words them."""
        if self.df <= 0:
            return f"No degrees of freedom are left (df = {self.df}): the fit cannot be tested."
        p_value = "< .001" if self.p < 0.001 else f"= {self.p:.3f}"
        return (
            f"Fit: chi2({self.df}) = {self.chi2:,.1f}, p {p_value}; RMSEA {self.rmsea:.3f} "
            f"[{self.rmsea_low:.3f}, {self.rmsea_high:.3f}], TLI {self.tli:.3f}, "
            f"CFI {self.cfi:.3f}, RMSR {self.rmsr:.3f}, BIC {self.bic:,.0f}."
        )


def fit_indices(
    matrix: np.ndarray,
    implied: np.ndarray,
    n_factors: int,
    n: float,
    pair_sizes: np.ndarray | None = None,
) -> FitIndices:
    """Compute the fit of a model.

    Parameters
    ----------
    matrix, implied : ndarray of shape (n_items, n_items)
        The correlations and what the model makes of them (ones on the diagonal).
    n_factors : int
        The number of factors.
    n : float
        Respondents; NaN leaves out what depends on it.
    pair_sizes : ndarray of shape (n_items, n_items) or None
        Respondents behind each correlation: weights of the residuals in RMSR.

    Returns
    -------
    FitIndices
    """
    p = matrix.shape[0]
    df = ((p - n_factors) ** 2 - (p + n_factors)) // 2
    null_df = p * (p - 1) // 2
    factor = n - 1.0 - (2.0 * p + 5.0) / 6.0
    misfit, null_misfit = _discrepancy(matrix, implied), _discrepancy(matrix, np.eye(p))
    statistic = max(misfit * (factor - 2.0 * n_factors / 3.0), 0.0)
    null_statistic = null_misfit * factor
    rmsea, low, high = _rmsea(statistic, df, n)
    return FitIndices(
        chi2=statistic,
        df=df,
        p=p_value(statistic, df),
        rmsea=rmsea,
        rmsea_low=low,
        rmsea_high=high,
        tli=_tli(misfit, df, null_misfit, null_df, factor - 2.0 * n_factors / 3.0),
        cfi=comparative_fit(statistic, df, null_statistic, null_df)[1],
        rmsr=_rmsr(matrix - implied, pair_sizes),
        bic=statistic - df * float(np.log(n)),
        n=n,
    )


def _discrepancy(matrix: np.ndarray, implied: np.ndarray) -> float:
    """Return tr(S^-1 R) - log det(S^-1 R) - p."""
    ratio = np.linalg.solve(implied, matrix)
    sign, log_det = np.linalg.slogdet(ratio)
    if sign <= 0:
        return np.nan
    return float(np.trace(ratio) - log_det - matrix.shape[0])


def _rmsr(residual: np.ndarray, pair_sizes: np.ndarray | None) -> float:
    p = residual.shape[0]
    squares = np.square(residual)
    np.fill_diagonal(squares, 0.0)
    if pair_sizes is None:
        return float(np.sqrt(squares.sum() / (p * (p - 1))))
    # weighted by pairwise n over their harmonic mean, the diagonal included, as psych does
    harmonic = pair_sizes.size / (1.0 / pair_sizes).sum()
    return float(np.sqrt((squares * pair_sizes).sum() / (harmonic * p * (p - 1))))


def _rmsea(statistic: float, df: int, n: float) -> tuple[float, float, float]:
    if df <= 0 or not np.isfinite(statistic):
        return np.nan, np.nan, np.nan
    point = np.sqrt(max(statistic / (df * n) - 1.0 / (n - 1.0), 0.0))
    low, high = noncentrality_interval(statistic, df)
    scale = (n - 1.0) * df
    return float(point), float(np.sqrt(low / scale)), float(np.sqrt(high / scale))


def _tli(misfit: float, df: int, null_misfit: float, null_df: int, factor: float) -> float:
    if df <= 0:
        return np.nan
    return (null_misfit / null_df - misfit / df) / (null_misfit / null_df - 1.0 / factor)
