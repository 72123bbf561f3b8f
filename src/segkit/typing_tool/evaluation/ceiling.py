"""How far labels can be agreed with, given that another sample would have labelled differently."""

from typing import Any

import numpy as np

from segkit._checks import check_numbers
from segkit._weights import check_weights, effective_size, weighted_mean, weighted_sd
from segkit.exceptions import SegkitError

__all__ = ["ceiling_of"]


def ceiling_of(label_certainty: Any, sample_weight: Any, n_respondents: int) -> tuple[float, ...]:
    """Return the mean certainty of labels with its 95 % interval.

    Parameters
    ----------
    label_certainty : array-like of shape (n,)
        For each respondent the share of other samples whose segmentation gives the same segment.
    sample_weight : array-like of shape (n,), optional
        Survey weights; who has none is left out.
    n_respondents : int
        How many respondents of positive weight there must be.

    Returns
    -------
    tuple of float
        Mean, low, high; normal, with Kish's effective number.

    Raises
    ------
    SegkitError
        For shares that are none, and another number of respondents.

    Examples
    --------
    >>> mean, low, high = ceiling_of([1.0, 0.8, 0.9, 0.9], None, 4)
    >>> float(mean), bool(low < mean < high)
    (0.9, True)
    """
    certainty = check_numbers(label_certainty, what="label_certainty")
    w = check_weights(sample_weight, certainty.size)
    there = w > 0
    bad = np.flatnonzero(there & ~((certainty >= 0) & (certainty <= 1)))
    if bad.size:
        raise SegkitError(
            f"label_certainty holds {certainty[bad[0]]} in row {bad[0]} ({bad.size} such rows); "
            "expected shares from 0 to 1, none missing: of how many samples the segmentation gives "
            "the respondent the same segment."
        )
    if there.sum() != n_respondents:
        raise SegkitError(
            f"label_certainty has {int(there.sum())} respondents of positive weight, the "
            f"evaluation {n_respondents}; expected the same respondents. Give the weights of the "
            "fit too."
        )
    own, w = certainty[there], w[there]
    mean = float(weighted_mean(own, w))
    error = float(weighted_sd(own, w)) / np.sqrt(effective_size(w))
    return mean, max(0.0, mean - 1.96 * error), min(1.0, mean + 1.96 * error)
