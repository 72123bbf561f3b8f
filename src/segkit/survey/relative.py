"""Ratings against the same person's other ratings: the person effect taken out.

Who rates several things on one question (eight payment methods on security, say) also tells
how they use the scale: some find everything secure, others everything risky. That person
effect (halo) makes ratings of one battery correlate whatever was rated. Centring within the
person keeps what the person prefers and gives up the level.

References
----------
Fischer, R. (2004). Standardization to account for cross-cultural response bias. Journal of
    Cross-Cultural Psychology 35, 263-282 (within-subject standardisation by mean).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from segkit._checks import check_names, check_option, name_list
from segkit._frames import frame_like
from segkit.exceptions import SegkitError
from segkit.survey.codebook import Codebook
from segkit.survey.item import Item
from segkit.survey.rated import rated_answers

__all__ = ["relative_ratings"]


def relative_ratings(
    answers: Any,
    codebook: Codebook,
    *,
    leave_out: str | Sequence[str] = "last",
    cleaned: bool = False,
) -> Any:
    """Subtract from each rating the same person's mean rating of the battery.

    Parameters
    ----------
    answers : frame of shape (n_respondents, n_columns)
        Answers with at least the rated items of the codebook.
    codebook : Codebook
        Its rated items, each in a battery (``block``) of at least two.
    leave_out : "last", "none" or list of str
        The relative ratings of a battery sum to zero, so one of them follows from the others
        and a factor analysis of all of them has no solution. "last" leaves out the last item of
        each battery, in the order of the codebook; a list names one item a battery; "none"
        keeps all.
    cleaned : bool
        True when `answers` went through ``codebook.clean`` already.

    Returns
    -------
    frame of shape (n_respondents, n_items - n_batteries)
        Scale points above (positive) or below the person's own mean, under the names of the
        items. Missing where the rating is, and for who answered fewer than two of a battery.

    Raises
    ------
    SegkitError
        For an item without a battery, a battery of one item or of several scales, or
        `leave_out` that does not name one item of each battery.

    Notes
    -----
    For person i, battery b of the items J answered: x_ij - mean over j in J of x_ij, reversed
    items turned first. What it costs: the level is gone, so somebody who finds every method
    risky cannot be told from somebody who finds all of them safe; and ratings that have nothing
    to do with each other correlate at -1 / (m - 1) in a battery of m items of equal variance
    (-.14 for eight), so that contrasts are partly made by the arithmetic. Use it where the
    question is what people prefer among the things rated; where the question is how content
    they are, the level is the answer. The results are no categories: correlate them by
    Pearson's method.

    References
    ----------
    Fischer, R. (2004). Journal of Cross-Cultural Psychology 35, 263-282.

    Examples
    --------
    The second person likes everything more; what the two prefer is the same:

    >>> import pandas as pd
    >>> from segkit.survey import Codebook, relative_ratings
    >>> names = ["cash", "card", "check"]
    >>> book = Codebook([{"item": n, "scale": (1, 5), "block": "secure"} for n in names])
    >>> answers = pd.DataFrame({"cash": [3, 5], "card": [2, 4], "check": [1, 3]})
    >>> relative_ratings(answers, book, leave_out="none")
       cash  card  check
    0   1.0   0.0   -1.0
    1   1.0   0.0   -1.0
    """
    rated = rated_answers(answers, codebook, cleaned=cleaned)
    batteries = _batteries(rated.items)
    relative = rated.keyed.copy()
    for columns in batteries.values():
        relative[:, columns] = _centred(rated.keyed[:, columns])
    out = _left_out(leave_out, rated.items, batteries)
    kept = [j for j, item in enumerate(rated.items) if item.item not in out]
    return frame_like(answers, {rated.items[j].item: relative[:, j] for j in kept})


def _batteries(items: Sequence[Item]) -> dict[str, list[int]]:
    """Return the columns of each battery; refuse items that cannot be compared."""
    batteries: dict[str, list[int]] = {}
    for j, item in enumerate(items):
        if item.block is None:
            raise SegkitError(
                f"`{item.item}` belongs to no battery; expected a block for each rated item: a "
                "rating is relative to the others of its battery. Give it a block in the codebook, "
                "or leave it out of it."
            )
        batteries.setdefault(item.block, []).append(j)
    for name, columns in batteries.items():
        scales = {items[j].scale for j in columns}
        if len(columns) < 2 or len(scales) > 1:
            fault = f"{len(columns)} item(s)" if len(columns) < 2 else f"{len(scales)} scales"
            raise SegkitError(
                f"The battery `{name}` ({name_list([items[j].item for j in columns])}) has "
                f"{fault}; expected at least two items on one scale, to compare one with the "
                "others. Correct the blocks in the codebook."
            )
    return batteries


def _centred(values: np.ndarray) -> np.ndarray:
    """Subtract each row's mean over its answers; a single answer has nothing to compare with."""
    seen = ~np.isnan(values)
    n = seen.sum(axis=1)
    mean = np.where(seen, values, 0.0).sum(axis=1) / np.where(n > 1, n, np.nan)
    return np.asarray(values - mean[:, None])


def _left_out(
    leave_out: str | Sequence[str], items: Sequence[Item], batteries: dict[str, list[int]]
) -> set[str]:
    if isinstance(leave_out, str):
        check_option(leave_out, ("last", "none"), name="leave_out")
        last = {items[columns[-1]].item for columns in batteries.values()}
        return last if leave_out == "last" else set()
    named = check_names(leave_out, name="leave_out")
    for name, columns in batteries.items():
        inside = [items[j].item for j in columns if items[j].item in named]
        if len(inside) != 1:
            raise SegkitError(
                f"leave_out names {name_list(inside) or 'no item'} of the battery `{name}`; "
                "expected exactly one item of each battery. Correct the list, or use 'last'."
            )
    unknown = sorted(set(named) - {item.item for item in items})
    if unknown:
        raise SegkitError(
            f"leave_out names {name_list(unknown)}, which the codebook does not declare as rated "
            "items. Correct the names."
        )
    return set(named)
