"""What no study can know: the truth behind a made study, to check a method against."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit.datasets.made.interviews import Interviews
from segkit.datasets.made.items import NEEDS, answer_codebook
from segkit.datasets.made.people import People
from segkit.datasets.made.tables import table
from segkit.datasets.made.touchpoints import TOUCHPOINTS, true_importance
from segkit.datasets.made.world import World

__all__ = ["Truth", "truth_of"]


@dataclass(frozen=True, eq=False)
class Truth:
    """What no study can know: the answers to check a method against.

    Attributes
    ----------
    respondents : ndarray of int of shape (n_respondents,)
        True segment of each respondent, 0 the largest segment of the world.
    customers : ndarray of int of shape (n_customers,)
        True segment of each customer of the base.
    loadings : frame of shape (24, 6)
        ``item`` and the true standardised loading of each importance item on the needs
        control, simplicity, security, speed and saving.
    careless : ndarray of str of shape (n_respondents,)
        "" for attentive respondents, else straight, alternating, random or partial.
    names, jobs : tuple of str
        Name and job of each segment's archetype.
    sizes : ndarray of shape (n_segments,)
        Share of each segment in the world.
    touchpoints : frame
        ``segment``, ``touchpoint`` and ``importance``: what one point more in the rating
        adds to the recommendation.
    moved : ndarray of bool of shape (n_customers,)
        Customers who were in another segment in the wave before.
    """

    respondents: np.ndarray
    customers: np.ndarray
    loadings: Any = field(repr=False)
    careless: np.ndarray
    names: tuple[str, ...]
    jobs: tuple[str, ...]
    sizes: np.ndarray
    touchpoints: Any = field(repr=False)
    moved: np.ndarray


def truth_of(
    world: World, interviews: Interviews, people: People, moved: np.ndarray, output: str
) -> Truth:
    """Return the truth of one wave, its tables in the asked kind."""
    items = {"item": answer_codebook().names("importance")}
    needs = {need: world.loadings[:24, f] for f, need in enumerate(NEEDS)}
    k = world.n_segments
    moments = {
        "segment": np.repeat(np.arange(k), len(TOUCHPOINTS)),
        "touchpoint": list(TOUCHPOINTS) * k,
        "importance": true_importance(world).ravel(),
    }
    return Truth(
        respondents=interviews.minds.segments.astype(np.int64),
        customers=people.segments.astype(np.int64),
        loadings=table(items | needs, output),
        careless=interviews.careless,
        names=tuple(a.name for a in world.cast),
        jobs=tuple(a.job for a in world.cast),
        sizes=world.shares.copy(),
        touchpoints=table(moments, output),
        moved=moved,
    )
