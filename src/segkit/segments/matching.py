"""Who is who between two divisions of the same people: waves, methods, seeds.

References
----------
Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research
Logistics Quarterly 2, 83-97.
Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2, 193-218.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from segkit._checks import check_same_rows
from segkit._frames import Nullable, attach, frame_like, select
from segkit._result import Result, percent
from segkit._weights import check_weights
from segkit.exceptions import SegkitError
from segkit.segments.agreement import adjusted_rand, contingency, jaccard
from segkit.segments.codes import Coded, coded

__all__ = ["Matching", "best_pairs", "match"]

MOST = 0.5
"""More than this share of a segment is most of it."""


@dataclass(frozen=True, repr=False)
class Matching(Result):
    """Two divisions of the same people, segment by segment.

    Attributes
    ----------
    table : frame
        One row a relation: a, b, n, share, share_of_b, jaccard, relation.
    mapping : dict
        The segment of b that each segment of a became: one to one, so that as many people
        as possible stay together. Segments without a partner are left out.
    agreement : float
        Adjusted Rand index: 1 for the same division, about 0 for unrelated ones.
    kept : float
        Share of the people whose segment in b is the partner of theirs in a.
    counts : ndarray of shape (n_a, n_b)
        People (sum of weights) in each pair of segments.
    names_a, names_b : tuple
        The segments that the rows and columns of `counts` stand for.

    Examples
    --------
    >>> found = match([0, 0, 0, 1, 1, 2], ["x", "x", "x", "y", "y", "y"])
    >>> round(found.kept, 3)
    0.833
    """

    table: Any
    mapping: dict[Any, Any]
    agreement: float
    kept: float
    counts: np.ndarray
    names_a: tuple[Any, ...]
    names_b: tuple[Any, ...]

    def frame(self) -> Any:
        """Return the relations.

        Returns
        -------
        frame
            a, b : the segments (a is empty for a new one, b for one that is gone);
            n : people in both (of a new or gone segment: all its people);
            share : n as a share of the people of a (of b where it is new);
            share_of_b : n as a share of the people of b;
            jaccard : people in both over people in either;
            relation : same (most of each is in the other), split (most of b comes from a,
            but most of a is elsewhere), merged (most of a went into b, but most of b comes
            from elsewhere), new (no such relation to any a), gone (to any b).
        """
        return self.table

    def plot(self, ax: Any = None) -> Any:
        """Draw the flow of people from the segments of a to those of b."""
        from segkit.plots.matching import plot_matching

        return plot_matching(self.table, ax=ax)

    def summary(self) -> str:
        """Return one paragraph: agreement, who stayed, what split, merged, came and went."""
        relations = select(self.table, ["relation"])
        found = [str(r) for r in np.asarray(relations).ravel()]
        told = ", ".join(
            f"{found.count(kind)} {kind}"
            for kind in ("same", "split", "merged", "new", "gone")
            if kind in found
        )
        return (
            f"{len(self.names_a)} segments against {len(self.names_b)}: adjusted Rand index "
            f"{self.agreement:.2f}, {percent(self.kept)} of the people stay with their segment's "
            f"partner. Relations: {told} (same: most of each segment is in the other)."
        )

    def relabel(self, labels_b: Any) -> np.ndarray:
        """Give the segments of b the names of their partners in a.

        Parameters
        ----------
        labels_b : array-like of shape (n,)
            Labels as those of b, of the same people or of others.

        Returns
        -------
        ndarray of shape (n,)
            A segment of b without a partner gets the next free whole number, or keeps its
            name where the segments of a have names that are text; noise stays -1.
        """
        given = coded(labels_b, what="labels_b")
        partner = {b: a for a, b in self.mapping.items()} | self._newcomers(given)
        named = [-1 if c < 0 else partner[given.names[c]] for c in given.codes]
        return np.array(named, dtype=None if _whole(set(named)) else object)

    def _newcomers(self, given: Coded) -> dict[Any, Any]:
        """Name the segments of b that have no partner in a."""
        without = [
            b
            for b in dict.fromkeys((*self.names_b, *given.names))
            if b not in self.mapping.values()
        ]
        if not _whole(set(self.names_a)):
            taken = set(self.names_a)
            return {b: f"{b} (new)" if b in taken else b for b in without}
        return {b: max(self.names_a) + 1 + i for i, b in enumerate(without)}


def match(labels_a: Any, labels_b: Any, sample_weight: Any = None) -> Matching:
    """Find who is who between two divisions of the same people.

    Parameters
    ----------
    labels_a, labels_b : array-like of shape (n_respondents,)
        Two segmentations of the same people in the same order: numbers or text. The number
        -1 is noise; people who are noise in either are left out.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights. Whole-number weights are repeated people; weights that are smaller
        than 1 on average are scaled to an average of 1.

    Returns
    -------
    Matching

    Raises
    ------
    SegkitError
        For labels of different length, missing labels, or weights that do not fit.

    Notes
    -----
    The mapping maximises the number of people who stay with their segment's partner (Kuhn
    1955). Partners may share few people when nothing better is left: read `mapping` beside the
    relations. Two solutions may agree well and still mean different things: compare their
    profiles too.

    Examples
    --------
    >>> found = match([0, 0, 0, 1, 1, 2], ["x", "x", "x", "y", "y", "y"])
    >>> found.mapping
    {0: 'x', 1: 'y'}
    >>> found.frame()[["a", "b", "n", "share", "relation"]]
       a  b  n  share relation
    0  0  x  3    1.0     same
    1  1  y  2    1.0     same
    2  2  y  1    1.0   merged
    """
    a, b = coded(labels_a, what="labels_a"), coded(labels_b, what="labels_b")
    check_same_rows(len(b.codes), len(a.codes), what="labels_b", other="labels_a")
    w = _at_least_one(check_weights(sample_weight, len(a.codes)))
    counts = contingency(a.codes, b.codes, len(a.names), len(b.names), w)
    pairs = best_pairs(counts)
    total = counts.sum()
    if not total:
        raise SegkitError(
            "Nobody with weight has a segment in both labels_a and labels_b (-1 is noise); "
            "expected labels of the same people. Check that the rows belong together."
        )
    return Matching(
        table=_table(labels_a, _relations(counts), counts, a.names, b.names),
        mapping={a.names[i]: b.names[j] for i, j in pairs},
        agreement=float(adjusted_rand(counts)),
        kept=float(sum(counts[i, j] for i, j in pairs) / total),
        counts=counts,
        names_a=a.names,
        names_b=b.names,
    )


def best_pairs(counts: np.ndarray) -> list[tuple[int, int]]:
    """Pair rows with columns one to one so that the sum of their cells is largest.

    Parameters
    ----------
    counts : ndarray of shape (n_a, n_b)
        People in each pair.

    Returns
    -------
    list of (int, int)
        Pairs with people in them, by row.

    Examples
    --------
    >>> best_pairs(np.array([[1.0, 5.0], [4.0, 3.0]]))
    [(0, 1), (1, 0)]
    """
    rows, cols = linear_sum_assignment(counts, maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, cols, strict=True) if counts[i, j] > 0]


def _at_least_one(w: np.ndarray) -> np.ndarray:
    """Scale weights that are shares: the Rand index counts pairs of people, not of weights."""
    mean = w[w > 0].mean()
    return w / mean if mean < 1 else w


def _relations(counts: np.ndarray) -> list[tuple[int, int, str]]:
    """Return (a, b, relation) of every relation; -1 where a segment has no counterpart."""
    size_a, size_b = counts.sum(axis=1, keepdims=True), counts.sum(axis=0, keepdims=True)
    into = counts > MOST * size_a
    origin = counts > MOST * size_b
    names = {(True, True): "same", (False, True): "split", (True, False): "merged"}
    out = [
        (int(i), int(j), names[bool(into[i, j]), bool(origin[i, j])])
        for i, j in np.argwhere(into | origin)
    ]
    out += [(int(i), -1, "gone") for i in np.flatnonzero(~(into | origin).any(axis=1))]
    out += [(-1, int(j), "new") for j in np.flatnonzero(~(into | origin).any(axis=0))]
    return out


def _table(
    like: Any,
    relations: list[tuple[int, int, str]],
    counts: np.ndarray,
    names_a: tuple[Any, ...],
    names_b: tuple[Any, ...],
) -> Any:
    a, b = (np.array([r[side] for r in relations], dtype=int) for side in (0, 1))
    alone = (a < 0) | (b < 0)
    size_a, size_b = counts.sum(axis=1)[a], counts.sum(axis=0)[b]
    n = np.where(a < 0, size_b, np.where(b < 0, size_a, counts[a, b]))
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = {
            "a": _side(names_a, a),
            "b": _side(names_b, b),
            "n": n if (n % 1).any() else n.astype(np.int64),
            "share": np.where(alone, 1.0, n / size_a),
            "share_of_b": np.where(b < 0, np.nan, n / size_b),
            "jaccard": np.where(alone, np.nan, jaccard(counts)[a, b]),
        }
    relation = frame_like(like, {"relation": [r[2] for r in relations]})
    return select(attach(relation, columns), [*columns, "relation"])


def _side(names: tuple[Any, ...], positions: np.ndarray) -> Nullable:
    """Return the names at some positions; a negative position is a gap."""
    if _whole(set(names)):
        values = np.array([names[p] for p in positions], dtype=np.int64)
    else:
        values = np.array([str(names[p]) for p in positions], dtype=object)
    return Nullable(values, positions < 0)


def _whole(names: set[Any]) -> bool:
    return all(isinstance(v, int) and not isinstance(v, bool) for v in names)
