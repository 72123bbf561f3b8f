"""The figures that personas rest on: profiles and opportunities, without cells that are small."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit._checks import name_list
from segkit._frames import Origin, column, is_missing, origin_of
from segkit.exceptions import SegkitError
from segkit.segments.describing.profile import Profile
from segkit.segments.portraits.persona import Need
from segkit.segments.portraits.persona_words import is_solution
from segkit.survey import Codebook, Opportunity
from segkit.survey.wording import wording

__all__ = ["Evidence", "read_evidence"]

Row = dict[str, Any]


@dataclass(frozen=True)
class Evidence:
    """What is known of every group.

    Attributes
    ----------
    segments : tuple
        The groups in order.
    rows : dict of str to list of dict
        The rows of all profiles that may be told, by group (as text).
    needs : dict of str to tuple of Need
        The opportunity landscape that may be told, highest score first.
    n_small : dict of str to int
        Figures that rest on too few people.
    everybody : dict of str to float
        Opportunity scores of everybody, by item.
    n : dict of str to int
        The most answers that a profile counts in the group.
    used : frozenset of str
        The items that made the groups.
    solutions : frozenset of str
        The fields that say who has a product.
    codebook : Codebook
        Wordings and roles.
    origin : Origin
        The kind of frame that goes back.
    """

    segments: tuple[Any, ...]
    rows: dict[str, list[Row]]
    needs: dict[str, tuple[Need, ...]]
    n_small: dict[str, int]
    everybody: dict[str, float]
    n: dict[str, int]
    used: frozenset[str]
    solutions: frozenset[str]
    codebook: Codebook
    origin: Origin

    def part(self, segment: Any, role: str) -> list[Row]:
        """Return the rows of a group with a role: "want", "satisfaction" or "field"."""
        return [r for r in self.rows[str(segment)] if self._role(r["item"]) == role]

    def order(self, segment: Any, items: Sequence[str]) -> list[str]:
        """Return items by how much they tell of a group, most first; untold ones last."""
        telling = dict.fromkeys(items, 0.0)
        for row in self.rows[str(segment)]:
            if row["item"] in telling:
                telling[row["item"]] = max(telling[row["item"]], abs(row["effect"]))
        return sorted(items, key=lambda item: -telling[item])

    def marks(self, segment: Any) -> dict[str, float]:
        """Return the effects by which a group is known again."""
        return {
            r["item"] if r["level"] is None else f"{r['item']} = {r['level']}": round(
                float(r["effect"]), 3
            )
            for r in self.rows[str(segment)]
        }

    def _role(self, item: str) -> str:
        if item in self.used:
            return "want"
        role = self.codebook[item].role if item in self.codebook else "field"
        if role in ("importance", "item"):
            return "beside" if self.used else "want"
        return role


def read_evidence(
    profile: Profile | Sequence[Profile],
    opportunity: Opportunity | None,
    codebook: Codebook,
    solutions: Sequence[str] | None,
    smallest: int,
) -> Evidence:
    """Read profiles and opportunity, and leave out what rests on fewer people than `smallest`."""
    profiles = _profiles(profile)
    segments = profiles[0].segments
    rows: dict[str, list[Row]] = {str(s): [] for s in segments}
    n_small, n = dict.fromkeys(rows, 0), dict.fromkeys(rows, 0)
    for row in (r for p in profiles for r in _rows(p.frame())):
        key = str(row["segment"])
        n[key] = max(n[key], row["n"])
        if _is_small(row, smallest):
            n_small[key] += 1
        elif _known(row["effect"]) is not None:
            rows[key].append(row)
    scored = _scored(opportunity, segments)
    for key in rows:
        n_small[key] += sum(r["n"] < smallest for r in scored[key])
    items = list(dict.fromkeys(r["item"] for p in profiles for r in _rows(p.frame())))
    return Evidence(
        segments=segments,
        rows=rows,
        needs={key: _needs(scored[key], codebook, smallest) for key in rows},
        n_small=n_small,
        everybody=_everybody(opportunity),
        n=n,
        used=frozenset(item for p in profiles for item in p.used_items),
        solutions=_solutions(solutions, items, codebook),
        codebook=codebook,
        origin=origin_of(profiles[0].frame()),
    )


def _profiles(given: Any) -> list[Profile]:
    listed = isinstance(given, list | tuple)
    found = [given] if isinstance(given, Profile) else list(given) if listed else []
    if not found or not all(isinstance(p, Profile) for p in found):
        raise SegkitError(
            f"profile is {type(given).__name__}; expected what segments.profile returns, or a list "
            "of such profiles."
        )
    for other in found[1:]:
        if other.segments != found[0].segments:
            raise SegkitError(
                f"The profiles speak of {name_list(found[0].segments)} and of "
                f"{name_list(other.segments)}; expected the same groups in the same order. "
                "Make them from the same labels."
            )
    return found


def _is_small(row: Row, smallest: int) -> bool:
    """Say whether too few people stand behind a figure: its base, or those who gave the answer."""
    if row["n"] < smallest:
        return True
    count = round(row["n"] * row["value"]) if row["kind"] == "share" else smallest
    return 0 < count < smallest


def _scored(opportunity: Opportunity | None, segments: tuple[Any, ...]) -> dict[str, list[Row]]:
    """Return the rows of an opportunity by group."""
    out: dict[str, list[Row]] = {str(s): [] for s in segments}
    if opportunity is None:
        return out
    if not isinstance(opportunity, Opportunity):
        raise SegkitError(
            f"opportunity is a {type(opportunity).__name__}; expected what survey.opportunity "
            "returns, or None."
        )
    for row in _rows(opportunity.frame()):
        if str(row["segment"]) in out:
            out[str(row["segment"])].append(row)
    lacking = [key for key, rows in out.items() if not rows]
    if lacking:
        known = list(dict.fromkeys(column(opportunity.frame(), "segment").tolist()))
        raise SegkitError(
            f"opportunity speaks of {name_list(known)}, not of {name_list(lacking)}; expected all "
            "groups of the profile. Give survey.opportunity the labels of the profile as segments."
        )
    return out


def _needs(rows: list[Row], codebook: Codebook, smallest: int) -> tuple[Need, ...]:
    scored = [r for r in rows if r["n"] >= smallest and _known(r["opportunity"]) is not None]
    return tuple(
        Need(
            item=r["item"],
            wording=wording(r["item"], codebook),
            importance=float(r["importance"]),
            satisfaction=float(r["satisfaction"]),
            opportunity=float(r["opportunity"]),
            low=_known(r["low"]),
            high=_known(r["high"]),
            n=int(r["n"]),
        )
        for r in sorted(scored, key=lambda r: -r["opportunity"])
    )


def _everybody(opportunity: Opportunity | None) -> dict[str, float]:
    if opportunity is None:
        return {}
    found = [r for r in _rows(opportunity.frame()) if r["segment"] == "all"]
    return {r["item"]: float(r["opportunity"]) for r in found}


def _solutions(given: Sequence[str] | None, items: list[str], codebook: Codebook) -> frozenset[str]:
    if given is None:
        return frozenset(item for item in items if is_solution(item, codebook))
    named = (given,) if isinstance(given, str) else tuple(given)
    unknown = [n for n in named if n not in items]
    if unknown:
        raise SegkitError(
            f"solutions names {name_list(unknown)}, not among the items of the profile "
            f"{name_list(items)}. Correct the name, or profile that field too."
        )
    return frozenset(named)


def _known(value: Any) -> float | None:
    """Return a number, or None where there is none."""
    return None if value is None or not np.isfinite(value) else float(value)


def _rows(table: Any) -> list[Row]:
    found = nw.from_native(table, eager_only=True).rows(named=True)
    return [{k: None if is_missing(v) else v for k, v in row.items()} for row in found]
