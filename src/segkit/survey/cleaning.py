"""Answers made into codes that can be computed with, by what the codebook declares."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit._frames import column, numeric_column
from segkit.exceptions import SegkitError
from segkit.survey.item import Code, Item

__all__ = ["clean_columns", "cleaned_item"]

_NUMERIC_ROLES = ("weight", "seconds")


def clean_columns(items: Sequence[Item], answers: Any) -> dict[str, np.ndarray]:
    """Return the cleaned columns of the declared items that cleaning changes."""
    out = {}
    for item in items:
        if item.is_answered or item.scale is not None or item.role in _NUMERIC_ROLES:
            out[item.item] = _numbers(item, answers)
        elif item.is_nominal:
            out[item.item] = _words(item, column(answers, item.item, what="answers"))
        elif item.missing:
            raw = column(answers, item.item, what="answers")
            raw[_isin(raw, item.missing)] = None
            out[item.item] = raw
    return out


def cleaned_item(item: Item) -> Item:
    """Describe the column that cleaning makes of an item."""
    labels = {code: words for code, words in item.labels.items() if code not in item.missing}
    if item.reversed and item.scale is not None:
        low, high = item.scale
        # only numbers label a scale, so the words turn with the codes
        labels = {low + high - code: words for code, words in labels.items()}  # type: ignore[operator]
    return replace(
        item, labels=dict(sorted(labels.items(), key=_place)), missing=(), reversed=False
    )


def _place(pair: tuple[Code, str]) -> tuple[bool, Any]:
    return isinstance(pair[0], str), pair[0]


def _numbers(item: Item, answers: Any) -> np.ndarray:
    """Read one item as floats: words to codes, missing out, range checked, key turned."""
    values = _codes(item, answers)
    gone = [c for c in item.missing if not isinstance(c, str)]
    values = np.where(np.isin(values, gone), np.nan, values)
    _refuse_outside(item, values)
    if item.reversed and item.scale is not None:
        values = item.scale[0] + item.scale[1] - values
    return values


def _codes(item: Item, answers: Any) -> np.ndarray:
    dtype = nw.from_native(answers, eager_only=True)[item.item].dtype
    if dtype.is_numeric() or dtype == nw.Boolean:
        return numeric_column(answers, item.item, what="answers")
    raw = column(answers, item.item, what="answers")
    known: dict[Any, float] = {}
    strange: list[Any] = []
    for value in dict.fromkeys(raw.tolist()):
        code = _code_of(item, value)
        if code is None:
            strange.append(value)
        else:
            known[value] = code
    if strange:
        _refuse_words(item, raw, strange)
    return np.array([known[value] for value in raw.tolist()], dtype=float)


def _code_of(item: Item, value: Any) -> float | None:
    """Return the code of one distinct answer; NaN when missing, None when not understood."""
    if value is None:
        return np.nan
    if not isinstance(value, str):
        return float(value) if isinstance(value, int | float | np.number) else None
    words = value.strip()
    if not words or words in item.missing:
        return np.nan
    for code, label in item.labels.items():
        if label == words:
            return None if isinstance(code, str) else float(code)
    try:
        number = float(words)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _words(item: Item, raw: np.ndarray) -> np.ndarray:
    """Read a nominal field as the texts of its labels."""
    words = {code: label for code, label in item.labels.items() if code not in item.missing}
    told = {_key(code): label for code, label in words.items()}
    told |= {_key(label): label for label in words.values()}
    gone = {_key(code) for code in item.missing} | {"", None}
    keys = [_key(value) for value in raw.tolist()]
    strange = {k for k in set(keys) if k not in told and k not in gone}
    if strange:
        first = next(row for row, key in enumerate(keys) if key in strange)
        _refuse_words(item, raw, [raw[first]])
    out = np.empty(len(keys), dtype=object)
    out[:] = [told.get(key) if key not in gone else None for key in keys]
    return out


def _key(value: Any) -> str | None:
    """One spelling for codes that are equal: 1, 1.0 and "1 " are the same answer."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(int(value) if isinstance(value, bool | np.bool_) else value)


def _isin(raw: np.ndarray, codes: Sequence[Code]) -> np.ndarray:
    gone = {_key(code) for code in codes}
    return np.array([_key(value) in gone for value in raw.tolist()], dtype=bool)


def _refuse_words(item: Item, raw: np.ndarray, strange: list[Any]) -> None:
    rows = [row for row, value in enumerate(raw.tolist()) if value == strange[0]]
    expected = ", ".join(repr(label) for label in list(item.labels.values())[:6])
    spoken = f"one of its labels ({expected})" if expected else "numbers, as it has no labels"
    raise SegkitError(
        f"`{item.item}` holds {strange[0]!r} in {_count(rows)}; expected {spoken}. "
        "Declare it as a label or as a missing code."
    )


def _refuse_outside(item: Item, values: np.ndarray) -> None:
    if item.scale is not None:
        low, high = item.scale
        _refuse_rows(
            item,
            values,
            (values < low) | (values > high),
            f"its scale is {low:g}-{high:g}. "
            "Declare {code} as a missing code or widen the scale.",
        )
        if item.is_answered and item.categories:
            _refuse_rows(
                item,
                values,
                values != np.round(values),
                f"its scale is {low:g}-{high:g} in whole steps. Give the answers as they were "
                "collected, not averaged or standardised, or make it a field.",
            )
    elif item.is_answered and item.labels:
        codes = [c for c in item.labels if not isinstance(c, str)]
        _refuse_rows(
            item,
            values,
            ~np.isin(values, codes),
            "its labels do not hold this code. Declare {code} as a label or as a missing code.",
        )


def _refuse_rows(item: Item, values: np.ndarray, bad: np.ndarray, remedy: str) -> None:
    rows = np.flatnonzero(bad & ~np.isnan(values))
    if rows.size:
        code = values[rows[0]]
        same = np.flatnonzero(values == code)
        raise SegkitError(
            f"`{item.item}` holds {code:g} in {_count(same)}; "
            + remedy.replace("{code}", f"{code:g}")
        )


def _count(rows: Sequence[int] | np.ndarray) -> str:
    return f"{len(rows)} row{'' if len(rows) == 1 else 's'} (first: row {rows[0]})"
