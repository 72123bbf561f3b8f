"""A map of people on which dense groups are found: UMAP and HDBSCAN behind one door."""

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["DensityMap", "Scaling", "density_map", "umap_places"]


@dataclass(frozen=True)
class Scaling:
    """How items become comparable numbers without gaps.

    Attributes
    ----------
    centre, scale : ndarray of shape (n_items,)
        Mean and standard deviation of each item in the fit.
    """

    centre: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> "Scaling":
        """Measure the items of a table; missing as NaN."""
        return cls(np.nanmean(values, axis=0), np.nanstd(values, axis=0))

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Standardise; a missing answer becomes the mean, 0."""
        return np.nan_to_num((values - self.centre) / self.scale, nan=0.0)


@dataclass(frozen=True)
class DensityMap:
    """A fitted map.

    Attributes
    ----------
    reducer, clusterer : umap.UMAP, hdbscan.HDBSCAN
        The fitted parts.
    n_groups : int
        Dense groups found.
    """

    reducer: Any
    clusterer: Any
    n_groups: int

    @property
    def groups(self) -> np.ndarray:
        """The group of each person of the fit; -1 is noise."""
        return np.asarray(self.clusterer.labels_)

    @property
    def embedding(self) -> np.ndarray:
        """The places of the people of the fit."""
        return np.asarray(self.reducer.embedding_)

    def place(self, values: np.ndarray) -> np.ndarray:
        """Return the group of new people (n, n_items); -1 is noise."""
        if self.n_groups == 0 or len(values) == 0:
            return np.full(len(values), -1)
        import hdbscan

        return np.asarray(hdbscan.approximate_predict(self.clusterer, self._transform(values))[0])

    def membership(self, values: np.ndarray | None = None) -> np.ndarray:
        """Return the membership of new people, or of those of the fit: (n, n_groups).

        What a row lacks to 1 is noise.
        """
        n = len(self.groups) if values is None else len(values)
        if self.n_groups == 0 or n == 0:
            return np.zeros((n, self.n_groups))
        import hdbscan

        if values is None:
            soft = hdbscan.all_points_membership_vectors(self.clusterer)
        else:
            soft = hdbscan.membership_vector(self.clusterer, self._transform(values))
        return np.nan_to_num(np.asarray(soft, dtype=float).reshape(n, self.n_groups))

    def _transform(self, values: np.ndarray) -> np.ndarray:
        # HDBSCAN's trees want doubles, UMAP gives singles
        return np.asarray(self.reducer.transform(values), dtype=float)


def density_map(
    values: np.ndarray,
    *,
    n_neighbors: int,
    n_components: int,
    min_size: int,
    min_samples: int,
    seed: int,
) -> DensityMap:
    """Place people on a map and find its dense groups.

    Parameters
    ----------
    values : ndarray of shape (n, n_items)
        Standardised numbers, no gaps, in canonical order.
    n_neighbors, n_components : int
        UMAP's.
    min_size, min_samples : int
        HDBSCAN's smallest group and neighbours.
    seed : int
        UMAP's seed.

    Returns
    -------
    DensityMap
    """
    import hdbscan

    # min_dist 0 packs groups tightly
    reducer = _fitted_umap(values, n_neighbors, n_components, min_dist=0.0, seed=seed)
    clusterer = hdbscan.HDBSCAN(
        min_cluster_size=min_size, min_samples=min_samples, prediction_data=True
    ).fit(np.asarray(reducer.embedding_, dtype=float))
    return DensityMap(reducer, clusterer, int(clusterer.labels_.max()) + 1)


def umap_places(values: np.ndarray, *, n_neighbors: int, seed: int) -> np.ndarray:
    """Place people on a map of two dimensions that is made to be looked at.

    Parameters
    ----------
    values : ndarray of shape (n, n_items)
        Standardised numbers, no gaps, in canonical order.
    n_neighbors : int
        UMAP's.
    seed : int
        UMAP's seed.

    Returns
    -------
    ndarray of shape (n, 2)
    """
    reducer = _fitted_umap(values, n_neighbors, 2, min_dist=0.1, seed=seed)
    return np.asarray(reducer.embedding_, dtype=float)


def _fitted_umap(
    values: np.ndarray, n_neighbors: int, n_components: int, *, min_dist: float, seed: int
) -> Any:
    import umap

    # the start by principal components is the same everywhere
    return umap.UMAP(
        n_neighbors=n_neighbors, n_components=min(n_components, values.shape[1]),
        min_dist=min_dist, init="pca", random_state=seed, n_jobs=1,
    ).fit(values)  # fmt: skip
