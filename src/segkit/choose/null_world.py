"""A world without segments: the items' margins and correlations, and nothing else.

Latent answers are drawn from one normal distribution with the correlations of the items,
and each is cut to the item's own margin (a Gaussian copula). Whatever segments a model finds
there are its own making.

References
----------
Nelsen, R. B. (2006). An Introduction to Copulas, 2nd ed. Springer, section 2.3 and 2.9.
Tibshirani, R., Walther, G. and Hastie, T. (2001). Estimating the number of clusters in a data
set via the gap statistic. Journal of the Royal Statistical Society B 63, 411-423 (a reference
world for segments; theirs is uniform).
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from segkit._frames import Matrix, Origin
from segkit.exceptions import SegkitWarning
from segkit.factors.correlations.correlation import correlate_sample, is_ordinal
from segkit.factors.correlations.product_moment import midranks
from segkit.factors.sample import Sample

__all__ = ["NullWorld", "null_world"]


@dataclass(frozen=True)
class NullWorld:
    """What a world without segments is made of.

    Attributes
    ----------
    names : tuple of str
        The items.
    root : ndarray of shape (n_items, n_items)
        Root of the latent correlations: ``root @ root.T``.
    sorted_values, cumulative : tuple of ndarray
        By item: the answers in ascending order, and the share of weight up to each.
    missing : ndarray of bool, shape (n, n_items)
        Where there is no answer.
    method : str
        How the correlations were estimated.
    repaired : bool
        The correlations did not fit together and were smoothed.
    origin : Origin
        The kind of table that was given.
    """

    names: tuple[str, ...]
    root: np.ndarray
    sorted_values: tuple[np.ndarray, ...]
    cumulative: tuple[np.ndarray, ...]
    missing: np.ndarray
    method: str
    repaired: bool
    origin: Origin

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Return answers of as many people, missing where there is no answer.

        Returns
        -------
        ndarray of shape (n, n_items)
        """
        share = ndtr(rng.standard_normal(self.missing.shape) @ self.root.T)
        out = np.empty(share.shape)
        for j, (values, upto) in enumerate(zip(self.sorted_values, self.cumulative, strict=True)):
            at = np.searchsorted(upto, share[:, j], side="left")
            out[:, j] = values[np.minimum(at, values.size - 1)]
        out[self.missing] = np.nan
        return out

    def table(self, values: np.ndarray) -> Any:
        """Return answers as a table of the kind that was given."""
        if self.origin.kind == "array":
            return values
        return Origin(self.origin.kind).frame(dict(zip(self.names, values.T, strict=True)))


def null_world(table: Matrix, w: np.ndarray) -> NullWorld:
    """Make a world without segments from answers.

    Parameters
    ----------
    table : Matrix
        The answers.
    w : ndarray of shape (n,)
        Survey weights, all positive: margins and correlations are weighted.

    Returns
    -------
    NullWorld

    Notes
    -----
    Ordinal items (whole numbers, at most 7 different) have polychoric correlations, others
    those of their normal scores, and pairs of both kinds polyserial ones: the correlations of
    the latent normal answers.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> answers = (rng.normal(size=(500, 2)) @ [[1, 0.9], [0, 0.4]] > 1).astype(float)
    >>> world = null_world(Matrix(answers, ("a", "b"), Origin()), np.ones(500))
    >>> made = world.draw(rng)
    >>> bool(np.abs(made.mean(axis=0) - answers.mean(axis=0)).max() < 0.06)
    True
    """
    values = table.values
    root, method, repaired = np.ones((1, 1)), "one item", False
    if values.shape[1] > 1:
        ordinal = is_ordinal(values)
        scores = np.where(ordinal, values, _normal_scores(values, w))
        sample = Sample(scores, table.names, w, table.origin)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SegkitWarning)  # a repair is told by the result
            found = correlate_sample(sample, _method(ordinal))
        root, method, repaired = _root(found.matrix), found.method, found.n_repairs > 0
    ordered = [_margin(column, w) for column in values.T]
    return NullWorld(
        names=table.names,
        root=root,
        sorted_values=tuple(v for v, _ in ordered),
        cumulative=tuple(c for _, c in ordered),
        missing=np.isnan(values),
        method=method,
        repaired=repaired,
        origin=table.origin,
    )


def _method(ordinal: np.ndarray) -> str:
    return "polychoric" if ordinal.all() else "mixed" if ordinal.any() else "pearson"


def _normal_scores(values: np.ndarray, w: np.ndarray) -> np.ndarray:
    return np.asarray(ndtri(midranks(values, w) / (w @ ~np.isnan(values))))


def _root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def _margin(column: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    seen = np.flatnonzero(~np.isnan(column))
    order = seen[np.argsort(column[seen], kind="stable")]
    upto = np.cumsum(w[order])
    return column[order], upto / upto[-1]
