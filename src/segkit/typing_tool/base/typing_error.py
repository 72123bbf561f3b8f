"""How a tool mistakes people of each segment, and how sure that is.

It is taken from the fitted model itself, from what its trees say of respondents that they had
not seen: another model, fitted on a part of the respondents, makes other mistakes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._resample import bootstrap_counts
from segkit._weights import scale_to_effective
from segkit.typing_tool.base.sizes import tilted
from segkit.typing_tool.models.calibration import PRIOR_SD, Decision

__all__ = ["N_DRAWS", "TypingError", "typing_error"]

N_DRAWS = 400
N_STEPS = 4  # Newton's, for a calibration that starts close


@dataclass(frozen=True)
class TypingError:
    """How the tool mistakes people of each segment, with its uncertainty.

    Attributes
    ----------
    matrix : ndarray of shape (n_segments, n_segments)
        Mean probabilities (columns) among people of each segment (rows), out of bag.
    tags : ndarray of shape (n_segments, n_segments)
        Shares of the likeliest segments (columns) among them.
    prior : ndarray of shape (n_segments,)
        Shares of the segments in the survey.
    tilt : ndarray of shape (n_segments + 1,)
        What makes the tool's probabilities come true (`sizes.tilted`): near zero where they
        are calibrated.
    draws, tag_draws, prior_draws, tilt_draws : ndarray of shape (n_draws, ...)
        The same in bootstrap samples of respondents.
    """

    matrix: np.ndarray
    tags: np.ndarray
    prior: np.ndarray
    tilt: np.ndarray
    draws: np.ndarray
    tag_draws: np.ndarray
    prior_draws: np.ndarray
    tilt_draws: np.ndarray


def typing_error(
    decision: Decision, membership: np.ndarray, w: np.ndarray, random_state: Any
) -> TypingError:
    """Estimate mistakes by true segment, with bootstrap draws.

    Parameters
    ----------
    decision : Decision
        On each respondent, from trees that had not seen them; in canonical order.
    membership : ndarray of shape (n_respondents, n_segments)
        The survey's own answer.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    random_state : int, RandomState or None
        The seed.

    Returns
    -------
    TypingError
    """
    n, k = membership.shape
    weight = scale_to_effective(w)
    counts = np.stack(list(bootstrap_counts(N_DRAWS, np.arange(n), random_state)))
    weights = np.vstack([np.ones(n), counts]) * weight
    matrix, tags = (
        _rates(weights, membership, said)
        for said in (decision.probabilities, np.eye(k)[decision.first])
    )
    # half a respondent at least: a draw may hold nobody of a small segment
    prior = np.maximum(weights @ membership, 0.5 * weight.mean())
    prior /= prior.sum(axis=1, keepdims=True)
    tilt = _tilts(decision.probabilities, membership, weights)
    point = (table[0] for table in (matrix, tags, prior, tilt))
    return TypingError(*point, *(table[1:] for table in (matrix, tags, prior, tilt)))


def _rates(weights: np.ndarray, membership: np.ndarray, said: np.ndarray) -> np.ndarray:
    """Return the mean of what was said of people of each segment, for each row of weights."""
    n, k = membership.shape
    cells = (membership[:, :, None] * said[:, None, :]).reshape(n, -1)
    sums = (weights @ cells).reshape(-1, k, k)
    # a segment that no respondent is left of gets the tool's average answer
    sums[0] = np.where(_filled(sums[0]), sums[0], sums[0].sum(axis=0) + 1e-12)
    sums = np.where(_filled(sums), sums, sums[0])
    return np.asarray(sums / sums.sum(axis=-1, keepdims=True))


def _filled(sums: np.ndarray) -> np.ndarray:
    return np.asarray(sums.sum(axis=-1, keepdims=True) > 0)


def _tilts(p: np.ndarray, membership: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Fit the calibration once more, and in each draw by one Newton step from there."""
    tilt = np.zeros(1 + p.shape[1])
    for _ in range(N_STEPS):
        slopes, curve = _slopes(p, membership, weights[0], tilt)
        tilt = tilt - np.linalg.solve(curve, weights[0] @ slopes + _pull(tilt))
    slopes, curve = _slopes(p, membership, weights[0], tilt)
    draws = tilt - np.linalg.solve(curve, (weights[1:] @ slopes + _pull(tilt)).T).T
    return np.vstack([tilt, draws])


def _slopes(
    p: np.ndarray, membership: np.ndarray, w: np.ndarray, tilt: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return each respondent's gradient of the log loss, and the curvature of their sum."""
    n, k = p.shape
    at = tilted(p, tilt)
    log_p = np.exp(tilt[0]) * np.log(np.maximum(p, 1e-12))
    away = at - membership
    slopes = np.column_stack([(away * log_p).sum(axis=1), away])
    inputs = np.concatenate([log_p[:, None, :], np.broadcast_to(np.eye(k), (n, k, k))], axis=1)
    spread = inputs * at[:, None, :]
    mean = spread.sum(axis=2)
    curve = np.einsum("n,nij,nlj->il", w, spread, inputs) - (mean * w[:, None]).T @ mean
    return slopes, curve + np.eye(1 + k) / PRIOR_SD**2


def _pull(tilt: np.ndarray) -> np.ndarray:
    """Return the gradient of the prior that holds a calibration near the tool's own."""
    return np.asarray(tilt / PRIOR_SD**2)
