"""What was counted of a table, field by field and segment by segment: all that drift keeps.

No row is kept: sums over frozen bins, for every segment, and nothing else. The counts of two
parts add up to those of the whole, so that a base is counted in parts, in any order,
wherever it lies, and days add up to months.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segkit._frames import Origin
from segkit.diagnostics.counting.counts import Counts, merge
from segkit.diagnostics.counting.groups import UNTAGGED, order_groups
from segkit.diagnostics.counting.saving import read_counts, write_counts
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.exceptions import SegkitError

__all__ = ["TableBins", "TableCounts", "load_counts", "no_counts"]

FEW_HOLDERS = 5  # an unseen text that fewer rows hold is not written to a file by its name


@dataclass(frozen=True, repr=False)
class TableCounts:
    """What was counted of a table.

    Attributes
    ----------
    bins : TableBins
        The bins of its fields.
    groups : tuple of str
        The segments' names, and last "untagged": everybody, where no segments were given.
    fields : mapping of str to Counts
        What was counted of each field; the rows of its cells are the groups.
    n_rows : int
        How many rows were counted.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.diagnostics import count_table, learn_bins
    >>> table = pd.DataFrame({"plan": ["a"] * 6 + ["b"] * 7, "tag": [0] * 9 + [1] * 4})
    >>> bins = learn_bins(table, segments="tag")
    >>> counts = count_table(table, bins, segments="tag")
    >>> counts.fields["plan"].cells
    array([[6., 3., 0., 0.],
           [0., 4., 0., 0.],
           [0., 0., 0., 0.]])
    >>> parts = count_table(table[:5], bins, "tag") + count_table(table[5:], bins, "tag")
    >>> parts.frame().equals(counts.frame())
    True

    Any number of parts add up by `sum`:

    >>> days = [count_table(table[i : i + 4], bins, "tag") for i in (0, 4, 8, 12)]
    >>> sum(days).n_rows
    13
    """

    bins: TableBins
    groups: tuple[str, ...]
    fields: Mapping[str, Counts]
    n_rows: int

    def __repr__(self) -> str:
        """Return how much was counted, and over which bins; `frame` has the counts."""
        return (
            f"TableCounts(n_rows={self.n_rows}, fields={len(self.fields)}, "
            f"groups={len(self.groups)}, bins={self.bins.version!r})"
        )

    def merge(self, other: "TableCounts") -> "TableCounts":
        """Return the counts of both tables together; segments that only one has are kept.

        Raises
        ------
        SegkitError
            When the two were counted over different bins.
        """
        if self.bins != other.bins:
            raise SegkitError(
                f"Counts over the bins {self.bins.version} and {other.bins.version} were given; "
                "expected the bins of one reference. Count both tables over the same bins."
            )
        groups = order_groups(self.groups + other.groups)
        one, two = self.grouped(groups), other.grouped(groups)
        fields = {name: merge(one[name], two[name]) for name in one}
        return TableCounts(self.bins, groups, fields, self.n_rows + other.n_rows)

    def __add__(self, other: "TableCounts") -> "TableCounts":
        """Return the counts of both tables together."""
        return self.merge(other) if isinstance(other, TableCounts) else NotImplemented

    def __radd__(self, other: Any) -> "TableCounts":
        """Return these counts where `sum` begins, at the number 0."""
        return self if type(other) is int and other == 0 else NotImplemented

    def grouped(self, groups: tuple[str, ...]) -> dict[str, Counts]:
        """Return the fields' counts with these groups as rows; one without rows here is empty.

        Raises
        ------
        SegkitError
            When a group of these counts is not among them.
        """
        lost = [name for name in self.groups if name not in groups]
        if lost:
            raise SegkitError(
                f"The segment `{lost[0]}` was counted but is not among {', '.join(groups)}; "
                "expected every segment. Give all of them."
            )
        at = np.array([groups.index(name) for name in self.groups])
        return {name: _spread(c, at, len(groups)) for name, c in self.fields.items()}

    def frame(self) -> Any:
        """Return one row a segment, field and bin.

        Returns
        -------
        pandas.DataFrame
            segment, field, bin (its name), weight (sum of weights: rows, where none were given).
        """
        rows = [
            (group, name, bin_name, float(cell))
            for name, counts in self.fields.items()
            for group, cells in zip(self.groups, counts.cells, strict=True)
            for bin_name, cell in zip(counts.bins.names(), cells, strict=True)
        ]
        columns = zip(*rows, strict=True)
        return Origin().frame(
            dict(zip(("segment", "field", "bin", "weight"), map(list, columns), strict=True))
        )

    def save(self, path: str | Path) -> Path:
        """Write the counts as one JSON file, whole or not at all.

        The file holds no row of the table: bins, sums, and the names of unseen texts that at
        least five rows hold.

        Examples
        --------
        >>> import tempfile
        >>> import pandas as pd
        >>> from segkit.diagnostics import count_table, learn_bins
        >>> table = pd.DataFrame({"plan": ["a"] * 6 + ["b"] * 7})
        >>> counts = count_table(table, learn_bins(table))
        >>> path = counts.save(Path(tempfile.mkdtemp()) / "reference.json")
        >>> load_counts(path).frame().equals(counts.frame())
        True
        """
        return write_counts(path, self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: what `save` writes."""
        first = next(iter(self.fields.values()))
        return {
            "bins": self.bins.to_dict(),
            "groups": list(self.groups),
            "n_rows": self.n_rows,
            "squares": first.squares.tolist(),
            "fields": {name: _plain(counts) for name, counts in self.fields.items()},
        }

    @classmethod
    def from_dict(cls, plain: Any) -> "TableCounts":
        """Read what `to_dict` gave.

        Raises
        ------
        SegkitError
            For anything else.
        """
        keys = {"bins", "groups", "n_rows", "squares", "fields"}
        if not isinstance(plain, dict) or not keys <= set(plain):
            raise SegkitError(
                f"The counts are a {type(plain).__name__} without {', '.join(sorted(keys))}; "
                "expected what TableCounts.to_dict gives."
            )
        bins = TableBins.from_dict(plain["bins"])
        groups = _groups(plain["groups"])
        fields = {f.field: _counts(f, plain, len(groups)) for f in bins.fields}
        return cls(bins, groups, fields, _whole(plain["n_rows"], "n_rows"))


def no_counts(bins: TableBins) -> TableCounts:
    """Return the counts of a table without rows, to which others are added."""
    fields = {f.field: Counts(f, np.zeros((1, f.n_bins)), np.zeros(1)) for f in bins.fields}
    return TableCounts(bins, (UNTAGGED,), fields, 0)


def load_counts(path: str | Path) -> TableCounts:
    """Read counts that `TableCounts.save` wrote.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    TableCounts

    Raises
    ------
    SegkitError
        When the file is absent, cut short, edited, of another kind or of a later version.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from segkit.diagnostics import count_table, learn_bins
    >>> table = pd.DataFrame({"visits": range(100)})
    >>> path = Path(tempfile.mkdtemp()) / "reference.json"
    >>> saved = count_table(table, learn_bins(table)).save(path)
    >>> load_counts(saved).n_rows
    100
    """
    return read_counts(path, TableCounts.from_dict)


def _spread(counts: Counts, at: np.ndarray, n_groups: int) -> Counts:
    def spread(values: np.ndarray) -> np.ndarray:
        out = np.zeros((n_groups, *values.shape[1:]))
        out[at] = values
        return out

    unseen = {name: spread(sums) for name, sums in counts.unseen.items()}
    return Counts(counts.bins, spread(counts.cells), spread(counts.squares), unseen, counts.holders)


def _plain(counts: Counts) -> dict[str, Any]:
    # a text may be somebody's name; a number or a yes/no names nobody
    least = FEW_HOLDERS if counts.bins.holds == "text" else 0
    kept = [name for name in counts.unseen if counts.holders.get(name, 0) >= least]
    return {
        "cells": counts.cells.tolist(),
        "unseen": {n: [counts.holders.get(n, 0), counts.unseen[n].tolist()] for n in kept},
    }


def _groups(names: Any) -> tuple[str, ...]:
    texts = isinstance(names, list) and all(isinstance(name, str) for name in names)
    if not texts or not names or tuple(names) != order_groups(names):
        words = ", ".join(names) if texts else str(names)
        raise SegkitError(
            f"The counts have the segments {words[:80] or 'of nobody'}; expected a list of texts "
            f"in order, and last `{UNTAGGED}`."
        )
    return tuple(names)


def _counts(bins: Any, plain: dict[str, Any], n_groups: int) -> Counts:
    name = bins.field
    try:
        given = plain["fields"][name]
        cells = _numbers(given["cells"], (n_groups, bins.n_bins))
        squares = _numbers(plain["squares"], (n_groups,))
        unseen = {str(k): _numbers(v[1], (n_groups,)) for k, v in given["unseen"].items()}
        holders = {str(k): _whole(v[0], "rows") for k, v in given["unseen"].items()}
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise SegkitError(
            f"The counts of `{name}` are absent or of another form ({error}); expected "
            f"{n_groups} x {bins.n_bins} sums. Count the table anew."
        ) from error
    return Counts(bins, cells, squares, unseen, holders)


def _numbers(values: Any, shape: tuple[int, ...]) -> np.ndarray:
    numbers = np.array(values, dtype=float)
    if numbers.shape != shape or not np.isfinite(numbers).all() or (numbers < 0).any():
        raise SegkitError(f"sums of shape {numbers.shape}, expected {shape} of zero or more")
    return numbers


def _whole(value: Any, name: str) -> int:
    if type(value) is not int or value < 0:
        raise SegkitError(f"{name} is {str(value)[:20]}, expected a whole number of zero or more")
    return value
