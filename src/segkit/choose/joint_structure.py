"""All candidates of a comparison against the same worlds without segments, in one test."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.base import clone

from segkit._frames import matrix
from segkit.choose.candidates import Fitted
from segkit.choose.material import Material
from segkit.choose.null_world import null_world
from segkit.choose.settling import is_borderline
from segkit.choose.trial import Part, try_against_worlds
from segkit.choose.verdicts import verdict_of
from segkit.choose.world_figures import Recipe, with_starts

__all__ = ["JointStructure", "joint_structure"]

N_SPLITS = 4

MORE = 4
"""So many times the worlds asked for are drawn at most."""


@dataclass(frozen=True)
class JointStructure:
    """The verdict of each candidate.

    Attributes
    ----------
    verdicts : tuple of str
        "natural", "reproducible" or "constructive".
    p, low, high : ndarray of shape (n_candidates,)
        Of stability, for all candidates together, with its 95 % Monte-Carlo interval.
    borderline : ndarray of bool, shape (n_candidates,)
        Another seed might give another verdict.
    n_worlds : int
        Worlds drawn.
    """

    verdicts: tuple[str, ...]
    p: np.ndarray
    low: np.ndarray
    high: np.ndarray
    borderline: np.ndarray
    n_worlds: int


def joint_structure(
    fitted: Sequence[Fitted], material: Material, *, n_null: int, n_init: int | None, seed: int
) -> JointStructure:
    """Compare all candidates with worlds without segments.

    Parameters
    ----------
    fitted : sequence of Fitted
        The candidates.
    material : Material
        The tables; each has worlds of its own.
    n_null : int
        Worlds; up to four times as many while it is open whether any candidate stands out.
    n_init : int or None
        Starts of every fit.
    seed : int
        The seed.

    Returns
    -------
    JointStructure
        P(any candidate natural or reproducible | no segments) is at most .05: each candidate is
        held against the one that stands out most in each world (`joint_p`).
    """
    trial = try_against_worlds(
        _parts(fitted, material, n_init),
        n_null=n_null,
        max_null=MORE * (n_null + 1) - 1,
        n_splits=N_SPLITS,
        seed=seed,
    )
    stability, separation = trial.stability_tests(), trial.separation_tests()
    intervals = np.array([test.interval() for test in stability])
    both = list(zip(stability, separation, strict=True))
    return JointStructure(
        verdicts=tuple(verdict_of(one.p, other.p) for one, other in both),
        p=np.array([test.p for test in stability]),
        low=intervals[:, 0],
        high=intervals[:, 1],
        borderline=np.array([is_borderline(*tests) for tests in both]),
        n_worlds=len(trial.world_stability),
    )


def _parts(fitted: Sequence[Fitted], material: Material, n_init: int | None) -> list[Part]:
    parts = []
    for name, X in material.inputs.items():
        positions = [i for i, f in enumerate(fitted) if f.candidate.input == name]
        models = [with_starts(clone(fitted[i].candidate.estimator), n_init) for i in positions]
        table = matrix(X)
        recipe = Recipe(tuple(models), material.w, material.weighted)
        parts.append(Part(X, table.values, null_world(table, material.w), recipe, positions))
    return parts
