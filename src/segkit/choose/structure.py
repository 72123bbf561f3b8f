"""Natural, reproducible or constructive? Segments against a world that has none.

References
----------
Dolnicar, S. and Leisch, F. (2010). Evaluation of structure and reproducibility of cluster
solutions using the bootstrap. Marketing Letters 21, 83-101.
Dolnicar, S., Gruen, B. and Leisch, F. (2018). Market Segmentation Analysis. Springer, section
3.3 (natural, reproducible and constructive segmentation).
Besag, J. and Clifford, P. (1991). Sequential Monte Carlo p-values. Biometrika 78, 301-304.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_integer, check_items, check_model
from segkit._frames import Matrix, Origin, take
from segkit._resample import canonical_order
from segkit._result import Result
from segkit._threads import one_blas_thread
from segkit._weights import check_weights
from segkit.choose.null_world import null_world
from segkit.choose.settling import is_borderline
from segkit.choose.trial import Part, try_against_worlds
from segkit.choose.verdicts import LEVEL, verdict_of
from segkit.choose.world_figures import Recipe, with_starts
from segkit.segments.ensembles.refitting import number_of_segments, with_n_segments

__all__ = ["Structure", "structure"]

STATISTICS = ("stability", "separation")

MORE = 8
"""So many times `n_null` worlds are drawn at most."""


@dataclass(frozen=True, repr=False)
class Structure(Result):
    """The verdict on a segmentation, and what it rests on.

    Attributes
    ----------
    verdict : {"natural", "reproducible", "constructive"}
        Natural: more stable and more separated than in worlds without segments.
        Reproducible: more stable only. Constructive: neither is shown.
    borderline : bool
        The verdict lies at the border: another seed might give another one.
    observed : dict of str to float
        "stability" and "separation" of the answers.
    null : dict of str to ndarray of shape (n_drawn,)
        The same in the worlds that were drawn.
    p : dict of str to float
        Monte-Carlo p values.
    p_interval : dict of str to tuple of float
        Where p would settle with worlds and halves without end (95 %).
    n_halvings : int
        How often the people of the answers were halved.
    n_null, n_init, n_splits : int or None
        The settings.
    model : str
        The model's name.
    n_segments : int or None
        Its number of segments.
    n_respondents : int
        People with weight.
    correlations : str
        How the worlds' correlations were estimated.
    repaired : bool
        They did not fit together and were smoothed.
    seed : object
        The `random_state`.
    origin : Origin
        The kind of table that `X` was.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from segkit import choose
    >>> cloud = np.random.default_rng(0).normal(size=(150, 3))
    >>> choose.structure(KMeans(4), cloud, n_null=19, n_init=2).verdict
    'constructive'
    """

    verdict: str
    borderline: bool
    observed: dict[str, float]
    null: dict[str, np.ndarray]
    p: dict[str, float]
    p_interval: dict[str, tuple[float, float]]
    n_halvings: int
    n_null: int
    n_init: int | None
    n_splits: int
    model: str
    n_segments: int | None
    n_respondents: int
    correlations: str
    repaired: bool
    seed: Any
    origin: Origin

    def frame(self) -> Any:
        """Return one row a statistic.

        Returns
        -------
        frame
            statistic : stability (mean adjusted Rand index between halves) and separation
            (depth of the valleys between segments: 1 empty, 0 none);
            observed : of the answers; null_median, null_95 : median and 95 % quantile of the
            worlds without segments;
            p : share of such worlds with as much; p_low, p_high : its 95 % Monte-Carlo interval;
            n_null : worlds drawn.
        """
        return self.origin.frame(
            {
                "statistic": list(STATISTICS),
                "observed": np.array([self.observed[s] for s in STATISTICS]),
                "null_median": np.array([np.median(self.null[s]) for s in STATISTICS]),
                "null_95": np.array([np.quantile(self.null[s], 0.95) for s in STATISTICS]),
                "p": np.array([self.p[s] for s in STATISTICS]),
                "p_low": np.array([self.p_interval[s][0] for s in STATISTICS]),
                "p_high": np.array([self.p_interval[s][1] for s in STATISTICS]),
                "n_null": np.array([self.null[s].size for s in STATISTICS]),
            }
        )

    def worlds(self) -> Any:
        """Return the figures of every world: one row a world and statistic.

        Worlds that were drawn for the separation alone have no row of stability.

        Returns
        -------
        frame
            world (0: the answers), statistic, value.
        """
        sizes = [self.null[s].size + 1 for s in STATISTICS]
        return self.origin.frame(
            {
                "world": np.concatenate([np.arange(n) for n in sizes]),
                "statistic": np.repeat(STATISTICS, sizes).tolist(),
                "value": np.concatenate(
                    [np.append(self.observed[s], self.null[s]) for s in STATISTICS]
                ),
            }
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw what worlds without segments give, and the answers beside it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        """
        from segkit.plots.structure import plot_structure

        return plot_structure(self.frame(), self.worlds(), ax)

    def summary(self) -> str:
        """Say in plain sentences what the segments are, and how that was found."""
        k = "" if self.n_segments is None else f" with {self.n_segments} segments"
        repaired = " The correlations were smoothed to fit together." if self.repaired else ""
        return (
            f"{_SENTENCES[self.verdict]}{self._border()} {self.model}{k}, {self.n_respondents:,} "
            f"respondents: halves of the people agree at {self.observed['stability']:.2f} (worlds "
            f"without segments: median {np.median(self.null['stability']):.2f}, "
            f"{self._p('stability')}); valleys between segments "
            f"{self.observed['separation']:.2f} deep (median "
            f"{np.median(self.null['separation']):.2f}, {self._p('separation')}). "
            f"{self.null['stability'].size} worlds with the items' margins and "
            f"{self.correlations} correlations, {self.n_splits} splits each, {self.n_halvings} of "
            f"the answers; seed {self.seed}.{repaired}"
        )

    def _p(self, statistic: str) -> str:
        low, high = self.p_interval[statistic]
        return f"p = {self.p[statistic]:.3f}, Monte-Carlo interval {low:.3f} to {high:.3f}"

    def _border(self) -> str:
        if not self.borderline:
            return ""
        open_ = "separation" if self.p_interval["stability"][1] < LEVEL else "stability"
        return (
            f" But this is borderline: after {self.null[open_].size} worlds the p value of {open_} "
            f"may lie on either "
            f"side of {LEVEL:.2f}, so that another seed could give another verdict."
        )


_SENTENCES = {
    "natural": "Natural: these segments come back more surely, and lie further apart, than in "
    "worlds without segments that have the same margins and correlations.",
    "reproducible": "Reproducible: these segments come back more surely than in a world without "
    "segments, but no gap between them is shown: people pass from one to the next.",
    "constructive": "Constructive: segments here are a construction. A world without segments, "
    "of the same margins and correlations, gives segments that come back as surely.",
}


def structure(
    model: Any,
    X: Any,
    n_null: int = 99,
    random_state: Any = 0,
    *,
    n_segments: int | None = None,
    sample_weight: Any = None,
    n_init: int | None = 5,
    n_splits: int = 8,
    max_null: int | None = None,
) -> Structure:
    """Say whether segments are natural, reproducible or a construction.

    The model segments the answers, and many made worlds that have the items' margins and
    correlations but no segments. What it finds in the answers must be beyond what it finds there.

    Parameters
    ----------
    model : estimator
        Any clusterer, mixture or pipeline with its number of segments; it is fitted anew.
    X : frame or array of shape (n_respondents, n_items)
        The answers; missing as NaN or null if the model accepts it.
    n_null : int, default 99
        Worlds, at least 19: fewer where it is soon sure that the segments are a construction, more
        (up to `max_null`) where the verdict is a close one.
    random_state : int, RandomState or None
        The seed. The verdict does not depend on the order of the rows, and on the seed only
        where it is `borderline`.
    n_segments : int, optional
        Sets the model's number of segments.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights: margins, correlations and fits are weighted; made people keep the
        weights of those in whose place they stand. Weight 0 leaves a respondent out.
    n_init : int or None, default 5
        Starts of every fit, of answers and worlds alike, where the model has them; None: its
        own.
    n_splits : int, default 8
        How often the people of a world are halved; those of the answers four times as often, and
        more in a close case.
    max_null : int, optional
        The most worlds; default: eight times as many as `n_null`.

    Returns
    -------
    Structure

    Raises
    ------
    SegkitError
        For answers that cannot be used, a model that is none or finds one segment only.

    Notes
    -----
    *The world.* Latent answers are normal with the (weighted) polychoric correlations of ordinal
    items, and those of the normal scores of others; each is cut to the item's own margin, and
    missing where the respondent's answer is missing.

    *Stability*: the people are halved, the model is fitted to each half and places
    everybody, and the two are compared by the adjusted Rand index; the mean over `n_splits`.
    *Separation*: the depth of the valley between two segments along Fisher's direction,
    ``1 - 2 f(0) / (f(-1) + f(1))`` with the segments' means at -1 and 1 and f(u) the weight
    within .3 of u; the mean over all pairs.

    *One test.* Stability is tested first, at 5 %. Only if it is beyond the worlds, separation is
    tested, at 5 % too. Since nothing is called natural or reproducible unless the first test
    rejects, P(natural or reproducible | no segments) is at most .05. The p values are those
    of Monte Carlo, ``(b + 1) / (n + 1)`` with b of n worlds at least as large. That holds for
    the fitted world; that its correlations are estimates adds little (see the record of
    simulations).

    *The verdict must not hang on the seed.* Where p would settle, with worlds and halves without
    end, lies in its Monte-Carlo interval: Clopper and Pearson's of b in n, with b counted two
    standard errors of the mean over halves above and below the answers' stability. Drawing ends
    after `n_null` worlds when the 95 % intervals exclude .05; else there are twice as many worlds
    and four times as many halves of the answers, again and again up to `max_null`; what is open
    then is called borderline. It ends before as soon as the 99.9 % interval of stability lies above
    .05. This stopping keeps the level: P(p <= .05) is
    .0500 for a uniform p, by exact sums over all sequences. That the answers are halved more often
    than the worlds makes the test a little careful, since the worlds vary by their halves too.

    It misleads in two ways. What shows in the margin of one item alone (people own a car or
    not) is part of the world, so that a segment of owners is no news. And structure that is
    no segment, a curved relation say, can be more stable than the normal world.

    References
    ----------
    Dolnicar, S. and Leisch, F. (2010). Marketing Letters 21, 83-101.
    Besag, J. and Clifford, P. (1991). Biometrika 78, 301-304.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.datasets import make_blobs
    >>> X, _ = make_blobs(200, n_features=6, centers=4, random_state=0)
    >>> found = structure(KMeans(4), X, n_null=19, n_init=3)
    >>> found.verdict
    'natural'
    >>> found.frame()[["statistic", "observed", "p"]].round(2)
        statistic  observed     p
    0   stability       1.0  0.01
    1  separation       1.0  0.01
    """
    n_null = check_integer(n_null, name="n_null", low=19)
    n_splits = check_integer(n_splits, name="n_splits")
    max_null = _most(n_null, max_null)
    model = model if n_segments is None else with_n_segments(model, n_segments)
    table, X, w, weighted = _read(X, sample_weight)
    recipe = Recipe((_unfitted(model, n_init),), w, weighted)
    world = null_world(table, w)
    with one_blas_thread():
        trial = try_against_worlds(
            [Part(X, table.values, world, recipe, [0])],
            n_null=n_null,
            max_null=max_null,
            n_splits=n_splits,
            seed=random_state,
        )
    tests = (trial.stability_tests()[0], trial.separation_tests()[0])
    worlds = (np.concatenate(trial.world_stability), np.concatenate(trial.world_separation))
    return Structure(
        verdict=verdict_of(*(test.p for test in tests)),
        borderline=is_borderline(*tests),
        observed={"stability": float(trial.stability[0]), "separation": float(trial.separation[0])},
        null=dict(zip(STATISTICS, worlds, strict=True)),
        p={s: test.p for s, test in zip(STATISTICS, tests, strict=True)},
        p_interval={s: test.interval() for s, test in zip(STATISTICS, tests, strict=True)},
        n_halvings=len(trial.ari),
        n_null=n_null,
        n_init=n_init,
        n_splits=n_splits,
        model=type(model.steps[-1][1] if hasattr(model, "steps") else model).__name__,
        n_segments=number_of_segments(model),
        n_respondents=len(w),
        correlations=world.method,
        repaired=world.repaired,
        seed=random_state,
        origin=Origin(table.origin.kind),
    )


def _read(X: Any, sample_weight: Any) -> tuple[Matrix, Any, np.ndarray, bool]:
    """Return the respondents with weight, in canonical order."""
    table = check_items(X)
    w = check_weights(sample_weight, len(table.values))
    order = canonical_order(table.values, w)
    rows = order[w[order] > 0]
    kept = Matrix(table.values[rows], table.names, table.origin)
    weights = w[rows] * (rows.size / w[rows].sum())
    return kept, take(X, rows), weights, sample_weight is not None


def _most(n_null: int, max_null: int | None) -> int:
    if max_null is None:
        return MORE * (n_null + 1) - 1
    return check_integer(max_null, name="max_null", low=n_null)


def _unfitted(model: Any, n_init: int | None) -> Any:
    from sklearn.base import clone

    check_model(model)
    return with_starts(clone(model), n_init)
