"""What a typing tool says of both tables."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_columns, check_fitted
from segkit._frames import select
from segkit.diagnostics.change.tags import Tags, tags_from_probabilities
from segkit.exceptions import SegkitError

__all__ = ["Typed", "tool_fields", "typed_by"]


@dataclass(frozen=True)
class Typed:
    """A typing tool's probabilities of the rows of both tables.

    Attributes
    ----------
    tool : TypingTool
        The tool.
    names : list of str
        Its fields.
    before, after : ndarray of shape (n_rows, n_segments)
        Probabilities.
    """

    tool: Any
    names: list[str]
    before: np.ndarray
    after: np.ndarray

    @property
    def tags(self) -> Tags:
        """The tags: the likeliest segments, where the tool is sure enough."""
        classes = getattr(self.tool, "classes_", range(self.before.shape[1]))
        below = getattr(self.tool, "abstain_below", None)
        return tags_from_probabilities(self.before, self.after, list(classes), below)


def tool_fields(tool: Any) -> list[str]:
    """Return the names of a tool's fields.

    Raises
    ------
    SegkitError
        When it is not fitted, or was fitted on an array without names.
    """
    if hasattr(tool, "fit"):
        check_fitted(tool)
    names = getattr(tool, "field_names_", None)
    names = getattr(tool, "feature_names_in_", None) if names is None else names
    if names is None:
        raise SegkitError(
            f"The {type(tool).__name__} does not know the names of its fields; expected a tool "
            "fitted on a frame with named columns. Fit it on a pandas or polars frame."
        )
    return [str(name) for name in names]


def typed_by(tool: Any, reference: Any, current: Any) -> Typed:
    """Let a tool type both tables.

    Raises
    ------
    SegkitError
        When a table lacks one of its fields, or holds what the tool cannot read; with the table.
    """
    names = tool_fields(tool)
    for table, what in ((reference, "reference"), (current, "current")):
        check_columns(table, names, what=what)
    before = _probabilities(tool, select(reference, names), what="reference")
    after = _probabilities(tool, select(current, names), what="current")
    return Typed(tool, names, before, after)


def _probabilities(tool: Any, fields: Any, *, what: str) -> np.ndarray:
    """Return what a tool says of a table; an error of it names the table."""
    try:
        return np.asarray(tool.predict_proba(fields), dtype=float)
    except SegkitError as error:
        raise SegkitError(f"The tool cannot type {what}: {error}") from error
