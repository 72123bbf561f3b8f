"""Correlations of items: product-moment, ranks, polychoric, mixed; weights and missing answers.

References
----------
Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation coefficient.
    Psychometrika 44.
Rhemtulla, M., Brosseau-Liard, P. & Savalei, V. (2012). When can categorical variables be treated
    as continuous? Psychological Methods 17.
Savalei, V. (2011). What to do about zero frequency cells when estimating polychoric correlations.
    Structural Equation Modeling 18.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import check_option, name_list
from segkit._frames import Origin
from segkit._result import Result
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors.ordinal import Estimate, mixed_estimate, polychoric_estimate
from segkit.factors.product_moment import midranks, pearson_matrix
from segkit.factors.repair import FLOOR, smooth
from segkit.factors.sample import Sample, read_sample

__all__ = ["METHODS", "Correlation", "correlation"]

METHODS = ("pearson", "spearman", "polychoric", "mixed", "auto")
MOST_ORDINAL = 7
"""With "auto" and "mixed", items with more categories than this count as continuous."""

_NAMES = {
    "pearson": "Pearson",
    "spearman": "Spearman (midranks)",
    "polychoric": "Polychoric",
    "mixed": "Mixed (polychoric, polyserial and Pearson)",
}


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
        "pairwise" or "listwise".
    n_repairs : int
        The number of rows of ``repairs``.
    origin : Origin
        The kind of frame that was given.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.factors.correlation import correlation
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
        return (
            f"{_NAMES[self.method]} correlations of {len(self.names)} items from "
            f"{self.n_respondents:,} respondents (effective n {self.effective_n:,.0f}); missing "
            f"answers {self.missing}, so a pair rests on {rest} respondents."
        )

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
            return f"{self.n_repairs} pair(s) were held within bounds; `repairs` lists them."
        return (
            f"The estimates did not fit together (smallest eigenvalue "
            f"{self.smallest_eigenvalue:.3g}): eigenvalues below zero were raised to {FLOOR:g}, "
            f"which changed {self.n_repairs} pair(s); `repairs` lists them with both values."
        )


def correlation(
    X: Any,
    method: str = "pearson",
    sample_weight: Any = None,
    missing: str = "pairwise",
) -> Correlation:
    """Correlate items.

    Parameters
    ----------
    X : frame or array of shape (n_respondents, n_items)
        Answers; missing as NaN or null.
    method : {"pearson", "spearman", "polychoric", "mixed", "auto"}
        "polychoric" takes each answer as a normal variable cut at thresholds, and needs
        whole-number categories. "mixed" does so for the ordinal items only. "auto" states its
        choice in ``rule``: items with whole numbers and at most 7 different answers are
        ordinal; polychoric when all are, Pearson when none is, mixed otherwise.
    sample_weight : array-like of shape (n_respondents,) or None
        Survey weights. Whole-number weights give the correlations of repeated rows.
    missing : {"pairwise", "listwise"}
        "pairwise" uses everyone who answered both items of a pair.

    Returns
    -------
    Correlation

    Raises
    ------
    SegkitError
        For an empty table, an item that is constant or has no answers, answers that are no
        categories, or two items that nobody answered together.

    Notes
    -----
    A polychoric correlation says how strongly the latent variables go together, so it is
    larger than Pearson's of the answers. It misleads where the latent variables are not
    jointly normal, and it is unsteady where tables have empty cells or few respondents. The
    number of respondents a pair rests on stands in ``frame()``.

    The cell probabilities of a pair are differences of the bivariate normal distribution
    function at the thresholds; rho maximises sum n_ab log pi_ab(rho) (Olsson 1979).
    An empty cell is left empty (Savalei 2011). Estimates are held within abs(rho) <= .9999.
    A polyserial correlation is Pearson's r of the category's position times its standard
    deviation over the sum of phi(threshold) (Olsson, Drasgow & Dorans 1982).

    References
    ----------
    Olsson, U. (1979). Psychometrika 44. Olsson, U., Drasgow, F. & Dorans, N. J. (1982). The
    polyserial correlation coefficient. Psychometrika 47. Savalei, V. (2011). Structural
    Equation Modeling 18.

    Examples
    --------
    Two items that agree in all but 4 of 20 answers:

    >>> import pandas as pd
    >>> from segkit.factors.correlation import correlation
    >>> answers = pd.DataFrame({"a": [1] * 10 + [2] * 10, "b": [1] * 8 + [2] * 10 + [1] * 2})
    >>> round(float(correlation(answers).matrix[0, 1]), 3)
    0.6
    >>> round(float(correlation(answers, method="polychoric").matrix[0, 1]), 3)  # sin(.3 pi)
    0.809
    """
    check_option(method, METHODS, name="method")
    sample = read_sample(X, sample_weight, missing=missing)
    return correlate_sample(sample, method, missing=missing)


def correlate_sample(sample: Sample, method: str, *, missing: str = "pairwise") -> Correlation:
    """Correlate a sample that was read before (for the estimators of this room)."""
    if len(sample.names) < 2:
        raise SegkitError(
            f"X has 1 feature(s): the item `{sample.names[0]}` alone; expected at least two items. "
            "Add the other items."
        )
    used, rule = _choose(sample, method)
    sizes, effective = sample.pair_sizes()
    _refuse_unseen(sizes, sample.names)
    estimate = _ESTIMATES[used](sample)
    _refuse_undefined(estimate.matrix, sample.names)
    matrix, smallest = smooth(estimate.matrix)
    repairs = _repairs(estimate, matrix, sample.names)
    _warn(estimate, repairs, smallest)
    return Correlation(
        matrix=matrix,
        names=sample.names,
        method=used,
        n_pairs=sizes,
        n_respondents=sample.n_respondents,
        effective_n=sample.effective_n,
        effective_pairs=effective,
        thresholds=estimate.thresholds,
        categories=estimate.categories,
        empty_cells=estimate.empty_cells,
        repairs=sample.origin.frame(repairs),
        smallest_eigenvalue=smallest,
        rule=rule,
        missing=missing,
        n_repairs=len(repairs["item_a"]),
        origin=Origin(sample.origin.kind),
    )


def is_ordinal(values: np.ndarray) -> np.ndarray:
    """Say of each item whether it has whole-number answers, at most `MOST_ORDINAL` of them."""
    with np.errstate(invalid="ignore"):
        whole = (np.isnan(values) | (values == np.round(values))).all(axis=0)
    few = [np.unique(v[~np.isnan(v)]).size <= MOST_ORDINAL for v in values.T]
    return whole & np.array(few)


def _pearson(sample: Sample) -> Estimate:
    return Estimate.plain(pearson_matrix(sample.values, sample.w))


def _spearman(sample: Sample) -> Estimate:
    return Estimate.plain(pearson_matrix(midranks(sample.values, sample.w), sample.w))


def _mixed(sample: Sample) -> Estimate:
    return mixed_estimate(sample, is_ordinal(sample.values))


_ESTIMATES: dict[str, Callable[[Sample], Estimate]] = {
    "pearson": _pearson,
    "spearman": _spearman,
    "polychoric": polychoric_estimate,
    "mixed": _mixed,
}


def _choose(sample: Sample, method: str) -> tuple[str, str]:
    if method != "auto":
        return method, ""
    ordinal = is_ordinal(sample.values)
    n_ordinal, p = int(ordinal.sum()), ordinal.size
    used = "polychoric" if n_ordinal == p else "mixed" if n_ordinal else "pearson"
    return used, (
        f"Chosen by the rule for 'auto': {n_ordinal} of {p} items hold whole numbers with at most "
        f"{MOST_ORDINAL} different answers and count as ordinal, so the method is {used}."
    )


def _refuse_unseen(sizes: np.ndarray, names: tuple[str, ...]) -> None:
    rows, cols = np.nonzero(np.triu(sizes < 2, 1))
    if rows.size:
        raise SegkitError(
            f"`{names[rows[0]]}` and `{names[cols[0]]}` were answered together by "
            f"{sizes[rows[0], cols[0]]} respondent(s) ({rows.size} such pairs); expected at least "
            "2. Leave one of the items out, or ask both of some respondents."
        )


def _refuse_undefined(matrix: np.ndarray, names: tuple[str, ...]) -> None:
    rows, cols = np.nonzero(np.triu(np.isnan(matrix), 1))
    if rows.size:
        raise SegkitError(
            f"`{names[rows[0]]}` or `{names[cols[0]]}` is constant among the respondents who "
            f"answered both ({rows.size} such pairs); expected at least two different answers. "
            "Leave one of the items out."
        )


def _repairs(
    estimate: Estimate, matrix: np.ndarray, names: tuple[str, ...]
) -> dict[str, list[Any]]:
    """List the pairs held within bounds, then the pairs changed by smoothing, largest first."""
    first, second = np.triu_indices(len(names), 1)
    change = np.abs(matrix - estimate.matrix)[first, second]
    held = np.abs(estimate.bounded)[first, second] > 0
    order = [k for k in np.argsort(-change, kind="stable") if held[k] or change[k] > 0]
    order.sort(key=lambda k: not held[k])
    before = np.where(held, estimate.bounded[first, second], estimate.matrix[first, second])
    reason = {True: "at the bound of what can be estimated", False: "not positive definite"}
    return {
        "item_a": [names[first[k]] for k in order],
        "item_b": [names[second[k]] for k in order],
        "before": [float(before[k]) for k in order],
        "after": [float(matrix[first[k], second[k]]) for k in order],
        "reason": [reason[bool(held[k])] for k in order],
    }


def _warn(estimate: Estimate, repairs: dict[str, list[Any]], smallest: float) -> None:
    bound = [
        f"{a} - {b}"
        for a, b, reason in zip(
            repairs["item_a"], repairs["item_b"], repairs["reason"], strict=True
        )
        if reason.startswith("at the bound")
    ]
    if bound:
        warnings.warn(
            f"{name_list(bound)} are correlated so strongly (no contrary answers) that the "
            "estimate was held within .9999. Check whether the items repeat each other.",
            SegkitWarning,
            stacklevel=4,
        )
    if estimate.unsettled:
        warnings.warn(
            f"The estimate of {name_list(list(estimate.unsettled))} did not settle; its table is "
            "too sparse. Leave one of the items out, or merge categories.",
            SegkitWarning,
            stacklevel=4,
        )
    if repairs["item_a"] and smallest < 0:
        n_smoothed = len(repairs["item_a"]) - len(bound)
        if n_smoothed:
            warnings.warn(
                f"The correlation matrix was not positive definite (smallest eigenvalue "
                f"{smallest:.3g}) and was smoothed; `repairs` lists {n_smoothed} changed pairs.",
                SegkitWarning,
                stacklevel=4,
            )
