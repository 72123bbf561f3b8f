"""Voter and calibration of a tool in its file: whole numbers, every index in range."""

from typing import Any

import numpy as np

from segkit.exceptions import SegkitError
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.files.stored_scorecard import (
    read_odds,
    read_scorecard,
    write_scorecard,
)
from segkit.typing_tool.files.values import number, one_of, require
from segkit.typing_tool.models.calibration import STEPS, WEIGHT_BITS, Calibration
from segkit.typing_tool.models.forest import MAX_LEAVES, MAX_TREES, VOTES, Forest
from segkit.typing_tool.models.model import Model
from segkit.typing_tool.models.odds import Odds
from segkit.typing_tool.models.scorecard import Scorecard

__all__ = ["read_model", "write_model"]

MAX_TABLES = 10**6  # trees times fields: what the engine's tables are made of
Parts = tuple[dict[str, Any], dict[str, np.ndarray]]
NODE_ARRAYS = ("feature", "threshold", "left", "right")


def write_model(model: Model) -> Parts:
    """Return what the manifest and the arrays hold of voter and calibration."""
    voter, calibration = model.voter, model.calibration
    if isinstance(voter, Forest) and isinstance(calibration, Calibration):
        arrays = {name: getattr(voter, name) for name in (*NODE_ARRAYS, "votes", "starts")}
        arrays |= {"multipliers": calibration.multipliers, "weights": calibration.table}
        return {"voter": "forest", "exponent": calibration.exponent}, arrays
    if isinstance(voter, Scorecard) and isinstance(calibration, Odds):
        return write_scorecard(voter, calibration)
    raise SegkitError(
        f"This tool is a {voter.summary()}, which a file without code cannot hold. Fit "
        'TypingTool(model="forest") or TypingTool(model="scorecard") for a tool to save.'
    )


def read_model(manifest: dict[str, Any], arrays: dict[str, np.ndarray], codes: FieldCodes) -> Model:
    """Read voter and calibration over a codebook that was read already."""
    kind, k = one_of(manifest["voter"], ("forest", "scorecard")), len(manifest["classes"])
    require(manifest["params"].get("model", "forest") == kind, "the model is")
    if kind == "scorecard":
        card = read_scorecard(manifest, arrays, codes.n_codes, k)
        return Model(codes, card, read_odds(manifest["unit"], arrays["weights"]))
    forest = _forest(arrays, codes.n_codes, k)
    calibration = _calibration(manifest["exponent"], arrays, forest.n_segments)
    return Model(codes, forest, calibration)


def _forest(arrays: dict[str, np.ndarray], n_codes: np.ndarray, k: int) -> Forest:
    """Read the trees: children after their parent, fields and thresholds that exist."""
    starts, votes = arrays["starts"], arrays["votes"]
    require(starts.dtype == np.int64 and starts.ndim == 1 and starts.size > 1, "the trees are")
    sizes = np.diff(starts)
    n_trees, n_nodes = starts.size - 1, votes.shape[0]
    require(n_trees <= MAX_TREES and n_trees * n_codes.size <= MAX_TABLES, "the trees are")
    require(starts[0] == 0 and starts[-1] == n_nodes and sizes.min() >= 1, "the trees are")
    require(sizes.max() < 2 * MAX_LEAVES, "the leaves of a tree are")
    for name in NODE_ARRAYS:
        fits = arrays[name].dtype == np.int16 and arrays[name].shape == (n_nodes,)
        require(fits, f"the array {name} is")
    require(votes.dtype == np.int32 and votes.shape == (n_nodes, k), "the votes are")
    nodes = {name: arrays[name] for name in NODE_ARRAYS}
    forest = Forest(starts=starts, votes=votes, n_fields=n_codes.size, **nodes)
    _check_nodes(forest, n_codes, sizes)
    return forest


def _calibration(exponent: Any, arrays: dict[str, np.ndarray], k: int) -> Calibration:
    """Read multipliers and weights: positive, rising, small enough for sums of them."""
    multipliers, table = arrays["multipliers"], arrays["weights"]
    fits = multipliers.dtype == np.int64 and multipliers.shape == (k,)
    require(fits and (multipliers >= 1).all() and (multipliers < 2**16).all(), "a multiplier is")
    fits = table.dtype == np.int64 and table.shape == (STEPS + 1,)
    rising = fits and table[0] >= 1 and table[-1] <= 2**WEIGHT_BITS and (np.diff(table) >= 0).all()
    require(rising, "the table of weights is")
    return Calibration(multipliers, table, number(exponent))


def _check_nodes(forest: Forest, n_codes: np.ndarray, sizes: np.ndarray) -> None:
    """Every node but the root has one parent before it; every leaf has all its votes."""
    feature, leaf = forest.feature, forest.feature < 0
    require((feature >= -1).all() and (feature < n_codes.size).all(), "a field of a node is")
    inner = np.flatnonzero(~leaf)
    most = n_codes[feature[inner]] - 2
    fits = (forest.threshold[inner] >= 0) & (forest.threshold[inner] <= most)
    require(fits.all(), "a threshold is")
    tree = np.repeat(np.arange(sizes.size), sizes)
    place = np.arange(feature.size) - forest.starts[tree]
    parents = np.zeros(feature.size, dtype=np.int64)
    for child in (forest.left, forest.right):
        to = child[inner].astype(np.int64)
        require(((to > place[inner]) & (to < sizes[tree[inner]])).all(), "a child is")
        np.add.at(parents, forest.starts[tree[inner]] + to, 1)
    require((parents == (place > 0)).all(), "a parent is")
    require((forest.votes[leaf] >= 0).all(), "a vote is")
    require((forest.votes[leaf].sum(axis=1, dtype=np.int64) == VOTES).all(), "a sum of votes is")
