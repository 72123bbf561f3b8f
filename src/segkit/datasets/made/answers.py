"""How people answer: latent responses cut by thresholds that bend with response style.

A person i of segment s has factors f ~ N(mean_s, C), an acquiescence a and an extremity
e. The latent response to item j is x = slopes_j . f + sqrt(uniqueness_j) * noise, and the
answer is 1 plus the number of cuts below it, where cut c of item j for person i is
``m_j + (t_jc - m_j) * exp(-e) - a`` and m_j is the middle of the item's five answers.
"""

from dataclasses import dataclass

import numpy as np

from segkit.datasets.made.world import ACQUIESCENCE_SD, EXTREME_SD, World

__all__ = ["CARELESS_KINDS", "Minds", "answer_items", "draw_minds", "leave_gaps", "spoil"]

CARELESS_KINDS = ("straight", "alternating", "random", "partial")
"""The four ways of not reading the questions."""


@dataclass(frozen=True)
class Minds:
    """What goes on in the respondents' heads.

    Attributes
    ----------
    segments : ndarray of shape (n,)
        True segments.
    factors : ndarray of shape (n, 10)
        Importance and satisfaction factors.
    style : ndarray of shape (n, 2)
        Acquiescence and extremity.
    gaps : ndarray of shape (n,)
        Chance of leaving an answer out.
    """

    segments: np.ndarray
    factors: np.ndarray
    style: np.ndarray
    gaps: np.ndarray


def draw_minds(world: World, segments: np.ndarray, rng: np.random.Generator) -> Minds:
    """Draw the factors and the response style of people with known segments."""
    n = len(segments)
    noise = rng.standard_normal((n, 10)) @ np.linalg.cholesky(world.covariance).T
    style = rng.standard_normal((n, 2)) * (ACQUIESCENCE_SD, EXTREME_SD)
    return Minds(segments, world.means[segments] + noise, style, rng.beta(0.5, 13.0, n))


def answer_items(world: World, minds: Minds, rng: np.random.Generator) -> np.ndarray:
    """Return the complete, attentive answers 1-5 of shape (n, 48)."""
    latent = minds.factors @ world.slopes.T
    latent += rng.standard_normal(latent.shape) * np.sqrt(world.uniqueness)
    middle = world.thresholds[:, 1:3].mean(axis=1)
    # a person's cuts around the middle shrink with extremity: undo it on the latent response
    bent = (latent + minds.style[:, :1] - middle) * np.exp(minds.style[:, 1:])
    answers = np.ones(latent.shape, dtype=np.int8)
    for cut in (world.thresholds - middle[:, None]).T:
        answers += bent > cut
    return answers


def leave_gaps(n_items: int, minds: Minds, rng: np.random.Generator) -> np.ndarray:
    """Say which answers are left out: at random, by people who differ in how often."""
    return rng.random((len(minds.gaps), n_items)) < minds.gaps[:, None]


def spoil(
    answers: np.ndarray, share: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Let a share of the respondents answer carelessly.

    Parameters
    ----------
    answers : ndarray of shape (n, 48)
        Attentive answers, in the order of the questionnaire.
    share : float
        Share of careless respondents; the four kinds are equally many.
    rng : numpy.random.Generator
        Who, and how.

    Returns
    -------
    answers : ndarray of shape (n, 48)
        With the careless rows replaced.
    kinds : ndarray of shape (n,) of str
        "" for attentive respondents, else one of `CARELESS_KINDS`.
    """
    n, n_items = answers.shape
    out, kinds = answers.copy(), np.full(n, "", dtype="<U11")
    who = rng.permutation(n)[: round(share * n)]
    for position, row in enumerate(who):
        kind = CARELESS_KINDS[position % 4]
        careless = _careless_row(kind, n_items, rng)
        start = int(rng.integers(n_items // 3, 2 * n_items // 3)) if kind == "partial" else 0
        out[row, start:] = careless[start:]
        kinds[row] = kind
    return out, kinds


def _careless_row(kind: str, n_items: int, rng: np.random.Generator) -> np.ndarray:
    """One careless way through the questionnaire; a slip here and there, as people make."""
    if kind == "partial":
        kind = ("straight", "random")[int(rng.integers(2))]
    if kind == "random":
        return rng.integers(1, 6, n_items)
    if kind == "straight":
        row = np.full(n_items, rng.choice(5, p=(0.05, 0.1, 0.3, 0.35, 0.2)) + 1)
    else:
        low = int(rng.integers(1, 5))
        row = np.where(np.arange(n_items) % 2 == 0, low, rng.integers(low + 1, 6))
    slips = rng.random(n_items) < 0.03
    return np.where(slips, np.clip(row + rng.choice((-1, 1), n_items), 1, 5), row)
