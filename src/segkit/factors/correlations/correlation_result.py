"""The result of correlating items: the matrix, what it rests on, and what was repaired."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import ndtri

from segkit._checks import check_share
from segkit._frames import Origin
from segkit._result import Result, count_text
from segkit.exceptions import SegkitError
from segkit.factors.correlations.asymptotic import covariance_of, influence_of
from segkit.factors.correlations.em_influence import em_influence
from segkit.factors.correlations.influence import Influence
from segkit.factors.correlations.repair import FLOOR
from segkit.factors.sample import Sample

__all__ = ["Correlation", "method_text"]

_NAMES = {
    "pearson": "Pearson",
    "spearman": "Spearman (midranks)",
    "polychoric": "Polychoric",
    "tetrachoric": "Tetrachoric",
    "polyserial": "Polyserial (beside polychoric and Pearson)",
    "mixed": "Mixed (polychoric, polyserial and Pearson)",
}


def method_text(method: str) -> str:
    """Write a method as a sentence does: two of them bear a name.

    Examples
    --------
    >>> method_text("pearson"), method_text("polychoric")
    ('Pearson', 'polychoric')
    """
    return method.capitalize() if method in ("pearson", "spearman") else method


@dataclass(frozen=True, eq=False, repr=False)
class Correlation(Result):
    """Correlations of all pairs of items, and what had to be done to get them.

    Attributes
    ----------
    matrix : ndarray of shape (n_items, n_items)
        The correlations; positive definite unless items repeat each other.
    names : tuple of str
        The items, in the order of rows and columns.
    method : str
        The method used ("auto" is replaced by its choice).
    n_pairs : ndarray of shape (n_items, n_items)
        Respondents who answered both items; on the diagonal, who answered the item.
    n_respondents : int
        Respondents with positive weight.
    effective_n : float
        Kish's effective number of them.
    effective_pairs : ndarray of shape (n_items, n_items)
        Kish's effective number for each pair.
    thresholds : dict of str to ndarray
        Thresholds of the latent normal, for each ordinal item (empty for Pearson and Spearman).
    categories : dict of str to ndarray
        The answers that occur, for each ordinal item.
    empty_cells : ndarray of shape (n_items, n_items)
        Cells of a pair's contingency table that hold nobody (0 outside ordinal pairs).
    repairs : frame
        item_a, item_b, before, after, reason: every estimate that was changed afterwards.
    smallest_eigenvalue : float
        Of the matrix before the repair; negative means that the estimates did not fit together.
    rule : str
        Why this method: stated when it was chosen by "auto".
    missing : str
        "pairwise", "listwise" or "em".
    n_repairs : int
        The number of rows of ``repairs``.
    n_unanswered : int
        Respondents who answered none of the items, and were left out.
    n_iterations : int
        Iterations of the EM algorithm; 0 without it.
    converged : bool
        Whether all estimates settled.
    estimates : ndarray of shape (n_items, n_items)
        The correlations before the repair.
    sample : Sample or None
        The answers, from which `intervals` and `covariance` are computed when asked for.
    origin : Origin
        The kind of frame that was given.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.factors.correlations.correlation import correlation
    >>> answers = pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 2, 4, 3], "c": [4, 3, 2, 1]})
    >>> correlation(answers).frame()[["item_a", "item_b", "correlation", "n"]]
      item_a item_b  correlation  n
    0      a      b          0.8  4
    1      a      c         -1.0  4
    2      b      c         -0.8  4
    """

    matrix: np.ndarray
    names: tuple[str, ...]
    method: str
    n_pairs: np.ndarray
    n_respondents: int
    effective_n: float
    effective_pairs: np.ndarray
    thresholds: dict[str, np.ndarray]
    categories: dict[str, np.ndarray]
    empty_cells: np.ndarray
    repairs: Any
    smallest_eigenvalue: float
    rule: str
    missing: str
    n_repairs: int = 0
    n_unanswered: int = 0
    n_iterations: int = 0
    converged: bool = True
    estimates: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    sample: Sample | None = None
    origin: Origin = field(default_factory=Origin)

    def frame(self) -> Any:
        """Return one row a pair: item_a, item_b, correlation, n, empty_cells."""
        first, second = np.triu_indices(len(self.names), 1)
        return self.origin.frame(
            {
                "item_a": [self.names[i] for i in first],
                "item_b": [self.names[j] for j in second],
                "correlation": self.matrix[first, second],
                "n": self.n_pairs[first, second],
                "empty_cells": self.empty_cells[first, second],
            }
        )

    def intervals(self, level: float = 0.95) -> Any:
        """Return the correlations with standard errors and intervals.

        Parameters
        ----------
        level : float
            The share of samples whose interval is to hold the correlation.

        Returns
        -------
        frame
            item_a, item_b, correlation, se, low, high: one row a pair.

        Raises
        ------
        SegkitError
            For Spearman's correlations, whose standard errors are not offered, and for more than
            60 items with ``missing="em"``.

        Notes
        -----
        The standard error is the root of the sum of squares of the respondents' influences on
        the estimate, thresholds included (Muthen 1984; Browne 1984 for Pearson's; Yuan & Bentler
        2000 for EM); it holds with weights, holes and without normality of continuous answers.
        The interval is symmetric in
        Fisher's z = atanh(r): tanh(z -+ q se / (1 - r^2)), q the normal quantile. It misleads
        where a table is nearly empty or a correlation stands at its bound.

        Examples
        --------
        >>> import numpy as np
        >>> from segkit import factors
        >>> answers = np.array([[1, 1], [2, 2], [1, 2], [2, 1], [1, 1], [2, 2]] * 20)
        >>> factors.correlation(answers, "polychoric").intervals().round(2)
          item_a item_b  correlation    se   low  high
        0     x1     x2          0.5  0.12  0.23   0.7
        """
        check_share(level, name="level")
        first, second = np.triu_indices(len(self.names), 1)
        r = self.matrix[first, second]
        se = np.sqrt(self.influence().squares())
        half = ndtri((1.0 + level) / 2.0) * se / np.maximum(1.0 - r * r, 1e-12)
        z = np.arctanh(np.clip(r, -1.0 + 1e-12, 1.0 - 1e-12))
        return self.origin.frame(
            {
                "item_a": [self.names[i] for i in first],
                "item_b": [self.names[j] for j in second],
                "correlation": r,
                "se": se,
                "low": np.tanh(z - half),
                "high": np.tanh(z + half),
            }
        )

    def covariance(self) -> np.ndarray:
        """Return the covariance of the correlations over samples.

        Returns
        -------
        ndarray of shape (n_pairs, n_pairs)
            Pairs in the order of ``frame()``. Times n it is the matrix that is called Gamma in
            the literature on ordinal factor models.

        Raises
        ------
        SegkitError
            As `intervals`, and for more than 100 items.

        Examples
        --------
        >>> import numpy as np
        >>> from segkit import factors
        >>> found = factors.correlation(np.random.default_rng(0).normal(size=(50, 4)))
        >>> bool(np.allclose(np.sqrt(np.diag(found.covariance())), found.intervals()["se"]))
        True
        """
        return covariance_of(self.influence())

    def influence(self) -> Influence:
        """Return what each respondent moves of each correlation."""
        if self.sample is None or self.method == "spearman":
            raise SegkitError(
                f"Standard errors of {method_text(self.method)} correlations were asked for; "
                "expected Pearson's or ordinal ones of answers. Use another method, or a bootstrap."
            )
        if self.missing == "em":
            return em_influence(self.sample.values, self.sample.w)
        ordinal = np.array([name in self.thresholds for name in self.names])
        return influence_of(self.sample, self.estimates, ordinal)

    def plot(self, ax: Any = None) -> Any:
        """Draw the correlations as a triangle of coloured cells."""
        from segkit.plots.correlation import correlation_plot

        return correlation_plot(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return method, n, treatment of missing answers and empty cells, and the repairs."""
        parts = [self._what(), self._cells(), self._definite(), self.rule]
        return " ".join(part for part in parts if part)

    def _what(self) -> str:
        first, second = np.triu_indices(len(self.names), 1)
        sizes = self.n_pairs[first, second]
        rest = f"{sizes.min():,}"
        if sizes.min() < sizes.max():
            rest += f" to {sizes.max():,}"
        treated = {
            "em": "by full-information maximum likelihood (EM, "
            f"{self.n_iterations} iterations); {rest} respondents answered both items of a pair"
        }
        text = (
            f"{_NAMES[self.method]} correlations of {len(self.names)} items from "
            f"{self.n_respondents:,} respondents (effective n {self.effective_n:,.0f}); missing "
            f"answers "
        )
        text += treated.get(self.missing, f"{self.missing}, so a pair rests on {rest} respondents")
        if self.n_unanswered:
            are = "is" if self.n_unanswered == 1 else "are"
            text += f"; {self.n_unanswered:,} who answered nothing {are} left out"
        return f"{text}."

    def _cells(self) -> str:
        if not self.thresholds:
            return ""
        first, second = np.triu_indices(len(self.names), 1)
        empty = int((self.empty_cells[first, second] > 0).sum())
        return (
            "Thresholds come from each item's own margin (two-step estimate). "
            f"{empty} of {first.size} pairs have an empty cell in their table; nothing was added "
            "to it."
        )

    def _definite(self) -> str:
        if self.n_repairs == 0:
            return f"Nothing was repaired (smallest eigenvalue {self.smallest_eigenvalue:.3g})."
        if self.smallest_eigenvalue >= 0:
            held = "pair was" if self.n_repairs == 1 else "pairs were"
            return f"{self.n_repairs} {held} held within bounds; `repairs` lists them."
        return (
            f"The estimates did not fit together (smallest eigenvalue "
            f"{self.smallest_eigenvalue:.3g}): eigenvalues below zero were raised to {FLOOR:g}, "
            f"which changed {count_text(self.n_repairs, 'pair')}; `repairs` lists them with "
            "both values."
        )
