"""Two waves of the same items: read, put in one order, and refused where they do not compare.

A wave that renames an item, codes it otherwise or asks it on another scale would show as a
change of people; it is refused before anything is compared.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_items, name_list
from segkit._frames import Origin, column_names, is_frame, refuse_lazy, select, without
from segkit._result import count_text
from segkit._weights import is_pair, read_weights, two_weights
from segkit.diagnostics.waves.people import People, identify, read_ids
from segkit.exceptions import SegkitError

__all__ = ["TwoWaves", "Wave", "read_waves"]

CATEGORIES = 20
"""An item of whole numbers with at most so many different ones has a scale."""
BEYOND = 0.05
"""Share of the answers beyond the other wave's scale from which the scales differ."""
BY_CHANCE = 1e-6
"""How unlikely it must be that the other wave lacks such answers by chance."""
BEYOND_NUMBERS = 0.5
"""The same for items without a scale (amounts, scores)."""


@dataclass(frozen=True, eq=False)
class Wave:
    """One wave.

    Attributes
    ----------
    table : frame or array of shape (n, n_items)
        The items, in the order of the old wave.
    values : ndarray of shape (n, n_items)
        The same as numbers.
    w : ndarray of shape (n,)
        Weights.
    """

    table: Any
    values: np.ndarray
    w: np.ndarray


@dataclass(frozen=True, eq=False)
class TwoWaves:
    """Two waves of the same items.

    Attributes
    ----------
    old, new : Wave
        The waves.
    items : tuple of str
        Their items.
    people : People
        Who is who.
    weighted : bool
        Whether weights were given.
    origin : Origin
        The kind of table.
    """

    old: Wave
    new: Wave
    items: tuple[str, ...]
    people: People
    weighted: bool
    origin: Origin


def read_waves(X_old: Any, X_new: Any, ids: Any, sample_weight: Any) -> TwoWaves:
    """Read two waves.

    Parameters
    ----------
    X_old, X_new : frame or array of shape (n, n_items)
        Answers.
    ids : str, pair of array-like, or None
        Who is who.
    sample_weight : str, pair of array-like or str, or None
        A column of both waves, or the weights of the old and of the new wave; None in either
        place leaves it unweighted.

    Returns
    -------
    TwoWaves

    Raises
    ------
    SegkitError
        When the waves do not have the same items on the same scale, and for ids or weights that
        do not fit.
    """
    for table, what in ((X_old, "X_old"), (X_new, "X_new")):
        refuse_lazy(table, what=what)
    found = read_ids(ids, X_old, X_new)
    given = X_old, X_new
    X_old, X_new = (
        without(table, (ids, w)) for table, w in zip(given, two_weights(sample_weight), strict=True)
    )
    X_new = _same_items(X_old, X_new)
    old, new = (
        check_items(table, what=what, varying=False)
        for table, what in ((X_old, "X_old"), (X_new, "X_new"))
    )
    for j, item in enumerate(old.names):
        _refuse_other_scale(item, old.values[:, j], new.values[:, j])
    w_old, w_new = _weights(sample_weight, *given)
    content = [np.column_stack([t.values, w]) for t, w in ((old, w_old), (new, w_new))]
    return TwoWaves(
        old=Wave(X_old, old.values, w_old),
        new=Wave(X_new, new.values, w_new),
        items=old.names,
        people=identify(found, content[0], content[1]),
        weighted=sample_weight is not None,
        origin=Origin(old.origin.kind),
    )


def _same_items(X_old: Any, X_new: Any) -> Any:
    """Return X_new with its items in the order of X_old."""
    if is_frame(X_old) != is_frame(X_new):
        raise SegkitError(
            f"X_old is a {type(X_old).__name__} and X_new a {type(X_new).__name__}; expected two "
            "frames, or two arrays. Items are told by their names: give frames."
        )
    if not is_frame(X_old):
        shapes = np.shape(X_old), np.shape(X_new)
        if len(shapes[0]) == len(shapes[1]) == 2 and shapes[0][1] != shapes[1][1]:
            raise SegkitError(
                f"X_old has {count_text(shapes[0][1], 'item')} and X_new {shapes[1][1]}; expected "
                "the same items in the same order. Leave out those that only one wave asked."
            )
        return X_new
    before, after = column_names(X_old), column_names(X_new)
    gone, come = ([n for n in a if n not in b] for a, b in ((before, after), (after, before)))
    if gone or come:
        parts = [f"X_new lacks {name_list(gone)}"] if gone else []
        parts += [f"X_new has {name_list(come)}, which X_old does not"] if come else []
        raise SegkitError(
            f"{'; '.join(parts)}; expected the same items in both waves. "
            + ("Rename those that only changed their name, and leave" if gone and come else "Leave")
            + " out of both waves what only one of them asked."
        )
    return X_new if before == after else select(X_new, before)


def _refuse_other_scale(item: str, old: np.ndarray, new: np.ndarray) -> None:
    a, b = old[~np.isnan(old)], new[~np.isnan(new)]
    has_scale = bool((a == np.round(a)).all()) and np.unique(a).size <= CATEGORIES
    if has_scale and (broken := np.flatnonzero(b != np.round(b))).size:
        raise SegkitError(
            f"`{item}` holds {b[broken[0]]:g} in X_new, but whole numbers from {a.min():g} to "
            f"{a.max():g} in X_old; expected one scale in both waves. Recode it to the old scale, "
            "or leave it out of both."
        )
    most = BEYOND if has_scale else BEYOND_NUMBERS
    outside = max(_outside(b, a), _outside(a, b), key=lambda found: found[0])
    share, by_chance = outside
    is_coded = np.unique(np.concatenate([a, b])).size > 2  # of yes and no one may just be rare
    if share >= most and by_chance < BY_CHANCE and is_coded:
        raise SegkitError(
            f"`{item}` runs from {a.min():g} to {a.max():g} in X_old and from {b.min():g} to "
            f"{b.max():g} in X_new: {share:.0%} of the answers of one wave lie beyond the scale "
            "of the other; expected one scale in both. Recode it to the old scale "
            "(survey.Codebook), or leave it out of both."
        )


def _outside(values: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Return the share of the answers beyond the other wave's, and how likely it has none so."""
    share = float(((values < other.min()) | (values > other.max())).mean())
    return share, (1.0 - share) ** other.size


def _weights(sample_weight: Any, X_old: Any, X_new: Any) -> tuple[np.ndarray, np.ndarray]:
    if not (sample_weight is None or isinstance(sample_weight, str) or is_pair(sample_weight)):
        raise SegkitError(
            f"sample_weight is a {type(sample_weight).__name__}; expected a pair (weights of "
            "X_old, weights of X_new), None in the place of a wave without, or the name of a "
            "column of both."
        )
    old, new = two_weights(sample_weight)
    return read_weights(X_old, old, what="X_old"), read_weights(X_new, new, what="X_new")
