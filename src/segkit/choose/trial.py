"""The answers on trial against worlds without segments: draws both until the verdict is sure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._resample import spawn_seeds
from segkit.choose.null_world import NullWorld
from segkit.choose.settling import Exceeding, settle, totals
from segkit.choose.verdicts import joint_p
from segkit.choose.world_figures import Recipe

__all__ = ["Part", "Trial", "try_against_worlds"]

FINER = 4
"""The answers' people are halved so many times as often as those of a world, and more near the
level: there is one table of answers, and its figure must not hang on how it was halved."""


@dataclass(frozen=True)
class Part:
    """The candidates of one table.

    Attributes
    ----------
    X : frame or array of shape (n, n_items)
        The answers.
    values : ndarray of shape (n, n_items)
        The same as numbers.
    world : NullWorld
        What its worlds are made of.
    recipe : Recipe
        The candidates' models.
    positions : list of int
        Where these candidates stand among all.
    """

    X: Any
    values: np.ndarray
    world: NullWorld
    recipe: Recipe
    positions: list[int]


class Trial:
    """The figures of the answers, and of the worlds drawn so far.

    Parameters
    ----------
    parts : sequence of Part
        The candidates by table.
    n_splits : int
        How often the people of a world are halved.
    seed : int
        Of the halves, the same in all worlds.

    Attributes
    ----------
    ari : ndarray of shape (n_splits_of_the_answers, n_candidates)
        Agreement of halves of the answers' people.
    separation : ndarray of shape (n_candidates,)
        Depth of the valleys in the answers.
    world_stability, world_separation : list of ndarray of shape (n_candidates,)
        The same in each world. Worlds that were drawn for the separation alone come last, and
        have no stability.
    """

    def __init__(self, parts: Sequence[Part], n_splits: int, seed: int) -> None:
        self._parts, self._n_splits, self._seed = parts, n_splits, seed
        n = sum(len(part.positions) for part in parts)
        self.ari = np.empty((0, n))
        self.separation = np.empty(n)
        self.world_stability: list[np.ndarray] = []
        self.world_separation: list[np.ndarray] = []

    @property
    def stability(self) -> np.ndarray:
        """How far halves of the answers' people agree, by candidate."""
        return np.asarray(self.ari.mean(axis=0))

    def halve(self, seed: int) -> None:
        """Halve the answers' people: four times as often as a world's; then four times that."""
        first = not len(self.ari)
        more = self._n_splits * FINER if first else 3 * len(self.ari)
        ari = np.empty((more, self.ari.shape[1]))
        for part in self._parts:
            found = part.recipe.figures(part.X, part.values, more, seed)
            ari[:, part.positions] = np.column_stack([f.ari for f in found])
            if first:
                self.separation[part.positions] = [f.separation for f in found]
        self.ari = np.concatenate([self.ari, ari])

    def draw(self, seed: int, halved: bool) -> None:
        """Draw one more world, and halve its people or not."""
        stability, separation = np.empty((2, self.ari.shape[1]))
        for part, own in zip(self._parts, spawn_seeds(seed, len(self._parts)), strict=True):
            values = part.world.draw(np.random.default_rng(int(own)))
            X, at = part.world.table(values), part.positions
            if halved:
                found = part.recipe.figures(X, values, self._n_splits, self._seed)
                stability[at] = [f.stability for f in found]
                separation[at] = [f.separation for f in found]
            else:
                separation[at] = part.recipe.separations(X, values, self._seed)
        self.world_separation.append(separation)
        if halved:
            self.world_stability.append(stability)

    def stability_tests(self) -> list[Exceeding]:
        """Return the test of each candidate's stability, for all candidates together."""
        # two standard errors of the mean over the splits
        error = 2 * self.ari.std(axis=0, ddof=1) / len(self.ari) ** 0.5
        return _joint(np.stack(self.world_stability), self.stability, error)

    def separation_tests(self) -> list[Exceeding]:
        """Return the test of each candidate's separation, for all candidates together."""
        none = np.zeros_like(self.separation)
        return _joint(np.stack(self.world_separation), self.separation, none)


def try_against_worlds(
    parts: Sequence[Part], *, n_null: int, max_null: int, n_splits: int, seed: Any
) -> Trial:
    """Draw worlds, and halve the answers' people, until it is sure whether they stand out.

    Parameters
    ----------
    parts : sequence of Part
        The candidates by table.
    n_null : int
        Worlds in the first round.
    max_null : int
        The most worlds.
    n_splits : int
        How often the people of a world are halved.
    seed : int, RandomState or None
        The seed.

    Returns
    -------
    Trial
        With several candidates, drawing ends when it is sure whether any stands out.
    """
    rounds = totals(n_null, max_null)
    halves, worlds = np.split(spawn_seeds(seed, len(rounds) + rounds[-1]), [len(rounds)])
    trial = Trial(parts, n_splits, int(halves[0]))
    settle(
        rounds,
        halve=lambda number: trial.halve(int(halves[number])),
        draw=lambda number, halved: trial.draw(int(worlds[number]), halved),
        first=lambda: trial.stability_tests()[_most_stable(trial)],
        second=lambda: trial.separation_tests()[_most_stable(trial)],
    )
    return trial


def _most_stable(trial: Trial) -> int:
    """Return the candidate that may stand out most; where it surely does not, none does."""
    tests = trial.stability_tests()
    return min(range(len(tests)), key=lambda i: (tests[i].least, tests[i].count))


def _joint(worlds: np.ndarray, observed: np.ndarray, error: np.ndarray) -> list[Exceeding]:
    """Count, by candidate, the worlds in which some candidate stands out as much."""
    n = len(worlds)
    counts = [
        np.rint(joint_p(np.vstack([observed + shift, worlds])) * (n + 1)).astype(int) - 1
        for shift in (0.0, error, -error)
    ]
    return [Exceeding(n, *map(int, of_one)) for of_one in zip(*counts, strict=True)]
