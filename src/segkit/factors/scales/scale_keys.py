"""Which items make a scale, and which of them are reverse keyed.

A key is the name of an item; ``"-name"`` says that the item is worded against its scale
and counts with the opposite sign, the notation of published scoring keys.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from segkit._checks import check_columns, name_list
from segkit._frames import column_names
from segkit.exceptions import SegkitError

__all__ = ["ScaleKey", "read_scales"]

EVERYTHING = "all items"
"""The name of the scale that is made of all items when none is named."""


@dataclass(frozen=True)
class ScaleKey:
    """One scale.

    Attributes
    ----------
    name : str
        The scale.
    items : tuple of str
        Its items.
    signs : tuple of float
        -1 for an item that is declared reverse keyed, else 1.
    """

    name: str
    items: tuple[str, ...]
    signs: tuple[float, ...]

    @property
    def keys(self) -> list[str]:
        """The items as keys: ``-name`` for a reverse keyed one."""
        return ["-" * (s < 0) + n for n, s in zip(self.items, self.signs, strict=True)]


def read_scales(scales: Any, X: Any) -> list[ScaleKey]:
    """Check the scales against the items of a frame.

    Parameters
    ----------
    scales : mapping of str to sequence of str, or None
        Keys of each scale; None takes all items as one scale.
    X : frame
        The answers.

    Returns
    -------
    list of ScaleKey

    Raises
    ------
    SegkitError
        For what is no mapping, an unknown item, an item named twice in a scale, or a scale
        of fewer than two items.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"calm": [1, 2], "tense": [2, 1]})
    >>> read_scales({"ease": ["calm", "-tense"]}, answers)[0].signs
    (1.0, -1.0)
    """
    known = column_names(X)
    if scales is None:
        scales = {EVERYTHING: known}
    if not isinstance(scales, Mapping) or not scales:
        raise SegkitError(
            f"scales={scales!r} was given; expected a dict of the items of each scale, for "
            "example {'control': ['imp_01', 'imp_02', '-imp_03']}."
        )
    return [_read(str(name), keys, X, known) for name, keys in scales.items()]


def _read(name: str, keys: Any, X: Any, known: tuple[str, ...]) -> ScaleKey:
    if isinstance(keys, str) or not isinstance(keys, Iterable):
        raise SegkitError(
            f"The scale `{name}` is {keys!r}; expected a list of its items. Write [{keys!r}, ...]."
        )
    # a column that begins with a dash is meant by its own name
    plain = [str(key) for key in keys]
    turned = [key.startswith("-") and key not in known for key in plain]
    items = [key[1:] if turn else key for key, turn in zip(plain, turned, strict=True)]
    check_columns(X, items, what="X")
    twice = sorted({item for item in items if items.count(item) > 1})
    if twice:
        raise SegkitError(
            f"The scale `{name}` names {name_list(twice)} more than once; expected each item once. "
            "Remove the repetition."
        )
    if len(items) < 2:
        raise SegkitError(
            f"The scale `{name}` has {len(items)} item(s): {name_list(items) or 'none'}; expected "
            "at least two, since reliability is what items share. Add items, or leave the scale "
            "out (a single item needs a retest)."
        )
    return ScaleKey(name, tuple(items), tuple(-1.0 if turn else 1.0 for turn in turned))
