"""From a table of answers to a mixture: what kind each item is, whether its answers fit that."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from segkit._checks import check_categories, check_option, name_list
from segkit._frames import Matrix
from segkit._weights import weighted_mean
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.mixtures.categorical_items import CategoricalItems
from segkit.segments.mixtures.gaussian_items import gaussian_items
from segkit.segments.mixtures.mixture import Block, ItemKind, Mixture
from segkit.segments.mixtures.ordinal_items import OrdinalItems, ordinal_items

__all__ = [
    "KINDS",
    "Variances",
    "build_mixture",
    "check_answers",
    "kinds_of",
    "known_answers",
    "with_everybody",
]

KINDS = ("categorical", "ordinal", "gaussian")
MOST_CATEGORIES = 100


@dataclass(frozen=True)
class Variances:
    """How the variances of numeric items are treated."""

    shared: bool
    floor: float


def kinds_of(items: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the kind of each item.

    Parameters
    ----------
    items : str or mapping
        One kind for all, or the kind of each by name.
    names : tuple of str
        The items.

    Returns
    -------
    tuple of str

    Raises
    ------
    SegkitError
        For an unknown kind, an item without a kind, or a name that is no item.

    Examples
    --------
    >>> kinds_of({"age": "gaussian", "sex": "categorical"}, ("sex", "age"))
    ('categorical', 'gaussian')
    """
    if not isinstance(items, Mapping):
        return (check_option(items, KINDS, name="items"),) * len(names)
    unknown = [n for n in items if n not in names]
    if unknown:
        raise SegkitError(
            f"items names {name_list(unknown)}, not among the columns {name_list(names)}. "
            "Correct the name, or leave it out."
        )
    without = [n for n in names if n not in items]
    if without:
        raise SegkitError(
            f"items gives no kind for {name_list(without)}; expected one of "
            f"{', '.join(KINDS)} for each column of X. Add it, or leave the column out of X."
        )
    return tuple(check_option(items[n], KINDS, name=f"items[{n!r}]") for n in names)


def check_answers(table: Matrix, kinds: tuple[str, ...]) -> None:
    """Make sure that categorical and ordinal items hold whole-number codes."""
    for kind in ("categorical", "ordinal"):
        chosen = _columns(kinds, kind)
        if chosen.size:
            part = Matrix(
                table.values[:, chosen], tuple(table.names[j] for j in chosen), table.origin
            )
            check_categories(
                part,
                most=MOST_CATEGORIES,
                otherwise=f"An item that holds measurements is 'gaussian', not '{kind}': "
                f"items={{{part.names[0]!r}: 'gaussian', ...}}.",
            )


def build_mixture(
    values: np.ndarray,
    w: np.ndarray,
    kinds: tuple[str, ...],
    n_segments: int,
    *,
    prior: float,
    variances: Variances,
) -> Mixture:
    """Lay out the mixture of a table of answers.

    Parameters
    ----------
    values : ndarray of shape (n, p)
        Answers, missing as NaN.
    w : ndarray of shape (n,)
        Weights; answers of people without weight still count as known answers.
    kinds : tuple of str
        The kind of each item.
    n_segments : int
        The number of segments.
    prior : float
        Extra respondents who answer as everybody does.
    variances : Variances
        For numeric items.

    Returns
    -------
    Mixture
    """
    blocks = []
    for kind in KINDS:
        chosen = _columns(kinds, kind)
        if chosen.size:
            blocks.append(Block(chosen, _item_kind(kind, values[:, chosen], w, variances)))
    return with_everybody(Mixture(tuple(blocks), n_segments, prior), values, w)


def with_everybody(mixture: Mixture, values: np.ndarray, w: np.ndarray) -> Mixture:
    """Return the mixture with the mean features of everybody, where its prior needs them.

    Parameters
    ----------
    mixture : Mixture
        The model.
    values : ndarray of shape (n, p)
        Answers, missing as NaN; an item's mean features are taken over those who answered it.
    w : ndarray of shape (n,)
        Weights.

    Returns
    -------
    Mixture
    """
    if not mixture.prior:
        return mixture
    everybody = [np.ones(1)]
    for block in mixture.blocks:
        features = block.kind.features(values[:, block.columns]).T
        skipped = np.isnan(values[:, block.columns]) @ block.kind.of_item > 0
        everybody.append(weighted_mean(np.where(skipped, np.nan, features), w))
    return replace(mixture, everybody=np.concatenate(everybody))


def known_answers(values: np.ndarray, mixture: Mixture, names: tuple[str, ...]) -> np.ndarray:
    """Return the answers, those that the fit has never seen as missing, with a warning."""
    out = values
    strange = []
    for block in mixture.blocks:
        if not isinstance(block.kind, CategoricalItems | OrdinalItems):
            continue
        for column, codes in zip(block.columns, block.kind.categories, strict=True):
            unseen = ~np.isnan(values[:, column]) & ~np.isin(values[:, column], codes)
            if unseen.any():
                out = values.copy() if out is values else out
                out[unseen, column] = np.nan
                strange.append(f"`{names[column]}` holds {values[unseen, column][0]:g}")
    if strange:
        warnings.warn(
            f"{'; '.join(strange[:6])}: answers that the fit has not seen are read as missing. "
            "Check the codes of these items.",
            SegkitWarning,
            stacklevel=4,
        )
    return out


def _columns(kinds: tuple[str, ...], kind: str) -> np.ndarray:
    return np.flatnonzero(np.array(kinds) == kind)


def _item_kind(kind: str, values: np.ndarray, w: np.ndarray, variances: Variances) -> ItemKind:
    if kind == "gaussian":
        return gaussian_items(values, w, shared=variances.shared, floor=variances.floor)
    categories = tuple(np.unique(column[~np.isnan(column)]) for column in values.T)
    if kind == "ordinal":
        return ordinal_items(values, w, categories)
    given = [len(np.unique(column[(w > 0) & ~np.isnan(column)])) for column in values.T]
    return CategoricalItems(categories, np.array(given))
