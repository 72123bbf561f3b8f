"""What the booklet says of each segment: wishes, needs, unmet needs, fields, own words."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit._frames import column, column_names
from segkit._result import percent
from segkit.reports.wording import Words
from segkit.survey import mask_personal_data
from segkit.survey.wording import is_turned, keyed_wording, wording

__all__ = [
    "how_to_recognise",
    "how_to_speak",
    "motto",
    "need_bars",
    "need_table",
    "need_words",
    "one_way",
    "quotes",
    "rows",
    "sizes",
    "unmet",
    "wishes",
]

SMALL = 30
"""Segments with fewer respondents are not described in words: too few to speak for many."""

TELLING = 0.15
"""The least effect (Cohen's d or h) by which a field is named as telling a segment."""

ONE_WAY = 0.9
"""The share of questions answered higher (or lower) than by others that calls for a warning."""

SECOND_END = 0.3
"""The loading from which the other end of a need is named too."""

AT_LEAST_AS_TELLING = 0.5
"""A level that is more frequent is named before a rarer one when its effect is this near."""


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


def wishes(
    profile: Any, segment: int, codebook: Any, *, most: int, sign: int = 1
) -> list[dict[str, Any]]:
    """Return the items on which the segment differs most from everybody else, one direction."""
    telling = [r for r in _of(profile, segment) if sign * r["effect"] >= TELLING]
    leading = sorted(telling, key=lambda r: -sign * r["effect"])[:most]
    return [
        {
            "wording": keyed_wording(r["item"], codebook),
            "turned": is_turned(r["item"], codebook),
            "value": _one_digit(r["value"]),
            "everybody": _one_digit(r["value"] - r["difference"]),
            "effect": r["effect"],
        }
        for r in leading
    ]


def _one_digit(value: float) -> float:
    """Round as it is printed; a zero has no sign."""
    return round(value, 1) + 0.0


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


def unmet(opportunity: Any, segment: int, codebook: Any, most: int = 3) -> list[dict[str, Any]]:
    """Return the needs that matter much and are met little, by opportunity score (0-20)."""
    if opportunity is None:
        return []
    found = [r for r in rows(opportunity.frame()) if str(r["segment"]) == str(segment)]
    leading = sorted(found, key=lambda r: -r["opportunity"])[:most]
    return [
        {
            **r,
            "wording": wording(r["item"], codebook),
            "importance_share": percent(r["importance"] / 10),
            "satisfaction_share": percent(r["satisfaction"] / 10),
        }
        for r in leading
    ]


def how_to_speak(
    words: Words,
    more: list[dict[str, Any]],
    less: list[dict[str, Any]],
    unmet: list[dict[str, Any]],
) -> list[str]:
    """Say what to lead with, what to promise and what to leave out."""
    said = [w["wording"] for w in more if not w["turned"]][:2]
    unsaid = [w["wording"] for w in less if not w["turned"]][:1]
    lines = [f"{words.lead} \u201c{text}\u201d" for text in said]
    lines += [f"Offer help where it is lacking: \u201c{u['wording']}\u201d" for u in unmet[:1]]
    return lines + [f"{words.leave} \u201c{text}\u201d" for text in unsaid]


def motto(more: list[dict[str, Any]], less: list[dict[str, Any]]) -> str:
    """Put a segment in one line: the two things that set it apart most."""
    if not more and not less:
        return "Close to the average in everything that was asked."
    plain_first = sorted(more, key=lambda w: w["turned"])
    first = [w["wording"] for w in plain_first[:2]]
    first = first or [f"Rather not: {w['wording']}" for w in less[:2]]
    return " \u00b7 ".join(f"\u201c{text}\u201d" for text in first)


def how_to_recognise(
    profile: Any, segment: int, fields: list[str], codebook: Any, most: int = 5
) -> list[str]:
    """Say by which customer fields the segment can be told, strongest effect first.

    A field is named once, by its most telling level.
    """
    telling: dict[str, dict[str, Any]] = {}
    for row in sorted(_of(profile, segment), key=lambda r: -abs(r["effect"])):
        if row["item"] not in fields or abs(row["effect"]) < TELLING:
            continue
        first = telling.setdefault(row["item"], row)
        near = abs(row["effect"]) >= AT_LEAST_AS_TELLING * abs(first["effect"])
        if near and first["kind"] == "share" and first["difference"] < 0 < row["difference"]:
            telling[row["item"]] = row
    return [_field_line(row, codebook) for row in list(telling.values())[:most]]


def _field_line(row: dict[str, Any], codebook: Any) -> str:
    everybody = row["value"] - row["difference"]
    field = wording(row["item"], codebook).replace("_", " ").rstrip("?.:")
    if row["kind"] == "share":
        level = _level(str(row["level"]))
        often = "" if row["difference"] > 0 else "seldom "
        return f"{field}: {often}{level} ({percent(row['value'])}, others {percent(everybody)})"
    return f"{field}: {_number(row['value'])} on average, others {_number(everybody)}"


def _level(level: str) -> str:
    """Quote an answer, so that it reads as one; yes and no speak for themselves."""
    plain = {"True": "yes", "False": "no", "Yes": "yes", "No": "no"}.get(level)
    return plain or f"\u201c{level}\u201d"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _of(profile: Any, segment: int) -> list[dict[str, Any]]:
    """Rows of a profile that describe one segment and have an effect."""
    return [r for r in rows(profile.frame()) if r["segment"] == segment and _known(r["effect"])]


def quotes(study: Any, segment: int, most: int = 3) -> list[str]:
    """Return comments of typical members, personal data masked, none from a tiny segment."""
    names = study.answers.codebook.names(role="verbatim")
    members = study.segments.labels == segment
    if not names or members.sum() < SMALL:
        return []
    texts = column(study.answers.table, names[0])
    typical = study.segments.closeness
    chosen: list[str] = []
    for row in np.argsort(-typical, kind="stable"):
        text = texts[row]
        if members[row] and text and 40 <= len(text) <= 200 and text not in chosen:
            chosen.append(text)
        if len(chosen) == most:
            break
    return list(mask_personal_data(chosen)) if chosen else []


def _known(value: Any) -> bool:
    return value is not None and value == value
