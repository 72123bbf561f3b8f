"""One column of a survey: its wording, scale, labels, missing codes and role."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from reprlib import repr as short
from typing import Any

from segkit._checks import check_option
from segkit.exceptions import SegkitError

__all__ = ["ANSWERED", "ROLES", "Code", "Item"]

Code = int | float | str

ANSWERED = ("importance", "satisfaction", "item")
"""Roles of the questions that respondents rate; their answers are codes."""

ROLES = (*ANSWERED, "field", "id", "weight", "verbatim", "seconds")
"""Every role a column can have."""


@dataclass(frozen=True)
class Item:
    """One column of the answers, as the questionnaire meant it.

    Parameters
    ----------
    item : str
        The column's name.
    wording : str
        The question as the respondent read it.
    scale : (low, high) or None
        The lowest and highest valid code. With whole bounds every whole number
        between them is a category, whether or not anybody chose it.
    labels : dict of code to text
        The words on the scale. A field with labels but no scale is a nominal
        category: its codes become these words.
    reversed : bool
        True when a high code means little of what the battery measures; cleaning
        turns an answer x into low + high - x.
    missing : code or tuple of codes
        Numbers or texts that stand for "no answer" (99, -1, "refused").
    block : str or None
        The battery, or the construct inside a battery, that the item belongs to.
    role : str
        "importance", "satisfaction", "item" (any other rated question), "field"
        (what the customer base knows too), "id", "weight", "verbatim" or "seconds".

    Raises
    ------
    SegkitError
        Naming the item, for a scale that is not two ascending numbers, an unknown
        role, a code that is both valid and missing, or two codes with one label.

    Notes
    -----
    Declare the scale that was shown, not the answers that came in: the categories of
    every later step are taken from here.

    Examples
    --------
    >>> item = Item("imp_01", "Pay without a queue", scale=(1, 5), role="importance")
    >>> item.categories
    (1, 2, 3, 4, 5)
    """

    item: str
    wording: str = ""
    scale: tuple[float, float] | None = None
    labels: Mapping[Code, str] = field(default_factory=dict)
    reversed: bool = False
    missing: tuple[Code, ...] = ()
    block: str | None = None
    role: str = "item"

    def __post_init__(self) -> None:
        if not isinstance(self.item, str) or not self.item.strip():
            raise SegkitError(
                f"item={short(self.item)} was given; expected the name of a column (text)."
            )
        check_option(self.role, ROLES, name=f"role of `{self.item}`")
        self._store(wording=self._text("wording") or "", block=self._text("block"))
        self._store(scale=_scale(self.item, self.scale))
        self._store(labels=_labels(self.item, self.labels))
        self._store(missing=_missing(self.item, self.missing))
        if not isinstance(self.reversed, bool):
            raise SegkitError(
                f"reversed of `{self.item}` is {short(self.reversed)}; expected true or false."
            )
        _agree(self)

    @property
    def is_answered(self) -> bool:
        """True for the questions that respondents rate (not fields, ids, texts, ...)."""
        return self.role in ANSWERED

    @property
    def is_nominal(self) -> bool:
        """True for a field with labels but no scale: its categories have no order."""
        valid = [code for code in self.labels if code not in self.missing]
        return self.role == "field" and self.scale is None and bool(valid)

    @property
    def categories(self) -> tuple[Code, ...]:
        """The valid codes in order: every step of a whole scale, else the labelled codes."""
        if self.scale is None:
            numbers = sorted(c for c in self.labels if not isinstance(c, str))
            return (*numbers, *sorted(c for c in self.labels if isinstance(c, str)))
        low, high = self.scale
        whole = float(low).is_integer() and float(high).is_integer()
        return tuple(range(int(low), int(high) + 1)) if whole else ()

    def _store(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)  # the way to complete a frozen dataclass

    def _text(self, name: str) -> str | None:
        value = getattr(self, name)
        if value is None or isinstance(value, str):
            return value
        raise SegkitError(f"{name} of `{self.item}` is {short(value)}; expected text.")


def is_number(value: Any) -> bool:
    """Say whether a code is a finite number (a truth value is none)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _scale(name: str, scale: Any) -> tuple[float, float] | None:
    if scale is None:
        return None
    pair = tuple(scale) if isinstance(scale, list | tuple) else ()
    if len(pair) != 2 or not all(is_number(v) for v in pair) or pair[0] >= pair[1]:
        raise SegkitError(
            f"scale of `{name}` is {short(scale)}; expected its lowest and highest code, the lower "
            "first, for example [1, 5]."
        )
    return pair[0], pair[1]


def _labels(name: str, labels: Any) -> dict[Code, str]:
    if not isinstance(labels, Mapping):
        raise SegkitError(
            f"labels of `{name}` is {short(labels)}; expected codes with their words, for example "
            "{1: not at all, 5: very}."
        )
    out: dict[Code, str] = {}
    for code, words in labels.items():
        if not isinstance(words, str) or not (is_number(code) or isinstance(code, str)):
            raise SegkitError(
                f"labels of `{name}` holds {short(code)}: {short(words)}; expected a number or a "
                "text with its words. Put words such as yes and no in quotes."
            )
        out[code] = words.strip()
    twice = [w for w in out.values() if list(out.values()).count(w) > 1]
    if twice:
        raise SegkitError(
            f"labels of `{name}` gives {twice[0]!r} to more than one code; expected one code a "
            "label, or an answer in words cannot be read. Rename one of them."
        )
    return out


def _missing(name: str, missing: Any) -> tuple[Code, ...]:
    codes = tuple(missing) if isinstance(missing, list | tuple | set) else (missing,)
    for code in codes:
        if not (is_number(code) or isinstance(code, str)):
            raise SegkitError(
                f"missing of `{name}` holds {short(code)}; expected codes that stand for no "
                "answer, numbers or texts, for example [99, refused]."
            )
    return tuple(c.strip() if isinstance(c, str) else c for c in codes)


def _agree(item: Item) -> None:
    if item.reversed and item.scale is None:
        raise SegkitError(
            f"`{item.item}` is reversed but has no scale; expected both. Declare its scale, for "
            "example [1, 5]."
        )
    if item.scale is None:
        return
    low, high = item.scale
    for code in item.missing:
        if not isinstance(code, str) and low <= code <= high:
            raise SegkitError(
                f"`{item.item}` declares {code:g} as missing, but its scale is {low:g}-{high:g}; "
                "a code is either an answer or missing. Narrow the scale or drop the code."
            )
    for label in item.labels:
        if label in item.missing:
            continue
        if isinstance(label, str) or not low <= label <= high:
            raise SegkitError(
                f"`{item.item}` labels the code {label!r}, but its scale is {low:g}-{high:g}. "
                "Declare it as a missing code or widen the scale."
            )
