"""Diagonally weighted least squares for a given structure of ordinal items.

The model is fitted to polychoric correlations, each weighted by how well it is known; errors and
the test take into account how all of them vary together. A unit variance of every item fixes its
residual variance, so that loadings and correlations of factors are all there is to find.

References
----------
Muthen, B., du Toit, S. H. C. & Spisic, D. (1997). Robust inference using weighted least squares and
    quadratic estimating equations in latent variable modeling with categorical and continuous
    outcomes.
Asparouhov, T. & Muthen, B. (2010). Simple second order chi-square correction. Technical appendix
    of Mplus, equations 8 to 12.
"""

from dataclasses import dataclass, replace

import numpy as np

from segkit.factors.confirming.confirmatory_fit import ConfirmatoryFit
from segkit.factors.confirming.likelihood_fit import Design, LikelihoodFit, undetermined
from segkit.factors.confirming.measurement_model import Directions, Entries, GroupMoments, Matrices
from segkit.factors.correlations.asymptotic import covariance_of
from segkit.factors.correlations.correlation_result import Correlation
from segkit.factors.fit.misfit import comparative_fit, p_value, rmsea_interval

__all__ = ["LeastSquaresFit", "least_squares"]

_MOST_STEPS = 500
_MOST_HALVINGS = 30
_ENOUGH = 1e-10


@dataclass(frozen=True, eq=False)
class LeastSquaresFit:
    """A structure fitted to correlations.

    Attributes
    ----------
    model : LikelihoodFit
        Estimates and matrices; its discrepancy is that of least squares.
    gamma : ndarray of shape (n_pairs, n_pairs)
        Covariances of the correlations.
    slopes : ndarray of shape (n_pairs, n_parameters)
        Derivatives of the correlations by the parameters.
    residuals : ndarray of shape (n_pairs,)
        Correlations less what the model makes of them.
    correlations : ndarray of shape (n_pairs,)
        The correlations.
    """

    model: LikelihoodFit
    gamma: np.ndarray
    slopes: np.ndarray
    residuals: np.ndarray
    correlations: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """One over the variance of each correlation."""
        return np.asarray(1.0 / np.diag(self.gamma))

    @property
    def information(self) -> np.ndarray:
        """Slopes' products, weighted."""
        return np.asarray(self.slopes.T @ (self.weights[:, None] * self.slopes))

    @property
    def df(self) -> int:
        """Degrees of freedom."""
        return self.slopes.shape[0] - self.slopes.shape[1]

    def undetermined(self) -> np.ndarray:
        """Return the parameters that the correlations do not determine."""
        return undetermined(self.information)

    def covariances(self) -> np.ndarray:
        """Return the covariances of the estimates."""
        back = np.linalg.solve(self.information, self.slopes.T * self.weights)
        return np.asarray(back @ self.gamma @ back.T)

    def scores(self, _: LikelihoodFit, candidates: Entries) -> tuple[np.ndarray, np.ndarray]:
        """Return how far freeing each entry would lower the statistic, and its size."""
        mine = _slopes(self.model.matrices[0], candidates)
        weighted = self.weights[:, None] * mine
        slope = weighted.T @ self.residuals
        cross = weighted.T @ self.slopes
        own = (weighted * mine).sum(axis=0)
        left = own - (cross * np.linalg.solve(self.information, cross.T).T).sum(axis=1)
        known = left > 1e-8 * own
        change = np.divide(slope, left, out=np.zeros_like(slope), where=known)
        return slope * change, change

    def fit(self) -> ConfirmatoryFit:
        """Return the indices; the robust ones come from the scaled and shifted statistic."""
        n, df, w = self.model.n, self.df, self.weights
        p = self.model.matrices[0].loadings.shape[0]
        # n - 1 multiplies a least squares discrepancy, by custom
        share = (n - 1.0) / n
        statistic = share * float(w @ np.square(self.residuals))
        null = share * float(w @ np.square(self.correlations))
        left = w[:, None] * self.gamma
        scaled_null, _ = _scaled(null, left, w.size)
        back = np.linalg.solve(self.information, self.slopes.T * w)
        left = left - (w[:, None] * self.slopes) @ (back @ self.gamma)
        scaled, scale = _scaled(statistic, left, df)
        tli, cfi = comparative_fit(statistic, df, null, w.size)
        tli_robust, cfi_robust = comparative_fit(scaled, df, scaled_null, w.size)
        rmsea, low, high = rmsea_interval(statistic, df, n - 1.0)
        robust, robust_low, robust_high = rmsea_interval(scaled, df, n - 1.0)
        return ConfirmatoryFit(
            chi2=statistic,
            df=df,
            p=p_value(statistic, df),
            scaling=scale,
            chi2_scaled=scaled if df else np.nan,
            p_scaled=p_value(scaled, df),
            rmsea=rmsea,
            rmsea_low=low,
            rmsea_high=high,
            cfi=cfi,
            tli=tli,
            srmr=float(np.sqrt(np.square(self.residuals).sum() / (p * (p + 1) / 2))),
            rmsea_robust=robust,
            rmsea_robust_low=robust_low,
            rmsea_robust_high=robust_high,
            cfi_robust=cfi_robust,
            tli_robust=tli_robust,
            bic=scaled - df * float(np.log(n)),
            n=n,
        )


def least_squares(design: Design, found: Correlation) -> LeastSquaresFit:
    """Fit a structure to correlations by Gauss and Newton's steps.

    Parameters
    ----------
    design : Design
        The model of one group (`confirmatory_design`) for these correlations; residual variances
        are taken out of it.
    found : Correlation
        The correlations, with the respondents behind them.

    Returns
    -------
    LeastSquaresFit
    """
    gamma = covariance_of(found.influence())
    upper = np.triu_indices(len(found.names), 1)
    r, w = found.matrix[upper], 1.0 / np.diag(gamma)
    task = replace(design, entries=(_without_variances(design.entries[0]),))
    entries, start = task.entries[0], design.start[0]
    task = replace(task, n_parameters=entries.row.size)
    theta = start.parameters(entries, np.zeros(entries.row.size))
    value, n_steps, converged = _value(start, entries, theta, r, w), 0, False
    while not converged and n_steps < _MOST_STEPS:
        matrices = start.with_parameters(entries, theta)
        slopes, gap = _slopes(matrices, entries), r - matrices.covariance()[upper]
        downhill = slopes.T @ (w * gap)
        step = np.linalg.lstsq(slopes.T @ (w[:, None] * slopes), downhill, rcond=None)[0]
        n_steps, converged = n_steps + 1, bool(downhill @ step < _ENOUGH)
        for halvings in range(_MOST_HALVINGS):
            there = theta + step * 0.5**halvings
            new = _value(start, entries, there, r, w)
            if new <= value * (1.0 + 1e-12):
                theta, value = there, new
                break
    matrices = start.with_parameters(entries, theta)
    common = np.diag(matrices.loadings @ matrices.factor_covariances @ matrices.loadings.T)
    residual = matrices.residual_covariances.copy()
    np.fill_diagonal(residual, 1.0 - common)
    whole = replace(matrices, residual_covariances=residual)
    moments = GroupMoments(np.zeros(len(found.names)), found.matrix, found.effective_n)
    model = LikelihoodFit(task, (moments,), theta, (whole,), value, converged, n_steps)
    gap = r - whole.covariance()[upper]
    return LeastSquaresFit(model, gamma, _slopes(whole, entries), gap, r)


def _without_variances(entries: Entries) -> Entries:
    keep = ~((entries.block == "residual_covariances") & (entries.row == entries.col))
    return replace(entries.part(keep), parameter=np.arange(int(keep.sum())))


def _slopes(matrices: Matrices, entries: Entries) -> np.ndarray:
    """Return the derivatives of the correlations, shape (n_pairs, n_entries)."""
    first, second = np.triu_indices(matrices.loadings.shape[0], 1)
    d = Directions.of(matrices, entries)
    return np.asarray(d.s * (d.x[first] * d.y[second] + d.y[first] * d.x[second]))


def _value(
    start: Matrices, entries: Entries, theta: np.ndarray, r: np.ndarray, w: np.ndarray
) -> float:
    upper = np.triu_indices(start.loadings.shape[0], 1)
    gap = r - start.with_parameters(entries, theta).covariance()[upper]
    return float(w @ np.square(gap))


def _scaled(statistic: float, left: np.ndarray, df: int) -> tuple[float, float]:
    """Return the statistic with the mean and variance of chi-square, and what it is divided by."""
    if df == 0:
        return 0.0, np.nan
    scale = float(np.sqrt(df / (left * left.T).sum()))
    return scale * statistic + df - scale * float(np.trace(left)), 1.0 / scale
