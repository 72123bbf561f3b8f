"""Natural, reproducible or constructive? Segments against a world that has none.

References
----------
Dolnicar, S. and Leisch, F. (2010). Evaluation of structure and reproducibility of cluster
solutions using the bootstrap. Marketing Letters 21, 83-101.
Dolnicar, S., Gruen, B. and Leisch, F. (2018). Market Segmentation Analysis. Springer, section
3.3 (natural, reproducible and constructive segmentation).
Besag, J. and Clifford, P. (1991). Sequential Monte Carlo p-values. Biometrika 78, 301-304.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_integer, check_items
from segkit._frames import Matrix, Origin, take
from segkit._progress import track
from segkit._resample import canonical_order, spawn_seeds
from segkit._result import Result
from segkit._threads import one_blas_thread
from segkit._weights import check_weights
from segkit.choose.null_world import NullWorld, null_world
from segkit.choose.verdicts import LEVEL, verdict_of
from segkit.choose.world_figures import Recipe, WorldFigures, with_starts
from segkit.exceptions import SegkitError
from segkit.segments.ensembles.refitting import number_of_segments, with_n_segments
from segkit.segments.sequential_p import sequential_p

__all__ = ["Structure", "structure"]

STATISTICS = ("stability", "separation")


@dataclass(frozen=True, repr=False)
class Structure(Result):
    """The verdict on a segmentation, and what it rests on.

    Attributes
    ----------
    verdict : {"natural", "reproducible", "constructive"}
        Natural: more stable and more separated than in worlds without segments.
        Reproducible: more stable only. Constructive: neither is shown.
    observed : dict of str to float
        "stability" and "separation" of the answers.
    null : dict of str to ndarray of shape (n_drawn,)
        The same in the worlds that were drawn.
    p : dict of str to float
        Monte-Carlo p values.
    n_null, n_init, n_splits : int or None
        The settings; fewer worlds are drawn when the outcome is certain.
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
    observed: dict[str, float]
    null: dict[str, np.ndarray]
    p: dict[str, float]
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
            p : share of such worlds with as much; n_null : worlds drawn.
        """
        return self.origin.frame(
            {
                "statistic": list(STATISTICS),
                "observed": np.array([self.observed[s] for s in STATISTICS]),
                "null_median": np.array([np.median(self.null[s]) for s in STATISTICS]),
                "null_95": np.array([np.quantile(self.null[s], 0.95) for s in STATISTICS]),
                "p": np.array([self.p[s] for s in STATISTICS]),
                "n_null": np.array([self.null[s].size for s in STATISTICS]),
            }
        )

    def worlds(self) -> Any:
        """Return the figures of every world: one row a world and statistic.

        Returns
        -------
        frame
            world (0: the answers), statistic, value.
        """
        n = self.null["stability"].size
        return self.origin.frame(
            {
                "world": np.tile(np.arange(n + 1), 2),
                "statistic": np.repeat(STATISTICS, n + 1).tolist(),
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
        stable, apart = self.p["stability"], self.p["separation"]
        n = self.null["stability"].size
        stopped = "" if n == self.n_null else f" (of {self.n_null}; stopped, the outcome certain)"
        repaired = " The correlations were smoothed to fit together." if self.repaired else ""
        return (
            f"{_SENTENCES[self.verdict]} {self.model}{k}, {self.n_respondents:,} respondents: "
            f"halves of the people agree at {self.observed['stability']:.2f} (worlds without "
            f"segments: median {np.median(self.null['stability']):.2f}, p = {stable:.3f}); valleys "
            f"between segments {self.observed['separation']:.2f} deep (median "
            f"{np.median(self.null['separation']):.2f}, p = {apart:.3f}). {n} worlds with the "
            f"items' margins and {self.correlations} correlations{stopped}, {self.n_splits} "
            f"splits each; seed {self.seed}.{repaired}"
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
    n_splits: int = 4,
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
        The most worlds, at least 19. Drawing stops when the verdict is certain.
    random_state : int, RandomState or None
        The seed. The verdict does not depend on the order of the rows.
    n_segments : int, optional
        Sets the model's number of segments.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights: margins, correlations and fits are weighted; made people keep the
        weights of those in whose place they stand. Weight 0 leaves a respondent out.
    n_init : int or None, default 5
        Starts of every fit, of answers and worlds alike, where the model has them; None: its
        own.
    n_splits : int, default 4
        How often the people are halved.

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
    of Monte Carlo, ``(b + 1) / (n + 1)`` with b of n worlds at least as large; when 5 % of
    `n_null` worlds are, drawing stops and p is sequential (Besag and Clifford 1991). That
    holds for the fitted world; that its correlations are estimates adds little (see the
    record of simulations).

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
    0   stability       1.0  0.05
    1  separation       1.0  0.05
    """
    n_null = check_integer(n_null, name="n_null", low=19)
    n_splits = check_integer(n_splits, name="n_splits")
    model = model if n_segments is None else with_n_segments(model, n_segments)
    table, X, w, weighted = _read(X, sample_weight)
    seeds = spawn_seeds(random_state, n_null + 1)
    recipe = Recipe((_unfitted(model, n_init),), w, weighted, n_splits, int(seeds[0]))
    world = null_world(table, w)
    drawn: list[WorldFigures] = []
    with one_blas_thread():
        (observed,) = recipe.figures(X, table.values)
        p, _ = sequential_p(
            observed.stability,
            _stabilities(world, recipe, seeds[1:], drawn),
            n_exceeding=max(1, int(LEVEL * (n_null + 1))),
        )
    null = {s: np.array([getattr(one, s) for one in drawn]) for s in STATISTICS}
    as_far = int((null["separation"] >= observed.separation).sum())
    p_values = {"stability": p, "separation": (as_far + 1) / (len(drawn) + 1)}
    return Structure(
        verdict=verdict_of(p_values["stability"], p_values["separation"]),
        observed=dict(vars(observed)),
        null=null,
        p=p_values,
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


def _unfitted(model: Any, n_init: int | None) -> Any:
    from sklearn.base import clone

    if isinstance(model, type) or not (hasattr(model, "fit") and hasattr(model, "get_params")):
        raise SegkitError(
            f"model is {model!r}; expected an estimator with fit and get_params, such as "
            "sklearn.cluster.KMeans(4) or segkit.segments.LatentClass(4)."
        )
    return with_starts(clone(model), n_init)


def _stabilities(
    world: NullWorld, recipe: Recipe, seeds: np.ndarray, drawn: list[WorldFigures]
) -> Iterator[float]:
    """Yield the stability of one world after the other, and keep what was found."""
    for seed in track(seeds, what="worlds without segments", total=len(seeds)):
        values = world.draw(np.random.default_rng(int(seed)))
        drawn += recipe.figures(world.table(values), values)
        yield drawn[-1].stability
