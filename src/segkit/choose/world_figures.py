"""How stable and how separated the segments of one world are: the same recipe for all worlds."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._weights import standardised
from segkit.choose.valleys import valley
from segkit.diagnostics.refits.replicates import replicate

__all__ = ["Recipe", "WorldFigures", "with_starts"]


@dataclass(frozen=True)
class WorldFigures:
    """The figures of one world.

    Attributes
    ----------
    stability : float
        Mean adjusted Rand index between halves of the people that share nobody.
    separation : float
        Depth of the valleys between segments.
    """

    stability: float
    separation: float


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
    n_splits : int
        How often the people are halved.
    seed : int
        The same for all worlds: the same halves.
    """

    models: tuple[Any, ...]
    w: np.ndarray
    weighted: bool
    n_splits: int
    seed: int

    def figures(self, X: Any, values: np.ndarray) -> list[WorldFigures]:
        """Segment a world, and its halves.

        Parameters
        ----------
        X : frame or array of shape (n, n_items)
            The answers.
        values : ndarray of shape (n, n_items)
            The same as numbers.

        Returns
        -------
        list of WorldFigures
            One a model.
        """
        found = replicate(
            {i: (model, X) for i, model in enumerate(self.models)},
            2 * self.n_splits,
            scheme="split-half",
            sample_weight=self.w if self.weighted else None,
            random_state=self.seed,
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            space = np.nan_to_num(standardised(values, self.w), posinf=0.0, neginf=0.0)
        return [
            WorldFigures(
                stability=float(found.pairs(i).ari.mean()),
                separation=valley(space, found.codes[i], self.w),
            )
            for i in range(len(self.models))
        ]


def with_starts(model: Any, n_init: int | None) -> Any:
    """Return the model with other starts, where it has them; what it has learned stays.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> with_starts(KMeans(n_init=50), 5).n_init
    5
    """
    names = [n for n in model.get_params(deep=True) if n.split("__")[-1] == "n_init"]
    if n_init is None or not names:
        return model
    return deepcopy(model).set_params(**dict.fromkeys(names, n_init))
