"""Comparison data: eigenvalues of made answers that have the items' margins and k factors.

Made answers keep what shuffled ones keep (categories, skewness, who answered) and have factors
besides, so that a second factor is not compared with data that have no first one.

References
----------
Ruscio, J. & Roche, B. (2012). Determining the number of factors to retain in an exploratory
    factor analysis using comparison data of known factorial structure. Psychological
    Assessment 24.
Ruscio, J. & Kaczetow, W. (2008). Simulating multivariate nonnormal data using an iterative
    algorithm. Multivariate Behavioral Research 43 (how the answers are made).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import mannwhitneyu

from segkit._progress import track
from segkit._resample import canonical_order, spawn_seeds
from segkit._threads import one_blas_thread
from segkit._weights import effective_size, weighted_quantile
from segkit.factors.correlations.product_moment import PairMoments, pearson_matrix
from segkit.factors.extraction.extraction import extract, most_factors
from segkit.factors.sample import Sample

__all__ = ["ComparisonData", "comparison_data"]

POPULATION = 10_000
SAMPLES = 500
ALPHA = 0.30
"""The level of Ruscio & Roche: a factor more is kept while it helps at this level."""

_TRIALS = 5  # attempts without a better population before the search ends
_BETTER = 1e-5  # root mean squared correlation by which a population must be better


@dataclass(frozen=True, eq=False)
class ComparisonData:
    """How closely made answers with 1, 2, ... factors come to the eigenvalues.

    Attributes
    ----------
    suggested : int or None
        The number of factors beyond which one more no longer comes closer; at least 1, None where
        the items determine no factor.
    misfit : ndarray of shape (n_models, n_samples)
        Root mean squared difference of the eigenvalues, for each made sample.
    p : ndarray of shape (n_models,)
        That one factor fewer comes as close (rank test, one-sided); NaN for the first.
    """

    suggested: int | None
    misfit: np.ndarray
    p: np.ndarray


def comparison_data(
    sample: Sample, random_state: Any, *, most: int | None = None, n_samples: int = SAMPLES
) -> ComparisonData:
    """Add factors to made answers until they come no closer to the answers.

    Parameters
    ----------
    sample : Sample
        The answers. With weights the margins and correlations are the weighted ones, and made
        samples have Kish's effective n.
    random_state : int, RandomState or None
        The seed. The order of the rows does not matter.
    most : int or None
        The largest number of factors tried; what the items determine when None.
    n_samples : int
        Made samples for each number of factors.

    Returns
    -------
    ComparisonData
    """
    order = canonical_order(sample.values, sample.w)
    values, w = sample.values[order], sample.w[order]
    target = pearson_matrix(values, w)
    observed = np.linalg.eigvalsh(target)
    most = min(most_factors(values.shape[1]), most or values.shape[1])
    misfits: list[np.ndarray] = []
    levels: list[float] = []
    for k, seed in zip(range(1, most + 1), spawn_seeds(random_state, most).tolist(), strict=True):
        rng = np.random.default_rng(seed)
        with one_blas_thread():
            made = _Population(values, w, target, k, rng)
            drawn = track(range(n_samples), what=f"comparison data, {k} factors", total=n_samples)
            found = np.array([made.eigenvalues(rng) for _ in drawn])
        misfits.append(np.sqrt(np.square(found - observed).mean(axis=1)))
        levels.append(_level(misfits))
        if k > 1 and levels[-1] >= ALPHA:
            break
    kept = len(levels) - 1 if len(levels) > 1 and levels[-1] >= ALPHA else len(levels)
    return ComparisonData(kept or None, np.array(misfits), np.array(levels))


def _level(misfits: list[np.ndarray]) -> float:
    if len(misfits) < 2:
        return np.nan
    return float(mannwhitneyu(misfits[-1], misfits[-2], alternative="less").pvalue)


class _Population:
    """Made answers with k factors, the margins of the items and nearly their correlations."""

    def __init__(
        self, values: np.ndarray, w: np.ndarray, target: np.ndarray, k: int, rng: Any
    ) -> None:
        levels = (np.arange(POPULATION) + 0.5) / POPULATION
        self.margins = np.column_stack([weighted_quantile(v, levels, w) for v in values.T])
        self.latent = [rng.standard_normal((POPULATION, m)) for m in (k, values.shape[1])]
        answers = self._approach(target, k)
        self.answers = (answers - answers.mean(axis=0)) / answers.std(axis=0)
        self.seen, self.cumulative = ~np.isnan(values), np.cumsum(w) / w.sum()
        self.n = max(3, round(effective_size(w)))
        everywhere = np.ones((self.n, values.shape[1]), dtype=bool)
        self.complete = PairMoments(everywhere, np.ones(self.n))

    def eigenvalues(self, rng: Any) -> np.ndarray:
        """Return the eigenvalues of one sample, ascending, missing where respondents missed."""
        drawn = self.answers[rng.integers(0, POPULATION, self.n)]
        moments = self.complete
        if not self.seen.all():
            # who misses which answers is drawn too, as often as the weights say
            rows = np.searchsorted(self.cumulative, rng.random(self.n), side="right")
            seen = self.seen[np.minimum(rows, self.cumulative.size - 1)]
            drawn, moments = np.where(seen, drawn, 0.0), PairMoments(seen, np.ones(self.n))
        return np.linalg.eigvalsh(np.nan_to_num(moments.correlation(drawn)))

    def _approach(self, target: np.ndarray, k: int) -> np.ndarray:
        """Move the latent correlations until those of the answers come no closer to target."""
        best, at, gap, trials = np.inf, target, np.zeros_like(target), 0
        latent, answers = target, np.empty(0)
        while trials < _TRIALS:
            made = self._made(latent, k)
            residual = target - np.corrcoef(made, rowvar=False)
            size = float(np.sqrt(np.square(residual).mean()))
            if size < best - _BETTER:
                best, at, gap, trials, answers = size, latent, residual, 0, made
                latent = latent + residual
            else:
                trials += 1
                latent = at + 0.5**trials * gap
        return answers

    def _made(self, latent: np.ndarray, k: int) -> np.ndarray:
        shared, unique = self.latent
        found = extract(latent, k, "minres")
        line = shared @ found.loadings.T + unique * np.sqrt(np.maximum(found.uniquenesses, 0.0))
        rank = np.argsort(line, axis=0, kind="stable")
        out = np.empty_like(line)
        np.put_along_axis(out, rank, self.margins, axis=0)
        return out
