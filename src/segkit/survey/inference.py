"""A codebook for a table that came without one, with every assumption in words."""

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit._checks import (
    check_columns,
    check_frame,
    check_mapping,
    check_names,
    check_text,
    name_list,
)
from segkit._frames import column_names, numeric_column
from segkit.exceptions import SegkitError
from segkit.survey.item import Code, Item

__all__ = ["infer_items"]

MOST_LEVELS = 11
"""An item has at most so many levels (a 0-10 rating has eleven)."""

_FEWEST_LEVELS = 3
_FEWEST_IN_BATTERY = 3
_NO_ANSWER = (77, 78, 79, 88, 89, 96, 97, 98, 99)
"""Codes that questionnaires use for "does not know" and "prefers not to say"."""

_ROLE_OF_BATTERY = {"imp": "importance", "sat": "satisfaction"}


@dataclass(frozen=True)
class _Levels:
    """What the values of one column look like."""

    valid: tuple[float, ...]
    missing: tuple[int, ...]

    @property
    def looks_rated(self) -> bool:
        return bool(self.valid) and len(self.valid) <= MOST_LEVELS and self.span < MOST_LEVELS

    @property
    def span(self) -> float:
        return self.valid[-1] - self.valid[0]


def infer_items(
    answers: Any,
    items: Sequence[str] | str | None = None,
    fields: Sequence[str] | str | None = None,
    weight: str | None = None,
    id: str | None = None,
    labels: Mapping[str, Mapping[Code, str]] | None = None,
    wordings: Mapping[str, str] | None = None,
) -> tuple[list[Item], list[str]]:
    """Return the items that a table seems to hold, and what was assumed, in sentences.

    Parameters are those of `Codebook.infer`; `labels` and `wordings` are what the file
    itself said about its columns.
    """
    check_frame(answers, what="answers")
    names = column_names(answers)
    check_columns(
        answers,
        [check_text(n, name=what) for what, n in (("weight", weight), ("id", id)) if n is not None],
        what="answers",
    )
    check_mapping(labels, name="labels", example="{'q1': {1: 'never', 5: 'always'}}")
    check_mapping(wordings, name="wordings", example="{'q1': 'How often?'}")
    taken = {n for n in (weight, id) if n is not None}
    known = _matched(fields, names, taken, what="fields")
    free = [n for n in names if n not in taken | set(known)]
    levels = {n: found for n in free if (found := _levels_of(answers, n)) is not None}
    told: list[str] = []
    asked = _rated_columns(items, free, taken, levels, told)
    words: dict[str, dict[Code, str]] = {n: dict((labels or {}).get(n, {})) for n in names}
    out = [
        *([Item(id, role="id")] if id else []),
        *([Item(weight, role="weight")] if weight else []),
        *_as_items(asked, levels, words, told),
        *(_as_field(answers, name, words[name], told) for name in known),
    ]
    said = wordings or {}
    return [_worded(item, said.get(item.item, "")) for item in out], told


def _rated_columns(
    items: Sequence[str] | str | None,
    free: Sequence[str],
    taken: set[str],
    levels: Mapping[str, _Levels],
    told: list[str],
) -> list[str]:
    """Return the columns to take as rated items: those asked for, else whole batteries."""
    if items is None:
        found = _batteries(free, levels)
        if found:
            told.append(
                f"No items were named: {name_list(found)} were taken as rated items, because they "
                "come in batteries of three or more with few whole-number levels."
            )
            return found
        raise SegkitError(
            f"None of the {len(free)} columns looks like a battery of rated items (three or more "
            f"columns named alike, such as q1, q2, q3, with 3 to {MOST_LEVELS} whole-number "
            'levels). Name the items, for example items=["q*"], or write a codebook.'
        )
    matched = _matched(items, free, taken, what="items")
    rated = [n for n in matched if n in levels and levels[n].looks_rated]
    left = [n for n in matched if n not in rated]
    patterns = [items] if isinstance(items, str) else list(items)
    named = [n for n in left if n in patterns]
    if named or not rated:
        raise SegkitError(
            f"{name_list(named or left)} cannot be a rated item: expected whole numbers with at "
            f"most {MOST_LEVELS} levels. Translate words into codes with a codebook that has "
            "labels, or make it a field."
        )
    if left:
        told.append(
            f"{name_list(left)} fit the names of the items but hold no few whole-number levels, "
            "and were left out."
        )
    return rated


def _batteries(free: Sequence[str], levels: Mapping[str, _Levels]) -> list[str]:
    """Return the columns that are named alike and rated alike, three or more together."""
    groups: dict[str, list[str]] = {}
    for name in free:
        found = levels.get(name)
        if found is not None and found.looks_rated and name != _stem(name):
            groups.setdefault(_stem(name), []).append(name)
    big = [
        name
        for names in groups.values()
        if len(names) >= _FEWEST_IN_BATTERY
        and max(len(levels[n].valid) for n in names) >= _FEWEST_LEVELS
        for name in names
    ]
    return [name for name in free if name in set(big)]


def _as_items(
    asked: Sequence[str],
    levels: Mapping[str, _Levels],
    words: Mapping[str, dict[Code, str]],
    told: list[str],
) -> list[Item]:
    """Make items of columns; those named alike share one scale, from lowest to highest seen."""
    groups: dict[str, list[str]] = {}
    for name in asked:
        groups.setdefault(_stem(name), []).append(name)
    made: dict[str, Item] = {}
    for stem, names in groups.items():
        numbers = [v for n in names for v in (*levels[n].valid, *_labelled(n, levels, words))]
        low, high = int(min(numbers)), int(max(numbers))
        if low == high:
            raise SegkitError(
                f"{name_list(names)} holds {low} everywhere; expected at least two different "
                "answers. Leave it out, or declare its scale in a codebook."
            )
        block = stem.strip("_- .") or None
        role = _ROLE_OF_BATTERY.get((block or "").lower(), "item")
        told.append(
            f"The scale of {name_list(names, 3)} was taken to be {low}-{high}, the lowest and "
            f"highest answer seen{'' if role == 'item' else f', and their role to be {role}'}."
        )
        for n in names:
            made[n] = Item(
                n,
                scale=(low, high),
                labels=_fitting(words[n], low, high, levels[n].missing),
                missing=levels[n].missing,
                block=block,
                role=role,
            )
    _tell_missing(made, told)
    return [made[name] for name in asked]


def _labelled(
    name: str, levels: Mapping[str, _Levels], words: Mapping[str, dict[Code, str]]
) -> list[float]:
    """Return labelled codes that belong to the scale though nobody may have chosen them."""
    codes = [c for c in words[name] if not isinstance(c, str) and c >= 0]
    top = max([*levels[name].valid, *(c for c in codes if c not in _NO_ANSWER)])
    return [c for c in codes if c <= top and c not in levels[name].missing]


def _fitting(
    words: dict[Code, str], low: float, high: float, missing: Sequence[int]
) -> dict[Code, str]:
    return {
        c: w
        for c, w in words.items()
        if w.strip() and not isinstance(c, str) and (low <= c <= high or c in missing)
    }


def _tell_missing(made: Mapping[str, Item], told: list[str]) -> None:
    by_codes: dict[tuple[Code, ...], list[str]] = {}
    for name, item in made.items():
        if item.missing:
            by_codes.setdefault(item.missing, []).append(name)
    for codes, names in by_codes.items():
        listed = ", ".join(str(code) for code in codes)
        told.append(f"{listed} in {name_list(names, 3)} was taken to stand for no answer.")


def _as_field(answers: Any, name: str, words: dict[Code, str], told: list[str]) -> Item:
    found = _levels_of(answers, name)
    missing = tuple(found.missing) if found is not None else ()
    if missing:
        listed = ", ".join(str(code) for code in missing)
        told.append(f"{listed} in the field `{name}` was taken to stand for no answer.")
    named: dict[Code, str] = {c: w for c, w in words.items() if w.strip()}
    complete = found is not None and set(found.valid) <= set(named)
    return Item(name, labels=named if complete else {}, missing=missing, role="field")


def _worded(item: Item, wording: str) -> Item:
    if not wording:
        return item
    return Item(**{**item.__dict__, "wording": wording})


def _levels_of(answers: Any, name: str) -> _Levels | None:
    """Return the whole-number levels of a column; None when it holds anything else."""
    dtype = nw.from_native(answers, eager_only=True)[name].dtype
    if not dtype.is_numeric():
        return None
    values = np.unique(numeric_column(answers, name))
    values = values[~np.isnan(values)]
    if not values.size or not np.isfinite(values).all() or (values != np.round(values)).any():
        return None
    gone = values[values < 0] if (values > 0).any() else values[:0]
    valid = values[~np.isin(values, gone)]
    rest = valid[~np.isin(valid, _NO_ANSWER)]
    # 98 and 99 are no answers only where every other code is far below them
    if rest.size and rest[-1] < MOST_LEVELS and rest.size < valid.size:
        gone, valid = np.concatenate([gone, valid[np.isin(valid, _NO_ANSWER)]]), rest
    return _Levels(tuple(valid.tolist()), tuple(int(v) for v in gone))


def _matched(
    patterns: Sequence[str] | str | None, names: Sequence[str], taken: set[str], *, what: str
) -> list[str]:
    """Return the names that fit the patterns, in the order of the table."""
    if patterns is None:
        return []
    chosen: set[str] = set()
    for pattern in check_names(patterns, name=what, alone=True):
        fits = [n for n in names if n == pattern] or fnmatch.filter(names, pattern)
        fits = [n for n in fits if n not in taken]
        if not fits:
            raise SegkitError(
                f"{what} names {pattern!r}, which fits no free column; the columns are "
                f"{name_list(names, 12)}. Correct the name or the pattern."
            )
        chosen.update(fits)
    return [n for n in names if n in chosen]


def _stem(name: str) -> str:
    """Return the name without the number at its end: ``imp_07`` -> ``imp_``."""
    return name.rstrip("0123456789")
