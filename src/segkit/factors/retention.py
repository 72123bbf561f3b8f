"""How many factors: parallel analysis, Velicer's MAP, the empirical Kaiser criterion, Kaiser.

References
----------
Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis.
    Psychometrika 30.
Velicer, W. F. (1976). Determining the number of components from the matrix of partial
    correlations. Psychometrika 41.
Braeken, J. & van Assen, M. A. L. M. (2017). An empirical Kaiser criterion. Psychological
    Methods 22.
Garrido, L. E., Abad, F. J. & Ponsoda, V. (2013). A new look at Horn's parallel analysis with
    ordinal variables. Psychological Methods 18.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_integer, check_option, check_share
from segkit._frames import Origin
from segkit._result import Result, percent
from segkit.factors.correlation import METHODS, Correlation, correlate_sample
from segkit.factors.parallel import null_eigenvalues
from segkit.factors.sample import read_sample

__all__ = [
    "FactorCount",
    "empirical_kaiser",
    "kaiser",
    "minimum_average_partial",
    "n_factors",
]


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
        The number each rule gives: parallel, map, ekc, kaiser.
    eigenvalues : ndarray of shape (n_items,)
        Of the correlation matrix, largest first.
    null : ndarray of shape (n_iter, n_items)
        Of the shuffled answers.
    null_high : ndarray of shape (n_items,)
        The quantile of the null that an eigenvalue must exceed.
    map_values : ndarray
        Velicer's average squared partial correlation after 0, 1, 2, ... components.
    correlation : Correlation
        The correlations.
    quantile : float
        The quantile of the null.
    random_state : int, RandomState or None
        The seed that was given.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit import factors
    >>> rng = np.random.default_rng(0)
    >>> need = rng.normal(size=(300, 1))
    >>> count = factors.n_factors(need + rng.normal(size=(300, 4)), n_iter=20)
    >>> count.frame()
         method  suggested
    0  parallel          1
    1       map          1
    2       ekc          1
    3    kaiser          1
    """

    suggested: int
    reason: str
    counts: dict[str, int]
    eigenvalues: np.ndarray
    null: np.ndarray
    null_high: np.ndarray
    map_values: np.ndarray
    correlation: Correlation
    quantile: float
    random_state: Any

    def frame(self) -> Any:
        """Return method, suggested: one row a rule."""
        return self._origin.frame(
            {"method": list(self.counts), "suggested": list(self.counts.values())}
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
        others = {k: v for k, v in self.counts.items() if k != "parallel"}
        told = ", ".join(f"{k} {v}" for k, v in others.items())
        agree = "all agree" if set(others.values()) == {self.suggested} else "they do not agree"
        return (
            f"{self.suggested} factor(s). {self.reason} Other rules: {told} ({agree}). "
            f"Eigenvalues of {self.correlation.method} correlations of "
            f"{self.correlation.n_respondents:,} respondents (effective n "
            f"{self.correlation.effective_n:,.0f}); null of {self.null.shape[0]} shuffles within "
            f"items, seed {self.random_state}."
        )

    @property
    def _origin(self) -> Origin:
        return self.correlation.origin


def n_factors(
    X: Any,
    correlation: str = "pearson",
    n_iter: int = 100,
    quantile: float = 0.95,
    random_state: Any = 0,
    sample_weight: Any = None,
    missing: str = "pairwise",
) -> FactorCount:
    """Ask several rules how many factors the items hold.

    Parameters
    ----------
    X : frame or array of shape (n_respondents, n_items)
        Answers; missing as NaN or null.
    correlation : {"pearson", "polychoric", "spearman", "mixed", "auto"}
        How the items are correlated, observed and shuffled alike.
    n_iter : int
        Shuffles behind the null.
    quantile : float
        The quantile of the null that an eigenvalue must exceed.
    random_state : int, RandomState or None
        The seed; the order of the rows does not matter.
    sample_weight : array-like of shape (n_respondents,) or None
        Survey weights. They stay with the rows while answers are shuffled, so that the null has
        the effective n of the sample, not the sum of weights.
    missing : {"pairwise", "listwise"}
        Who counts.

    Returns
    -------
    FactorCount

    Raises
    ------
    SegkitError
        For answers that `correlation` refuses.

    Notes
    -----
    Parallel analysis counts the leading eigenvalues of the full correlation matrix (those of
    principal components, as Horn 1965 did; not of the matrix reduced by communalities) that
    exceed the given quantile of the eigenvalues of shuffled answers, up to the first that does
    not. It is the suggestion. It misleads where factors correlate strongly or hold two items
    each (too few are found), and with very many respondents it finds trifling factors. With
    polychoric correlations the null is polychoric too (as Garrido, Abad & Ponsoda 2013 study
    it), by one step of Fisher scoring from rho = 0.

    ``map``: the number of components after which the average squared partial correlation is
    smallest (Velicer 1976); it tends to be low with few items a factor. ``ekc``: eigenvalues
    above max(1, (1 + sqrt(p / n))^2 times the mean of those that are left) (Braeken & van Assen
    2017). ``kaiser``: eigenvalues above 1; almost always too many, given for comparison.

    References
    ----------
    Horn (1965). Psychometrika 30. Velicer (1976). Psychometrika 41. Braeken & van Assen (2017).
    Psychological Methods 22. Garrido, Abad & Ponsoda (2013). Psychological Methods 18.

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
    check_option(correlation, METHODS, name="correlation")
    check_integer(n_iter, name="n_iter", low=2)
    check_share(quantile, name="quantile")
    sample = read_sample(X, sample_weight, missing=missing)
    found = correlate_sample(sample, correlation, missing=missing)
    observed = np.linalg.eigvalsh(found.matrix)[::-1]
    null = null_eigenvalues(sample, found.method, n_iter, random_state)
    high = np.quantile(null, quantile, axis=0)
    suggested = _leading(observed > high)
    averages = minimum_average_partial(found.matrix)
    return FactorCount(
        suggested=suggested,
        reason=_reason(observed, high, suggested, quantile, n_iter),
        counts={
            "parallel": suggested,
            "map": int(np.argmin(averages)),
            "ekc": empirical_kaiser(observed, found.effective_n),
            "kaiser": kaiser(observed),
        },
        eigenvalues=observed,
        null=null,
        null_high=high,
        map_values=averages,
        correlation=found,
        quantile=quantile,
        random_state=random_state,
    )


def kaiser(eigenvalues: np.ndarray) -> int:
    """Count the eigenvalues above 1.

    Examples
    --------
    >>> kaiser(np.array([2.0, 1.2, 0.5, 0.3]))
    2
    """
    return int((eigenvalues > 1.0).sum())


def empirical_kaiser(eigenvalues: np.ndarray, n: float) -> int:
    """Count the leading eigenvalues above the reference of the empirical Kaiser criterion.

    Parameters
    ----------
    eigenvalues : ndarray of shape (n_items,)
        Largest first.
    n : float
        Respondents.

    Examples
    --------
    >>> empirical_kaiser(np.array([2.0, 1.05, 0.5, 0.45]), 50)
    1
    """
    p = eigenvalues.size
    left = p - np.concatenate([[0.0], np.cumsum(eigenvalues)[:-1]])
    reference = left / (p - np.arange(p)) * (1.0 + np.sqrt(p / n)) ** 2
    return _leading(eigenvalues > np.maximum(reference, 1.0))


def minimum_average_partial(matrix: np.ndarray) -> np.ndarray:
    """Average squared partial correlation after 0, 1, 2, ... principal components.

    Parameters
    ----------
    matrix : ndarray of shape (n_items, n_items)
        Correlations.

    Returns
    -------
    ndarray of shape (at most n_items - 1,)
        Ends where components leave an item without variance.
    """
    p = matrix.shape[0]
    values, vectors = np.linalg.eigh(matrix)
    loadings = vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0.0))
    left, averages = matrix.copy(), []
    for m in range(p - 1):
        size = np.diag(left)
        if size.min() < 1e-8:
            break
        partial = left / np.sqrt(np.outer(size, size))
        averages.append((np.square(partial).sum() - p) / (p * (p - 1)))
        left = left - np.outer(loadings[:, m], loadings[:, m])
    return np.array(averages)


def _leading(passed: np.ndarray) -> int:
    """Count up to the first that did not pass."""
    return int(passed.size if passed.all() else np.argmin(passed))


def _reason(
    observed: np.ndarray, high: np.ndarray, suggested: int, quantile: float, n_iter: int
) -> str:
    bar = f"the {percent(quantile)} quantile of {n_iter} shuffles of the answers"
    k = suggested
    stop = f"number {k + 1} does not ({observed[k]:.2f} against {high[k]:.2f})"
    if k == 0:
        return (
            f"Parallel analysis: the largest eigenvalue, {observed[0]:.2f}, does not exceed {bar} "
            f"({high[0]:.2f}); the items look independent."
        )
    first = f"Parallel analysis: eigenvalue {k} ({observed[k - 1]:.2f}) exceeds {bar}"
    return f"{first} ({high[k - 1]:.2f}); {stop}."
