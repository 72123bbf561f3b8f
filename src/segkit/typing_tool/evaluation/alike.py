"""Who is alike in the fields that a field goes with.

For each field a tree foretells its codes from all other fields; people in one leaf are
alike in what says anything about the field, and what they differ in says nothing more.
The tree is grown on other people than those it groups, so that it cannot know their values.

References
----------
Molnar, C., König, G., Bischl, B. & Casalicchio, G. (2024). Model-agnostic feature importance
and effects with dependent features: a conditional subgroup approach. Data Mining and Knowledge
Discovery 38, 2903-2941.
"""

from typing import Any

import numpy as np
from sklearn.tree import DecisionTreeRegressor

from segkit.typing_tool.coding.codes import FieldCodes

__all__ = ["alike_groups"]

LEVELS = 8  # of a field without order: the most common ones are told apart
RIDGE = 1e-3  # fields that are copies of each other share a slope
LEAST = 6  # people of a leaf among those to be grouped, on average


def alike_groups(
    book: FieldCodes, known: np.ndarray, w: np.ndarray, codes: np.ndarray, seed: int
) -> np.ndarray:
    """Group people by what the other fields say of each field.

    Parameters
    ----------
    book : FieldCodes
        The codebook.
    known : ndarray of shape (n_known, n_fields)
        Codes of the people from whom it is learned.
    w : ndarray of shape (n_known,)
        Their survey weights.
    codes : ndarray of shape (n, n_fields)
        Codes of the people to be grouped.
    seed : int
        Breaks ties between equally good splits.

    Returns
    -------
    ndarray of shape (n_fields, n)
        For each field the group of each person; people in one group are alike.
    """
    n_fields = codes.shape[1]
    if n_fields == 1:
        return np.zeros((1, len(codes)), dtype=np.intp)
    least = int(np.ceil(LEAST * max(1.0, len(known) / len(codes))))
    out = np.empty((n_fields, len(codes)), dtype=np.intp)
    for f in range(n_fields):
        others = np.delete(np.arange(n_fields), f)
        targets = _targets(book, f, known[:, f])
        mine, theirs = _with_line(known[:, others], codes[:, others], targets, w)
        tree = DecisionTreeRegressor(min_samples_leaf=least, random_state=seed)
        out[f] = tree.fit(mine, targets, w).apply(theirs)
    return out


def _with_line(
    known: np.ndarray, codes: np.ndarray, targets: np.ndarray, w: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Add to both tables what a straight line through the codes foretells.

    Where several fields speak of one together, a tree of few leaves sees each of them coarsely;
    their weighted sum it can split finely.
    """
    centre, spread = known.mean(axis=0), known.std(axis=0)
    both = [(part - centre) / np.where(spread > 0, spread, 1.0) for part in (known, codes)]
    root = np.sqrt(w)[:, None]
    gram = (both[0] * w[:, None]).T @ both[0] + RIDGE * w.sum() * np.eye(known.shape[1])
    slopes = np.linalg.solve(gram, (both[0] * root).T @ (targets * root))
    one, other = (np.hstack([part, part @ slopes]).astype(np.float32) for part in both)
    return one, other


def _targets(book: FieldCodes, f: int, codes: np.ndarray) -> np.ndarray:
    """Return what a tree is to foretell: the place of a number, the level of anything else."""
    field = book.fields[f]
    if field.kind == "number":
        missing = codes == field.missing
        there = np.where(missing, np.median(codes), codes).astype(float)
        columns: list[Any] = [there, missing.astype(float)]
    else:
        common = np.argsort(-np.bincount(codes), kind="stable")[:LEVELS]
        columns = [(codes == c).astype(float) for c in common]
    return np.stack([_scaled(c) for c in columns], axis=1)


def _scaled(values: np.ndarray) -> np.ndarray:
    spread = values.std()
    return (values - values.mean()) / (spread if spread > 0 else 1.0)
