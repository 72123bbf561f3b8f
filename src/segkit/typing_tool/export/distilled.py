"""One tree in place of a forest, for programs that cannot hold a forest.

The tree is grown on what the forest says of many rows of codes, so there is no shortage of
rows to learn from: where customers are given, their codes and recombinations of these (each
field drawn by itself); else codes drawn from the codebook. How often it gives the tag of the
tool is measured on rows that it was not grown on.

References
----------
Breiman, L. & Shang, N. (1996). Born again trees. Technical report, University of California,
Berkeley (a tree grown on made rows that an ensemble has labelled).
"""

from dataclasses import dataclass

import numpy as np
from sklearn.tree import DecisionTreeRegressor

from segkit._result import percent
from segkit.exceptions import SegkitError
from segkit.segments.describing.contrasts import Group, wilson
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.models.calibration import Decision, decision_of
from segkit.typing_tool.models.forest import Forest, whole_votes
from segkit.typing_tool.models.model import Model

__all__ = ["Distilled", "distil"]

N_GROWN, N_HELD_OUT = 60_000, 20_000
LEAST_BASE = 200  # customers below which no agreement can be told
MIN_LEAF = 5
MAX_DEPTH = 32  # nested conditions that every program bears
GAPS, UNHEARD = 0.05, 0.01  # shares of rows drawn as missing and as unseen


@dataclass(frozen=True)
class Distilled:
    """A tree and how often it agrees.

    Attributes
    ----------
    tree : Forest
        A forest of one tree, of more leaves than the trees of a tool have. Its votes are the
        mean probabilities of the tool: they are weights as they are.
    agreement, low, high : float
        The share of held-out rows with the tag of the tool (or untagged by both), with its
        interval.
    n_held_out : int
        How many rows that is from.
    from_base : bool
        Whether they are customers; otherwise codes drawn at random.
    """

    tree: Forest
    agreement: float
    low: float
    high: float
    n_held_out: int
    from_base: bool

    def decide(self, codes: np.ndarray, cut: int = 0) -> Decision:
        """Return tags and probabilities of rows of codes."""
        votes = self.tree.votes[_leaf(self.tree, codes)].astype(np.int64)
        return decision_of(votes, votes, cut)

    def summary(self) -> str:
        """Return two sentences: the tree, and how often it agrees."""
        rows = "customers" if self.from_base else "rows of codes drawn at random"
        return (
            f"One distilled tree of {self.tree.n_leaves:,} leaves. It gives the tag of the tool "
            f"in {percent(self.agreement, 1)} of cases (95 % interval {percent(self.low, 1)} to "
            f"{percent(self.high, 1)}), measured on {self.n_held_out:,} {rows} that it was not "
            "grown on."
        )


def distil(
    model: Model,
    cut: int = 0,
    base: np.ndarray | None = None,
    *,
    max_leaves: int = 1024,
    random_state: int = 0,
) -> Distilled:
    """Grow one tree that says what a model says.

    Parameters
    ----------
    model : Model
        The model.
    cut : int
        The abstention cut.
    base : ndarray of shape (n_rows, n_fields), dtype uint8, optional
        Codes of customers; the tree is grown, and its agreement measured, for such people.
    max_leaves : int
        The most leaves.
    random_state : int
        The seed.

    Returns
    -------
    Distilled

    Raises
    ------
    SegkitError
        For a base of fewer than 200 rows.

    Notes
    -----
    The tree is split by the tags, as agreement of tags is what it is for, and its leaves hold
    mean probabilities. Drawn codes are as common as their bins and levels are many; customers
    are not, and their fields go together. The agreement on a base may thus be another than the
    one on drawn codes: give the base.
    """
    rng = np.random.default_rng(random_state)
    grown_on, held_out = _drawn(model.codes, rng) if base is None else _parted(base, rng)
    decision = model.decide(grown_on)
    tree = _tree(grown_on, decision, max_leaves, random_state)
    n = len(held_out)
    own = Distilled(tree, 0.0, 0.0, 1.0, n, base is not None)
    same = own.decide(held_out, cut).tag == model.decide(held_out, cut).tag
    share = float(same.mean())
    low, high = wilson(Group(np.array(float(n)), np.array(share), np.array(0.0)))
    return Distilled(tree, share, float(low), float(high), n, base is not None)


def _drawn(book: FieldCodes, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw rows of codes, each field by itself."""
    n = N_GROWN + N_HELD_OUT
    columns = []
    for field in book.fields:
        codes = rng.choice(np.append(field.codes, [] if field.codes.size else field.missing), n)
        odd = rng.random(n)
        codes = np.where(odd < GAPS, field.missing, codes)
        if field.unseen >= 0:
            codes = np.where(odd > 1 - UNHEARD, field.unseen, codes)
        columns.append(codes)
    table = np.stack(columns, axis=1).astype(np.uint8)
    return table[:N_GROWN], table[N_GROWN:]


def _parted(base: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Hold out a quarter of the customers; fill up the others with recombinations."""
    if len(base) < LEAST_BASE:
        raise SegkitError(
            f"The base to distil for has {len(base)} rows; expected at least {LEAST_BASE}, to "
            "grow the tree and to measure how often it agrees. Give more customers, or none: "
            "codes are drawn at random then."
        )
    # sorted first: another order of the rows gives the same tree
    rows = base[np.lexsort(base.T)][rng.permutation(len(base))]
    n_held_out = min(N_HELD_OUT, len(base) // 4)
    held_out, others = rows[:n_held_out], rows[n_held_out:][:N_GROWN]
    made = rng.integers(0, len(others), (N_GROWN - len(others), base.shape[1]))
    return np.concatenate([others, np.take_along_axis(others, made, axis=0)]), held_out


def _tree(codes: np.ndarray, decision: Decision, max_leaves: int, random_state: int) -> Forest:
    X, tags = codes.astype(np.float32), np.eye(decision.probabilities.shape[1])[decision.first]
    grown = DecisionTreeRegressor(
        max_leaf_nodes=max_leaves,
        max_depth=MAX_DEPTH,
        min_samples_leaf=MIN_LEAF,
        random_state=random_state,
    ).fit(X, tags)
    tree = grown.tree_
    leaf = tree.children_left < 0
    sums = np.zeros((tree.node_count, tags.shape[1]))
    np.add.at(sums, grown.apply(X), decision.probabilities)
    votes = np.zeros(sums.shape, dtype=np.int32)
    votes[leaf] = whole_votes(sums[leaf])
    return Forest(
        np.array([0, tree.node_count], dtype=np.int64),
        np.where(leaf, -1, tree.feature).astype(np.int16),
        np.where(leaf, 0, np.floor(tree.threshold)).astype(np.int16),
        tree.children_left.astype(np.int16),
        tree.children_right.astype(np.int16),
        votes,
        codes.shape[1],
    )


def _leaf(tree: Forest, codes: np.ndarray) -> np.ndarray:
    """Walk all rows at once, a level at a time."""
    node = np.zeros(len(codes), dtype=np.intp)
    rows = np.arange(len(codes))
    while rows.size:
        at = node[rows]
        goes_left = codes[rows, tree.feature[at]] <= tree.threshold[at]
        node[rows] = np.where(goes_left, tree.left[at], tree.right[at])
        rows = rows[tree.feature[node[rows]] >= 0]
    return node
