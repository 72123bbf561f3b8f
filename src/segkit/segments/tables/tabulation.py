"""The numbers of a crosstab: cells, comparisons of columns, associations of items."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from segkit._frames import Nullable
from segkit.segments.agreement import one_hot
from segkit.segments.describing.contrasts import Group, Sums, adjusted, t_interval, wilson, within
from segkit.segments.describing.table_rows import Row
from segkit.segments.tables.association import Association, of_means, of_shares
from segkit.segments.tables.banner import Banner, column_letter
from segkit.segments.tables.letters import Pairs, adjust_families, compare_columns, letters

__all__ = ["SMALL_BASE", "TOTAL", "Comparison", "Tabulation", "tabulate"]

SMALL_BASE = 30
"""Below so many effective answers a figure is starred."""

TOTAL = "total"

BLOCK = 32
"""Lines summed at once, so that memory does not grow with their number."""


@dataclass(frozen=True)
class Comparison:
    """How columns are compared.

    Attributes
    ----------
    adjust : {"holm", "bh", "none"}
        The adjustment of p values.
    across : {"row", "table"}
        Over which pairs.
    alpha : float
        The level.
    min_base : float
        The fewest effective answers of a column that is tested.
    used_items : tuple of str
        Items that are not tested.
    """

    adjust: str
    across: str
    alpha: float
    min_base: float
    used_items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tabulation:
    """Lines by columns. Arrays over cells have the total first, then all banners' columns.

    Attributes
    ----------
    lines : list of Row
        The lines, those of one item together.
    banners : list of Banner
        The banners in order.
    how : Comparison
        How columns are compared.
    sums : Sums
        Over the people of each column, shapes (n_columns + 1, n_lines).
    missing : ndarray of shape (n_columns + 1, n_lines)
        People of a column without an answer.
    """

    lines: list[Row]
    banners: list[Banner]
    how: Comparison
    sums: Sums
    missing: np.ndarray

    @cached_property
    def groups(self) -> Group:
        """Weighted moments of every cell."""
        return self.sums.groups

    @cached_property
    def is_share(self) -> np.ndarray:
        """Say which lines are shares."""
        return np.array([row.is_share for row in self.lines])

    @cached_property
    def heads(self) -> list[tuple[str, str, str]]:
        """Banner, column and letter of the total and every column."""
        columns = [(b.name, column) for b in self.banners for column in b.columns]
        lettered = [(*pair, column_letter(at)) for at, pair in enumerate(columns)]
        return [(TOTAL, TOTAL, ""), *lettered]

    @cached_property
    def compared(self) -> list[Pairs]:
        """Every two columns of each banner."""
        tested = np.array([row.item not in self.how.used_items for row in self.lines])
        return [
            compare_columns(self.groups, at, self.is_share, tested, self.how.min_base)
            for at in self._places
        ]

    @cached_property
    def p_adjusted(self) -> list[np.ndarray]:
        """The adjusted p values of `compared`."""
        return adjust_families([c.p for c in self.compared], self.how.adjust, self.how.across)

    @cached_property
    def letters(self) -> np.ndarray:
        """The letters of every cell."""
        names = [letter for *_, letter in self.heads]
        each = [
            letters(pairs, p, names, self.how.alpha)
            for pairs, p in zip(self.compared, self.p_adjusted, strict=True)
        ]
        return np.asarray(sum(each[1:], each[0]))

    @cached_property
    def associations(self) -> list[tuple[str, str, Association]]:
        """Item, banner and association, items in order."""
        return [
            (self.lines[at[0]].item, banner.name, self._association(at, place))
            for at in self.items
            for banner, place in zip(self.banners, self._places, strict=True)
        ]

    @cached_property
    def p_associations(self) -> np.ndarray:
        """Adjusted p values of the associations (Benjamini and Hochberg)."""
        return adjusted(np.array([found.p for *_, found in self.associations]))

    @cached_property
    def items(self) -> list[np.ndarray]:
        """Positions of the lines of each item."""
        names = np.array([row.item for row in self.lines], dtype=object)
        starts = np.flatnonzero(np.r_[True, names[1:] != names[:-1]])
        return np.split(np.arange(len(names)), starts[1:])

    @property
    def _places(self) -> list[np.ndarray]:
        ends = np.cumsum([1] + [len(b.columns) for b in self.banners])
        return [np.arange(a, b) for a, b in pairwise(ends)]

    def _association(self, at: np.ndarray, place: np.ndarray) -> Association:
        row, base = self.lines[at[0]], self.sums.base[place, at[0]]
        large = self.groups.n[place, at[0]] >= self.how.min_base
        cells = np.ix_(place[large], at)
        n, mean = self.groups.n[cells], self.groups.mean[cells]
        if row.is_share:
            shares = mean if len(at) > 1 else np.hstack([mean, 1 - mean])
            found = of_shares(shares, n[:, 0], base[large])
        else:
            column = Group(n[:, 0], mean[:, 0], self.groups.variance[cells][:, 0])
            found = of_means(column, base[large])
        return found.untested() if row.item in self.how.used_items else found

    def cell_columns(self) -> dict[str, Any]:
        """Return the tidy columns of all cells, line by line, the total first."""
        low, high = np.where(self.is_share, wilson(self.groups), t_interval(self.groups))
        heads = self.heads
        each = [(row, *head) for row in self.lines for head in heads]
        told = {(item, banner): at for at, (item, banner, _) in enumerate(self.associations)}
        where = [told.get((row.item, banner), -1) for row, banner, *_ in each]
        values = np.array([found.value for *_, found in self.associations] + [np.nan])
        return {
            "level": _gaps([row.level for row, *_ in each]),
            "kind": _text(["share" if row.is_share else "mean" for row, *_ in each]),
            "banner": _text([banner for _, banner, *_ in each]),
            "column": _text([column for *_, column, _ in each]),
            "letter": _text([letter for *_, letter in each]),
            "n": self.sums.counts.T.ravel().astype(np.int64),
            "n_effective": self.groups.n.T.ravel(),
            "base": self.sums.base.T.ravel(),
            "missing": self.missing.T.ravel().astype(np.int64),
            "value": self.groups.mean.T.ravel(),
            "low": low.T.ravel(),
            "high": high.T.ravel(),
            "letters": _text(self.letters.T.ravel().tolist()),
            "small_base": (self.groups.n < SMALL_BASE).T.ravel(),
            "tested": self._tested().T.ravel(),
            "association": values[where],
            "p_association": np.r_[self.p_associations, np.nan][where],
        }

    def pair_columns(self) -> tuple[list[str], dict[str, Any]]:
        """Return the items and the tidy columns of all comparisons, line by line."""
        parts = list(self._pairs())
        figures = {
            name: np.array([part[at] for part in parts])
            for at, name in enumerate(("difference", "low", "high", "p", "p_adjusted"), start=5)
        }
        return [part[0] for part in parts], {
            "level": _gaps([part[1] for part in parts]),
            "banner": _text([part[2] for part in parts]),
            "column": _text([part[3] for part in parts]),
            "other": _text([part[4] for part in parts]),
            **figures,
        }

    def association_columns(self) -> tuple[list[str], dict[str, Any]]:
        """Return the items and the tidy columns of all associations."""
        each = [found for *_, found in self.associations]
        figures = {
            name: np.array([getattr(found, name) for found in each], dtype=float)
            for name in ("value", "statistic", "df", "p")
        }
        return [item for item, *_ in self.associations], {
            "banner": _text([banner for _, banner, _ in self.associations]),
            "measure": _text([found.measure for found in each]),
            **figures,
            "p_adjusted": self.p_associations,
        }

    def _pairs(self) -> Iterator[tuple[Any, ...]]:
        for j, row in enumerate(self.lines):
            for pairs, p in zip(self.compared, self.p_adjusted, strict=True):
                for i, (a, b) in enumerate(zip(pairs.first, pairs.second, strict=True)):
                    banner, column, _ = self.heads[a]
                    yield (
                        row.item, row.level, banner, column, self.heads[b][1],
                        pairs.difference[i, j], pairs.low[i, j], pairs.high[i, j],
                        pairs.p[i, j], p[i, j],
                    )  # fmt: skip

    def _tested(self) -> np.ndarray:
        out = np.zeros(self.groups.n.shape, dtype=bool)
        for pairs in self.compared:
            known = ~np.isnan(pairs.p)
            np.logical_or.at(out, pairs.first, known)
            np.logical_or.at(out, pairs.second, known)
        return out


def tabulate(lines: list[Row], banners: list[Banner], w: np.ndarray, how: Comparison) -> Tabulation:
    """Sum the answers within the total and every column.

    Parameters
    ----------
    lines : list of Row
        What is shown.
    banners : list of Banner
        The columns.
    w : ndarray of shape (n_respondents,)
        Weights.
    how : Comparison
        How columns are compared.

    Returns
    -------
    Tabulation
    """
    inside = [one_hot(b.codes, len(b.columns)).T for b in banners]
    everybody = np.vstack([np.ones((1, len(w))), *inside])
    parts = [
        _summed(lines[start : start + BLOCK], everybody, w) for start in range(0, len(lines), BLOCK)
    ]
    sums = Sums(
        np.hstack([part.counts for part in parts]),
        np.concatenate([part.sums for part in parts], axis=2),
        np.concatenate([part.shift for part in parts]),
    )
    people = everybody @ (w > 0)
    return Tabulation(lines, banners, how, sums, people[:, None] - sums.counts)


def _summed(lines: list[Row], inside: np.ndarray, w: np.ndarray) -> Sums:
    values = np.column_stack([row.values for row in lines])
    return within(values, np.array([row.is_share for row in lines]), inside, w)


def _text(values: list[Any]) -> np.ndarray:
    return np.array(values, dtype=object)


def _gaps(values: list[str | None]) -> Nullable:
    return Nullable(_text([v or "" for v in values]), np.array([v is None for v in values]))
