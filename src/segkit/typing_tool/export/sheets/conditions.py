"""A run of codes of a field, in words that a reader of a rule understands."""

from collections.abc import Sequence

from segkit.typing_tool.coding.field_code import FieldCode

__all__ = ["condition_of", "rule_in_words"]

ALWAYS = "always"
MOST_LEVELS = 12
"""Levels that a rule names one by one; of more it says how many."""


def condition_of(field: FieldCode, low: int, high: int) -> str:
    """Return what the codes from `low` to `high` stand for; empty where that is all.

    Examples
    --------
    >>> import numpy as np
    >>> age = FieldCode("age", "number", "", (), np.array([20.0, 40.0]), np.arange(3), 3, -1, 4)
    >>> condition_of(age, 1, 1), condition_of(age, 0, 1), condition_of(age, 2, 3)
    ('age above 20 up to 40', 'age up to 40', 'age above 40 or missing')
    """
    codes = [*field.codes.tolist(), field.missing, *([field.unseen] if field.unseen >= 0 else [])]
    if all(low <= code <= high for code in codes):
        return ""
    own = [i for i, code in enumerate(field.codes.tolist()) if low <= code <= high]
    words = _numbers(field, own) if field.kind == "number" else _levels(field, own)
    if low <= field.unseen <= high and field.unseen >= 0:
        words.append("other" if field.n_pooled else "unseen")
    if low <= field.missing <= high:
        words.append("missing")
    return f"{field.name} {' or '.join(words)}"


def rule_in_words(fields: Sequence[FieldCode], low: Sequence[int], high: Sequence[int]) -> str:
    """Return all conditions of a rule; fields that it does not look at are not named."""
    told = [condition_of(*own) for own in zip(fields, low, high, strict=True)]
    return "; ".join(filter(None, told)) or ALWAYS


def _numbers(field: FieldCode, bins: list[int]) -> list[str]:
    """Return what neighbouring bins hold together."""
    if not bins:
        return []
    first, last = bins[0], bins[-1]
    above = f"above {field.edges[first - 1]:.6g}" if first > 0 else ""
    up_to = f"up to {field.edges[last]:.6g}" if last < field.edges.size else ""
    return [f"{above} {up_to}".strip() or "any number"]


def _levels(field: FieldCode, kept: list[int]) -> list[str]:
    levels = [field.levels[i] for i in kept]
    if field.kind == "boolean":
        return ["yes" if level == "True" else "no" for level in levels]
    if len(levels) <= MOST_LEVELS:
        return levels
    more = len(levels) - MOST_LEVELS
    return [*levels[:MOST_LEVELS], f"one of {more} more levels"]
