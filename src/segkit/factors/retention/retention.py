"""How many factors: parallel analysis, and what other rules say.

The rules stand in `retention_rules` and in a file each; here they are asked and put together.

References
----------
Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis.
    Psychometrika 30.
Garrido, L. E., Abad, F. J. & Ponsoda, V. (2013). A new look at Horn's parallel analysis with
    ordinal variables. Psychological Methods 18.
Auerswald, M. & Moshagen, M. (2019). How to determine the number of factors to retain in
    exploratory factor analysis. Psychological Methods 24.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_integer, check_names, check_option, check_share
from segkit._frames import Origin
from segkit._result import Result, count_text
from segkit._weights import weighted_mean
from segkit.exceptions import SegkitError
from segkit.factors.correlations.correlation import METHODS, Correlation, correlate_sample
from segkit.factors.correlations.correlation_result import method_text
from segkit.factors.retention.kaiser import leading
from segkit.factors.retention.parallel import null_eigenvalues
from segkit.factors.retention.retention_rules import RULES, Evidence, RuleCount
from segkit.factors.sample import Sample, read_sample

__all__ = ["FactorCount", "n_factors"]

QUICK_RULES = ("parallel", "map", "map_2000", "ekc", "hull", "kaiser")
"""The rules that are asked unless others are named: all but comparison data."""


_FEW_ITEMS = 4
"""Up to so many items a factor, parallel analysis misses factors that correlate strongly."""


@dataclass(frozen=True, eq=False, repr=False)
class FactorCount(Result):
    """The number of factors by several rules.

    Attributes
    ----------
    suggested : int
        The number that parallel analysis supports; 0 when the items look independent.
    reason : str
        Why, in one sentence.
    counts : dict of str to int
        The number each rule gives: parallel, map, map_2000, ekc, hull, kaiser and, where asked,
        comparison_data.
    not_applicable : tuple of str
        Rules that could give no number for these items.
    eigenvalues : ndarray of shape (n_items,)
        Of the correlation matrix, largest first.
    null : ndarray of shape (n_iter, n_items)
        Of the shuffled answers.
    null_high : ndarray of shape (n_items,)
        The quantile of the null that an eigenvalue must exceed.
    rules : dict of str to RuleCount
        What each rule compared; `criteria` is the table of it.
    correlation : Correlation
        The correlations.
    quantile : float
        The quantile of the null.
    seed : int, RandomState or None
        The `random_state` that was given.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit import factors
    >>> rng = np.random.default_rng(0)
    >>> needs = rng.normal(size=(300, 2))
    >>> answers = needs[:, [0, 0, 0, 0, 1, 1, 1, 1]] + rng.normal(size=(300, 8))
    >>> count = factors.n_factors(answers, n_iter=20)
    >>> count.frame()[["method", "suggested"]]
         method  suggested
    0  parallel          2
    1       map          2
    2  map_2000          2
    3       ekc          2
    4      hull          2
    5    kaiser          2
    """

    suggested: int
    reason: str
    eigenvalues: np.ndarray
    null: np.ndarray
    null_high: np.ndarray
    rules: dict[str, RuleCount]
    correlation: Correlation
    quantile: float
    seed: Any

    @property
    def counts(self) -> dict[str, int]:
        """The number that each rule gives, parallel analysis first."""
        return {k: r.suggested for k, r in self.rules.items() if r.suggested is not None}

    @property
    def not_applicable(self) -> tuple[str, ...]:
        """Rules that could give no number for these items."""
        return tuple(k for k, r in self.rules.items() if r.suggested is None)

    def frame(self) -> Any:
        """Return method, suggested, agrees, criterion: one row a rule."""
        counts = self.counts
        return self._origin.frame(
            {
                "method": list(counts),
                "suggested": list(counts.values()),
                "agrees": [value == self.suggested for value in counts.values()],
                "criterion": [self.rules[name].criterion for name in counts],
            }
        )

    def criteria(self) -> Any:
        """Return method, n_factors, value, limit: what each rule compared to give its number.

        For ``map`` and ``map_2000`` the least value is chosen, for ``hull`` the largest; for the
        others n_factors is the rank of the eigenvalue that must exceed the limit, and for
        ``comparison_data`` the value is a p value that must stay below it.
        """
        parts = self.rules.items()
        return self._origin.frame(
            {
                "method": [name for name, rule in parts for _ in rule.value],
                "n_factors": np.concatenate([rule.n_factors for _, rule in parts]),
                "value": np.concatenate([rule.value for _, rule in parts]),
                "limit": np.concatenate([rule.limit for _, rule in parts]),
            }
        )

    def scree(self) -> Any:
        """Return factor, eigenvalue, null_mean, null_high, retained: what the plot draws."""
        p = self.eigenvalues.size
        return self._origin.frame(
            {
                "factor": np.arange(1, p + 1),
                "eigenvalue": self.eigenvalues,
                "null_mean": self.null.mean(axis=0),
                "null_high": self.null_high,
                "retained": np.arange(p) < self.suggested,
            }
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw the eigenvalues over the band of shuffled answers (the table of `scree`)."""
        from segkit.plots.scree import scree_plot

        return scree_plot(self.scree(), ax=ax)

    def summary(self) -> str:
        """Return the suggestion, its reason, and where the rules disagree."""
        found = self.correlation
        return (
            f"{count_text(self.suggested, 'factor')}. {self.reason}{self._others()} "
            f"Eigenvalues of {method_text(found.method)} correlations of "
            f"{found.n_respondents:,} respondents (effective n "
            f"{found.effective_n:,.0f}); null of {self.null.shape[0]} shuffles within items, "
            f"seed {self.seed}."
        )

    def _others(self) -> str:
        others = {k: v for k, v in self.counts.items() if k != "parallel"}
        if not others:
            return ""
        told = ", ".join(f"{k} {v}" for k, v in others.items())
        against = [k for k, v in others.items() if v != self.suggested]
        agree = "all agree" if not against else f"{', '.join(against)} disagree"
        if len(against) == 1:
            agree += "s"
        silent = "".join(f" {k} gives no number here." for k in self.not_applicable)
        return f" Other rules: {told} ({agree}).{self._short_factors(others)}{silent}"

    def _short_factors(self, others: dict[str, int]) -> str:
        """Say where parallel analysis is known to find too few."""
        more = others.get("ekc", 0)
        if more <= self.suggested or self.eigenvalues.size > _FEW_ITEMS * more:
            return ""
        return (
            f" Few items a factor: if the factors correlate by about .5, parallel analysis finds "
            f"too few; fit {more} (ekc) as well."
        )

    @property
    def _origin(self) -> Origin:
        return self.correlation.origin


def n_factors(
    X: Any,
    correlation: str | Correlation = "pearson",
    n_iter: int = 100,
    quantile: float = 0.95,
    random_state: Any = 0,
    sample_weight: Any = None,
    missing: str = "pairwise",
    *,
    methods: Sequence[str] = QUICK_RULES,
) -> FactorCount:
    """Ask several rules how many factors the items hold.

    Parameters
    ----------
    X : frame or array of shape (n_respondents, n_items)
        Answers; missing as NaN or null.
    correlation : str or Correlation
        How the items are correlated, observed and shuffled alike: a method of `correlation`. A
        `Correlation` of the same answers and weights is taken as it is and not computed again.
    n_iter : int
        Shuffles behind the null.
    quantile : float
        The quantile of the null that an eigenvalue must exceed.
    random_state : int, RandomState or None
        The seed; the order of the rows does not matter.
    sample_weight : array-like of shape (n_respondents,) or None
        Survey weights. They stay with the rows while answers are shuffled, so that the null has
        the effective n of the sample, not the sum of weights.
    missing : {"pairwise", "listwise", "em"}
        Who counts, as in `correlation`; with a `Correlation`, its own treatment is taken.
        Shuffled answers, among which nothing can be inferred from other items, are correlated
        pairwise where "em" is asked.
    methods : sequence of str
        The rules beside parallel analysis, which is always asked: "map", "map_2000", "ekc",
        "hull", "kaiser" and "comparison_data". The last one makes thousands of samples and takes
        seconds where the others take hundredths, so it is asked by name.

    Returns
    -------
    FactorCount

    Raises
    ------
    SegkitError
        For answers that `correlation` refuses, for a `Correlation` of other items, respondents
        or weights, and for a rule that is not known.

    Notes
    -----
    Parallel analysis counts the leading eigenvalues of the full correlation matrix (those of
    principal components, as Horn 1965 did; not of the matrix reduced by communalities) that
    exceed the given quantile of the eigenvalues of shuffled answers, up to the first that does
    not. It is the suggestion, because among the rules it is the one that hardly ever finds too
    many. The quantile is the one at rank quantile (n_iter + 1), so that
    independent items are taken for a factor in 5 % of samples with the default; below 19
    shuffles the largest is taken. It misleads where short factors correlate strongly: of four
    made factors with three skewed five-point items each, correlated .5, it found all four in one of
    20 samples of 300 respondents and in 14 of 20 samples of 1,000 (``ekc`` in 17 and 19); with six
    items each, or correlations of .3 and 1,000 respondents, it found them nearly always. With very
    many respondents it finds trifling factors. With polychoric correlations the null is polychoric
    too (as Garrido, Abad & Ponsoda 2013 study it), by one step of Fisher scoring from rho = 0.

    The other rules:

    * ``map``: the number of components after which the average squared partial correlation is
      smallest (Velicer 1976); ``map_2000`` takes the fourth power (Velicer, Eaton & Fava 2000).
      Both are too low with few items a factor: with three they never found the four.
    * ``ekc``: leading eigenvalues above max(1, (1 + sqrt(p / n))^2 times the mean of those that
      are left), with p items and n respondents (Braeken & van Assen 2017). It sees short and
      correlated factors, and is often too high with six or more items a factor and 300
      respondents, above all with polychoric correlations, which vary more than it allows for.
    * ``hull``: the sharpest elbow of CFI against the number of free parameters, among models with
      none to one factor more than parallel analysis gives, and at least three (Lorenzo-Seva,
      Timmerman & Kiers 2011). It never says 0, and nothing where the items determine fewer than
      two factors.
    * ``comparison_data``: made answers with the margins of the items, who answered, and 1, 2, ...
      factors; one more is kept while the eigenvalues come closer to the observed ones (rank
      test at level .30; Ruscio & Roche 2012). Where the factors are all there is it is right most
      often; it counts trifling ones too. It looks at Pearson correlations whatever
      ``correlation`` says, since made answers have the categories of the items. It never says 0.
    * ``kaiser``: eigenvalues above 1; almost always too many, given for comparison.

    References
    ----------
    Horn (1965). Psychometrika 30. Velicer (1976). Psychometrika 41. Velicer, Eaton & Fava (2000).
    Braeken & van Assen (2017). Psychological Methods 22. Lorenzo-Seva, Timmerman & Kiers (2011).
    Multivariate Behavioral Research 46. Ruscio & Roche (2012). Psychological Assessment 24.
    Garrido, Abad & Ponsoda (2013). Psychological Methods 18.

    Examples
    --------
    Six items made from two needs:

    >>> import numpy as np
    >>> from segkit import factors
    >>> rng = np.random.default_rng(0)
    >>> needs = rng.normal(size=(400, 2))
    >>> answers = needs[:, [0, 0, 0, 1, 1, 1]] + rng.normal(size=(400, 6))
    >>> count = factors.n_factors(answers, n_iter=20)
    >>> count.suggested
    2
    """
    check_integer(n_iter, name="n_iter", low=2)
    check_share(quantile, name="quantile")
    asked = _asked(methods)
    sample = _sample(X, correlation, sample_weight, missing)
    # here, so that its warnings point at the line that called
    found = (
        correlation
        if isinstance(correlation, Correlation)
        else correlate_sample(sample, correlation, missing=missing)
    )
    observed = np.linalg.eigvalsh(found.matrix)[::-1]
    null = null_eigenvalues(sample, found.method, n_iter, random_state)
    # at rank q (n_iter + 1), of so many shuffles and the answers one exceeds it by chance
    high = np.quantile(null, quantile, axis=0, method="weibull")
    suggested = leading(observed > high)
    evidence = Evidence(sample, found, observed, suggested, random_state)
    ranks = np.arange(1, observed.size + 1)
    bar = f"eigenvalues above the {_bar(quantile, n_iter)} of shuffles"
    parallel = RuleCount(suggested, bar, ranks, observed, high)
    return FactorCount(
        suggested=suggested,
        reason=_reason(observed, high, suggested, quantile, n_iter),
        eigenvalues=observed,
        null=null,
        null_high=high,
        rules={"parallel": parallel, **{name: RULES[name](evidence) for name in asked}},
        correlation=found,
        quantile=quantile,
        seed=random_state,
    )


def _asked(methods: Sequence[str]) -> list[str]:
    """Check the names of the rules; parallel analysis is asked anyway."""
    methods = check_names(methods, name="methods", alone=True)
    for name in methods:
        check_option(name, ("parallel", *RULES), name="methods")
    return [name for name in RULES if name in methods]


def _sample(X: Any, correlation: str | Correlation, sample_weight: Any, missing: str) -> Sample:
    if not isinstance(correlation, Correlation):
        check_option(correlation, METHODS, name="correlation")
        return read_sample(X, sample_weight, missing=missing)
    sample = read_sample(X, sample_weight, missing=correlation.missing)
    _refuse_other(sample, correlation)
    return sample


def _refuse_other(sample: Sample, given: Correlation) -> None:
    """Make sure that correlations were computed from these answers."""
    pairs = {
        "items": (list(given.names), list(sample.names)),
        "respondents": (given.n_respondents, sample.n_respondents),
        "effective n": (round(given.effective_n, 2), round(sample.effective_n, 2)),
    }
    for what, (theirs, ours) in pairs.items():
        if theirs != ours:
            raise SegkitError(
                f"correlation was computed from other answers: its {what} are {theirs}, those of X "
                f"are {ours}; expected the same. Give the X and sample_weight it came from, or "
                f"correlation={given.method!r}."
            )
    if given.sample is None:
        return
    theirs, ours = (weighted_mean(s.values, s.w) for s in (given.sample, sample))
    far = np.flatnonzero(~np.isclose(theirs, ours))
    if far.size:
        raise SegkitError(
            f"correlation was computed from other answers: the mean of `{given.names[far[0]]}` is "
            f"{theirs[far[0]]:.4g}, that of X is {ours[far[0]]:.4g}; expected the same. Give the X "
            f"and sample_weight it came from, or correlation={given.method!r}."
        )


def _bar(quantile: float, n_iter: int) -> str:
    """Name what an eigenvalue must exceed; few shuffles have no quantile beyond their largest."""
    return "largest" if quantile * (n_iter + 1) > n_iter else f"{100 * quantile:g} % quantile"


def _reason(
    observed: np.ndarray, high: np.ndarray, suggested: int, quantile: float, n_iter: int
) -> str:
    bar, k = f"the {_bar(quantile, n_iter)} of {n_iter} shuffles of the answers", suggested
    if k == 0:
        return (
            f"Parallel analysis: the largest eigenvalue, {observed[0]:.2f}, does not exceed {bar} "
            f"({high[0]:.2f}); the items look independent."
        )
    stop = f"number {k + 1} does not ({observed[k]:.2f} against {high[k]:.2f})"
    first = f"Parallel analysis: eigenvalue {k} ({observed[k - 1]:.2f}) exceeds {bar}"
    return f"{first} ({high[k - 1]:.2f}); {stop}."
