"""The rated items of a survey as numbers: as shown on the screen and as keyed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import (
    check_boolean,
    check_frame,
    check_items,
    check_mapping,
    check_names,
    ids_of,
    name_list,
)
from segkit._frames import n_rows, select
from segkit.exceptions import SegkitError
from segkit.survey.codebook import Codebook, check_codebook
from segkit.survey.item import Item

__all__ = [
    "RatedAnswers",
    "common_width",
    "in_one_unit",
    "rated_answers",
    "scale_columns",
    "scale_groups",
]


@dataclass(frozen=True)
class RatedAnswers:
    """The rated items of a survey, as shown on the screen and as keyed.

    Attributes
    ----------
    items : tuple of Item
        The rated items in questionnaire order.
    shown, keyed : ndarray of shape (n, p)
        Codes before and after reversed items are turned; missing is NaN.
    respondents : ndarray of shape (n,)
        Ids where the codebook names an id column, else row numbers from 0.
    """

    items: tuple[Item, ...]
    shown: np.ndarray
    keyed: np.ndarray
    respondents: np.ndarray


def rated_answers(answers: Any, codebook: Codebook, *, cleaned: bool) -> RatedAnswers:
    """Read the rated items of a survey, as shown and as keyed."""
    check_codebook(codebook)
    check_frame(answers, what="answers")
    check_boolean(cleaned, name="cleaned")
    items = tuple(item for item in codebook if item.is_answered)
    if not items:
        raise SegkitError(
            "The codebook declares no rated item; expected some with the role importance, "
            "satisfaction or item. Set the roles."
        )
    rated = Codebook(items)
    reader = rated.cleaned() if cleaned else rated
    clean = reader.clean(answers)
    keyed = check_items(select(clean, rated.names()), what="answers", varying=False).values
    # without a scale nothing is reversed, and 0 - (-x) leaves the answer as it is
    turn = np.array([sum(i.scale) if i.reversed and i.scale else 0.0 for i in items])
    sign = np.array([-1.0 if i.reversed else 1.0 for i in items])
    return RatedAnswers(items, turn + sign * keyed, keyed, _respondents(answers, codebook))


def scale_columns(
    items: Sequence[Item], scales: Mapping[str, Sequence[str]] | None
) -> list[np.ndarray]:
    """Return the columns of each scale with at least two items."""
    position = {item.item: j for j, item in enumerate(items)}
    groups: dict[Any, list[int]] = {}
    if scales is None:
        for item in items:
            if item.block is not None:
                groups.setdefault((item.role, item.block), []).append(position[item.item])
    else:
        check_mapping(scales, name="scales", example="{'comfort': ['q1', 'q2']}")
        asked = {key: check_names(names, name=f"scales[{key!r}]") for key, names in scales.items()}
        unknown = [name for names in asked.values() for name in names if name not in position]
        if unknown:
            raise SegkitError(
                f"scales names {name_list(unknown)}, which the codebook does not declare as rated "
                "items. Correct the names."
            )
        groups = {key: [position[name] for name in names] for key, names in asked.items()}
    return [np.array(columns) for columns in groups.values() if len(columns) > 1]


def scale_groups(items: Sequence[Item]) -> np.ndarray:
    """Give each item the number of its scale: equal codes on two scales are two answers."""
    known = {scale: k for k, scale in enumerate(dict.fromkeys(item.scale for item in items))}
    return np.array([known[item.scale] for item in items])


def in_one_unit(rated: RatedAnswers) -> np.ndarray:
    """Answers in the units of their one scale, or as shares of the width where scales differ."""
    if len({item.scale for item in rated.items}) == 1:
        return rated.shown
    low, high = _bounds(rated)
    return (rated.shown - low) / (high - low)


def common_width(items: Sequence[Item]) -> float:
    """Return the width of the items' one scale in the units of `in_one_unit`."""
    scales = {item.scale for item in items}
    only = scales.pop() if len(scales) == 1 else None
    return 1.0 if only is None else only[1] - only[0]


def _respondents(answers: Any, codebook: Codebook) -> np.ndarray:
    names = codebook.names("id")
    return ids_of(answers, names[0], what="answers") if names else np.arange(n_rows(answers))


def _bounds(rated: RatedAnswers) -> tuple[np.ndarray, np.ndarray]:
    seen_low, seen_high = np.nanmin(rated.shown, axis=0), np.nanmax(rated.shown, axis=0)
    low = [i.scale[0] if i.scale else s for i, s in zip(rated.items, seen_low, strict=True)]
    high = [i.scale[1] if i.scale else s for i, s in zip(rated.items, seen_high, strict=True)]
    return np.array(low), np.maximum(np.array(high), np.array(low) + 1e-9)
