"""The best any classifier can do in the made world, given that it knows the world.

From the fields the posterior is exact: a sum over the hidden life stages of products of
known probabilities. From the answers it is an integral over 12 dimensions (10 factors,
acquiescence, extremity), done by importance sampling on Sobol points around each person's
posterior mode. The likelihood of answers given the mind is the same in every segment, so
one cloud of points serves all segments.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp, ndtr, ndtri
from scipy.stats import qmc

from segkit.datasets.made.fields import AMOUNT_SD, STAGES, FieldModel, age_and_tenure, outcomes
from segkit.datasets.made.people import FieldCodes
from segkit.datasets.made.world import ACQUIESCENCE_SD, EXTREME_SD, World

__all__ = ["OracleScore", "answers_posterior", "fields_posterior", "oracle_score"]

_CHUNK = 64  # respondents at a time: keeps the working arrays in the processor's cache
_STEPS = 5
_WIDER = 1.15  # the sampling density is a little wider than the normal approximation


class OracleScore(NamedTuple):
    """How well the oracle does.

    Attributes
    ----------
    accuracy : float
        Expected accuracy: the mean probability of the likeliest segment.
    hits : float
        Share of people whose likeliest segment is the true one; the same quantity with
        more sampling noise. The two agree when the posterior is right.
    """

    accuracy: float
    hits: float


def oracle_score(
    posterior: np.ndarray, truth: np.ndarray, sample_weight: np.ndarray | None = None
) -> OracleScore:
    """Return the accuracy of a posterior of shape (n, k), weighted to the customers."""
    w = np.ones(len(truth)) if sample_weight is None else sample_weight
    best = posterior.argmax(axis=1)
    return OracleScore(
        float(np.average(posterior.max(axis=1), weights=w)),
        float(np.average(best == truth, weights=w)),
    )


def fields_posterior(world: World, model: FieldModel, codes: FieldCodes) -> np.ndarray:
    """Return P(segment | fields) of shape (n, k); missing fields are summed out exactly."""
    cells = world.n_segments * STAGES
    log_p = np.log(model.stages * world.shares[:, None]).ravel() + np.zeros((codes.n, cells))
    with np.errstate(divide="ignore"):
        for name in ("region", "household", "products", "payment_method", "autopay"):
            log_p += _look_up(np.log(model.tables[name]), getattr(codes, name))
        log_p += _look_up(np.log(model.tables["bills_a_month"]), codes.bills_a_month)
        log_p += _look_up(np.log(model.tables["late_reminders_12m"]), codes.late_reminders_12m)
        log_p += _look_up(np.log(outcomes(model, "app_logins_30d")), codes.app_logins_30d + 1)
        log_p += _age_and_tenure(model, codes)
    log_p += _amount(model, codes)
    by_segment = logsumexp(log_p.reshape(codes.n, world.n_segments, STAGES), axis=2)
    return _normalised(by_segment)


def answers_posterior(
    world: World, answers: np.ndarray, *, n_points: int = 128, seed: int = 0
) -> np.ndarray:
    """Return P(segment | answers) of attentive respondents by quasi Monte Carlo.

    Parameters
    ----------
    world : World
        The world they live in.
    answers : ndarray of shape (n, 48)
        Importance then satisfaction, 1-5; 0 is missing.
    n_points : int
        Sobol points for each respondent, a power of two.
    seed : int
        Scrambles the points.

    Returns
    -------
    ndarray of shape (n, k)
        Rows sum to one.
    """
    rng = np.random.default_rng(seed)
    grid = qmc.Sobol(12, seed=rng).random(n_points)
    parts = []
    for start in range(0, len(answers), _CHUNK):
        some = answers[start : start + _CHUNK]
        # everybody's points are shifted on their own, or all would err the same way
        shifted = (grid + rng.random((len(some), 1, 12))) % 1.0
        parts.append(_posterior_of(world, some, ndtri(np.clip(shifted, 1e-9, 1 - 1e-9))))
    return np.vstack(parts)


def _look_up(log_table: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Log probability of each code in each cell, of shape (n, cells); missing (-1) adds 0."""
    padded = np.hstack([log_table, np.zeros((len(log_table), 1))])
    return padded.T[codes]


def _age_and_tenure(model: FieldModel, codes: FieldCodes) -> np.ndarray:
    """Log P(age, tenure) in each cell; a missing age is summed over."""
    joint = age_and_tenure(model)
    table = np.concatenate([joint, joint.sum(axis=1, keepdims=True)], axis=1)
    return np.log(table.transpose(1, 2, 0)[codes.age, codes.tenure])


def _amount(model: FieldModel, codes: FieldCodes) -> np.ndarray:
    """Log density of the amount given the bills; without bills there is no amount."""
    known = codes.bills_a_month > 0
    out = np.zeros((codes.n, len(model.amount)))
    bills, amount = codes.bills_a_month[known], codes.amount[known]
    z = (np.log(amount / bills)[:, None] - model.amount) / AMOUNT_SD
    out[known] = -0.5 * np.square(z)
    return out


def _normalised(log_p: np.ndarray) -> np.ndarray:
    return np.exp(log_p - logsumexp(log_p, axis=1, keepdims=True))


def _posterior_of(world: World, answers: np.ndarray, points: np.ndarray) -> np.ndarray:
    mode, root = _normal_approximation(world, answers)
    minds = mode[:, None] + _WIDER * points @ root.transpose(0, 2, 1)
    log_w = _log_likelihood(world, answers, minds)
    log_w += 0.5 * np.square(points).sum(axis=2)  # minus the log density they were drawn from
    log_w -= 0.5 * np.square(minds[:, :, 10:] / (ACQUIESCENCE_SD, EXTREME_SD)).sum(axis=2)
    half = np.linalg.inv(np.linalg.cholesky(world.covariance))
    factors, means = minds[:, :, :10] @ half.T, world.means @ half.T
    log_p = np.empty((len(answers), world.n_segments))
    for s, mean in enumerate(means):
        log_prior = -0.5 * np.square(factors - mean).sum(axis=2)
        log_p[:, s] = np.log(world.shares[s]) + logsumexp(log_w + log_prior, axis=1)
    return _normalised(log_p)


def _cuts(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return the middles and the cuts around them, with open ends, of shape (48, 6)."""
    middle = world.thresholds[:, 1:3].mean(axis=1)
    ends = np.full((len(middle), 1), np.inf)
    return middle, np.hstack([-ends, world.thresholds - middle[:, None], ends])


def _log_likelihood(world: World, answers: np.ndarray, minds: np.ndarray) -> np.ndarray:
    """Log P(answers | mind) at every point, of shape (n, n_points)."""
    middle, cuts = _cuts(world)
    scale = 1 / np.sqrt(world.uniqueness)
    items, asked = np.arange(answers.shape[1]), answers > 0
    upper = np.where(asked, cuts[items, answers], np.inf) * scale
    lower = np.where(asked, cuts[items, np.maximum(answers, 1) - 1], -np.inf) * scale
    shrink = np.exp(-minds[:, :, 11:])
    centre = (minds[:, :, :10] @ world.slopes.T + minds[:, :, 10:11] - middle) * scale
    low, high = lower[:, None] * shrink - centre, upper[:, None] * shrink - centre
    # differences of small tails keep their digits; those near one would lose them
    turned = low > 0
    low, high = np.where(turned, -high, low), np.where(turned, -low, high)
    return np.log(np.maximum(ndtr(high) - ndtr(low), 1e-300)).sum(axis=2)


def _normal_approximation(world: World, answers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fisher scoring to the posterior mode under a normal prior for everybody.

    Returns the modes of shape (n, 12) and a root of each inverse information (n, 12, 12).
    """
    between = (world.means * world.shares[:, None]).T @ world.means
    prior = np.zeros((12, 12))
    prior[:10, :10] = np.linalg.inv(world.covariance + between)
    prior[10, 10], prior[11, 11] = ACQUIESCENCE_SD**-2, EXTREME_SD**-2
    mode = np.zeros((len(answers), 12))
    for _ in range(_STEPS):
        gradient, information = _score(world, answers, mode)
        precision = information + prior
        step = np.linalg.solve(precision, (gradient - mode @ prior)[:, :, None])[:, :, 0]
        mode = mode + np.clip(step, -1.0, 1.0)
    root = np.linalg.inv(np.linalg.cholesky(precision)).transpose(0, 2, 1)
    return mode, root


def _score(world: World, answers: np.ndarray, mind: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and expected information of the log likelihood at one mind a respondent."""
    middle, cuts = _cuts(world)
    scale = 1 / np.sqrt(world.uniqueness)
    items, asked = np.arange(answers.shape[1]), (answers > 0)
    inner = np.where(np.isinf(cuts), 0.0, cuts)
    shrink = np.exp(-mind[:, 11:])
    bent = inner[None] * shrink[:, :, None] * scale[:, None]
    centre = (mind[:, :10] @ world.slopes.T + mind[:, 10:11] - middle) * scale
    edge = np.where(np.isinf(cuts), cuts, bent) - centre[:, :, None]
    density = np.exp(-0.5 * np.square(edge)) / np.sqrt(2 * np.pi)
    chance = np.maximum(np.diff(ndtr(edge), axis=2), 1e-12)
    # slope of each answer's chance along the centre, and along the extremity
    by_centre, by_extremity = -np.diff(density, axis=2), -np.diff(density * bent, axis=2)
    chosen = np.maximum(answers, 1) - 1
    rows = np.arange(len(answers))[:, None]
    p = chance[rows, items, chosen]
    g_centre = np.where(asked, by_centre[rows, items, chosen] / p, 0.0)
    g_extremity = np.where(asked, by_extremity[rows, items, chosen] / p, 0.0)
    along = np.hstack([world.slopes, np.ones((len(middle), 1))]) * scale[:, None]
    gradient = np.column_stack([g_centre @ along, g_extremity.sum(axis=1)])
    i_cc = np.where(asked, (by_centre**2 / chance).sum(axis=2), 0.0)
    i_ce = np.where(asked, (by_centre * by_extremity / chance).sum(axis=2), 0.0)
    i_ee = np.where(asked, (by_extremity**2 / chance).sum(axis=2), 0.0)
    information = np.empty((len(answers), 12, 12))
    squares = (along[:, :, None] * along[:, None, :]).reshape(-1, 121)
    information[:, :11, :11] = (i_cc @ squares).reshape(-1, 11, 11)
    information[:, :11, 11] = information[:, 11, :11] = i_ce @ along
    information[:, 11, 11] = i_ee.sum(axis=1)
    return gradient, information
