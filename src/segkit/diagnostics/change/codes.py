"""A field of few distinct values in both tables, as one set of codes with their shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betainc

from segkit._frames import Column
from segkit._weights import effective_size
from segkit.diagnostics.counting.counts import count, make_bins
from segkit.diagnostics.counting.field_bins import FieldBins, value_text

__all__ = ["MOST_CODES", "Coded", "code_pair", "coded_since", "relations"]

MOST_CODES = 60


@dataclass(frozen=True)
class Coded:
    """The codes of one field in both tables.

    Attributes
    ----------
    names : tuple of str
        Levels in order, or numbers by size.
    p, q : ndarray of shape (n_codes,)
        Shares of all rows, before and after.
    gaps : tuple of float
        Shares of the rows without a value, before and after.
    n, m : float
        Effective numbers of rows.
    ordered : bool
        The codes are numbers.
    before, after : ndarray of shape (n_rows,)
        The code of each row; the number of codes where there is none.
    """

    names: tuple[str, ...]
    p: np.ndarray
    q: np.ndarray
    gaps: tuple[float, ...]
    n: float
    m: float
    ordered: bool
    before: np.ndarray
    after: np.ndarray

    @classmethod
    def of(
        cls,
        names: tuple[str, ...],
        p: np.ndarray,
        q: np.ndarray,
        gaps: tuple[float, ...],
        weights: tuple[np.ndarray, np.ndarray],
    ) -> "Coded":
        """Return codes of which only the shares are known."""
        n, m = (float(effective_size(w)) for w in weights)
        nothing = np.zeros(0, dtype=int)
        return cls(names, p, q, gaps, n, m, False, nothing, nothing)

    def one_sided_p(self, kept: float | np.ndarray = 1.0) -> np.ndarray:
        """Return how likely chance alone makes each code so rare in the table that has less of it.

        Parameters
        ----------
        kept : float or ndarray of shape (n_codes,)
            The share of its share that a code is expected to keep in that table, at most 1.

        Returns
        -------
        ndarray of shape (n_codes,)
            Adjusted for the number of codes (Bonferroni).

        Notes
        -----
        Of ``h + l`` rows of a code, each is in the table of the larger share with probability
        ``n / (n + kept m)``, ``n`` and ``m`` the rows of that table and of the other: the binomial
        chance of ``h`` or more.

        Examples
        --------
        >>> weights = (np.ones(100), np.ones(100))
        >>> shares = np.array([0.05, 0.95]), np.array([0.0, 1.0])
        >>> coded = Coded.of(("a", "b"), *shares, (0.0, 0.0), weights)
        >>> coded.one_sided_p().round(4).tolist()
        [0.0625, 0.7746]
        """
        fewer = self.q < self.p
        here, there = np.where(fewer, self.n, self.m), np.where(fewer, self.m, self.n)
        more, less = np.maximum(self.p, self.q) * here, np.minimum(self.p, self.q) * there
        by_chance = betainc(np.maximum(more, 1e-9), less + 1, here / (here + kept * there))
        return np.asarray(np.minimum(1.0, len(self.names) * by_chance))


def code_pair(
    before: Column, after: Column, weights: tuple[np.ndarray, np.ndarray]
) -> Coded | None:
    """Code a field of at most 60 distinct values alike in both tables; None for more.

    Examples
    --------
    >>> a = Column("plan", "text", "str", np.array([0.0, 1, 1]), ("basic", "plus"))
    >>> b = Column("plan", "text", "str", np.array([0.0, -1]), ("top",))
    >>> coded = code_pair(a, b, (np.ones(3), np.ones(2)))
    >>> coded.names, coded.q.tolist(), coded.gaps
    (('basic', 'plus', 'top'), [0.0, 0.0, 0.5], (0.0, 0.5))
    """
    values = [_distinct(c) for c in (before, after)]
    distinct = {*values[0], *values[1]}
    if not 0 < len(distinct) <= MOST_CODES or len({type(v) for v in distinct}) > 1:
        return None
    found = sorted(distinct)
    codes = [_codes(c, found) for c in (before, after)]
    p, q = (
        np.bincount(at, weights=w, minlength=len(found) + 1) / w.sum()
        for at, w in zip(codes, weights, strict=True)
    )
    numbers = isinstance(found[0], float)
    return Coded(
        names=tuple(f"{v:g}" if numbers else v for v in found),
        p=p[:-1],
        q=q[:-1],
        gaps=(float(p[-1]), float(q[-1])),
        n=float(effective_size(weights[0])),
        m=float(effective_size(weights[1])),
        ordered=numbers,
        before=codes[0],
        after=codes[1],
    )


def coded_since(
    bins: FieldBins, cells: np.ndarray, n: float, after: Column, v: np.ndarray
) -> Coded | None:
    """Code a field that was counted code by code, and its later values; None for other fields.

    Parameters
    ----------
    bins : FieldBins
        How it was counted.
    cells : ndarray of shape (n_bins,)
        The earlier counts.
    n : float
        Their effective number of rows.
    after : Column
        The later values.
    v : ndarray of shape (m,)
        Their weights.
    """
    later = _distinct(after)
    distinct = {*bins.values, *later}
    whole = bins.kind in ("level", "value") and not bins.pooled and cells[-1] == 0
    if not whole or len(distinct) > MOST_CODES or len({type(v) for v in distinct}) > 1:
        return None
    found = sorted(distinct)
    p = np.zeros(len(found) + 1)
    p[[*(found.index(v) for v in bins.values), len(found)]] = cells[:-1] / cells.sum()
    at = _codes(after, found)
    q = np.bincount(at, weights=v, minlength=len(found) + 1) / v.sum()
    return Coded(
        names=tuple(value_text(v) for v in found),
        p=p[:-1],
        q=q[:-1],
        gaps=(float(p[-1]), float(q[-1])),
        n=n,
        m=float(effective_size(v)),
        ordered=isinstance(found[0], float),
        before=np.zeros(0, dtype=int),
        after=at,
    )


def relations(
    field: int,
    before: Sequence[Column],
    after: Sequence[Column],
    coded: Coded,
    weights: tuple[np.ndarray, np.ndarray],
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Count every other field by the codes of one: (n_codes + 1, n_bins) before and after."""
    k = len(coded.names) + 1
    out = []
    for j, (one, other) in enumerate(zip(before, after, strict=True)):
        if j == field:
            continue
        bins = make_bins(one, weights[0])
        a = count(one, bins, coded.before, k, weights[0]).cells
        out.append((a, count(other, bins, coded.after, k, weights[1]).cells))
    return out


def _distinct(column: Column) -> list[Any]:
    if column.levels:
        there = np.unique(column.values[column.values >= 0]).astype(int)
        return [column.levels[i] for i in there if column.levels[i] != ""]
    if column.kind != "number":
        return []
    return np.unique(column.values[~np.isnan(column.values)]).tolist()


def _codes(column: Column, found: list[Any]) -> np.ndarray:
    if column.levels:
        place = {v: i for i, v in enumerate(found)}
        lookup = np.array([place.get(v, len(found)) for v in column.levels] + [len(found)])
        return np.asarray(lookup[column.values.astype(int)])
    at = np.searchsorted(found, column.values) if column.kind == "number" else column.values
    return np.where(np.isnan(column.values), len(found), np.nan_to_num(at)).astype(int)
