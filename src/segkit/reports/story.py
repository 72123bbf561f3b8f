"""What the booklet says beside the personas: needs, sizes, a warning of one-way answers."""

from typing import Any

import narwhals.stable.v2 as nw

from segkit._frames import column_names
from segkit._result import percent
from segkit.survey.wording import keyed_wording

__all__ = [
    "need_bars",
    "need_table",
    "need_words",
    "one_way",
    "rows",
    "sizes",
]

ONE_WAY = 0.9
"""The share of questions answered higher (or lower) than by others that calls for a warning."""

SECOND_END = 0.3
"""The loading from which the other end of a need is named too."""


def rows(frame: Any) -> list[dict[str, Any]]:
    """Return the rows of a frame as dicts."""
    return nw.from_native(frame, eager_only=True).rows(named=True)


def need_words(model: Any, codebook: Any, *, two_ended: bool = False) -> dict[str, str]:
    """Name each factor by the item that it moves most.

    With `two_ended`, as relative ratings are, by the items at both ends: "A rather than B".
    """
    table = rows(model.loadings_)
    factors = [c for c in column_names(model.loadings_) if c != "item"]
    return {f: _name(table, f, codebook, two_ended) for f in factors}


def _name(table: list[dict[str, Any]], factor: str, codebook: Any, two_ended: bool) -> str:
    if not two_ended:
        return _pole(max(table, key=lambda row: abs(row[factor])), factor, codebook)
    high, low = (end(table, key=lambda row: row[factor]) for end in (max, min))
    word, other = (keyed_wording(row["item"], codebook) for row in (high, low))
    return f"{word}, rather than {other}" if low[factor] <= -SECOND_END else word


def _pole(row: dict[str, Any], factor: str, codebook: Any) -> str:
    return keyed_wording(row["item"], codebook, against=row[factor] < 0)


def need_table(
    model: Any, codebook: Any, words: dict[str, str], *, two_ended: bool = False
) -> list[dict[str, Any]]:
    """List each need with its leading items and their loadings: three, or two at each end."""
    table = rows(model.loadings_)
    out = []
    for factor, word in words.items():
        if two_ended:
            ordered = sorted(table, key=lambda row: -row[factor])
            leading = [*ordered[:2], *ordered[-2:]]
            items = [(keyed_wording(row["item"], codebook), row[factor]) for row in leading]
        else:
            leading = sorted(table, key=lambda row: -abs(row[factor]))[:3]
            items = [(_pole(row, factor, codebook), abs(row[factor])) for row in leading]
        out.append({"factor": factor, "word": word, "items": items})
    return out


def sizes(table: Any) -> list[dict[str, Any]]:
    """Return number, name and share of each segment with its interval, in order."""
    return [
        {
            "number": int(r["segment"]),
            "name": r["name"],
            "share": percent(r["share"]),
            "interval": f"{percent(r['low'])} to {percent(r['high'])}",
        }
        for r in rows(table)
    ]


def need_bars(profile: Any, segment: int, words: dict[str, str]) -> list[dict[str, Any]]:
    """Return how far the segment stands from everybody else on each need, in sd."""
    found = sorted(_of(profile, segment), key=lambda r: -r["effect"])
    widest = max(1.0, *(abs(r["effect"]) for r in found))
    return [
        {"word": words[r["item"]], "effect": r["effect"], "width": 50 * abs(r["effect"]) / widest}
        for r in found
    ]


def one_way(profile: Any, segment: int) -> str:
    """Warn where a segment answers nearly everything higher, or lower, than the others."""
    effects = [r["effect"] for r in _of(profile, segment)]
    higher = sum(effect > 0 for effect in effects)
    most = max(higher, len(effects) - higher)
    if len(effects) < 10 or most < ONE_WAY * len(effects):
        return ""
    return (
        f"They answer {'higher' if higher == most else 'lower'} than the others on {most} of "
        f"{len(effects)} questions. Part of that may be a way of answering rather than what they "
        "think: look at what stands out most, not at the level."
    )


def _of(profile: Any, segment: int) -> list[dict[str, Any]]:
    """Rows of a profile that describe one segment and have an effect."""
    return [r for r in rows(profile.frame()) if r["segment"] == segment and _known(r["effect"])]


def _known(value: Any) -> bool:
    return value is not None and value == value
