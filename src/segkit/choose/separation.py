"""How far segments lie apart in a space: figures from centres, never from pairs of people.

References
----------
Calinski, T. and Harabasz, J. (1974). A dendrite method for cluster analysis. Communications
in Statistics 3, 1-27.
Davies, D. L. and Bouldin, D. W. (1979). A cluster separation measure. IEEE Transactions on
Pattern Analysis and Machine Intelligence 1, 224-227.
Rousseeuw, P. J. (1987). Silhouettes. Journal of Computational and Applied Mathematics 20,
53-65.
Vendramin, L., Campello, R. J. G. B. and Hruschka, E. R. (2010). Relative clustering validity
criteria. Statistical Analysis and Data Mining 3, 209-235 (the simplified silhouette).
"""

from dataclasses import dataclass

import numpy as np

from segkit._weights import effective_size
from segkit.segments.agreement import one_hot

__all__ = ["Separation", "explained", "separation"]


@dataclass(frozen=True)
class Separation:
    """How far segments lie apart.

    Attributes
    ----------
    silhouette : float
        The simplified silhouette: 1 far apart, 0 no nearer to the own centre than to the next.
    calinski_harabasz : float
        Variance between over variance within; larger is better.
    davies_bouldin : float
        Spread of two segments over the distance of their centres, the worst neighbour of each;
        smaller is better.
    explained : float
        Share of all variation that lies between segments.
    """

    silhouette: float
    calinski_harabasz: float
    davies_bouldin: float
    explained: float


def separation(values: np.ndarray, codes: np.ndarray, w: np.ndarray) -> Separation:
    """Measure how far segments lie apart.

    Parameters
    ----------
    values : ndarray of shape (n, n_items)
        The space; missing as NaN: distances are over the items that a person has, times the
        number of all items over those.
    codes : ndarray of shape (n,)
        Segments from 0, at least two; somebody in none (-1) is left out.
    w : ndarray of shape (n,)
        Weights.

    Returns
    -------
    Separation

    Examples
    --------
    >>> found = separation(np.array([[0.0], [1.0], [9.0], [10.0]]), np.array([0, 0, 1, 1]),
    ...                    np.ones(4))
    >>> found.silhouette, found.calinski_harabasz, found.davies_bouldin
    (0.944..., 162.0, 0.111...)
    """
    inside = (codes >= 0) & ~np.isnan(values).all(axis=1)
    values, codes, w = values[inside], codes[inside], w[inside]
    k = int(codes.max()) + 1
    centres = _centres(values, one_hot(codes, k) * w[:, None])
    squared = _squared_distances(values, centres)
    own = squared[np.arange(codes.size), codes]
    within = float(w @ own)
    total = float(w @ _squared_distances(values, _centres(values, w[:, None]))[:, 0])
    between = total - within
    n = effective_size(w)
    return Separation(
        silhouette=_silhouette(squared, codes, w),
        calinski_harabasz=_ratio(between * (n - k), within * (k - 1)),
        davies_bouldin=_davies_bouldin(np.sqrt(own), codes, w, centres),
        explained=_ratio(between, total),
    )


def explained(values: np.ndarray, codes: np.ndarray, w: np.ndarray) -> float:
    """Return the share of all variation that lies between segments."""
    return separation(values, codes, w).explained


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else np.inf if above > 0 else np.nan


def _centres(values: np.ndarray, hot: np.ndarray) -> np.ndarray:
    """Weighted means of the observed answers."""
    seen = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (hot.T @ np.where(seen, values, 0.0)) / (hot.T @ seen)
    # an item that nobody of a segment answered says nothing: the standardised middle
    return np.nan_to_num(means)


def _squared_distances(values: np.ndarray, centres: np.ndarray) -> np.ndarray:
    seen = ~np.isnan(values)
    x = np.where(seen, values, 0.0)
    squared = np.square(x).sum(axis=1)[:, None] - 2 * x @ centres.T + seen @ np.square(centres).T
    return np.maximum(squared, 0.0) * (values.shape[1] / seen.sum(axis=1))[:, None]


def _silhouette(squared: np.ndarray, codes: np.ndarray, w: np.ndarray) -> float:
    distance = np.sqrt(squared)
    rows = np.arange(codes.size)
    own = distance[rows, codes]
    distance[rows, codes] = np.inf
    other = distance.min(axis=1)
    larger = np.maximum(own, other)
    s = np.divide(other - own, larger, out=np.zeros_like(own), where=larger > 0)
    return float(w @ s / w.sum())


def _davies_bouldin(
    own: np.ndarray, codes: np.ndarray, w: np.ndarray, centres: np.ndarray
) -> float:
    spread = np.bincount(codes, weights=w * own) / np.bincount(codes, weights=w)
    apart = np.sqrt(_squared_distances(centres, centres))
    np.fill_diagonal(apart, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (spread[:, None] + spread[None, :]) / apart
    np.fill_diagonal(ratio, 0.0)
    return float(ratio.max(axis=1).mean())
