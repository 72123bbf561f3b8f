"""Would we find these segments again? Bootstrap agreement for each segment and respondent.

References
----------
Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational
Statistics and Data Analysis 52, 258-271: section 2 (the bootstrap scheme), equation 1
(Jaccard), section 6 (readings).
Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2.
"""

import warnings
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t as student

from segkit._frames import Origin, origin_of
from segkit._result import Result, interval_text, percent
from segkit._weights import effective_size
from segkit.diagnostics.matches import agreed
from segkit.diagnostics.replicates import Replicates, replicate
from segkit.exceptions import SegkitWarning
from segkit.plots.stability import plot_stability
from segkit.segments.ensembles.refitting import with_n_segments

__all__ = ["DISSOLVED", "STABLE", "VALID", "Stability", "stability"]

STABLE = 0.85
"""Mean Jaccard from which a segment is called stable (Hennig, 2007, section 6)."""
VALID = 0.75
"""Mean Jaccard from which a segment is called valid."""
DISSOLVED = 0.5
"""Jaccard at or below which a sample is said to have lost the segment."""


@dataclass(frozen=True, repr=False)
class Stability(Result):
    """How well bootstrap samples find each segment again.

    Attributes
    ----------
    segments : tuple of int
        The segments' numbers.
    n : ndarray of shape (n_segments,)
        Respondents in each (rows, not weights).
    share : ndarray of shape (n_segments,)
        Share of the weight in each; the rest is in no segment.
    jaccard, low, high : ndarray of shape (n_segments,)
        Mean Jaccard overlap with the best match in a sample, and the 95 % Monte-Carlo
        interval of that mean: how well `n_boot` samples pin the mean down.
    samples : ndarray of shape (n_boot, n_segments)
        The Jaccard overlap in each sample.
    ari : float
        Mean adjusted Rand index between the segments and those of a sample.
    ari_samples : ndarray of shape (n_boot,)
        The index in each sample.
    respondent : frame
        One row a respondent: respondent (row number), segment, certainty (share of the
        samples that put the respondent into the matched segment), n_samples.
    labels : ndarray of shape (n_respondents,)
        The segments under test, -1 for none.
    model : str
        The model's name.
    seed : object
        The `random_state`.
    effective_n : float
        Kish's effective number of respondents.
    origin : Origin
        The kind of table that `X` was.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> X = np.repeat([[0.0, 0.0], [9.0, 9.0]], [30, 10], axis=0)
    >>> result = stability(KMeans(2, n_init=2), X, n_boot=5)
    >>> result.segments, result.n, result.reading
    ((0, 1), array([30, 10]), ('stable', 'stable'))
    """

    segments: tuple[int, ...]
    n: np.ndarray
    share: np.ndarray
    jaccard: np.ndarray
    low: np.ndarray
    high: np.ndarray
    samples: np.ndarray
    ari: float
    ari_samples: np.ndarray
    respondent: Any
    labels: np.ndarray
    model: str
    seed: Any
    effective_n: float
    origin: Origin

    @property
    def reading(self) -> tuple[str, ...]:
        """The word for each segment: stable, valid or doubtful."""
        return tuple(_reading(value) for value in self.jaccard)

    def frame(self) -> Any:
        """Return one row a segment.

        Returns
        -------
        frame
            segment, n, share, jaccard, low, high (the mean and its Monte-Carlo
            interval), sample_05 and sample_95 (the range of 90 % of the samples),
            dissolved and recovered (shares of samples with a Jaccard of at most .5, at
            least .75), reading.
        """
        spread = np.quantile(self.samples, [0.05, 0.95], axis=0)
        return self.origin.frame(
            {
                "segment": np.array(self.segments),
                "n": self.n,
                "share": self.share,
                "jaccard": self.jaccard,
                "low": self.low,
                "high": self.high,
                "sample_05": spread[0],
                "sample_95": spread[1],
                "dissolved": (self.samples <= DISSOLVED).mean(axis=0),
                "recovered": (self.samples >= VALID).mean(axis=0),
                "reading": list(self.reading),
            }
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw a bar a segment with its interval and the two thresholds."""
        return plot_stability(self.frame(), ax)

    def summary(self) -> str:
        """Say what was resampled, how well the segments came back and which are doubtful."""
        worst = int(np.argmin(self.jaccard))
        doubtful = [str(s) for s, r in zip(self.segments, self.reading, strict=True) if r[0] == "d"]
        verdict = f"Doubtful: {', '.join(doubtful)}." if doubtful else "None is doubtful."
        return (
            f"{self.model} with {len(self.segments)} segments, {len(self.samples)} bootstrap "
            f"samples of {self.labels.size:,} respondents (effective n {self.effective_n:,.0f}), "
            f"seed {self.seed}. Adjusted Rand index {self.ari:.2f}. The weakest is segment "
            f"{self.segments[worst]}: mean Jaccard "
            f"{interval_text(self.jaccard[worst], self.low[worst], self.high[worst])}, lost in "
            f"{percent(float((self.samples[:, worst] <= DISSOLVED).mean()))} of the samples. "
            f"{verdict} Interval: 95 % Monte-Carlo interval of the mean."
        )


def stability(
    model: Any,
    X: Any,
    n_boot: int = 100,
    n_segments: int | None = None,
    sample_weight: Any = None,
    random_state: Any = 0,
    *,
    n_init: int | None = None,
    repeats: bool = False,
    n_jobs: int | None = None,
) -> Stability:
    """Measure how well bootstrap samples find each segment again.

    The model is fitted to bootstrap samples of the respondents. For each segment, the
    sample's segment that overlaps it most is looked up and the overlap (Jaccard:
    people in both over people in either) is averaged over the samples.

    Parameters
    ----------
    model : estimator
        Any scikit-learn clusterer, mixture or pipeline, or a segmentation of segkit. A
        fitted model is the solution under test and its numbers are kept; an unfitted one
        is fitted to `X` first and its segments are numbered by size, largest 0.
    X : frame or array of shape (n_respondents, n_items)
        What the model is fitted to; missing as NaN or null if the model accepts it.
    n_boot : int
        The number of bootstrap samples.
    n_segments : int, optional
        Sets the model's `n_segments`, `n_clusters` or `n_components`.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights: used by the fits where the model takes them, and always in the
        overlap. Draws are of respondents, each equally likely.
    random_state : int, RandomState or None
        The seed of the draws and of each fit. The answer does not depend on the order
        of the rows, nor on `n_jobs`.
    n_init : int, optional
        Starts of each fit to a sample; default: the model's own. Fewer starts cost less and
        make segments look less stable than they are, never more.
    repeats : bool
        False: a respondent drawn more than once counts once, as in Hennig (2007) and
        fpc's ``clusterboot``, so a fit sees about 63 % of the respondents. True: drawn
        counts are weights where the model takes weights, and repeated rows elsewhere.
    n_jobs : int, optional
        Processes, as in joblib; None is one.

    Returns
    -------
    Stability

    Raises
    ------
    SegkitError
        For a table that cannot be used, a model that is no estimator, one segment only,
        or a fit that fails on a sample (the sample is named).

    Warns
    -----
    SegkitWarning
        When fits complained (say, of no convergence), or weights were given for a model
        whose fit takes none.

    Notes
    -----
    For segment ``C`` and the segments ``D_b`` that sample ``b`` finds, both cut down to
    the respondents ``S_b`` that were drawn,

    ``J_b(C) = max over D_b of |C and D_b| / |C or D_b|`` (Hennig, 2007, equation 1),

    and ``jaccard`` is its mean over ``b``. Read .85 as stable, .75 as valid, below as
    doubtful, and .5 or less in one sample as lost. With weights, ``|.|`` sums weights.
    All figures come from one k x k table of counts a sample.

    ``certainty`` matches segments one to one (the pairing with the largest total
    Jaccard), so that two segments that merge cannot both claim the merged one. A model
    without ``predict`` places people whom a sample did not draw with their nearest
    neighbour among those drawn.

    It misleads in two ways. Good starts make a solution look stable, so compare models
    at their own number of starts. And stable is not natural: k-means cuts an even cloud
    along its longest direction again and again. A segment can be found again without
    being separate from its neighbours.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.datasets import make_blobs
    >>> X, _ = make_blobs(300, centers=[[0, 0], [9, 0], [0, 9]], random_state=0)
    >>> result = stability(KMeans(3, n_init=5), X, n_boot=20)
    >>> result.frame()[["segment", "n", "jaccard", "reading"]]
       segment    n  jaccard reading
    0        0  100      1.0  stable
    1        1  100      1.0  stable
    2        2  100      1.0  stable
    >>> result.ari
    1.0
    """
    if n_segments is not None:
        model = with_n_segments(model, n_segments)
    found = replicate(
        {0: (model, X)},
        n_boot,
        sample_weight=sample_weight,
        random_state=random_state,
        n_init=n_init,
        repeats=repeats,
        n_jobs=n_jobs,
    )
    name = type(model).__name__
    _warn_of_complaints(found.complaints[0], len(found.counts), name)
    against = found.agreement(0)
    samples, codes, w = against.jaccard, found.codes[0], found.w
    half = _half_width(samples)
    origin = origin_of(X)
    return Stability(
        segments=found.segments[0],
        n=np.bincount(codes[codes >= 0]),
        share=np.bincount(codes[codes >= 0], weights=w[codes >= 0]) / w.sum(),
        jaccard=samples.mean(axis=0),
        low=np.maximum(samples.mean(axis=0) - half, 0.0),
        high=np.minimum(samples.mean(axis=0) + half, 1.0),
        samples=samples,
        ari=float(against.ari.mean()),
        ari_samples=against.ari,
        respondent=_respondents(found, origin),
        labels=found.reference[0],
        model=name,
        seed=random_state,
        effective_n=effective_size(w),
        origin=origin,
    )


def _warn_of_complaints(complaints: Counter, n_samples: int, name: str) -> None:
    if complaints:
        counted = ", ".join(f"{kind} in {n}" for kind, n in complaints.most_common())
        warnings.warn(
            f"{name} complained in fits to samples: {counted} of {n_samples}. The "
            "figures stand, but such fits look less stable than they could be; give the model "
            "more iterations or starts.",
            SegkitWarning,
            stacklevel=3,
        )


def _half_width(samples: np.ndarray) -> np.ndarray:
    """Half the 95 % interval of the mean of the samples (Student)."""
    n = len(samples)
    return np.asarray(student.ppf(0.975, n - 1) * samples.std(axis=0, ddof=1) / np.sqrt(n))


def _respondents(found: Replicates, origin: Origin) -> Any:
    w = found.w * (found.counts > 0)
    same = agreed(found.codes[0], found.labels[0], w)
    said = (same >= 0).sum(axis=0)
    certainty = np.full(said.size, np.nan)
    np.divide((same == 1).sum(axis=0), said, out=certainty, where=said > 0)
    columns = {
        "respondent": np.arange(said.size),
        "segment": found.reference[0],
        "certainty": certainty,
        "n_samples": said,
    }
    return origin.frame(columns, same_rows=True)


def _reading(value: float) -> str:
    if value >= STABLE:
        return "stable"
    return "valid" if value >= VALID else "doubtful"
