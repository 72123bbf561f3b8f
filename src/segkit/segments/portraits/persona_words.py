"""What is said of a group of people, taken from what sets it apart and what it misses."""

import re
from collections.abc import Sequence
from typing import Any

from segkit._result import percent
from segkit.segments.portraits.persona import Need, Statement
from segkit.survey.wording import is_turned, keyed_wording, wording

__all__ = [
    "TELLING",
    "fall_behind",
    "how_not_to_speak",
    "how_to_recognise",
    "how_to_speak",
    "is_solution",
    "lacking",
    "less_wanted",
    "unmet",
    "wanted",
]

TELLING = 0.15
"""The least effect (Cohen's d or h) by which something is named as telling a group."""

LACKING = 0.3
"""The least effect by which a product is named as lacking."""

WORTH_A_LOOK = 10.0
"""The opportunity score from which a need is called a pain (a convention of the method)."""

AT_LEAST_AS_TELLING = 0.5
"""A level that is more frequent is named before a rarer one when its effect is this near."""

SOLUTION = re.compile(r"(has|have|holds?|owns?|uses?)\b", re.IGNORECASE)
"""How the wording of a field begins that says who has a product."""

HAVING = re.compile(rf"{SOLUTION.pattern}(\s+or\s+{SOLUTION.pattern})?\s+((an?|any|the)\s+)?", re.I)
"""What stands before the product in such a wording."""

SOLUTION_BLOCKS = ("adoption", "products", "solutions")
"""Blocks of a codebook that hold such fields."""

NO = ("no", "false", "none")
"""Answers that say that somebody is without."""

Row = dict[str, Any]


def wanted(rows: Sequence[Row], codebook: Any, *, most: int = 5) -> list[Statement]:
    """Return what matters more to a group than to others; the first two are its job.

    Plain items stand before turned ones ("Not: ..."). Where nothing matters more, the job is
    told by what matters less.
    """
    leading = sorted(_telling(rows, 1)[:most], key=lambda r: is_turned(r["item"], codebook))
    if not leading:
        return [
            _statement("job", r, f"Rather not: {keyed_wording(r['item'], codebook)}")
            for r in _telling(rows, -1)[:2]
        ]
    return [
        _statement("job" if at < 2 else "gains", r, keyed_wording(r["item"], codebook))
        for at, r in enumerate(leading)
    ]


def less_wanted(rows: Sequence[Row], codebook: Any, *, most: int = 3) -> list[Statement]:
    """Return what matters less to a group than to others."""
    return [
        _statement("matters_less", r, keyed_wording(r["item"], codebook))
        for r in _telling(rows, -1)[:most]
    ]


def unmet(needs: Sequence[Need], everybody: dict[str, float], *, most: int = 3) -> list[Statement]:
    """Return the needs that matter much and are met little: scores of 10 and over."""
    leading = [need for need in needs if need.opportunity >= WORTH_A_LOOK][:most]
    return [
        Statement(
            part="pains",
            text=need.wording.strip(),
            item=need.item,
            level=None,
            measure="opportunity",
            value=need.opportunity,
            others=everybody.get(need.item, float("nan")),
            effect=None,
            low=need.low,
            high=need.high,
            n=need.n,
        )
        for need in leading
    ]


def fall_behind(
    rows: Sequence[Row], codebook: Any, said: Sequence[Statement], *, most: int = 2
) -> list[Statement]:
    """Return what satisfies a group less than others, beside what was said already."""
    known = {s.text for s in said}
    fresh = [r for r in _telling(rows, -1) if keyed_wording(r["item"], codebook) not in known]
    return [
        _statement("pains", r, f"Less satisfied than others: {keyed_wording(r['item'], codebook)}")
        for r in fresh[:most]
    ]


def is_solution(item: str, codebook: Any) -> bool:
    """Say whether a field tells who has a product: by its block or how its wording begins."""
    if item in codebook and codebook[item].block in SOLUTION_BLOCKS:
        return True
    return SOLUTION.match(wording(item, codebook).replace("_", " ")) is not None


def lacking(rows: Sequence[Row], codebook: Any, *, smallest: int, most: int = 3) -> list[Statement]:
    """Return the products that a group is without far more often than others, by effect.

    Those that fewer than `smallest` are without are not told.
    """
    # text fields have a row for yes and one for no: one of them is enough
    without = {r["item"]: r for r in map(_share_without, rows) if r is not None}
    many = [r for r in without.values() if round(r["n"] * r["value"]) >= smallest]
    leading = sorted(many, key=lambda r: -r["effect"])
    return [
        _statement("lacks", r, _lack_line(r, codebook))
        for r in leading[:most]
        if r["effect"] >= LACKING
    ]


def how_to_speak(
    wants: Sequence[Statement], pains: Sequence[Statement], codebook: Any, lead: str
) -> list[str]:
    """Say what to lead with and what to promise."""
    more = [s for s in wants if s.effect is not None and s.effect > 0]
    plain = [s.text for s in more if not is_turned(s.item, codebook)][:2]
    lines = [f"{lead} \u201c{text}\u201d" for text in plain]
    missed = [s for s in pains if s.measure == "opportunity"][:1]
    return lines + [f"Offer help where it is lacking: \u201c{s.text}\u201d" for s in missed]


def how_not_to_speak(less: Sequence[Statement], codebook: Any, leave: str) -> list[str]:
    """Say what to leave out."""
    plain = [s.text for s in less if not is_turned(s.item, codebook)]
    return [f"{leave} \u201c{text}\u201d" for text in plain[:1]]


def how_to_recognise(rows: Sequence[Row], codebook: Any, *, most: int = 5) -> list[str]:
    """Say by which fields a group can be told, strongest effect first.

    A field is named once, by its most telling level.
    """
    telling: dict[str, Row] = {}
    for row in sorted(rows, key=lambda r: -abs(r["effect"])):
        if abs(row["effect"]) < TELLING:
            continue
        first = telling.setdefault(row["item"], row)
        near = abs(row["effect"]) >= AT_LEAST_AS_TELLING * abs(first["effect"])
        if near and first["kind"] == "share" and first["difference"] < 0 < row["difference"]:
            telling[row["item"]] = row
    return [_field_line(row, codebook) for row in list(telling.values())[:most]]


def _telling(rows: Sequence[Row], sign: int) -> list[Row]:
    """Return the rows that differ in one direction, largest effect first."""
    found = [r for r in rows if sign * r["effect"] >= TELLING]
    return sorted(found, key=lambda r: -sign * r["effect"])


def _statement(part: str, row: Row, text: str) -> Statement:
    return Statement(
        part=part,
        text=text.strip(),
        item=row["item"],
        level=row["level"],
        measure=row["kind"],
        value=float(row["value"]),
        others=float(row["value"] - row["difference"]),
        effect=float(row["effect"]),
        low=float(row["low"]),
        high=float(row["high"]),
        n=int(row["n"]),
    )


def _share_without(row: Row) -> Row | None:
    """Turn a row of a yes/no field into the share of those without; None for other rows."""
    level = str(row["level"]).casefold()
    if row["kind"] != "share":
        return None
    if level in NO:
        return row
    if level not in ("true", "yes"):
        return None
    return row | {
        "level": "no",
        "value": 1 - row["value"],
        "difference": -row["difference"],
        "effect": -row["effect"],
        "low": -row["high"],
        "high": -row["low"],
    }


def _lack_line(row: Row, codebook: Any) -> str:
    field = _field(row["item"], codebook)
    thing = HAVING.sub("", field)
    if thing == field or not thing:
        return f"{field}: no{_shares(row)}"
    others = percent(row["value"] - row["difference"])
    return f"{thing[0].upper()}{thing[1:]}: {percent(row['value'])} without, others {others}"


def _field_line(row: Row, codebook: Any) -> str:
    field = _field(row["item"], codebook)
    if row["kind"] == "share":
        often = "" if row["difference"] > 0 else "seldom "
        return f"{field}: {often}{_level(str(row['level']))}{_shares(row)}"
    everybody = row["value"] - row["difference"]
    return f"{field}: {_number(row['value'])} on average, others {_number(everybody)}"


def _field(item: str, codebook: Any) -> str:
    return wording(item, codebook).replace("_", " ").rstrip("?.:")


def _shares(row: Row) -> str:
    return f" ({percent(row['value'])}, others {percent(row['value'] - row['difference'])})"


def _level(level: str) -> str:
    """Quote an answer, so that it reads as one; yes and no speak for themselves."""
    plain = {"True": "yes", "False": "no", "Yes": "yes", "No": "no"}.get(level)
    return plain or f"\u201c{level}\u201d"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
