"""How well loadings and factor correlations are known: standard errors and intervals.

References
----------
Efron, B. & Tibshirani, R. J. (1993). An introduction to the bootstrap. Chapman & Hall.
Zhang, G., Preacher, K. J. & Luo, S. (2010). Bootstrap confidence intervals for ordinary least
    squares factor loadings and correlations in exploratory factor analysis. Multivariate
    Behavioral Research 45.
Christensen, A. P. & Golino, H. (2021). Estimating the stability of psychological dimensions via
    bootstrap exploratory graph analysis. Psych 3 (item stability).
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.stats import norm

from segkit._checks import check_integer, check_share
from segkit._frames import Origin
from segkit._result import Result, count_text, percent
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors.bootstrap_factors import Replicates, bootstrap_factors
from segkit.factors.correlations.correlation_result import Correlation, method_text
from segkit.factors.loadings import factor_names
from segkit.factors.rotations.rotation import Rotation
from segkit.factors.sample import Sample

__all__ = ["LoadingIntervals", "bootstrap_intervals", "intervals_of"]

FAIR = 0.85
"""A factor of a sample counts as found when its congruence reaches this (Lorenzo-Seva & ten
Berge 2006)."""
DOUBTFUL, REFUSED = 0.05, 0.20
"""Shares of samples that do not find a factor: a warning above the first, no interval above the
second."""
STAYS = 0.75
"""An item that stays with its factor in a smaller share of the samples is named."""


@dataclass(frozen=True, eq=False, repr=False)
class LoadingIntervals(Result):
    """Loadings with standard errors and intervals, and whether items stay with their factor.

    Attributes
    ----------
    items : tuple of str
        The items.
    loadings, se, low, high : ndarray of shape (n_items, n_factors)
        The pattern, its standard errors and the ends of its intervals. NaN for a factor that
        too many samples do not find.
    largest : ndarray of shape (n_items, n_factors)
        Share of the samples in which the item's largest absolute loading is on the factor.
    phi, phi_se, phi_low, phi_high : ndarray of shape (n_factors, n_factors)
        The same of the factor correlations.
    not_found : ndarray of shape (n_factors,)
        Share of the samples whose best match with the factor has a congruence below .85.
    n_boot, n_unsolved : int
        Bootstrap samples, and how many of them had no solution and were left out.
    n_respondents : int
        Respondents with positive weight.
    effective_n : float
        Kish's effective number of them.
    level : float
        The coverage that is aimed at.
    method : str
        How the loadings were found.
    seed : object
        The `random_state`.
    origin : Origin
        The kind of frame that was given.

    Notes
    -----
    Each sample draws as many respondents as there are, with replacement, everybody equally
    likely; the counts multiply the survey weights. On each the whole model is fitted again:
    correlations, extraction, rotation. Its factors are matched to those shown in order and
    direction, and not turned any further, so the intervals hold what the rotation leaves
    open. The rotation starts at the axes nearest those shown: a second optimum of its
    criterion is not looked for.

    An interval is estimate -+ z se, z the normal quantile and se the standard deviation over
    the samples; that of a factor correlation is taken on Fisher's scale.

    The intervals say how loadings vary between samples of people. They do not say that the
    number of factors is right, nor that another rotation would tell the same. Where a factor
    comes and goes between samples, the standard errors describe a mixture of factors: read
    ``not_found`` first.

    References
    ----------
    Efron & Tibshirani (1993). Zhang, Preacher & Luo (2010). Multivariate Behavioral Research
    45. Christensen & Golino (2021). Psych 3. Lorenzo-Seva & ten Berge (2006). Methodology 2.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.factors import FactorModel
    >>> rng = np.random.default_rng(0)
    >>> answers = 0.8 * rng.normal(size=(200, 1)) + 0.6 * rng.normal(size=(200, 4))
    >>> found = FactorModel(1, correlation="pearson").fit(answers).loading_intervals(n_boot=50)
    >>> bool(((found.low < 0.8) & (0.8 < found.high)).all())
    True
    >>> found.frame().columns.to_list()
    ['item', 'factor', 'loading', 'se', 'low', 'high', 'largest']
    """

    items: tuple[str, ...]
    loadings: np.ndarray
    se: np.ndarray
    low: np.ndarray
    high: np.ndarray
    largest: np.ndarray
    phi: np.ndarray
    phi_se: np.ndarray
    phi_low: np.ndarray
    phi_high: np.ndarray
    not_found: np.ndarray
    n_boot: int
    n_unsolved: int
    n_respondents: int
    effective_n: float
    level: float
    method: str
    seed: Any
    origin: Origin = field(default_factory=Origin)

    @property
    def factors(self) -> list[str]:
        """factor_1, ..., factor_k."""
        return factor_names(self.loadings.shape[1])

    @property
    def stays(self) -> np.ndarray:
        """Share of the samples in which each item loads most on its own factor."""
        own = np.abs(self.loadings).argmax(axis=1)
        return self.largest[np.arange(own.size), own]

    def frame(self) -> Any:
        """Return one row an item and factor: item, factor, loading, se, low, high, largest."""
        k = self.loadings.shape[1]
        return self.origin.frame(
            {
                "item": [item for item in self.items for _ in range(k)],
                "factor": self.factors * len(self.items),
                "loading": self.loadings.ravel(),
                "se": self.se.ravel(),
                "low": self.low.ravel(),
                "high": self.high.ravel(),
                "largest": self.largest.ravel(),
            }
        )

    def correlations(self) -> Any:
        """Return one row a pair of factors: factor_a, factor_b, correlation, se, low, high."""
        first, second = np.triu_indices(len(self.factors), 1)
        return self.origin.frame(
            {
                "factor_a": [self.factors[i] for i in first],
                "factor_b": [self.factors[j] for j in second],
                "correlation": self.phi[first, second],
                "se": self.phi_se[first, second],
                "low": self.phi_low[first, second],
                "high": self.phi_high[first, second],
            }
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw a strip a factor with dots and intervals."""
        from segkit.plots.loading_intervals import loading_intervals_plot

        return loading_intervals_plot(self.frame(), ax=ax)

    def summary(self) -> str:
        """Say what was resampled, how often factors were found and which items wander."""
        return " ".join([self._what(), self._found(), self._wanderers()])

    def _what(self) -> str:
        text = (
            f"{100 * self.level:g} % bootstrap intervals (normal) of the loadings of "
            f"{len(self.items)} items on {count_text(len(self.factors), 'factor')} by "
            f"{self.method}, from "
            f"{self.n_boot:,} samples of {self.n_respondents:,} respondents (effective n "
            f"{self.effective_n:,.0f}), seed {self.seed}; weights multiply the counts of a sample."
        )
        if self.n_unsolved:
            text += f" {self.n_unsolved:,} samples had no solution and were left out."
        return text

    def _found(self) -> str:
        worst = int(self.not_found.argmax())
        if self.not_found[worst] == 0.0:
            return f"Every sample finds every factor (congruence {FAIR} or more)."
        text = (
            f"`{self.factors[worst]}` is found least: {percent(self.not_found[worst], 1)} of the "
            f"samples miss it (congruence below {FAIR})."
        )
        refused = [
            f"`{name}`"
            for name, share in zip(self.factors, self.not_found, strict=True)
            if share > REFUSED
        ]
        return f"{text} No intervals are given for {', '.join(refused)}." if refused else text

    def _wanderers(self) -> str:
        lost = np.flatnonzero(self.stays < STAYS)
        if not lost.size:
            return f"Every item stays with its factor in at least {percent(STAYS)} of the samples."
        order = lost[np.argsort(self.stays[lost], kind="stable")]
        told = ", ".join(f"`{self.items[i]}` ({percent(self.stays[i])})" for i in order)
        return f"Items that stay with their factor in less than {percent(STAYS)}: {told}."


def bootstrap_intervals(
    found: Correlation | None,
    full: Rotation,
    *,
    how: tuple[str, str | None],
    turn: Callable[[np.ndarray], Rotation],
    n_boot: Any,
    level: Any,
    random_state: Any,
) -> LoadingIntervals:
    """Draw respondents again and again, fit the model to each sample, and measure the spread.

    Parameters
    ----------
    found : Correlation or None
        The correlations, with the answers they are of.
    full : Rotation
        The solution of all respondents.
    how : tuple of str
        The names of the extraction and of the rotation (None: not rotated).
    turn : callable
        Rotates unrotated loadings, starting from the axes it is given.
    n_boot, level, random_state
        As in `FactorModel.loading_intervals`.

    Returns
    -------
    LoadingIntervals
    """
    n_boot = check_integer(n_boot, name="n_boot", low=20)
    level = check_share(level, name="level")
    if found is None or found.sample is None:
        raise SegkitError(
            "The model holds no answers to draw from: it was fitted from a correlation matrix, "
            "rotated towards another model, or saved and loaded; expected a model fitted to "
            "answers. Call fit(X)."
        )
    extraction, rotation = how
    replicates = bootstrap_factors(
        found.sample,
        found,
        full,
        extraction=extraction,
        turn=turn if rotation else None,
        n_boot=n_boot,
        random_state=random_state,
    )
    method = (
        f"{extraction} with {rotation or 'no'} rotation from {method_text(found.method)} "
        "correlations"
    )
    return intervals_of(
        full, replicates, found.sample, level=level, method=method, seed=random_state
    )


def intervals_of(
    full: Rotation, replicates: Replicates, sample: Sample, *, level: float, method: str, seed: Any
) -> LoadingIntervals:
    """Turn bootstrap solutions into standard errors and intervals.

    Parameters
    ----------
    full : Rotation
        The solution of all respondents.
    replicates : Replicates
        The solutions of the samples.
    sample : Sample
        The respondents.
    level, method, seed
        As in `LoadingIntervals`.

    Returns
    -------
    LoadingIntervals
    """
    n_solved, _, k = replicates.loadings.shape
    n_boot = n_solved + replicates.n_unsolved
    if 2 * n_solved < n_boot:
        raise SegkitError(
            f"Only {n_solved} of {n_boot} bootstrap samples have a solution: in the others an item "
            "is constant; expected at least half. Leave out the items that hardly anybody answers "
            "differently, or merge their categories."
        )
    not_found = (replicates.congruence < FAIR).mean(axis=0)
    refused = not_found > REFUSED
    _warn(not_found)
    se = np.where(refused, np.nan, replicates.loadings.std(axis=0, ddof=1))
    z = float(norm.ppf(0.5 + level / 2.0))
    phi_se, phi_low, phi_high = _of_correlations(full, replicates, z, refused)
    main = np.abs(replicates.loadings).argmax(axis=2)
    return LoadingIntervals(
        items=sample.names,
        loadings=full.loadings,
        se=se,
        low=full.loadings - z * se,
        high=full.loadings + z * se,
        largest=(main[:, :, None] == np.arange(k)).mean(axis=0),
        phi=full.factor_correlations,
        phi_se=phi_se,
        phi_low=phi_low,
        phi_high=phi_high,
        not_found=not_found,
        n_boot=n_boot,
        n_unsolved=replicates.n_unsolved,
        n_respondents=sample.n_respondents,
        effective_n=sample.effective_n,
        level=level,
        method=method,
        seed=seed,
        origin=Origin(sample.origin.kind),
    )


def _of_correlations(
    full: Rotation, replicates: Replicates, z: float, refused: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return standard errors, low and high; by Fisher's transform the ends stay within 1."""
    k = len(refused)
    known = np.eye(k, dtype=bool)  # a factor's correlation with itself
    blind = (refused[:, None] | refused) & ~known
    estimate = np.arctanh(np.where(known, 0.0, full.factor_correlations))
    drawn = np.arctanh(
        np.where(known, 0.0, np.clip(replicates.factor_correlations, -0.9999, 0.9999))
    )
    half = z * drawn.std(axis=0, ddof=1)
    se = replicates.factor_correlations.std(axis=0, ddof=1)
    ends = [np.where(known, 1.0, np.tanh(estimate + sign * half)) for sign in (-1.0, 1.0)]
    se, low, high = (np.where(blind, np.nan, part) for part in (se, *ends))
    return se, low, high


def _warn(not_found: np.ndarray) -> None:
    if not_found.max() <= DOUBTFUL:
        return
    told = ", ".join(
        f"`{name}` ({percent(share)})"
        for name, share in zip(factor_names(not_found.size), not_found, strict=True)
        if share > DOUBTFUL
    )
    refused = bool((not_found > REFUSED).any())
    warnings.warn(
        f"Bootstrap samples miss {told}: no factor of theirs has a congruence of {FAIR} with it. "
        + (f"Above {percent(REFUSED)} no interval is given. " if refused else "")
        + "Ask for fewer factors, or read the loadings with care.",
        SegkitWarning,
        stacklevel=5,
    )
