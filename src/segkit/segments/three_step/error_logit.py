"""A multinomial logit whose outcome was observed with known errors, by maximum likelihood.

References
----------
Vermunt, J. K. (2010). Latent class modeling with covariates: two improved three-step
approaches. Political Analysis 18, 450-469, equations 14 and 15.
White, H. (1982). Maximum likelihood estimation of misspecified models. Econometrica 50,
1-25 (sandwich covariance).
"""

from dataclasses import dataclass

import numpy as np

from segkit._weights import effective_size

__all__ = ["Logit", "error_logit"]

MOST_STEPS = 200
CLOSE = 1e-9

FLAT = 0.01
"""Where the respondents hold less information than this, a coefficient runs to infinity."""


@dataclass(frozen=True)
class Logit:
    """A fitted multinomial logit.

    Attributes
    ----------
    coefficients : ndarray of shape (K - 1, d)
        Log odds of each segment but the first against the first, a unit of each column.
    covariance : ndarray of shape ((K - 1) d, (K - 1) d)
        Sandwich covariance of ``coefficients.ravel()``; NaN for those that run to infinity.
    log_likelihood : float
        Weighted, of the assigned segments.
    endless : ndarray of bool, shape (K - 1, d)
        Coefficients that run to infinity: the likelihood rises for ever, ever less.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    endless: np.ndarray


def error_logit(
    design: np.ndarray,
    places: np.ndarray,
    error: np.ndarray,
    w: np.ndarray,
    error_influence: np.ndarray | None = None,
) -> Logit:
    """Maximise ``sum_i w_i sum_s a_is log sum_t P(t | z_i) D_ts`` over the logit of P.

    Parameters
    ----------
    design : ndarray of shape (n, d)
        Columns z, the first of them ones.
    places : ndarray of shape (n, K)
        The share a of each respondent that each segment gets.
    error : ndarray of shape (K, K)
        Classification errors D, rows the true segments; the unit matrix is an ordinary
        multinomial logit.
    w : ndarray of shape (n,)
        Weights; rows of weight 0 count for the errors alone.
    error_influence : ndarray of shape (n, K K), optional
        The influence of each respondent on the errors; without it they are taken as known.

    Returns
    -------
    Logit
    """
    centre, scale = _moments(design, w)
    scaled = (design - centre) / scale
    problem = _Problem(scaled, places, error, w / w.sum())
    at = _start(problem)
    here = problem.log_likelihood(at)
    for _ in range(MOST_STEPS):
        gradient, observed, complete = problem.derivatives(at)
        step = _ascent(gradient, observed, complete)
        at, gain = _uphill(problem, at, step.reshape(at.shape), here)
        here += gain
        if gradient.ravel() @ step < CLOSE:
            break
    covariance = problem.sandwich(at, error_influence)
    every = np.kron(np.eye(len(at)), _back(centre, scale))
    covariance = every @ covariance @ every.T
    information = problem.derivatives(at)[1] * effective_size(w)
    endless = _endless(information, every, np.tile(scale, len(at)))
    covariance[endless] = covariance[:, endless] = np.nan
    return Logit(
        (every @ at.ravel()).reshape(at.shape),
        covariance,
        float(here * w.sum()),
        endless.reshape(at.shape),
    )


@dataclass(frozen=True)
class _Problem:
    """The likelihood of assigned segments; weights sum to one."""

    design: np.ndarray
    places: np.ndarray
    error: np.ndarray
    w: np.ndarray

    def shares(self, at: np.ndarray) -> np.ndarray:
        """Return P(t | z_i), shape (n, K)."""
        logits = np.column_stack([np.zeros(len(self.design)), self.design @ at.T])
        logits -= logits.max(axis=1, keepdims=True)
        out = np.exp(logits)
        return np.asarray(out / out.sum(axis=1, keepdims=True))

    def log_likelihood(self, at: np.ndarray) -> float:
        """Return the weighted log-likelihood of the assigned segments."""
        put = np.maximum(self.shares(at) @ self.error, 1e-300)
        return float(self.w @ (self.places * np.log(put)).sum(axis=1))

    def derivatives(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return gradient, observed and complete-data information (both minus the Hessian)."""
        shares = self.shares(at)
        expected, lost = self._expected(shares)
        gradient = ((expected - shares)[:, 1:] * self.w[:, None]).T @ self.design
        complete = self._curvature(shares, self.w)
        return gradient, complete - lost, complete

    def sandwich(self, at: np.ndarray, error_influence: np.ndarray | None) -> np.ndarray:
        """Return the covariance that holds for survey weights and estimated errors."""
        shares = self.shares(at)
        expected, lost = self._expected(shares)
        bread = self._curvature(shares, self.w) - lost
        residual = (expected - shares)[:, 1:] * self.w[:, None]
        score = (residual[:, :, None] * self.design[:, None, :]).reshape(len(self.w), -1)
        if error_influence is not None:
            score += error_influence @ self._by_errors(shares).T
        inverse = np.linalg.pinv(bread, hermitian=True)
        return np.asarray(inverse @ (score.T @ score) @ inverse)

    def _expected(self, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return memberships given the assigned segment, and the information that errors cost."""
        expected = np.zeros_like(shares)
        size = (shares.shape[1] - 1) * self.design.shape[1]
        lost = np.zeros((size, size))
        for s in range(self.error.shape[1]):
            rows = np.flatnonzero(self.places[:, s] > 0)
            put = shares[rows] * self.error[:, s]
            given = put / np.maximum(put.sum(axis=1, keepdims=True), 1e-300)
            share = self.places[rows, s]
            expected[rows] += share[:, None] * given
            lost += self._curvature(given, self.w[rows] * share, rows)
        return expected, lost

    def _by_errors(self, shares: np.ndarray) -> np.ndarray:
        """Return how the gradient moves with the errors, shape ((K - 1) d, K K)."""
        k = shares.shape[1]
        out = np.empty((k - 1, self.design.shape[1], k, k))
        for v in range(k):
            put = np.maximum(shares @ self.error[:, v], 1e-300)
            given = shares * self.error[:, v] / put[:, None]
            for u in range(k):
                weight = self.w * self.places[:, v] * shares[:, u] / put
                moved = (np.arange(1, k) == u) - given[:, 1:]
                out[:, :, u, v] = (moved * weight[:, None]).T @ self.design
        return out.reshape(-1, k * k)

    def _curvature(
        self, p: np.ndarray, w: np.ndarray, rows: np.ndarray | slice = slice(None)
    ) -> np.ndarray:
        """Return sum_i w_i (diag(p_i) - p_i p_i') x z_i z_i', without the first segment."""
        z = self.design[rows]
        k, d = p.shape[1] - 1, z.shape[1]
        out = np.empty((k, d, k, d))
        for t in range(k):
            for u in range(t, k):
                spread = p[:, t + 1] * ((t == u) - p[:, u + 1]) * w
                out[t, :, u] = out[u, :, t] = (z * spread[:, None]).T @ z
        return out.reshape(k * d, k * d)


def _moments(design: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what standardises all columns but the first."""
    centre = w @ design / w.sum()
    scale = np.sqrt(w @ np.square(design - centre) / w.sum())
    centre[0], scale[0] = 0.0, 1.0
    return centre, np.where(scale > 0, scale, 1.0)


def _back(centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the matrix from coefficients of standardised columns to those of the columns."""
    out = np.diag(1 / scale)
    out[0] -= centre / scale
    return out


def _endless(information: np.ndarray, every: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Say which coefficients take part in directions in which the likelihood is flat."""
    values, vectors = np.linalg.eigh(information)
    directions = (every @ vectors[:, values < FLAT]) * scale[:, None]
    return np.asarray((np.abs(directions) > 0.1).any(axis=1))


def _start(problem: _Problem) -> np.ndarray:
    """Begin at no relation: segments as large as the errors say, or as assigned."""
    assigned = problem.w @ problem.places
    size = np.linalg.solve(problem.error.T, assigned)
    size = np.maximum(size, 0.02)
    at = np.zeros((size.size - 1, problem.design.shape[1]))
    at[:, 0] = np.log(size[1:] / size[0])
    return at


def _ascent(gradient: np.ndarray, observed: np.ndarray, complete: np.ndarray) -> np.ndarray:
    """Return Newton's step, or that of EM where the likelihood is not concave."""
    values, vectors = np.linalg.eigh(observed)
    if values[0] <= 1e-8 * max(values[-1], 1e-300):
        values, vectors = np.linalg.eigh(complete)
        values = np.maximum(values, 1e-10 * max(values[-1], 1e-300))
    return np.asarray(vectors @ ((vectors.T @ gradient.ravel()) / values))


def _uphill(
    problem: _Problem, at: np.ndarray, step: np.ndarray, here: float
) -> tuple[np.ndarray, float]:
    """Take the step, shortened to five and halved until the likelihood does not fall."""
    step = step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
    for _ in range(40):
        gain = problem.log_likelihood(at + step) - here
        if gain >= 0:
            return at + step, gain
        step = step / 2
    return at, 0.0
