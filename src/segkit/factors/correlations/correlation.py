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
from typing import Any

import numpy as np

from segkit._checks import check_option, name_list
from segkit._frames import Origin
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors.correlations.correlation_result import Correlation
from segkit.factors.correlations.full_information import normal_moments
from segkit.factors.correlations.ordinal import (
    Estimate,
    mixed_estimate,
    polychoric_estimate,
    tetrachoric_estimate,
)
from segkit.factors.correlations.polychoric import code_items
from segkit.factors.correlations.product_moment import midranks, pearson_matrix
from segkit.factors.correlations.repair import smooth
from segkit.factors.sample import Sample, read_sample

__all__ = ["METHODS", "Correlation", "correlate_sample", "correlation", "is_ordinal"]

METHODS = ("pearson", "spearman", "polychoric", "tetrachoric", "polyserial", "mixed", "auto")
MOST_ORDINAL = 7
"""With "auto" and "mixed", items with more categories than this count as continuous."""


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
    method : str
        "pearson" takes the codes as they are, "spearman" their midranks. "polychoric" takes each
        answer as a normal variable cut at thresholds, and needs whole-number categories;
        "tetrachoric" is the same for items with two categories, and refuses others. "mixed" is
        polychoric among ordinal items, Pearson's among continuous ones and polyserial between
        the two; "polyserial" is the same for a table that holds both kinds, and refuses others.
        "auto" follows a rule and states its choice in ``rule``: items with whole numbers and at
        most 7 different answers are ordinal; polychoric when all are, Pearson when none is,
        mixed otherwise.
    sample_weight : array-like of shape (n_respondents,) or None
        Survey weights. Whole-number weights give the correlations of repeated rows.
    missing : {"pairwise", "listwise", "em"}
        "pairwise" uses everyone who answered both items of a pair, "listwise" those who answered
        everything. "em" is full-information maximum likelihood: everybody counts with all the
        answers they gave; for ``method="pearson"`` only.

    Returns
    -------
    Correlation

    Raises
    ------
    SegkitError
        For an empty table, an item that is constant or has no answers, answers that are no
        categories, two items that nobody answered together, or "em" with ordinal items.

    Notes
    -----
    A polychoric correlation says how strongly the latent variables go together, so it is
    larger than Pearson's of the answers. It misleads where the latent variables are not
    jointly normal, and it is unsteady where tables have empty cells or few respondents. The
    number of respondents a pair rests on stands in ``frame()``; ``intervals()`` says how well
    each is known.

    The cell probabilities of a pair are differences of the bivariate normal distribution
    function at the thresholds; rho maximises sum n_ab log pi_ab(rho) (Olsson 1979).
    An empty cell is left empty (Savalei 2011), and a category that nobody chose is none:
    thresholds stand between the answers that occur. Estimates are held within abs(rho) <= .9999.
    A polyserial correlation maximises sum w log(Phi(v_a) - Phi(v_{a-1})) with
    v_a = (t_a - rho z) / sqrt(1 - rho^2), where a is the category, t_a its upper threshold and z
    the standardised continuous answer (Olsson, Drasgow & Dorans 1982, two-step).

    Pairwise and listwise deletion are right when holes fall at random; when a hole depends on
    the respondent's other answers they are biased, and "em" is not, if the answers are jointly
    normal (Little & Rubin 2002). Respondents who answered nothing are left out.

    References
    ----------
    Olsson, U. (1979). Psychometrika 44. Olsson, U., Drasgow, F. & Dorans, N. J. (1982). The
    polyserial correlation coefficient. Psychometrika 47. Savalei, V. (2011). Structural
    Equation Modeling 18. Little, R. J. A. & Rubin, D. B. (2002). Statistical analysis with
    missing data, chapter 11.

    Examples
    --------
    Two items that agree in all but 4 of 20 answers:

    >>> import pandas as pd
    >>> from segkit.factors.correlations.correlation import correlation
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
    estimate = _em(sample, used) if missing == "em" else _ESTIMATES[used](sample)
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
        n_unanswered=sample.n_unanswered,
        n_iterations=estimate.n_iterations,
        converged=not estimate.unsettled,
        estimates=estimate.matrix,
        sample=sample,
        origin=Origin(sample.origin.kind),
    )


def is_ordinal(values: np.ndarray) -> np.ndarray:
    """Say of each item whether it has whole-number answers, at most `MOST_ORDINAL` of them."""
    with np.errstate(invalid="ignore"):
        whole = (np.isnan(values) | (values == np.round(values))).all(axis=0)
    out = np.zeros(values.shape[1], dtype=bool)
    for j in np.flatnonzero(whole):
        out[j] = code_items(values[:, [j]]).widest <= MOST_ORDINAL
    return out


def _pearson(sample: Sample) -> Estimate:
    return Estimate.plain(pearson_matrix(sample.values, sample.w))


def _spearman(sample: Sample) -> Estimate:
    return Estimate.plain(pearson_matrix(midranks(sample.values, sample.w), sample.w))


def _mixed(sample: Sample) -> Estimate:
    return mixed_estimate(sample, is_ordinal(sample.values))


def _polyserial(sample: Sample) -> Estimate:
    ordinal = is_ordinal(sample.values)
    if ordinal.all() or not ordinal.any():
        kind, other = ("ordinal", "polychoric") if ordinal.all() else ("continuous", "pearson")
        raise SegkitError(
            f"method='polyserial' correlates ordinal with continuous items, but all "
            f"{ordinal.size} items of X are {kind} (ordinal: whole numbers, at most {MOST_ORDINAL} "
            f"different answers); expected both kinds. Use method={other!r}."
        )
    return mixed_estimate(sample, ordinal)


def _em(sample: Sample, method: str) -> Estimate:
    n, p = sample.values.shape
    if method != "pearson":
        raise SegkitError(
            f"missing='em' was asked with {method} correlations; it is for continuous answers. Use "
            "method='pearson' (defensible from five categories on), or missing='pairwise'."
        )
    if n <= p:
        raise SegkitError(
            f"missing='em' was asked of {n} respondents and {p} items; expected more respondents "
            "than items. Leave items out, or use missing='pairwise'."
        )
    moments = normal_moments(sample.values, sample.w)
    spread = np.sqrt(np.diag(moments.covariance))
    matrix = moments.covariance / np.outer(spread, spread)
    np.fill_diagonal(matrix, 1.0)
    unsettled = () if moments.converged else ("all pairs",)
    return Estimate.plain(matrix, n_iterations=moments.n_iterations, unsettled=unsettled)


_ESTIMATES: dict[str, Callable[[Sample], Estimate]] = {
    "pearson": _pearson,
    "spearman": _spearman,
    "polychoric": polychoric_estimate,
    "tetrachoric": tetrachoric_estimate,
    "polyserial": _polyserial,
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
    changed = np.flatnonzero(held | (change > 0))
    order = changed[np.lexsort((-change[changed], ~held[changed]))]
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
            f"The estimate of {name_list(list(estimate.unsettled))} did not settle; the answers "
            "are too sparse. Leave one of the items out, or merge categories.",
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
