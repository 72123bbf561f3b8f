"""All candidates of a comparison against the same worlds without segments, in one test."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.base import clone

from segkit._frames import matrix
from segkit._progress import track
from segkit._resample import spawn_seeds
from segkit.choose.candidates import Fitted
from segkit.choose.material import Material
from segkit.choose.null_world import NullWorld, null_world
from segkit.choose.verdicts import LEVEL, joint_p, verdict_of
from segkit.choose.world_figures import Recipe, with_starts

__all__ = ["JointStructure", "joint_structure"]

N_SPLITS = 2


@dataclass(frozen=True)
class JointStructure:
    """The verdict of each candidate.

    Attributes
    ----------
    verdicts : tuple of str
        "natural", "reproducible" or "constructive".
    p : ndarray of shape (n_candidates,)
        Of stability, for all candidates together.
    n_worlds : int
        Worlds drawn.
    """

    verdicts: tuple[str, ...]
    p: np.ndarray
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
        The most worlds.
    n_init : int or None
        Starts of every fit.
    seed : int
        The seed.

    Returns
    -------
    JointStructure
        P(any candidate natural or reproducible | no segments) is at most .05: stability is
        tested by the candidate that stands out most (`joint_p`), and drawing stops, with all
        candidates constructive, as soon as enough worlds have one that stands out as much.
    """
    own, *seeds = (int(s) for s in spawn_seeds(seed, n_null + 1))
    parts = _parts(fitted, material, n_init, own)
    worlds = [_observed(parts, material, len(fitted))]
    most = max(1, int(LEVEL * (n_null + 1)))
    for one in track(seeds, what="worlds without segments", total=n_null):
        worlds.append(_drawn(parts, len(fitted), one))
        if _as_much(worlds) >= most:
            break
    figures = np.stack(worlds)
    p_stability, p_separation = joint_p(figures[..., 0]), joint_p(figures[..., 1])
    if _as_much(worlds) >= most:
        # stopped early: the share of the worlds drawn is the sequential p value
        p_stability = np.maximum(p_stability, most / (len(worlds) - 1))
    verdicts = [verdict_of(a, b) for a, b in zip(p_stability, p_separation, strict=True)]
    return JointStructure(tuple(verdicts), p_stability, len(worlds) - 1)


@dataclass(frozen=True)
class _Part:
    """The candidates of one input."""

    input: str
    world: NullWorld
    recipe: Recipe
    positions: list[int]


def _parts(
    fitted: Sequence[Fitted], material: Material, n_init: int | None, seed: int
) -> list[_Part]:
    parts = []
    for name, X in material.inputs.items():
        positions = [i for i, f in enumerate(fitted) if f.candidate.input == name]
        models = [with_starts(clone(fitted[i].candidate.estimator), n_init) for i in positions]
        recipe = Recipe(tuple(models), material.w, material.weighted, N_SPLITS, seed)
        world = null_world(matrix(X, what=f"the input `{name}`"), material.w)
        parts.append(_Part(name, world, recipe, positions))
    return parts


def _observed(parts: Sequence[_Part], material: Material, n: int) -> np.ndarray:
    out = np.empty((n, 2))
    for part in parts:
        X = material.inputs[part.input]
        found = part.recipe.figures(X, matrix(X).values)
        out[part.positions] = [(f.stability, f.separation) for f in found]
    return out


def _drawn(parts: Sequence[_Part], n: int, seed: int) -> np.ndarray:
    out = np.empty((n, 2))
    for part, own in zip(parts, spawn_seeds(seed, len(parts)), strict=True):
        values = part.world.draw(np.random.default_rng(int(own)))
        found = part.recipe.figures(part.world.table(values), values)
        out[part.positions] = [(f.stability, f.separation) for f in found]
    return out


def _as_much(worlds: Sequence[np.ndarray]) -> int:
    """Count the worlds in which the best candidate stands out as much as that of the answers."""
    p = joint_p(np.stack(worlds)[..., 0]).min()
    return round(p * len(worlds)) - 1
