"""Is one segment more worth having? The bootstrap likelihood-ratio test of a latent class model."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone

from segkit._checks import check_integer, check_items, check_number
from segkit._frames import frame_like
from segkit._progress import track
from segkit._resample import canonical_order, spawn_seeds
from segkit._result import Result
from segkit._threads import one_blas_thread
from segkit._weights import check_weights, scale_to_effective
from segkit.exceptions import SegkitError
from segkit.segments.mixtures.answer_draws import drawn_answers
from segkit.segments.mixtures.latent_class import LatentClass
from segkit.segments.mixtures.solution import Solution
from segkit.segments.mixtures.split_search import Step, one_segment_more
from segkit.segments.sequential_p import sequential_p

__all__ = ["LikelihoodRatioTest", "likelihood_ratio_test"]

TOL = 1e-8
"""A solution of a sample has converged when a step gains less than this a respondent."""


@dataclass(frozen=True)
class _Setting:
    """What all samples share: the smaller model, the people, how far the search goes."""

    null: Solution
    values: np.ndarray
    w: np.ndarray
    n_init: int
    max_iter: int

    def step(self, values: np.ndarray, seed: int) -> Step:
        """Fit both models to some answers of these people."""
        return one_segment_more(
            self.null.mixture, self.null.params, values, self.w,
            n_init=self.n_init, max_iter=self.max_iter, tol=TOL, seed=seed,
        )  # fmt: skip

    def sample(self, seed: int) -> Step:
        """Fit both models to answers that the smaller one makes."""
        own, starts = spawn_seeds(int(seed), 2)
        made = drawn_answers(
            self.null.mixture,
            self.null.params,
            np.isnan(self.values),
            np.random.default_rng(own),
        )
        return self.step(made, int(starts))


@dataclass(frozen=True, repr=False)
class LikelihoodRatioTest(Result):
    """Whether K segments describe the answers better than K - 1 do.

    Attributes
    ----------
    table : frame
        The rows; see `frame`.
    n_segments : int
        K, the larger number of segments.
    ratio : float
        Twice the difference of the log-likelihoods.
    p : float
        Share of samples without segment K whose ratio is as large (see `likelihood_ratio_test`).
    n_samples : int
        Bootstrap samples that were made.
    n_as_large : int
        Samples whose ratio is at least the observed one.
    n_boot, n_exceeding, n_init : int
        The settings.
    prior : float
        The Bayes constant of all fits.
    n_respondents : int
        People with some answer and weight.
    weighted : bool
        True when survey weights were given.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random(300) < 0.4
    >>> answers = (rng.random((300, 5)) < np.where(truth, 0.8, 0.2)[:, None]).astype(float)
    >>> found = likelihood_ratio_test(LatentClass(2, n_init=5), answers, n_boot=19)
    >>> found.p
    0.05
    """

    table: Any
    n_segments: int
    ratio: float
    p: float
    n_samples: int
    n_as_large: int
    n_boot: int
    n_exceeding: int
    n_init: int
    prior: float
    n_respondents: int
    weighted: bool

    def frame(self) -> Any:
        """Return one row for the answers and one a sample.

        Returns
        -------
        frame
            sample : 0 for the answers, then 1, 2, ... ;
            n_segments : the larger number of segments K;
            log_likelihood_smaller, log_likelihood : with K - 1 and with K segments (with weights:
            on the scale of the effective n);
            ratio : twice their difference.
        """
        return self.table

    def plot(self, ax: Any = None) -> Any:
        """Draw the ratios of the samples and the observed one.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        """
        from segkit.plots.likelihood_ratio import plot_likelihood_ratio

        return plot_likelihood_ratio(self.table, ax=ax)

    def summary(self) -> str:
        """Return one paragraph: the ratio, its p value and how it was found."""
        weights = ", weighted (effective n)" if self.weighted else ""
        stopped = (
            f"stopped early, when {self.n_exceeding} were as large"
            if self.n_as_large == self.n_exceeding
            else f"at most {self.n_boot}; {self.n_as_large} as large"
        )
        return (
            f"Bootstrap likelihood-ratio test of {self.n_segments} against {self.n_segments - 1} "
            f"segments, {self.n_respondents} respondents{weights}: ratio {self.ratio:.2f}, "
            f"p = {self.p:.3f} from {self.n_samples} samples of the smaller model ({stopped}), "
            f"{self.n_init} starts each, Bayes constant "
            f"{self.prior:g}."
        )


def likelihood_ratio_test(
    model: Any,
    X: Any,
    *,
    n_boot: int = 199,
    n_exceeding: int = 10,
    n_init: int = 20,
    prior: float = 1.0,
    sample_weight: Any = None,
    random_state: Any = 0,
) -> LikelihoodRatioTest:
    """Test whether a latent class model needs its last segment.

    Parameters
    ----------
    model : LatentClass
        The larger model, of K segments (2 or more): its settings are used, fitted or not.
    X : frame or array of shape (n_respondents, n_items)
        The answers.
    n_boot : int, default 199
        The most bootstrap samples.
    n_exceeding : int, default 10
        Sampling stops early when so many samples have a ratio as large as the observed one: p is
        then known to be large.
    n_init : int, default 20
        Starts of the larger model in each sample, each of which splits a segment of the smaller.
    prior : float, default 1
        The Bayes constant of all fits, of the answers and of the samples alike, in respondents
        (with weights: effective ones). It keeps the small segments of samples off the boundary.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights.
    random_state : int, RandomState or None, default 0
        The seed.

    Returns
    -------
    LikelihoodRatioTest

    Raises
    ------
    SegkitError
        For a model that is no `LatentClass` of at least two segments, and for answers that
        `LatentClass` refuses.

    Notes
    -----
    The ratio of K against K - 1 segments has no known distribution, so it is compared with that
    of samples in which K - 1 segments are the truth: answers drawn from the fitted smaller
    model, missing where the respondent's were missing. In each sample the smaller model is fitted
    from the true parameters, the larger one from `n_init` splits of it. The observed ratio is
    found by the very same search, so neither side is favoured; it can be a little less than
    that of two full fits.

    The p value is sequential (Besag and Clifford): ``h / l`` when sample l was the h-th
    (`n_exceeding`) as large, else ``(g + 1) / (n_boot + 1)`` with g as large. A test at 5 % then
    errs in at most 5 % of cases, however few samples were made; the smallest p is
    ``1 / (n_boot + 1)``.

    Weights are scaled to sum to Kish's effective n, and every made respondent keeps the weight
    of the one in whose place it stands: the spread that weights add is in the samples too.

    A small p says that K - 1 segments with independent items do not describe the answers, not
    that K segments of people exist: items that are related within segments ask for more
    and more segments. With thousands of respondents nearly any number is rejected; look at
    `bic_` and at stability too.

    References
    ----------
    McLachlan, G. J. (1987). On bootstrapping the likelihood ratio test statistic for the number of
    components in a normal mixture. Applied Statistics 36, 318-324.
    Nylund, K. L., Asparouhov, T. and Muthen, B. O. (2007). Deciding on the number of classes in
    latent class analysis and growth mixture modeling. Structural Equation Modeling 14, 535-569.
    Besag, J. and Clifford, P. (1991). Sequential Monte Carlo p-values. Biometrika 78, 301-304.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> answers = (rng.random((300, 5)) < 0.4).astype(float)
    >>> found = likelihood_ratio_test(LatentClass(2, n_init=5), answers, n_boot=19)
    >>> found.p > 0.05
    True
    """
    larger = _checked(model)
    for name, value in (("n_boot", n_boot), ("n_exceeding", n_exceeding), ("n_init", n_init)):
        check_integer(value, name=name)
    check_number(prior, name="prior")
    table = check_items(X)
    w = check_weights(sample_weight, len(table.values))
    counted = ~np.isnan(table.values).all(axis=1) & (w > 0)
    order = np.flatnonzero(counted)[canonical_order(table.values[counted], w[counted])]
    scaled = np.zeros(len(w))
    scaled[order] = scale_to_effective(w[order])
    null = clone(larger).set_params(n_segments=larger.n_segments - 1, prior=prior)
    null.fit(X, sample_weight=scaled)
    setting = _Setting(null._solution, table.values[order], scaled[order], n_init, larger.max_iter)
    seeds = spawn_seeds(random_state, n_boot + 1)
    with one_blas_thread():
        observed = setting.step(setting.values, int(seeds[0]))
        steps: list[Step] = []
        p, made = sequential_p(
            observed.ratio, _ratios(setting, seeds[1:], steps), n_exceeding=n_exceeding
        )
    return LikelihoodRatioTest(
        table=_table(X, [observed, *steps], larger.n_segments),
        n_segments=larger.n_segments,
        ratio=observed.ratio,
        p=p,
        n_samples=len(made),
        n_as_large=int(np.sum(np.array(made) >= observed.ratio)),
        n_boot=n_boot,
        n_exceeding=n_exceeding,
        n_init=n_init,
        prior=float(prior),
        n_respondents=int(counted.sum()),
        weighted=sample_weight is not None,
    )


def _checked(model: Any) -> LatentClass:
    if not isinstance(model, LatentClass):
        raise SegkitError(
            f"model is a {type(model).__name__}; expected a LatentClass, which has a likelihood. "
            "Compare other methods by stability."
        )
    check_integer(model.n_segments, name="n_segments", low=2)
    return model


def _ratios(setting: _Setting, seeds: np.ndarray, steps: list[Step]) -> Iterator[float]:
    """Yield the ratio of one sample after the other, and keep what was found."""
    for seed in track(seeds, what="bootstrap likelihood ratios", total=len(seeds)):
        steps.append(setting.sample(seed))
        yield steps[-1].ratio


def _table(like: Any, steps: list[Step], n_segments: int) -> Any:
    columns = {
        "sample": np.arange(len(steps)),
        "n_segments": np.full(len(steps), n_segments),
        "log_likelihood_smaller": np.array([s.smaller for s in steps]),
        "log_likelihood": np.array([s.larger for s in steps]),
        "ratio": np.array([s.ratio for s in steps]),
    }
    return frame_like(like, columns)
