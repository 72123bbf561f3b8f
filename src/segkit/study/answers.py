"""The answers of a study: read, cleaned by the codebook, screened."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segkit._checks import check_unique, name_list
from segkit._files import existing_file
from segkit._frames import column, n_rows, numeric_column, select, take
from segkit._weights import check_weights
from segkit.exceptions import SegkitError
from segkit.study.config import StudyConfig
from segkit.study.sources import FEWEST_ITEMS
from segkit.survey import (
    Codebook,
    ResponseQuality,
    read_survey,
    relative_ratings,
    response_quality,
)

__all__ = ["Answers", "read_answers"]

FEWEST_EACH = 10
"""Respondents a segment, on average, below which a study says nothing."""


@dataclass(frozen=True)
class Answers:
    """The survey, read, cleaned and screened.

    Attributes
    ----------
    table : frame of shape (n_kept, n_columns)
        The clean answers of the respondents who were kept.
    codebook : Codebook
        What each column means.
    quality : ResponseQuality
        The screening of all respondents.
    n_read : int
        The number of respondents before screening.
    items : list of str
        The items that were asked and stand behind the needs.
    ratings : frame of shape (n_kept, n_rated)
        What the needs are made from: the answers to these items, or the same answers relative to
        the person's mean of the battery (without the last item of each battery).
    fields : list of str
        The columns that a customer base holds too.
    weight : ndarray of shape (n_kept,)
        Survey weights (ones where there are none).
    """

    table: Any
    codebook: Codebook
    quality: ResponseQuality
    n_read: int
    items: list[str]
    ratings: Any
    fields: list[str]
    weight: np.ndarray

    def part(self, names: list[str]) -> Any:
        """Return the named columns."""
        return select(self.table, names)


def read_answers(folder: Path, config: StudyConfig) -> Answers:
    """Read, clean and screen the answers."""
    path = existing_file(folder / config.answers, what="The answers")
    codebook = Codebook.from_yaml(folder / config.codebook)
    items, known = codebook.names(role=config.items), codebook.names(role="field")
    _check_roles(items, known, codebook, config)
    clean = codebook.clean(read_survey(path, codebook).answers)
    for name in codebook.names(role="id"):
        check_unique(column(clean, name), name=name, what="the answers")
    seconds = codebook.names(role="seconds")
    quality = response_quality(
        clean,
        codebook,
        seconds=numeric_column(clean, seconds[0]) if seconds else None,
        cleaned=True,
    )
    keep = _usable(clean, items, codebook)
    if config.drop_careless:
        keep &= ~quality.flags
    _refuse_few(int(keep.sum()), n_rows(clean), config)
    table = take(clean, keep)
    return Answers(
        table=table,
        codebook=codebook,
        quality=quality,
        n_read=n_rows(clean),
        items=items,
        ratings=_ratings(table, items, codebook, config),
        fields=known,
        weight=_weights(table, codebook),
    )


def _check_roles(
    items: list[str], known: list[str], codebook: Codebook, config: StudyConfig
) -> None:
    if len(items) < FEWEST_ITEMS:
        roles = list(dict.fromkeys(item.role for item in codebook))
        raise SegkitError(
            f"The codebook names {len(items)} item(s) of role `{config.items}`, its roles are "
            f"{name_list(roles, len(roles)) or 'none'}; expected at least {FEWEST_ITEMS} to find "
            "needs. Give items that role, or change `items` under [needs] in study.toml."
        )
    if not known:
        raise SegkitError(
            "The codebook names no field, so customers cannot be typed. Give the columns that the "
            "customer base holds too the role `field`."
        )


def _usable(clean: Any, items: list[str], codebook: Codebook) -> np.ndarray:
    """Respondents with at least half of the items answered and a positive weight."""
    values = np.column_stack([numeric_column(clean, name) for name in items])
    keep = (~np.isnan(values)).mean(axis=1) >= 0.5
    for name in codebook.names(role="weight"):
        w = numeric_column(clean, name)
        keep &= check_weights(np.where(np.isnan(w), 0.0, w), len(w)) > 0
    return np.asarray(keep)


def _ratings(table: Any, items: list[str], codebook: Codebook, config: StudyConfig) -> Any:
    if config.ratings == "given":
        return select(table, items)
    return relative_ratings(table, Codebook([codebook[name] for name in items]), cleaned=True)


def _refuse_few(n_kept: int, n_read: int, config: StudyConfig) -> None:
    least = FEWEST_EACH * config.n_segments
    if n_kept < least:
        raise SegkitError(
            f"{n_kept} of {n_read} respondents can be used (half of the items answered, a positive "
            f"weight{', not careless' if config.drop_careless else ''}); expected at least {least} "
            f"for {config.n_segments} segments. Look at the answers and the codebook, or ask for "
            "fewer segments."
        )


def _weights(table: Any, codebook: Codebook) -> np.ndarray:
    names = codebook.names(role="weight")
    return check_weights(numeric_column(table, names[0]) if names else None, n_rows(table))
