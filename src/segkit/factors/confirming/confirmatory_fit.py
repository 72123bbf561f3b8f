"""Fit of a confirmatory model: chi-square, RMSEA with interval, CFI, TLI, SRMR, BIC; scaled too.

The conventions are those of R's lavaan: n, not n - 1, multiplies the discrepancy; with several
groups RMSEA is multiplied by the root of their number.

References
----------
Steiger, J. H. (1998). A note on multiple sample extensions of the RMSEA fit index. Structural
    Equation Modeling 5.
Bentler, P. M. (1995). EQS structural equations program manual (SRMR).
Brosseau-Liard, P. E., Savalei, V. & Li, L. (2012). An investigation of the sample performance of
    two nonnormality corrections for RMSEA. Multivariate Behavioral Research 47.
Brosseau-Liard, P. E. & Savalei, V. (2014). Adjusting incremental fit indices for nonnormality.
    Multivariate Behavioral Research 49.
Hu, L. & Bentler, P. M. (1999). Cutoff criteria for fit indexes in covariance structure analysis.
    Structural Equation Modeling 6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from segkit.factors.confirming.likelihood_fit import Design, LikelihoodFit, maximise
from segkit.factors.confirming.measurement_model import Entries, GroupMoments, Matrices
from segkit.factors.confirming.robust_errors import Cases, expected_misfit
from segkit.factors.fit.fit_indices import Indices
from segkit.factors.fit.misfit import comparative_fit, p_value, rmsea_interval

__all__ = ["ConfirmatoryFit", "Independence", "confirmatory_fit"]


@dataclass(frozen=True)
class ConfirmatoryFit(Indices):
    """How closely a given structure reproduces the answers; read as attributes or by key.

    Attributes
    ----------
    chi2, df, p : float, int, float
        Likelihood ratio test of the model, for normal answers; p is NaN where df is 0.
    scaling : float
        What chi2 would be a degree of freedom if the model held: 1 for normal, complete,
        equally weighted answers.
    chi2_scaled, p_scaled : float
        chi2 / scaling and its p (Satorra & Bentler 1994): the test to read for survey answers.
    rmsea, rmsea_low, rmsea_high : float
        Misfit a degree of freedom, with its 90 % interval.
    cfi, tli : float
        Improvement over uncorrelated items.
    srmr : float
        Standardised root mean square residual.
    rmsea_robust, rmsea_robust_low, rmsea_robust_high, cfi_robust, tli_robust : float
        The same with the chance part of chi2 taken from the answers instead of the normal
        distribution (Brosseau-Liard et al. 2012, 2014).
    bic : float
        chi2 - df log(n): of two models for the same answers the lower is preferred.
    n : float
        Respondents (the effective number with weights).

    Examples
    --------
    >>> import numpy as np
    >>> from segkit import factors
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(500, 1)) + rng.normal(size=(500, 4))
    >>> fit = factors.confirmation(X, {"need": ["x1", "x2", "x3", "x4"]}).fit
    >>> fit.df, fit["df"], fit.cfi > 0.98
    (2, 2.0, True)
    """

    chi2: float
    df: int
    p: float
    scaling: float
    chi2_scaled: float
    p_scaled: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    cfi: float
    tli: float
    srmr: float
    rmsea_robust: float
    rmsea_robust_low: float
    rmsea_robust_high: float
    cfi_robust: float
    tli_robust: float
    bic: float
    n: float

    def words(self) -> str:
        """Return the fit as a sentence part for a summary."""
        p = "< .001" if self.p_scaled < 0.001 else f"= {self.p_scaled:.3f}"
        return (
            f"chi2({self.df}) = {self.chi2:,.1f}, scaled {self.chi2_scaled:,.1f}, p {p}; robust "
            f"RMSEA {self.rmsea_robust:.3f} [{self.rmsea_robust_low:.3f}, "
            f"{self.rmsea_robust_high:.3f}], CFI {self.cfi_robust:.3f}, TLI {self.tli_robust:.3f}; "
            f"SRMR {self.srmr:.3f}"
        )


@dataclass(frozen=True)
class Independence:
    """The model in which no items correlate, against which CFI and TLI measure.

    Attributes
    ----------
    chi2, df : float, int
        Its likelihood ratio.
    scaling : float
        Its scaling factor.
    """

    chi2: float
    df: int
    scaling: float

    @classmethod
    def of(cls, moments: Sequence[GroupMoments], cases: Sequence[Cases]) -> "Independence":
        """Fit uncorrelated items to every group."""
        p = moments[0].mean.size
        start = tuple(
            Matrices(
                np.zeros((p, 0)), np.zeros((0, 0)), np.diag(np.diag(m.covariance)), m.mean,
                np.zeros(0),
            )
            for m in moments
        )  # fmt: skip
        entries = tuple(
            Entries.of([("residual_covariances", i, i, g * p + i) for i in range(p)])
            for g in range(len(moments))
        )
        design = Design(entries, start, len(moments) * p, with_means=False)
        fit = maximise(design, moments)
        misfit = expected_misfit(fit, cases, entries, design.n_parameters)
        return cls(fit.chi2, design.df, misfit / design.df if design.df else 1.0)


def confirmatory_fit(
    fit: LikelihoodFit, cases: Sequence[Cases], independence: Independence
) -> ConfirmatoryFit:
    """Compute all indices.

    Parameters
    ----------
    fit : LikelihoodFit
        The model at its maximum.
    cases : sequence of Cases
        The respondents of each group, for the scaling.
    independence : Independence
        The model without correlations.

    Returns
    -------
    ConfirmatoryFit
    """
    chi2, df, n, groups = fit.chi2, fit.design.df, fit.n, len(fit.moments)
    misfit = expected_misfit(fit, cases, fit.design.entries, fit.design.n_parameters)
    scaling = misfit / df if df else np.nan
    scaled = chi2 / scaling if df else np.nan
    rmsea = partial(rmsea_interval, df=df, n=n, n_groups=groups)
    point, low, high = rmsea(chi2)
    # the interval is that of the scaled statistic, in units of the unscaled one
    robust_low, robust_high = (v * np.sqrt(scaling) for v in rmsea(scaled)[1:])
    null = independence.chi2, independence.df
    tli, cfi = comparative_fit(chi2, df, *null)
    tli_robust, cfi_robust = comparative_fit(
        chi2, df, *null, scaling=scaling, null_scaling=independence.scaling
    )
    return ConfirmatoryFit(
        chi2=chi2,
        df=df,
        p=p_value(chi2, df),
        scaling=scaling,
        chi2_scaled=scaled,
        p_scaled=p_value(scaled, df),
        rmsea=point,
        rmsea_low=low,
        rmsea_high=high,
        cfi=cfi,
        tli=tli,
        srmr=_srmr(fit),
        rmsea_robust=rmsea(chi2, scaling=scaling)[0],
        rmsea_robust_low=robust_low,
        rmsea_robust_high=robust_high,
        cfi_robust=cfi_robust,
        tli_robust=tli_robust,
        bic=chi2 - df * float(np.log(n)),
        n=n,
    )


def _srmr(fit: LikelihoodFit) -> float:
    """Root mean square of the residuals in units of the items' standard deviations."""
    total = 0.0
    for moments, matrices, share in zip(fit.moments, fit.matrices, fit.shares, strict=True):
        sd = np.sqrt(np.diag(moments.covariance))
        residual = (moments.covariance - matrices.covariance()) / np.outer(sd, sd)
        squares = np.square(residual[np.tril_indices(sd.size)])
        if fit.design.with_means:
            squares = np.append(squares, np.square((moments.mean - matrices.mean()) / sd))
        total += share * float(np.sqrt(squares.mean()))
    return total
