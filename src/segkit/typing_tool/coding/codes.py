"""One codebook for all fields: every value of a base becomes a small whole number.

The forest, and every export of it, sees these codes only, never a float, a text or a
missing value; so all of them route a customer the same way.

A number falls into a bin between frozen edges (weighted quantiles of the respondents;
one bin a value where there are few), a text or yes/no value becomes the code of its
level. A gap is a code of its own, and so is a level that no respondent had. Codes that
no respondent had lie next to the most typical one, and no tree parts the two: a level
never heard of is treated like the rare ones pooled as "other", else like the most common
level; a gap where respondents had none like the median, or the most common level.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from segkit._checks import check_columns, check_frame, name_list
from segkit._frames import Column, frame_like, is_frame, kind_of_type
from segkit._weights import check_weights, weighted_counts
from segkit.exceptions import SegkitError
from segkit.typing_tool.coding.arrow_codes import arrow_codes
from segkit.typing_tool.coding.binning import MAX_LEVELS, fit_field
from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.coding.fields import check_fields, fields_frame, read_fields

__all__ = ["MAX_CODES", "FieldCodes"]

MAX_CODES = 64
"""The most codes a field can have."""


@dataclass(frozen=True)
class FieldCodes:
    """The codebook of all fields.

    Attributes
    ----------
    fields : tuple of FieldCode
        One a field, in the order of the columns of the code matrix.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [23, 35, 51, None], "plan": ["a", "b", "a", "b"]})
    >>> codes = FieldCodes.fit(people)
    >>> codes.encode(pd.DataFrame({"plan": ["b", "new"], "age": [40.0, None], "id": [1, 2]}))
    array([[2, 3],
           [0, 1]], dtype=uint8)
    >>> codes.fields[1].meanings()
    ['a', 'unseen', 'missing', 'b']
    """

    fields: tuple[FieldCode, ...]

    @classmethod
    def fit(cls, fields: Any, sample_weight: Any = None) -> "FieldCodes":
        """Learn levels and bin edges from the respondents' fields.

        Parameters
        ----------
        fields : frame or array of shape (n_respondents, n_fields)
            What the base knows of each respondent: numbers, text, yes/no, with gaps.
        sample_weight : array-like of shape (n_respondents,), optional
            Survey weights; bins hold equal weight. A respondent of weight 0 teaches nothing.

        Returns
        -------
        FieldCodes

        Raises
        ------
        SegkitError
            For a field of dates, without any value, with an infinite number, or that
            identifies people.
        """
        frame = check_frame(fields_frame(fields, what="fields"), what="fields")
        columns = read_fields(frame)
        w = check_weights(sample_weight, columns[0].values.size)
        check_fields(columns)
        return cls.from_columns(columns, w)

    @classmethod
    def from_columns(
        cls,
        columns: Sequence[Column],
        w: np.ndarray,
        membership: np.ndarray | None = None,
        n_bins: int = MAX_LEVELS,
    ) -> "FieldCodes":
        """Learn the codebook from fields that were read already.

        With `membership` (n_respondents, n_segments), levels without an order of their own
        stand in the order in which they lean to the segments (`leaning`). A number has at
        most `n_bins` bins.
        """
        fitted = (fit_field(column, w, membership, n_bins) for column in columns)
        pairs = zip(columns, fitted, strict=True)
        return cls(tuple(_with_shares(code, column, w) for column, code in pairs))

    @property
    def names(self) -> tuple[str, ...]:
        """The fields, in order."""
        return tuple(f.name for f in self.fields)

    @property
    def n_codes(self) -> np.ndarray:
        """The number of codes of each field."""
        return np.array([f.n_codes for f in self.fields])

    def encode(self, base: Any, *, what: str = "the base", first_row: int = 0) -> np.ndarray:
        """Return the codes of a frame's rows.

        Parameters
        ----------
        base : frame or array of shape (n_rows, n_fields)
            Holds every field, in any order; other columns are left alone.
        what : str
            How messages call the frame.
        first_row : int
            The number of its first row in the whole base, for messages.

        Returns
        -------
        ndarray of shape (n_rows, n_fields), dtype uint8

        Raises
        ------
        SegkitError
            For an absent field, one of another kind than in the survey, an infinite number.
        """
        codes = arrow_codes(self.fields, base)
        if codes is not None:
            return codes
        frame = fields_frame(base, what=what)
        check_columns(frame, self.names, what=what)
        return self.encode_columns(
            read_fields(frame, self.names, what=what, first_row=first_row), what=what
        )

    def check_schema(self, schema: Any, *, what: str = "the base") -> None:
        """Make sure that an Arrow schema has every field, of the kind it has in the survey.

        Raises
        ------
        SegkitError
            For an absent field, or one of another kind.
        """
        lacking = [name for name in self.names if name not in schema.names]
        if lacking:
            raise SegkitError(
                f"{what} lacks {name_list(lacking)}; it has {name_list(schema.names)}. Add the "
                "column, or correct the name."
            )
        for code in self.fields:
            kind = schema.field(code.name).type
            nobody = np.empty(0, dtype=np.intp)
            code.encode(Column(code.name, kind_of_type(kind), str(kind), nobody), what=what)

    def encode_columns(self, columns: Sequence[Column], *, what: str = "the base") -> np.ndarray:
        """Return the codes of fields that were read already."""
        out = np.empty((columns[0].values.size, len(self.fields)), dtype=np.uint8)
        for j, (code, column) in enumerate(zip(self.fields, columns, strict=True)):
            out[:, j] = code.encode(column, what=what)
        return out

    def encode_one(self, values: Mapping[str, Any]) -> np.ndarray:
        """Return the codes of one person's fields, given by name."""
        given: Any = values  # what people hand over is not always what is asked for
        if not isinstance(given, Mapping) and (is_frame(given) or not hasattr(given, "keys")):
            raise SegkitError(
                f"The fields are a {type(given).__name__}; expected one person's fields by name, "
                'for example {"age": 34, "plan": None}. A table is typed with predict or tag.'
            )
        lacking = [f"`{name}`" for name in self.names if name not in values]
        if lacking:
            raise SegkitError(
                f"The fields lack {', '.join(lacking)}. Add them, with None where the value is "
                "not known."
            )
        return np.array([f.code_of(values[f.name]) for f in self.fields], dtype=np.uint8)

    def unseen_rows(self, codes: np.ndarray) -> np.ndarray:
        """Say of each row of codes whether it holds a level that no respondent had."""
        unseen = [-1 if f.n_pooled else f.unseen for f in self.fields]
        return np.asarray((codes == np.array(unseen)).any(axis=1))

    def missing_share(self, codes: np.ndarray) -> np.ndarray:
        """Return the share of gaps in each row of codes."""
        return np.asarray((codes == np.array([f.missing for f in self.fields])).mean(axis=1))

    def anchors(self) -> np.ndarray:
        """Return for each field and code the last code of the run that no tree may split.

        Codes that no respondent had stay with the code below them.

        Returns
        -------
        ndarray of shape (n_fields, 64)
        """
        out = np.tile(np.arange(MAX_CODES), (len(self.fields), 1))
        for j, field in enumerate(self.fields):
            for code in sorted(field.resting, reverse=True):
                out[j, code - 1] = out[j, code]
        return out

    def frame(self, like: Any = None) -> Any:
        """Return the codebook as a table: field, kind, code, meaning."""
        rows = [(f.name, f.kind, c, m) for f in self.fields for c, m in enumerate(f.meanings())]
        names = ("field", "kind", "code", "meaning")
        return frame_like(like, dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))

    def summary(self) -> str:
        """Return one paragraph: how many fields and codes, and what was pooled."""
        text = f"{len(self.fields)} fields as {int(self.n_codes.sum())} codes."
        for f in self.fields:
            if f.n_pooled:
                text += (
                    f" `{f.name}` keeps its {len(f.levels)} most common levels; the other "
                    f"{f.n_pooled} share one code."
                )
        return text


def _with_shares(code: FieldCode, column: Column, w: np.ndarray) -> FieldCode:
    """Remember how the respondents spread over the codes."""
    size = weighted_counts(code.encode(column, what="fields"), w, code.n_codes)
    return replace(code, shares=tuple((size / size.sum()).tolist()))
