"""From codes to votes, shape (n, n_segments), whole numbers of 64 bits.

Trees are the runtime's own ensembles over codes. These count in single precision, which holds
whole numbers up to 2**24: as many trees as stay below make an ensemble, and ensembles are added
as whole numbers.
"""

from collections.abc import Sequence

import numpy as np

from segkit.typing_tool.export.onnx_graph.graph import ML, Graph
from segkit.typing_tool.models.forest import VOTES, Forest
from segkit.typing_tool.models.scorecard import Scorecard

__all__ = ["add_points", "add_trees"]

EXACT = 2**24
"""The largest whole number up to which single precision holds all."""

MOST_TREES = EXACT // VOTES
"""The trees of one ensemble."""


def add_points(graph: Graph, card: Scorecard, codes: Sequence[str], n_codes: np.ndarray) -> str:
    """Add the nodes that sum the points of a scorecard."""
    votes = graph.constant(card.everyone)
    for f, (name, n) in enumerate(zip(codes, n_codes, strict=True)):
        own = graph.look_up(card.points[f, :n], graph.flat(name))
        votes = graph.add("Add", votes, own)
    return votes


def add_trees(graph: Graph, forest: Forest, codes: Sequence[str]) -> str:
    """Add the nodes that sum the votes of all trees."""
    table = graph.single(graph.add("Concat", *codes, axis=1))
    votes = ""
    for first in range(0, forest.n_trees, MOST_TREES):
        trees = range(first, min(first + MOST_TREES, forest.n_trees))
        own = graph.whole(_ensemble(graph, forest, trees, table))
        votes = graph.add("Add", votes, own) if votes else own
    return votes


def _ensemble(graph: Graph, forest: Forest, trees: range, table: str) -> str:
    nodes = slice(forest.starts[trees.start], forest.starts[trees.stop])
    sizes = np.diff(forest.starts)[trees.start : trees.stop]
    tree = np.repeat(np.arange(len(trees)), sizes)
    node = np.arange(tree.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    leaf = forest.feature[nodes] < 0
    votes = forest.votes[nodes]
    # a leaf says nothing of segments without votes, but each says something
    said = (votes > 0) | (leaf[:, None] & (np.arange(forest.n_segments) == 0))
    at, segment = np.nonzero(said & leaf[:, None])
    return graph.add(
        "TreeEnsembleRegressor",
        table,
        domain=ML,
        n_targets=forest.n_segments,
        nodes_treeids=tree.tolist(),
        nodes_nodeids=node.tolist(),
        nodes_modes=np.where(leaf, "LEAF", "BRANCH_LEQ").tolist(),
        nodes_featureids=np.where(leaf, 0, forest.feature[nodes]).tolist(),
        nodes_values=np.where(leaf, 0, forest.threshold[nodes]).astype(float).tolist(),
        nodes_truenodeids=np.where(leaf, 0, forest.left[nodes]).tolist(),
        nodes_falsenodeids=np.where(leaf, 0, forest.right[nodes]).tolist(),
        target_treeids=tree[at].tolist(),
        target_nodeids=node[at].tolist(),
        target_ids=segment.tolist(),
        target_weights=votes[at, segment].astype(float).tolist(),
    )
