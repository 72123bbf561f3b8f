"""How a table is counted: the bins of its fields, learned from the reference."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import check_columns, check_frame, name_list
from segkit._frames import n_rows, numeric_column
from segkit._weights import check_weights
from segkit.diagnostics.counting.field_bins import FieldBins, make_bins
from segkit.diagnostics.counting.fields import choose_fields
from segkit.exceptions import SegkitError

__all__ = ["TableBins", "bins_of", "table_weights"]

FIELD_KEYS = {
    "field": str,
    "kind": str,
    "holds": str,
    "edges": list,
    "values": list,
    "centres": list,
    "pooled": int,
}
KINDS = {
    ("number", "number"),
    ("value", "number"),
    ("level", "text"),
    ("level", "boolean"),
    ("empty", "empty"),
}


@dataclass(frozen=True, repr=False)
class TableBins:
    """The frozen bins of a table's fields; counts over equal bins can be compared and added.

    Attributes
    ----------
    fields : tuple of FieldBins
        The bins of each field, in order.
    left_out : tuple of str
        Columns of the reference that are not counted, with the reason.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.diagnostics import learn_bins
    >>> bins = learn_bins(pd.DataFrame({"plan": ["a"] * 6 + ["b"] * 7}))
    >>> bins.names, bins.fields[0].names()
    (('plan',), ['a', 'b', 'missing', 'never seen'])
    >>> TableBins.from_dict(bins.to_dict()) == bins
    True
    """

    fields: tuple[FieldBins, ...]
    left_out: tuple[str, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        """Return which fields have bins, and their version; `fields` has the bins."""
        return f"TableBins({name_list(self.names)}; version={self.version!r})"

    @property
    def names(self) -> tuple[str, ...]:
        """The fields' names."""
        return tuple(f.field for f in self.fields)

    @property
    def version(self) -> str:
        """Twelve letters that change whenever a bin does."""
        return hashlib.sha256(repr(self.fields).encode()).hexdigest()[:12]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, with the version they are checked by."""
        return {
            "version": self.version,
            "fields": [f.to_dict() for f in self.fields],
            "left_out": list(self.left_out),
        }

    @classmethod
    def from_dict(cls, plain: Any) -> "TableBins":
        """Read what `to_dict` gave.

        Raises
        ------
        SegkitError
            For anything else, or values that do not have the version they announce.
        """
        if not isinstance(plain, dict) or not isinstance(plain.get("fields"), list):
            raise SegkitError(
                f"The bins are a {type(plain).__name__} without a list of fields; expected what "
                "TableBins.to_dict gives."
            )
        left_out = plain.get("left_out", [])
        if not isinstance(left_out, list) or not all(isinstance(text, str) for text in left_out):
            raise SegkitError(
                f"The bins leave out {str(left_out)[:40]}; expected a list of columns with reasons."
            )
        bins = cls(tuple(_field(f) for f in plain["fields"]), tuple(left_out))
        if bins.version != plain.get("version"):
            raise SegkitError(
                f"The bins have the version {bins.version} but announce {plain.get('version')!r}: "
                "they were changed. Fetch them anew, or learn them from the reference again."
            )
        return bins


def bins_of(
    table: Any,
    fields: Sequence[str] | None,
    sample_weight: Any,
    *,
    segments: str | None,
    max_levels: int,
    min_respondents: int,
) -> TableBins:
    """Learn the bins of a table in memory; see `learn_bins`."""
    check_frame(table, what="the reference")
    w = table_weights(table, sample_weight)
    if not w.any():
        raise SegkitError("sample_weight is zero everywhere; expected some positive weights.")
    weights = {sample_weight} if isinstance(sample_weight, str) else set()
    columns, left_out = choose_fields(table, table, fields, segments)
    columns = tuple(c for c in columns if fields is not None or c.name not in weights)
    found = (make_bins(c, w, max_levels=max_levels, min_rows=min_respondents) for c in columns)
    return TableBins(tuple(found), left_out)


def table_weights(table: Any, sample_weight: Any, *, first_row: int = 0) -> np.ndarray:
    """Return checked weights of a table's rows, from a column or an array; zeros are allowed.

    `first_row` is the number of the first row in the whole table, where `table` is a part of it.

    Examples
    --------
    >>> import pandas as pd
    >>> table_weights(pd.DataFrame({"w": [1, 2]}), "w")
    array([1., 2.])
    """
    n = n_rows(table)
    if isinstance(sample_weight, str):
        check_columns(table, [sample_weight], what="the table")
        sample_weight = numeric_column(table, sample_weight, what="the table")
    # a part of a table may hold nobody of weight, or nobody at all
    if sample_weight is not None and np.size(sample_weight) == n and not np.any(sample_weight):
        return np.zeros(n)
    return check_weights(sample_weight, n, first_row=first_row)


def _field(plain: Any) -> FieldBins:
    if not isinstance(plain, dict) or not {"field", "kind", "holds"} <= set(plain):
        raise SegkitError(f"The bins hold {str(plain)[:40]}; expected a field with its bins.")
    name = str(plain["field"])[:80]
    wrong = [k for k, v in plain.items() if k not in FIELD_KEYS or type(v) is not FIELD_KEYS[k]]
    if wrong:
        raise SegkitError(f"The bins of `{name}` hold `{str(wrong[0])[:40]}` that is not theirs.")
    parts: dict[str, Any] = {k: tuple(v) if type(v) is list else v for k, v in plain.items()}
    bins = FieldBins(**parts)
    if not _fit_together(bins):
        raise SegkitError(f"The bins of `{name}` do not fit together; expected rising edges.")
    return bins


def _fit_together(bins: FieldBins) -> bool:
    """Say whether the parts of a field's bins are of the kinds and lengths they must be."""
    value_type = str if bins.kind == "level" else float
    typed = all(type(v) is value_type for v in bins.values)
    numbers = all(type(v) is float and np.isfinite(v) for v in bins.edges + bins.centres)
    if not (typed and numbers and (bins.kind, bins.holds) in KINDS and bins.pooled >= 0):
        return False
    rising = all(list(x) == sorted(set(x)) for x in (bins.edges, bins.values))
    expected = {"number": len(bins.edges) + 1, "value": len(bins.values)}.get(bins.kind, 0)
    return rising and len(bins.centres) == expected and (bins.kind == "number") == bool(bins.edges)
