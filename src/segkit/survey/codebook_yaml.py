"""Codebooks as YAML files: plain values only, unknown keys refused by name."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from reprlib import repr as short
from typing import Any

import yaml

from segkit._checks import name_list
from segkit._files import read_yaml, whole_file
from segkit.exceptions import SegkitError
from segkit.survey.item import Item

__all__ = ["item_from_mapping", "read_codebook", "write_codebook"]

_KEYS = tuple(f.name for f in fields(Item))


def item_from_mapping(entry: Any, position: int) -> Item:
    """Build an item from a mapping; messages name it, or its place in the list."""
    if not isinstance(entry, Mapping):
        raise SegkitError(
            f"Entry {position} of the codebook is {short(entry)}; expected a survey.Item or a "
            "mapping with at least `item`, the name of the column."
        )
    name = entry.get("item")
    where = f"`{name}`" if isinstance(name, str) else f"entry {position}"
    unknown = [short(k) if not isinstance(k, str) else k for k in entry if k not in _KEYS]
    if unknown:
        raise SegkitError(
            f"{where} in the codebook has the unknown key {name_list(unknown)}; expected some of "
            f"{name_list(_KEYS, len(_KEYS))}. Correct the spelling or remove it."
        )
    if name is None:
        raise SegkitError(
            f"Entry {position} of the codebook has no `item`; expected the name of its column."
        )
    return Item(**{k: v for k, v in entry.items() if v is not None})


def read_codebook(path: str | Path) -> tuple[list[Any], list[str]]:
    """Return the entries and the assumptions that a YAML codebook holds."""
    content = read_yaml(path, what="The codebook", expected="a list `items`, one mapping an item")
    if not isinstance(content, Mapping) or not isinstance(content.get("items"), list):
        raise SegkitError(
            f"The codebook `{path}` holds no list `items`; expected `items:` with one mapping "
            "an item, for example `- {item: imp_01, scale: [1, 5], role: importance}`."
        )
    unknown = [str(k) for k in content if k not in ("items", "assumptions")]
    if unknown:
        raise SegkitError(
            f"The codebook `{path}` has the unknown key {name_list(unknown)}; expected `items` "
            "and, where something was assumed, `assumptions`."
        )
    assumed = content.get("assumptions") or []
    if not isinstance(assumed, list) or not all(isinstance(s, str) for s in assumed):
        raise SegkitError(
            f"`assumptions` of the codebook `{path}` is {short(assumed)}; expected sentences."
        )
    return content["items"], assumed


def write_codebook(path: str | Path, items: Sequence[Item], assumptions: Sequence[str]) -> None:
    """Write a codebook; entries hold only what differs from the defaults."""
    content: dict[str, Any] = {"items": [_to_mapping(item) for item in items]}
    if assumptions:
        content["assumptions"] = list(assumptions)
    with whole_file(path) as draft:
        draft.write_text(
            yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100),
            encoding="utf-8",
        )


def _to_mapping(item: Item) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for f in fields(Item):
        value = getattr(item, f.name)
        default = f.default_factory() if f.default_factory is not MISSING else f.default
        if value != default:
            out[f.name] = _plain(value)
    return out


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
