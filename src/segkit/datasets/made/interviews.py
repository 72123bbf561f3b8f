"""The survey of one wave: who is asked, what they have in mind and what they answer."""

from dataclasses import dataclass

import numpy as np

from segkit.datasets.made.answers import Minds, answer_items, draw_minds, leave_gaps, spoil
from segkit.datasets.made.people import FieldCodes, People
from segkit.datasets.made.sampling import draw_sample, inclusion
from segkit.datasets.made.turnover import Turnover
from segkit.datasets.made.world import CARELESS_SHARE, World

__all__ = ["Interviews", "first_interviews", "later_interviews"]

PANEL_SHARE = 0.35
_SAME_MIND = 0.8  # correlation of a person's factors within the segment, a year apart
_SAME_STYLE = 0.9
_SECONDS = {"": 330.0, "straight": 100.0, "alternating": 110.0, "random": 115.0, "partial": 210.0}


@dataclass(frozen=True)
class Interviews:
    """What a wave of the survey brought in, and what was in the respondents' minds.

    Attributes
    ----------
    respondent : ndarray of shape (n,)
        Numbers of the respondents.
    rows : ndarray of shape (n,)
        Their positions in the customer base.
    weights : ndarray of shape (n,)
        Inverse probability of selection, mean 1.
    panel : ndarray of bool of shape (n,)
        Took part in the wave before.
    minds : Minds
        Factors and response style.
    items : ndarray of shape (n, 48)
        Answers 1-5, importance then satisfaction; 0 is missing.
    careless : ndarray of shape (n,) of str
        "" or the kind of carelessness.
    seconds : ndarray of shape (n,)
        Time spent.
    """

    respondent: np.ndarray
    rows: np.ndarray
    weights: np.ndarray
    panel: np.ndarray
    minds: Minds
    items: np.ndarray
    careless: np.ndarray
    seconds: np.ndarray


def first_interviews(world: World, people: People, n: int, rng: np.random.Generator) -> Interviews:
    """Interview n customers."""
    rows, weights = draw_sample(inclusion(people.codes, n), rng)
    minds = draw_minds(world, people.segments[rows].astype(np.intp), rng)
    return _ask(world, np.arange(1, n + 1), rows, weights, np.zeros(n, dtype=bool), minds, rng)


def later_interviews(
    world: World,
    earlier: Interviews,
    turnover: Turnover,
    before: World,
    rng: np.random.Generator,
) -> Interviews:
    """Interview as many customers again, a third of them the same people.

    Panel members keep their number and most of their mind; the others are drawn anew from
    the later base. Each part is weighted by its own chances of selection.
    """
    n, people = len(earlier.rows), turnover.people
    still = np.flatnonzero(turnover.stayed[earlier.rows])
    again = rng.permutation(still)[: round(PANEL_SHARE * n)]
    fresh = np.ones(people.n, dtype=bool)
    fresh[earlier.rows[still]] = False
    n_new = min(n - len(again), int(fresh.sum()))
    others = np.flatnonzero(fresh)
    drawn, new_weights = draw_sample(inclusion(_codes_at(people, others), n_new), rng)
    rows = np.concatenate([earlier.rows[again], others[drawn]])
    old_weights = earlier.weights[again]
    weights = np.concatenate([old_weights / max(old_weights.mean(), 1e-9), new_weights])
    first_new = earlier.respondent.max() + 1
    respondent = np.concatenate([earlier.respondent[again], first_new + np.arange(n_new)])
    minds = draw_minds(world, people.segments[rows].astype(np.intp), rng)
    minds = _remember(minds, earlier.minds, again, world, before)
    panel = np.arange(len(rows)) < len(again)
    order = rng.permutation(len(rows))
    minds = Minds(*(part[order] for part in vars(minds).values()))
    return _ask(world, respondent[order], rows[order], weights[order], panel[order], minds, rng)


def _ask(
    world: World,
    respondent: np.ndarray,
    rows: np.ndarray,
    weights: np.ndarray,
    panel: np.ndarray,
    minds: Minds,
    rng: np.random.Generator,
) -> Interviews:
    attentive = answer_items(world, minds, rng)
    items, careless = spoil(attentive, CARELESS_SHARE, rng)
    items[leave_gaps(items.shape[1], minds, rng)] = 0
    usual = np.array([_SECONDS[kind] for kind in careless])
    seconds = np.rint(usual * np.exp(0.3 * rng.standard_normal(len(usual))))
    return Interviews(respondent, rows, weights, panel, minds, items, careless, seconds)


def _codes_at(people: People, rows: np.ndarray) -> FieldCodes:
    return FieldCodes(**{name: column[rows] for name, column in vars(people.codes).items()})


def _remember(
    minds: Minds, earlier: Minds, again: np.ndarray, world: World, before: World
) -> Minds:
    """Let the first of the respondents, the panel, think much as they did before."""
    n = len(again)
    factors, style, gaps = minds.factors.copy(), minds.style.copy(), minds.gaps.copy()
    residual = earlier.factors[again] - before.means[earlier.segments[again]]
    means = world.means[minds.segments[:n]]
    factors[:n] = _mixed(residual, factors[:n] - means, _SAME_MIND) + means
    style[:n] = _mixed(earlier.style[again], style[:n], _SAME_STYLE)
    gaps[:n] = earlier.gaps[again]
    return Minds(minds.segments, factors, style, gaps)


def _mixed(old: np.ndarray, new: np.ndarray, correlation: float) -> np.ndarray:
    return correlation * old + np.sqrt(1 - correlation**2) * new
