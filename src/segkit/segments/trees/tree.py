"""Shallow trees over ordered codes: grown, pruned, followed, judged on people held out.

References
----------
Breiman, L., Friedman, J., Olshen, R. and Stone, C. (1984). Classification and Regression
Trees. Wadsworth. Sections 2.4 (Gini), 3.3 (pruning), 3.4.3 (one standard error).
"""

from dataclasses import dataclass

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from segkit._weights import effective_size

__all__ = ["Leaf", "Split", "choose", "grow", "held_out", "leaves", "prunings", "reached"]

BLEND = 0.01
"""How far a leaf's shares are drawn to everybody's: nobody is impossible."""


@dataclass(frozen=True)
class Split:
    """One side of a question on the way to a leaf.

    Attributes
    ----------
    question : int
        The column of codes.
    low, high : float
        Codes above `low` and at most `high`; infinite where open.
    missing : bool
        People without an answer go this way.
    """

    question: int
    low: float
    high: float
    missing: bool


@dataclass(frozen=True)
class Leaf:
    """Where a way ends.

    Attributes
    ----------
    node : int
        Its number in the tree.
    way : tuple of Split
        The sides taken, from the top.
    """

    node: int
    way: tuple[Split, ...]


def grow(
    codes: np.ndarray, labels: np.ndarray, w: np.ndarray, depth: int, min_share: float
) -> DecisionTreeClassifier:
    """Grow a tree of at most `depth` questions in a row.

    Parameters
    ----------
    codes : ndarray of shape (n_respondents, n_questions)
        Answers as ordered codes; missing as NaN, which goes where it fits best.
    labels : ndarray of shape (n_respondents,)
        Segments as codes.
    w : ndarray of shape (n_respondents,)
        Positive weights.
    depth : int
        The most questions in a row.
    min_share : float
        The smallest share of all weight in a leaf.

    Returns
    -------
    DecisionTreeClassifier
        Splits lower the Gini index most; rows in a canonical order give the same tree.
    """
    tree = DecisionTreeClassifier(
        max_depth=depth, min_weight_fraction_leaf=min_share, random_state=0
    )
    return tree.fit(codes, labels, sample_weight=w)


def prunings(tree: DecisionTreeClassifier) -> list[tuple[float, np.ndarray]]:
    """Return the trees that are left as ever more of a tree is not worth its leaves.

    Parameters
    ----------
    tree : DecisionTreeClassifier
        The tree.

    Returns
    -------
    list of (float, ndarray of shape (n_nodes,))
        The price of a leaf, in Gini index, from which the tree is the cheapest; where it ends.
        The whole tree first, at no price, its top alone last (Breiman et al. 1984, section 3.3).
    """
    held = tree.tree_
    cost = held.impurity * held.weighted_n_node_samples / held.weighted_n_node_samples[0]
    ends = held.children_left < 0
    found = [(0.0, ends)]
    while not ends[0]:
        gain = _gain_per_leaf(tree, cost, ends)
        weakest = max(float(gain.min()), found[-1][0])
        ends = ends | (gain <= weakest * (1 + 1e-9))
        found.append((weakest, ends))
    return found


def leaves(tree: DecisionTreeClassifier, ends: np.ndarray) -> list[Leaf]:
    """Return the leaves of a pruned tree, from left to right, with the ways to them."""
    held = tree.tree_
    found: list[Leaf] = []
    open_ways: list[tuple[int, tuple[Split, ...]]] = [(0, ())]
    while open_ways:
        node, way = open_ways.pop()
        if ends[node]:
            found.append(Leaf(node, way))
            continue
        question, cut = int(held.feature[node]), float(held.threshold[node])
        to_left = bool(held.missing_go_to_left[node])
        open_ways += [
            (int(held.children_right[node]), (*way, Split(question, cut, np.inf, not to_left))),
            (int(held.children_left[node]), (*way, Split(question, -np.inf, cut, to_left))),
        ]
    return found


def reached(tree: DecisionTreeClassifier, ends: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the leaf of a pruned tree that each respondent reaches."""
    return _end_of(tree, ends)[tree.apply(codes)]


def held_out(
    codes: np.ndarray,
    labels: np.ndarray,
    w: np.ndarray,
    folds: np.ndarray,
    depth: int,
    min_share: float,
    prices: np.ndarray,
) -> np.ndarray:
    """Return the probabilities that trees give to people they never saw.

    Parameters
    ----------
    codes, labels, w, depth, min_share
        As for `grow`.
    folds : ndarray of shape (n_respondents,)
        The fold in which each respondent is held out.
    prices : ndarray of shape (n_prices,)
        Prices of a leaf: each prunes the trees.

    Returns
    -------
    ndarray of shape (n_prices, n_respondents, n_segments)
    """
    k = int(labels.max()) + 1
    out = np.empty((len(prices), len(labels), k))
    for fold in np.unique(folds):
        seen, new = folds != fold, folds == fold
        overall = np.bincount(labels[seen], w[seen], k) / w[seen].sum()
        tree = grow(codes[seen], labels[seen], w[seen], depth, min_share)
        shares = np.zeros((tree.tree_.node_count, k))
        shares[:, tree.classes_] = tree.tree_.value[:, 0]
        shares /= shares.sum(axis=1, keepdims=True)
        found, leaf = prunings(tree), tree.apply(codes[new])
        for at, price in enumerate(prices):
            ends = [e for cost, e in found if cost <= price][-1]
            known = shares[_end_of(tree, ends)[leaf]]
            out[at, new] = (1 - BLEND) * known + BLEND * overall
    return out


def choose(probabilities: np.ndarray, labels: np.ndarray, w: np.ndarray) -> int:
    """Return the position of the first candidate within one standard error of the best.

    Parameters
    ----------
    probabilities : ndarray of shape (n_candidates, n_respondents, n_segments)
        Of people held out, by `held_out`; the simplest candidate first.
    labels, w : ndarray of shape (n_respondents,)
        Their segments and weights.

    Returns
    -------
    int
        By log loss; the error is that of the difference from the best, person by person.
    """
    each = probabilities[:, np.arange(len(labels)), labels]
    loss = -np.log(np.maximum(each, 1e-12))
    mean = loss @ w / w.sum()
    worse = loss - loss[mean.argmin()]
    excess = worse @ w / w.sum()
    spread = (worse - excess[:, None]) ** 2 @ w / w.sum()
    error = np.sqrt(spread / effective_size(w))
    return int(np.flatnonzero(excess <= error)[0])


def _gain_per_leaf(tree: DecisionTreeClassifier, cost: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return what each split saves for each leaf it adds; infinite where the tree ends."""
    held = tree.tree_
    below, n_leaves = cost.copy(), np.ones(len(cost))
    # children have larger numbers than their parents
    for node in np.flatnonzero(~ends)[::-1]:
        children = [held.children_left[node], held.children_right[node]]
        below[node], n_leaves[node] = below[children].sum(), n_leaves[children].sum()
    out = np.full(len(cost), np.inf)
    inner = ~ends & (_end_of(tree, ends) == np.arange(len(cost)))
    out[inner] = (cost - below)[inner] / (n_leaves[inner] - 1)
    return out


def _end_of(tree: DecisionTreeClassifier, ends: np.ndarray) -> np.ndarray:
    """Return where a pruned tree ends on the way to each node; inner nodes are their own."""
    held = tree.tree_
    out = np.arange(len(ends))
    for node in range(len(ends)):
        if held.children_left[node] >= 0 and (ends[node] or out[node] != node):
            out[[held.children_left[node], held.children_right[node]]] = out[node]
    return out
