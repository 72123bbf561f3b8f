"""Maximum likelihood for measurement models of one or several groups, by Fisher scoring.

References
----------
Joreskog, K. G. (1971). Simultaneous factor analysis in several populations. Psychometrika 36.
Lee, S.-Y. & Jennrich, R. I. (1979). A study of algorithms for covariance structure analysis with
    specific comparisons using factor analysis. Psychometrika 44 (Fisher scoring).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import cho_solve

from segkit.exceptions import SegkitError
from segkit.factors.confirming.measurement_model import (
    Directions,
    Entries,
    GroupMoments,
    Matrices,
    information_of,
)

__all__ = ["Design", "LikelihoodFit", "can_start", "maximise", "undetermined"]

_MOST_STEPS = 500
_MOST_HALVINGS = 30
# the step that is left, in squared standard errors: estimates end within 1e-5 of one
_ENOUGH = 1e-10
_ROUNDING = 1e-13  # of the discrepancy
_SINGULAR = 1e-9


@dataclass(frozen=True, eq=False)
class Design:
    """A model to be fitted.

    Attributes
    ----------
    entries : tuple of Entries
        The free entries, one set a group.
    start : tuple of Matrices
        Fixed values and where the search starts.
    n_parameters : int
        The number of parameters over all groups.
    with_means : bool
        Whether the means are part of the model; else they are left as they are.
    """

    entries: tuple[Entries, ...]
    start: tuple[Matrices, ...]
    n_parameters: int
    with_means: bool

    @property
    def n_moments(self) -> int:
        """How many means and covariances the model is to reproduce."""
        p = self.start[0].loadings.shape[0]
        return len(self.start) * (p * (p + 1) // 2 + (p if self.with_means else 0))

    @property
    def df(self) -> int:
        """Degrees of freedom."""
        return self.n_moments - self.n_parameters


@dataclass(frozen=True, eq=False)
class LikelihoodFit:
    """A model at its maximum.

    Attributes
    ----------
    design : Design
        The model.
    moments : tuple of GroupMoments
        What it was fitted to.
    theta : ndarray of shape (n_parameters,)
        The estimates.
    matrices : tuple of Matrices
        The same as matrices.
    discrepancy : float
        The likelihood discrepancy F: 0 when the model reproduces every moment.
    converged : bool
        Whether the search ended by itself.
    n_steps : int
        Steps of Fisher scoring.
    """

    design: Design
    moments: tuple[GroupMoments, ...]
    theta: np.ndarray
    matrices: tuple[Matrices, ...]
    discrepancy: float
    converged: bool
    n_steps: int

    @property
    def n(self) -> float:
        """Respondents of all groups (the effective number)."""
        return float(sum(m.n for m in self.moments))

    @property
    def shares(self) -> np.ndarray:
        """The share of each group."""
        return np.array([m.n for m in self.moments]) / self.n

    @property
    def chi2(self) -> float:
        """Return n F, the likelihood ratio against the model that holds for any moments."""
        return self.n * self.discrepancy

    @cached_property
    def inverses(self) -> list[np.ndarray]:
        """Inverse of the implied covariances of each group."""
        return [np.linalg.inv(m.covariance()) for m in self.matrices]

    @cached_property
    def information(self) -> np.ndarray:
        """Expected information of one respondent, shape (n_parameters, n_parameters)."""
        return information_of(self.parts(self.design.entries), self.design.n_parameters)

    @cached_property
    def inverse_information(self) -> np.ndarray:
        """The inverse of the information; n times the covariances of the estimates."""
        return np.linalg.inv(self.information)

    def parts(
        self, entries: Sequence[Entries]
    ) -> list[tuple[Directions, Entries, np.ndarray, float]]:
        """Differentiate every group by the given entries, at the estimates."""
        groups = zip(self.matrices, entries, self.inverses, self.shares, strict=True)
        return [(Directions.of(m, e), e, a, float(share)) for m, e, a, share in groups]

    def undetermined(self) -> np.ndarray:
        """Return the parameters that the moments do not determine, the most affected first."""
        return undetermined(self.information)


def undetermined(information: np.ndarray) -> np.ndarray:
    """Return the parameters that a singular information does not determine; none where it is not.

    Parameters
    ----------
    information : ndarray of shape (n_parameters, n_parameters)
        Of all parameters.
    """
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    if values.size == 0 or values[0] > _SINGULAR:
        return np.empty(0, dtype=int)
    part = np.abs(vectors[:, 0])
    order = np.argsort(-part, kind="stable")
    return order[part[order] > 0.1 * part.max()]


def maximise(design: Design, moments: Sequence[GroupMoments]) -> LikelihoodFit:
    """Fit a model.

    Parameters
    ----------
    design : Design
        The model.
    moments : sequence of GroupMoments
        One a group, with invertible covariances.

    Returns
    -------
    LikelihoodFit

    Notes
    -----
    F = sum over groups of share_g (log |Sigma| - log |S| + tr(S Sigma^-1) - p + d' Sigma^-1 d),
    d the observed less the implied means. A step of Fisher scoring is halved until F falls.
    """
    task = _Task(design, tuple(moments))
    theta = task.start()
    value, n_steps, converged = task.value(theta), 0, design.n_parameters == 0
    if not np.isfinite(value):
        raise SegkitError(
            "The search has nowhere to start: its first covariances of the items are impossible. "
            "Ask for fewer factors, or leave out items that share little with the others."
        )
    while not converged and n_steps < _MOST_STEPS:
        slope, information = task.slope_and_information(theta)
        step = _solve(information, slope)
        n_steps += 1
        converged = task.n * float(slope @ step) < _ENOUGH
        theta, value, moved = task.descend(theta, value, step)
        if not moved:
            # no step falls further: the last digit is reached
            converged = converged or task.n * float(slope @ step) < 1e-6
            break
    return LikelihoodFit(
        design, task.moments, theta, task.matrices(theta), max(value, 0.0), converged, n_steps
    )


def can_start(design: Design, moments: Sequence[GroupMoments]) -> bool:
    """Say whether the covariances that a model starts from are possible."""
    task = _Task(design, tuple(moments))
    return bool(np.isfinite(task.value(task.start())))


class _Task:
    """The discrepancy of a design and its slope."""

    def __init__(self, design: Design, moments: tuple[GroupMoments, ...]) -> None:
        self.design, self.moments = design, moments
        self.n = float(sum(m.n for m in moments))
        self.log_dets = [float(np.linalg.slogdet(m.covariance)[1]) for m in moments]

    def start(self) -> np.ndarray:
        """Return the parameters that the design starts from."""
        theta = np.zeros(self.design.n_parameters)
        for matrices, entries in zip(self.design.start, self.design.entries, strict=True):
            theta = matrices.parameters(entries, theta)
        return theta

    def matrices(self, theta: np.ndarray) -> tuple[Matrices, ...]:
        """Return each group's matrices at some parameters."""
        groups = zip(self.design.start, self.design.entries, strict=True)
        return tuple(start.with_parameters(entries, theta) for start, entries in groups)

    def value(self, theta: np.ndarray) -> float:
        """Return F; infinite where the implied covariances are impossible."""
        total = 0.0
        groups = zip(self.matrices(theta), self.moments, self.log_dets, strict=True)
        for matrices, moments, log_det in groups:
            sigma, d = matrices.covariance(), self._offset(matrices, moments)
            try:
                factor = np.linalg.cholesky(sigma)
            except np.linalg.LinAlgError:
                return np.inf
            log_sigma = 2.0 * np.log(np.diag(factor)).sum()
            ratio = np.trace(cho_solve((factor, True), moments.covariance + np.outer(d, d)))
            total += moments.n / self.n * float(log_sigma - log_det + ratio - d.size)
        return total

    def slope_and_information(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return half the downward slope of F and the information (half its curvature)."""
        slope, parts = np.zeros(theta.size), []
        groups = zip(self.matrices(theta), self.design.entries, self.moments, strict=True)
        for matrices, entries, moments in groups:
            sigma, d = matrices.covariance(), self._offset(matrices, moments)
            inverse, share = np.linalg.inv(sigma), moments.n / self.n
            directions = Directions.of(matrices, entries)
            residual = inverse @ (moments.covariance + np.outer(d, d) - sigma) @ inverse
            slope[entries.parameter] += share * directions.slope(residual, inverse @ d)
            parts.append((directions, entries, inverse, share))
        return slope, information_of(parts, theta.size)

    def descend(
        self, theta: np.ndarray, value: float, step: np.ndarray
    ) -> tuple[np.ndarray, float, bool]:
        """Go along the step, halved until F falls."""
        for halvings in range(_MOST_HALVINGS):
            there = theta + step * 0.5**halvings
            new = self.value(there)
            if new <= value + _ROUNDING:
                return there, new, True
        return theta, value, False

    def _offset(self, matrices: Matrices, moments: GroupMoments) -> np.ndarray:
        if not self.design.with_means:
            return np.zeros(moments.mean.size)
        return moments.mean - matrices.mean()


def _solve(information: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Return the scoring step; a ridge where the information is nearly singular."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    scaled = information / np.outer(scale, scale)
    for ridge in (0.0, 1e-8, 1e-4, 1e-1):
        try:
            factor = np.linalg.cholesky(scaled + ridge * np.eye(scale.size))
        except np.linalg.LinAlgError:
            continue
        return np.asarray(cho_solve((factor, True), slope / scale) / scale)
    return slope / scale**2
