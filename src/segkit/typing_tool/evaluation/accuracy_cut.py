"""From which probability on tags reach an accuracy that was asked for.

References
----------
Chow, C. K. (1970). On optimum recognition error and reject tradeoff. IEEE Transactions on
Information Theory 16, 41-46.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.isotonic import IsotonicRegression

from segkit._result import percent
from segkit._weights import effective_size
from segkit.exceptions import SegkitError

__all__ = ["AccuracyCut", "accuracy_cut"]

STEPS = np.arange(100) / 100
FEW = 50  # respondents of equal weight: the accuracy of fewer is noise


@dataclass(frozen=True)
class AccuracyCut:
    """A cut for an accuracy, and what it reaches.

    Attributes
    ----------
    cut : float
        Tag from this probability on.
    accuracy : float
        Share of right tags among those tagged.
    tagged : float
        Share of people tagged.
    """

    cut: float
    accuracy: float
    tagged: float

    def refuse_short_of(self, wanted: float) -> None:
        """Refuse an accuracy that is not reached."""
        if self.accuracy < wanted - 1e-9:
            raise SegkitError(
                f"target_accuracy={wanted} cannot be reached: even the surest "
                f"{percent(self.tagged)} of the respondents are right in "
                f"{percent(self.accuracy)}, by models that had not seen them. Ask for no more than "
                "that, or find better fields."
            )


def accuracy_cut(top: np.ndarray, right: np.ndarray, w: np.ndarray, wanted: float) -> AccuracyCut:
    """Find the lowest cut, in steps of 0.01, from which on tags are right as often as wanted.

    Parameters
    ----------
    top : ndarray of shape (n_respondents,)
        Probability of the likeliest segment, from models that had not seen the respondent.
    right : ndarray of shape (n_respondents,)
        Whether (or with what membership) the respondent belongs there.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    wanted : float
        The share of right tags that is asked for.

    Returns
    -------
    AccuracyCut
        The strictest cut that leaves fifty respondents, where none reaches it.

    Notes
    -----
    The estimate itself has to reach it, not the lower end of its interval: on average over
    studies the tags are right as often as asked for, in a single study a few points more or less.
    Accuracy is made to rise with the probability (isotonic regression) before it is compared,
    so that noise among the few surest does not move the cut.

    Examples
    --------
    >>> top = np.repeat([0.5, 0.7, 0.9], 100)
    >>> right = np.tile([1.0, 1, 1, 1, 0, 1, 0, 1, 0, 1], 30)  # 70 % everywhere
    >>> accuracy_cut(top, right, np.ones(300), 0.7).cut
    0.0
    """
    smooth = IsotonicRegression().fit(top, right, sample_weight=w).predict(top)
    found = AccuracyCut(0.0, float(np.average(smooth, weights=w)), 1.0)
    for cut in STEPS[1:]:
        kept = top >= cut
        if found.accuracy >= wanted - 1e-9 or not kept.any() or effective_size(w[kept]) < FEW:
            break
        accuracy = float(np.average(smooth[kept], weights=w[kept]))
        found = AccuracyCut(float(cut), accuracy, float(w[kept].sum() / w.sum()))
    return found
