"""Prediction strength: whether one half of the respondents puts the pairs of the other together.

References
----------
Tibshirani, R. and Walther, G. (2005). Cluster validation by prediction strength.
Journal of Computational and Graphical Statistics 14, 511-528, equation 2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_integer, check_share
from segkit._frames import Origin, origin_of
from segkit._result import Result, interval_text
from segkit._weights import effective_size
from segkit.diagnostics.refits.monte_carlo import mean_interval
from segkit.diagnostics.refits.numbers import candidates_by_number
from segkit.diagnostics.refits.replicates import replicate
from segkit.plots.prediction_strength import plot_prediction_strength
from segkit.segments.agreement import contingencies

__all__ = ["PredictionStrength", "prediction_strength", "strength"]


@dataclass(frozen=True, repr=False)
class PredictionStrength(Result):
    """How well halves of the respondents predict each other's segments.

    Attributes
    ----------
    n_segments : tuple of int
        The numbers of segments.
    samples : ndarray of shape (n_splits, n_numbers)
        The prediction strength in each split, averaged over both directions.
    suggested : int
        The largest number of segments whose mean reaches `cutoff`; 1 if none does.
    cutoff : float
        The mean from which segments count as predicted.
    model : str
        The model's name.
    n : int
        Respondents.
    effective_n : float
        Kish's effective number of them.
    seed : object
        The `random_state`.
    origin : Origin
        The kind of table that `X` was.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> X = np.repeat([[0.0], [5.0], [9.0]], [20, 20, 20], axis=0)
    >>> result = prediction_strength(KMeans(n_init=3), X, range(2, 4), n_splits=3)
    >>> result.suggested, result.samples[:, 1].tolist()
    (3, [1.0, 1.0, 1.0])
    """

    n_segments: tuple[int, ...]
    samples: np.ndarray
    suggested: int
    cutoff: float
    model: str
    n: int
    effective_n: float
    seed: Any
    origin: Origin

    def frame(self) -> Any:
        """Return one row a number of segments.

        Returns
        -------
        frame
            n_segments, strength (mean over splits), low, high (95 % Monte-Carlo interval of
            the mean), sd (over splits), n, cutoff, predicted (the mean reaches the cutoff).
        """
        low, high = mean_interval(self.samples)
        mean = self.samples.mean(axis=0)
        return self.origin.frame(
            {
                "n_segments": np.array(self.n_segments),
                "strength": mean,
                "low": low,
                "high": high,
                "sd": self.samples.std(axis=0, ddof=1),
                "n": np.full(mean.size, self.n),
                "cutoff": np.full(mean.size, self.cutoff),
                "predicted": mean >= self.cutoff,
            }
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw the mean by number of segments with its interval and the cutoff."""
        return plot_prediction_strength(self.frame(), ax)

    def summary(self) -> str:
        """Say how many segments halves of the respondents can predict."""
        low, high = mean_interval(self.samples)
        figures = ", ".join(
            f"{k}: {interval_text(m, a, b)}"
            for k, m, a, b in zip(
                self.n_segments, self.samples.mean(axis=0), low, high, strict=True
            )
        )
        found = (
            f"The largest number that reaches {self.cutoff:g} is {self.suggested}."
            if self.suggested > 1
            else f"None reaches {self.cutoff:g}: one segment is what halves agree on."
        )
        return (
            f"Prediction strength (Tibshirani and Walther, 2005) of {self.model}, "
            f"{len(self.samples)} splits of {self.n:,} respondents (effective n "
            f"{self.effective_n:,.0f}) into halves, seed {self.seed}: {figures}. {found} "
            "Interval: 95 % Monte-Carlo interval of the mean."
        )


def prediction_strength(
    model: Any,
    X: Any,
    n_segments: int | Iterable[int] | None = range(2, 9),
    n_splits: int = 50,
    sample_weight: Any = None,
    random_state: Any = 0,
    *,
    cutoff: float = 0.8,
    n_init: int | None = None,
    n_jobs: int | None = None,
) -> PredictionStrength:
    """Measure how well one half of the respondents predicts who belongs together in the other.

    Parameters
    ----------
    model : estimator
        As in `stability`.
    X : frame or array of shape (n_respondents, n_items)
        What the model is fitted to.
    n_segments : int, range of int, or None
        The numbers of segments, tried on the same halves; None leaves the model as it is.
    n_splits : int
        The number of splits, at least two.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights.
    random_state : int, RandomState or None
        The seed; neither the order of the rows nor `n_jobs` changes the answer.
    cutoff : float
        From which mean segments count as predicted; the paper has .8 to .9.
    n_init : int, optional
        Starts of each fit; default: the model's own.
    n_jobs : int, optional
        Processes, as in joblib; None is one.

    Returns
    -------
    PredictionStrength

    Raises
    ------
    SegkitError
        As `stability`.

    Notes
    -----
    Half A and half B are segmented apart. For each segment ``j`` of B, ``n_j`` people, take the
    share of its pairs that the rule found in A puts together as well; the weakest segment
    counts:

    ``ps = min over j of sum_i c(n_ij) / c(n_j)``, ``c(x) = x (x - 1) / 2``

    with ``n_ij`` the people of segment ``j`` whom A's rule puts into segment ``i``. The mean over
    both directions and all splits is reported. A segment of one person has no pair and is
    left out. Counts are those of segments, never of pairs one by one.

    It asks more than `stability`: a single weak segment in a half brings it down, and halves
    know less than the whole. Where it says 1 the data may still be cut usefully; it says that
    the cut is not one that the data repeat.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(c, 0.5, size=(40, 2)) for c in (0, 5, 10)])
    >>> prediction_strength(KMeans(n_init=5), X, range(2, 6), n_splits=10).suggested
    3
    """
    check_integer(n_splits, name="n_splits", low=2)
    cutoff = check_share(cutoff, name="cutoff")
    found = replicate(
        candidates_by_number(model, X, n_segments),
        2 * n_splits,
        scheme="split-half",
        sample_weight=sample_weight,
        random_state=random_state,
        n_init=n_init,
        n_jobs=n_jobs,
    )
    samples = np.stack(
        [strength(found.labels[k], found.counts, found.w) for k in found.names], axis=1
    )
    numbers = tuple(len(found.segments[k]) if k is None else int(str(k)) for k in found.names)
    reached = [k for k, mean in zip(numbers, samples.mean(axis=0), strict=True) if mean >= cutoff]
    return PredictionStrength(
        n_segments=numbers,
        samples=samples,
        suggested=max(reached, default=1),
        cutoff=cutoff,
        model=type(model).__name__,
        n=found.w.size,
        effective_n=effective_size(found.w),
        seed=random_state,
        origin=origin_of(X),
    )


def strength(labels: np.ndarray, counts: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return the prediction strength of each split.

    Parameters
    ----------
    labels : ndarray of shape (2 * n_splits, n)
        The segments that the fit to each half gives everybody, from 0; -1 for none.
    counts : ndarray of shape (2 * n_splits, n)
        Who is in the half; rows 0 and 1, 2 and 3, ... share nobody.
    w : ndarray of shape (n,)
        Weights.

    Returns
    -------
    ndarray of shape (n_splits,)

    Examples
    --------
    >>> labels = np.array([[0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]])
    >>> strength(labels, np.array([[1, 1, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]]), np.ones(6))
    array([1.])
    """
    by_other = labels.reshape(-1, 2, labels.shape[1])[:, ::-1].reshape(labels.shape)
    k = max(1, int(labels.max()) + 1)
    table = contingencies(labels, by_other, k, k, w * counts)  # own segment x the other half's
    size = contingencies(labels, np.zeros_like(labels), k, 1, w * counts)[:, :, 0]
    pairs = size * (size - 1) / 2
    together = np.maximum(table * (table - 1) / 2, 0.0).sum(axis=2)
    share = np.divide(together, pairs, out=np.ones_like(pairs), where=size > 1)
    return np.asarray(np.minimum(share.min(axis=1), 1.0).reshape(-1, 2).mean(axis=1))
