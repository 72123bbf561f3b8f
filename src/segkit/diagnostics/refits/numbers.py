"""One model with several numbers of segments: the candidates of a range."""

from collections.abc import Iterable
from typing import Any

from segkit.exceptions import SegkitError
from segkit.segments.ensembles.refitting import with_n_segments

__all__ = ["candidates_by_number"]


def candidates_by_number(
    model: Any, X: Any, n_segments: int | Iterable[int] | None
) -> dict[int | None, tuple[Any, Any]]:
    """Return the candidates for `replicate`, by number of segments.

    Parameters
    ----------
    model : estimator
        The model.
    X : frame or array of shape (n_respondents, n_items)
        What it is fitted to.
    n_segments : int, iterable of int, or None
        The numbers of segments; None leaves the model as it is, under the name None.

    Returns
    -------
    dict
        From few segments to many.

    Raises
    ------
    SegkitError
        For no number, a number twice, or one that is no whole number of at least two.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> list(candidates_by_number(KMeans(8), None, range(2, 5)))
    [2, 3, 4]
    """
    if n_segments is None:
        return {None: (model, X)}
    numbers = list(n_segments) if isinstance(n_segments, Iterable) else [n_segments]
    models = {number: with_n_segments(model, number) for number in numbers}
    if not numbers or len(models) < len(numbers):
        raise SegkitError(
            f"n_segments={n_segments!r} was given; expected one or more different numbers, such as "
            "range(2, 9)."
        )
    return {int(number): (models[number], X) for number in sorted(models)}
