"""Would we find these segments again? Agreement with samples, for segments and respondents.

References
----------
Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational
Statistics and Data Analysis 52, 258-271: section 2 (the bootstrap scheme), equation 1
(Jaccard), section 6 (readings).
Dolnicar, S. and Leisch, F. (2010). Evaluation of structure and reproducibility of
cluster solutions using the bootstrap. Marketing Letters 21, 83-101.
Dolnicar, S. and Leisch, F. (2017). Using segment level stability to select target
segments in data-driven market segmentation studies. Marketing Letters 28, 423-436.
"""

import warnings
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np

from segkit._checks import check_boolean, check_number
from segkit._frames import origin_of
from segkit._weights import effective_size
from segkit.diagnostics.refits.certainty import certainties
from segkit.diagnostics.refits.monte_carlo import tight_within
from segkit.diagnostics.refits.numbers import candidates_by_number
from segkit.diagnostics.refits.replicates import Replicates, replicate
from segkit.diagnostics.refits.stability_result import PER_SEGMENT, PER_SOLUTION, Stability
from segkit.exceptions import SegkitWarning

__all__ = ["stability"]


def stability(
    model: Any,
    X: Any,
    n_boot: int = 100,
    n_segments: int | Iterable[int] | None = None,
    sample_weight: Any = None,
    random_state: Any = 0,
    *,
    scheme: str = "bootstrap",
    n_init: int | None = None,
    repeats: bool = False,
    warm: bool = True,
    tolerance: float = 0.02,
    n_jobs: int | None = None,
) -> Stability:
    """Measure how well samples of the respondents find each segment again.

    The model is fitted to samples of the respondents. For each segment, the
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
        The number of samples, at most: see `tolerance`.
    n_segments : int or range of int, optional
        Sets the model's `n_segments`, `n_clusters` or `n_components`. Several numbers are
        tried on the same samples, and `Stability.across` follows the segments from one
        to the next.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights: used by the fits where the model takes them, and always in the
        overlap. Draws are of respondents, each equally likely.
    random_state : int, RandomState or None
        The seed of the draws and of each fit. The answer does not depend on the order
        of the rows, nor on `n_jobs`.
    scheme : str
        ``"bootstrap"``: as many draws as respondents, with replacement. ``"subsample"``: 80 %
        of the respondents. ``"split-half"``: samples 0 and 1, 2 and 3, ... share nobody.
    n_init : int, optional
        Starts of each fit to a sample; default: the model's own. Fewer starts cost less and
        make segments look less stable than they are, never more.
    repeats : bool
        False: a respondent drawn more than once counts once, as in Hennig (2007) and
        fpc's ``clusterboot``, so a fit sees about 63 % of the respondents. True: drawn
        counts are weights where the model takes weights, and repeated rows elsewhere.
    warm : bool
        Fit each sample a second time from the segments under test where the model can begin at
        them (`LatentClass`, scikit-learn's k-means and Gaussian mixture, also behind other steps),
        and report those overlaps too.
    tolerance : float
        Sampling ends, from 30 samples on, once the interval of every mean is narrower than
        this on both sides, even if one more sample were to lose the segment. 0 takes
        all `n_boot` samples.
    n_jobs : int, optional
        Processes, as in joblib; None is one.

    Returns
    -------
    Stability

    Raises
    ------
    SegkitError
        For a table that cannot be used, a model that is no estimator, one segment only,
        a number of segments that the model has no parameter for, or a fit that fails on a
        sample (the sample is named).

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
    All figures come from one k x k table of counts a sample. ``low`` and ``high`` say how well
    the samples drawn pin the mean down, allowing for one more sample that loses the segment; more
    samples narrow them, more respondents do not.

    ``Stability.within`` has the same overlap among all respondents rather than those
    drawn (SLSw of Dolnicar and Leisch, 2017, when `repeats` is True), and
    ``Stability.across`` the entropy of where the people of each segment come from (SLSa).
    ``Stability.respondent`` matches segments one to one (the pairing with the largest
    total Jaccard), so that two segments that merge cannot both claim the merged one. A
    model without ``predict`` places people whom a sample did not draw with their nearest
    neighbour among those drawn.

    Fits that start at the segments under test (``warm``) find them again more easily than
    fits from fresh starts, which is why they are reported beside them and never in their
    place. Where warm fits come back and fresh ones do not, the search is at fault
    rather than the sample: more starts help, more respondents do not.

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
    tolerance = check_number(tolerance, name="tolerance")
    check_boolean(repeats, name="repeats")
    check_boolean(warm, name="warm")
    candidates = candidates_by_number(model, X, n_segments)
    found = replicate(
        candidates,
        n_boot,
        scheme=scheme,
        sample_weight=sample_weight,
        random_state=random_state,
        n_init=n_init,
        repeats=repeats,
        warm=warm,
        stop=tight_within(tolerance) if tolerance > 0 else None,
        n_jobs=n_jobs,
    )
    name = type(model).__name__
    for number in found.names:
        _warn_of_complaints(found.complaints[number], len(found.counts), name)
    columns = [_solution(found, number) for number in found.names]
    return Stability(
        **_joined(columns),
        n_segments=tuple(column["number"][0] for column in columns),
        model=name,
        scheme=scheme,
        repeats=repeats,
        placing=found.placing[found.names[0]],
        n_boot=n_boot,
        tolerance=tolerance,
        seed=random_state,
        effective_n=effective_size(found.w),
        w=found.w,
        origin=origin_of(X),
    )


def _solution(found: Replicates, name: Any) -> dict[str, Any]:
    """Return everything that is said of one solution."""
    codes, segments = found.codes[name], found.segments[name]
    inside = codes >= 0
    against = found.agreement(name)
    sure = certainties(codes, found.labels[name], found.w * (found.counts > 0))
    has_warm = name in found.warm
    return {
        "number": (len(segments) if name is None else name,) * len(segments),
        "segments": segments,
        "n": np.bincount(codes[inside]),
        "share": np.bincount(codes[inside], weights=found.w[inside]) / found.w.sum(),
        "samples": against.jaccard,
        "within_samples": found.agreement(name, everybody=True).jaccard,
        "warm_samples": found.agreement(name, warm=True).jaccard
        if has_warm
        else np.full(against.jaccard.shape, np.nan),
        "ari_samples": against.ari,
        "vi_samples": against.vi,
        "nmi_samples": against.nmi,
        "pair_samples": found.pairs(name).ari,
        "labels": found.reference[name],
        "certainty": sure.certainty,
        "second": sure.second,
        "n_samples": sure.n_samples,
    }


def _joined(columns: list[dict[str, Any]]) -> dict[str, Any]:
    """Put the rows of all solutions after each other; with several, arrays get a last axis."""
    first = columns[0]
    if len(columns) == 1:
        return first
    joined = {
        name: np.concatenate([c[name] for c in columns], axis=-1)
        if name in PER_SEGMENT
        else np.stack([c[name] for c in columns], axis=-1)
        for name in (*PER_SEGMENT, *PER_SOLUTION)
    }
    return joined | {
        name: tuple(value for c in columns for value in c[name]) for name in ("number", "segments")
    }


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
