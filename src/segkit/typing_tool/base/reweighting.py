"""A tool for a base whose segments have other sizes than in the survey.

Tags lean to the sizes in the survey. Where the base's sizes are known better, each segment's
votes are multiplied by what its size changed by, in whole numbers, so that every export of the
tool stays exact.

References
----------
Saerens, M., Latinne, P. & Decaestecker, C. (2002). Adjusting the outputs of a classifier
to new a priori probabilities. Neural Computation 14, 21-41, equation 2.4.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from segkit._checks import name_list
from segkit._result import percent
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.mix import SegmentMix
from segkit.typing_tool.models.model import Model

__all__ = ["read_sizes", "refuse_reweighted", "reweighted_model", "reweighting_note"]

CLOSE = 0.01  # how far given sizes may be from a sum of 1


def read_sizes(sizes: Any, classes: Sequence[Any]) -> np.ndarray:
    """Read the sizes of a base's segments.

    Parameters
    ----------
    sizes : SegmentMix, mapping, or array-like of shape (n_segments,)
        The corrected sizes of a mix; a share by segment; or shares in the order of `classes`.
    classes : sequence
        The tool's segments.

    Returns
    -------
    ndarray of shape (n_segments,)
        They sum to 1.

    Raises
    ------
    SegkitError
        For other segments than the tool's, and for numbers that are no shares.

    Examples
    --------
    >>> read_sizes({"b": 0.25, "a": 0.75}, ["a", "b"])
    array([0.75, 0.25])
    """
    if isinstance(sizes, SegmentMix):
        sizes = dict(zip(sizes.table["segment"], sizes.table["corrected"], strict=True))
    if isinstance(sizes, Mapping):
        if set(sizes) != set(classes):
            raise SegkitError(
                f"sizes names the segments {name_list(list(sizes))}; expected those of the tool: "
                f"{name_list(list(classes))}. Take the sizes from this tool's segment_mix."
            )
        sizes = [sizes[c] for c in classes]
    try:
        share = np.asarray(sizes, dtype=float)
    except (TypeError, ValueError):
        share = np.empty(0)
    fits = share.shape == (len(classes),) and bool((share >= 0).all())
    if not fits or abs(share.sum() - 1) > CLOSE:
        raise SegkitError(
            f"sizes={sizes!r} was given; expected {len(classes)} shares that sum to 1, one for "
            "each segment, none negative. Give what segment_mix returned, or a share by segment."
        )
    return np.asarray(share / share.sum())


def reweighted_model(model: Model, before: np.ndarray, after: np.ndarray) -> Model:
    """Return the model for segments of other sizes.

    Parameters
    ----------
    model : Model
        The fitted model.
    before, after : ndarray of shape (n_segments,)
        Sizes in the survey and in the base.
    """
    return model.reweighted(after / before)


def reweighting_note(sizes: np.ndarray | None, classes: Sequence[Any]) -> str:
    """Return what a summary says of a re-weighted tool; nothing of another."""
    if sizes is None:
        return ""
    parts = zip(classes, sizes, strict=True)
    return (
        f" Tags re-weighted to segments of other sizes ("
        f"{', '.join(f'{c}: {percent(share)}' for c, share in parts)}); all figures are those of "
        "the tool before that, on people like the respondents."
    )


def refuse_reweighted(sizes: np.ndarray | None, *, what: str) -> None:
    """Refuse what a re-weighted tool cannot answer."""
    if sizes is not None:
        raise SegkitError(
            f"This tool was re-weighted to the sizes of a base, and {what} rests on how often the "
            "tool before that was right. Ask the tool that it was made from."
        )
