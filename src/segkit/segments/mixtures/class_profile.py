"""What a fitted mixture says of its segments, as tidy columns."""

from typing import Any

import numpy as np

from segkit.segments.mixtures.categorical_items import CategoricalItems
from segkit.segments.mixtures.gaussian_items import GaussianItems
from segkit.segments.mixtures.mixture import Block, Mixture, Params
from segkit.segments.mixtures.ordinal_items import OrdinalItems

__all__ = ["answer_probabilities", "item_means", "mean_table"]


def answer_probabilities(
    mixture: Mixture, params: Params, names: tuple[str, ...]
) -> dict[str, list[Any]]:
    """Return the probability of each answer in each segment.

    Parameters
    ----------
    mixture : Mixture
        The model.
    params : dict of ndarray
        Parameters of one solution (first axis of length one).
    names : tuple of str
        The items.

    Returns
    -------
    dict of list
        Columns item, answer, segment, probability; items in the order of the table.
    """
    out: dict[str, list[Any]] = {"item": [], "answer": [], "segment": [], "probability": []}
    tables = _probabilities(mixture, params)
    for column in sorted(tables):
        codes, probabilities = tables[column]
        for segment, row in enumerate(probabilities):
            out["item"] += [names[column]] * len(codes)
            out["answer"] += codes.astype(int).tolist()
            out["segment"] += [segment] * len(codes)
            out["probability"] += row.tolist()
    return out


def item_means(mixture: Mixture, params: Params, n_items: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of each item in each segment.

    For categorical and ordinal items these are moments of the codes.

    Returns
    -------
    mean, sd : ndarray of shape (K, n_items)
    """
    mean = np.empty((mixture.n_segments, n_items))
    variance = np.empty_like(mean)
    for block in mixture.blocks:
        if isinstance(block.kind, GaussianItems):
            scale = block.kind.scale
            mean[:, block.columns] = block.kind.centre + scale * params["mean"][0]
            variance[:, block.columns] = scale**2 * np.exp(params["log_variance"][0])
    for column, (codes, probabilities) in _probabilities(mixture, params).items():
        mean[:, column] = probabilities @ codes
        variance[:, column] = probabilities @ codes**2 - mean[:, column] ** 2
    return mean, np.sqrt(np.maximum(variance, 0.0))


def mean_table(
    mixture: Mixture, mean: np.ndarray, sd: np.ndarray, names: tuple[str, ...]
) -> dict[str, list[Any]]:
    """Return the means as columns item, segment, mean, sd; unordered items have none."""
    ordered = [
        int(c)
        for b in mixture.blocks
        if not isinstance(b.kind, CategoricalItems)
        for c in b.columns
    ]
    out: dict[str, list[Any]] = {"item": [], "segment": [], "mean": [], "sd": []}
    for column in sorted(ordered):
        out["item"] += [names[column]] * len(mean)
        out["segment"] += list(range(len(mean)))
        out["mean"] += mean[:, column].tolist()
        out["sd"] += sd[:, column].tolist()
    return out


def _probabilities(mixture: Mixture, params: Params) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """Return codes and probabilities (K, answers) of each column that has answers."""
    out: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for block in mixture.blocks:
        out |= _of_block(block, params)
    return out


def _of_block(block: Block, params: Params) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    kind = block.kind
    if isinstance(kind, CategoricalItems):
        parts = np.split(params["theta"][0], kind.edges[1:], axis=1)
    elif isinstance(kind, OrdinalItems):
        table = np.exp(kind.log_probabilities(params)[0])
        parts = [table[:, j, :size] for j, size in enumerate(kind.sizes)]
    else:
        return {}
    return {
        int(c): (codes, part)
        for c, codes, part in zip(block.columns, kind.categories, parts, strict=True)
    }
