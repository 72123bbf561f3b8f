"""How stable and how separated the segments of one world are: the same recipe for all worlds."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_integer
from segkit._resample import canonical_order, spawn_seeds
from segkit._weights import standardised
from segkit.choose.valleys import valley
from segkit.diagnostics.refits.replicates import replicate
from segkit.diagnostics.refits.under_test import coded, labels_under_test
from segkit.segments.ensembles.refitting import takes_weights

__all__ = ["Recipe", "WorldFigures", "with_starts"]


@dataclass(frozen=True)
class WorldFigures:
    """The figures of one world.

    Attributes
    ----------
    ari : ndarray of shape (n_splits,)
        Adjusted Rand index between halves of the people that share nobody.
    separation : float
        Depth of the valleys between segments.
    """

    ari: np.ndarray
    separation: float

    @property
    def stability(self) -> float:
        """How far halves agree, on average."""
        return float(self.ari.mean())


@dataclass(frozen=True)
class Recipe:
    """How every world is treated.

    Attributes
    ----------
    models : tuple of estimator
        Unfitted, with their numbers of segments and starts.
    w : ndarray of shape (n,)
        Survey weights with mean one.
    weighted : bool
        Whether weights were given.
    """

    models: tuple[Any, ...]
    w: np.ndarray
    weighted: bool

    def figures(self, X: Any, values: np.ndarray, n_splits: int, seed: int) -> list[WorldFigures]:
        """Segment a world, and its halves.

        Parameters
        ----------
        X : frame or array of shape (n, n_items)
            The answers.
        values : ndarray of shape (n, n_items)
            The same as numbers.
        n_splits : int
            How often the people are halved.
        seed : int
            Of the halves and the fits.

        Returns
        -------
        list of WorldFigures
            One a model.
        """
        found = replicate(
            {i: (model, X) for i, model in enumerate(self.models)},
            2 * n_splits,
            scheme="split-half",
            sample_weight=self.w if self.weighted else None,
            random_state=seed,
        )
        space = self._space(values)
        return [
            WorldFigures(found.pairs(i).ari, valley(space, found.codes[i], self.w))
            for i in range(len(self.models))
        ]

    def separations(self, X: Any, values: np.ndarray, seed: int) -> np.ndarray:
        """Segment a world, but not its halves: the same separations as those of `figures`.

        Parameters
        ----------
        X, values, seed : frame or array, ndarray, int
            As in `figures`.

        Returns
        -------
        ndarray of shape (n_models,)
        """
        order, space = canonical_order(values, self.w), self._space(values)
        own = int(spawn_seeds(seed, 3)[2])  # as `replicate` seeds the fit to everybody
        out = []
        for model in self.models:
            weighted = self.weighted and takes_weights(model)
            labels = labels_under_test(model, X, w=self.w, order=order, weighted=weighted, seed=own)
            out.append(valley(space, coded(labels)[1], self.w))
        return np.array(out)

    def _space(self, values: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.nan_to_num(standardised(values, self.w), posinf=0.0, neginf=0.0)


def with_starts(model: Any, n_init: int | None) -> Any:
    """Return the model with other starts, where it has them; what it has learned stays.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> with_starts(KMeans(n_init=50), 5).n_init
    5
    """
    if n_init is not None:
        check_integer(n_init, name="n_init")
    names = [n for n in model.get_params(deep=True) if n.split("__")[-1] == "n_init"]
    if n_init is None or not names:
        return model
    return deepcopy(model).set_params(**dict.fromkeys(names, n_init))
