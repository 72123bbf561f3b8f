"""People made by a mixture: answers drawn from a fitted latent class model."""

import numpy as np

from segkit.segments.mixtures.categorical_items import CategoricalItems
from segkit.segments.mixtures.gaussian_items import GaussianItems
from segkit.segments.mixtures.mixture import Block, Mixture, Params
from segkit.segments.mixtures.ordinal_items import OrdinalItems

__all__ = ["drawn_answers"]


def drawn_answers(
    mixture: Mixture, params: Params, missing: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draw a segment for each respondent, then the answers of that segment.

    Parameters
    ----------
    mixture : Mixture
        The model.
    params : dict of ndarray
        Parameters of one solution (first axis of length one).
    missing : ndarray of bool, shape (n, n_items)
        Where no answer is to be given.
    rng : Generator
        Where chance comes from.

    Returns
    -------
    ndarray of shape (n, n_items)
    """
    n = len(missing)
    segment = _drawn(np.broadcast_to(params["shares"][0], (n, mixture.n_segments)), rng)
    out = np.empty(missing.shape)
    for block in mixture.blocks:
        out[:, block.columns] = _of_block(block, params, segment, rng)
    out[missing] = np.nan
    return out


def _of_block(
    block: Block, params: Params, segment: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    kind = block.kind
    if isinstance(kind, GaussianItems):
        mean = params["mean"][0]
        sd = np.exp(np.broadcast_to(params["log_variance"][0], mean.shape) / 2)
        noise = rng.standard_normal((segment.size, kind.centre.size))
        return np.asarray(kind.centre + kind.scale * (mean[segment] + sd[segment] * noise))
    if isinstance(kind, CategoricalItems):
        parts = np.split(params["theta"][0], kind.edges[1:], axis=1)
    elif isinstance(kind, OrdinalItems):
        table = np.exp(kind.log_probabilities(params)[0])
        parts = [table[:, j, :size] for j, size in enumerate(kind.sizes)]
    else:
        raise TypeError(f"{type(kind).__name__} cannot be drawn")
    return np.column_stack(
        [
            codes[_drawn(part[segment], rng)]
            for codes, part in zip(kind.categories, parts, strict=True)
        ]
    )


def _drawn(p: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw one column a row, each by its probability."""
    edges = np.cumsum(p, axis=1)[:, :-1]
    return np.asarray((rng.random((len(p), 1)) >= edges).sum(axis=1))
