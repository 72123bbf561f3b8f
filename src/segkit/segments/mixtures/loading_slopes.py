"""How the loadings of a mixture move with its parameters: first derivatives.

The parameters of an answer's probabilities are their logarithms before normalising, so one
direction of each item moves nothing; what is computed from these slopes uses a
pseudo-inverse.
"""

import numpy as np

from segkit.segments.mixtures.categorical_items import CategoricalItems
from segkit.segments.mixtures.gaussian_items import GaussianItems
from segkit.segments.mixtures.mixture import ItemKind, Mixture, Params
from segkit.segments.mixtures.ordinal_items import OrdinalItems

__all__ = ["loading_slopes"]


def loading_slopes(mixture: Mixture, params: Params) -> np.ndarray:
    """Return the derivatives of all loadings.

    Parameters
    ----------
    mixture : Mixture
        The model.
    params : dict of ndarray
        Parameters of one solution (first axis of length one).

    Returns
    -------
    ndarray of shape (n_slopes, K, d)
        Row by row a parameter: what a unit of it adds to each loading.

    Examples
    --------
    >>> mixture = Mixture((), 2)
    >>> loading_slopes(mixture, {"shares": np.array([[0.7, 0.3]])})[:, :, 0]
    array([[ 0.3, -0.7],
           [-0.3,  0.7]])
    """
    k = mixture.n_segments
    shares = params["shares"][0]
    parts = [(0, (np.eye(k) - shares[:, None])[:, :, None])]
    edge = 1
    for block in mixture.blocks:
        parts.append((edge, _of_kind(block.kind, params, k)))
        edge += block.kind.n_features
    out = np.zeros((sum(len(part) for _, part in parts), k, edge))
    row = 0
    for first, part in parts:
        out[row : row + len(part), :, first : first + part.shape[2]] = part
        row += len(part)
    return out


def _of_kind(kind: ItemKind, params: Params, k: int) -> np.ndarray:
    if isinstance(kind, CategoricalItems):
        return _categorical(kind, params["theta"][0])
    if isinstance(kind, OrdinalItems):
        return _ordinal(kind, params)
    if isinstance(kind, GaussianItems):
        return _gaussian(params["mean"][0], params["log_variance"][0], k)
    raise TypeError(f"{type(kind).__name__} has no slopes")


def _categorical(kind: CategoricalItems, theta: np.ndarray) -> np.ndarray:
    """Return slopes by log probabilities: 1 on the diagonal, minus the item's probabilities."""
    k, d = theta.shape
    together = kind.of_item.T @ kind.of_item
    out = np.zeros((k, d, k, d))
    for segment in range(k):
        out[segment, :, segment] = np.eye(d) - theta[segment][:, None] * together
    return out.reshape(k * d, k, d)


def _ordinal(kind: OrdinalItems, params: Params) -> np.ndarray:
    """Return slopes by intercepts, which all segments share, then by locations."""
    p = np.exp(kind.log_probabilities(params)[0])[:, kind.real]  # (K, d)
    k, d = p.shape
    together = kind.of_item.T @ kind.of_item
    by_intercept = np.eye(d)[:, None, :] - p.T[:, :, None] * together[:, None, :]
    scores = kind.scores[kind.real]
    mean = (p * scores) @ kind.of_item.T  # (K, items)
    by_location = np.zeros((k, len(kind.of_item), k, d))
    for segment in range(k):
        centred = scores - mean[segment] @ kind.of_item
        by_location[segment, :, segment] = kind.of_item * centred
    return np.concatenate([by_intercept, by_location.reshape(-1, k, d)])


def _gaussian(mean: np.ndarray, log_variance: np.ndarray, k: int) -> np.ndarray:
    """Return slopes of constant, value and square: by means, then by log variances."""
    p = mean.shape[1]
    precision = np.exp(-np.broadcast_to(log_variance, mean.shape))
    zero = np.zeros_like(mean)
    by_mean = _spread_out([-mean * precision, precision, zero])
    half = 0.5 * (mean**2 * precision - 1)
    by_variance = _spread_out([half, -mean * precision, precision / 2])
    if len(log_variance) == 1:
        by_variance = by_variance.reshape(k, p, k, 3 * p).sum(axis=0)
    return np.concatenate([by_mean, by_variance.reshape(-1, k, 3 * p)])


def _spread_out(columns: list[np.ndarray]) -> np.ndarray:
    """Put derivatives of an item's own loadings, each (K, p), where they stand (K p, K, 3 p)."""
    k, p = columns[0].shape
    out = np.zeros((k, p, k, 3, p))
    segment, item = np.meshgrid(np.arange(k), np.arange(p), indexing="ij")
    for place, column in enumerate(columns):
        out[segment, item, segment, place, item] = column
    return out.reshape(k * p, k, 3 * p)
