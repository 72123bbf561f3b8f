"""What follows from a segment: outcomes of a latent class model, put right for its errors."""

import warnings
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from segkit._checks import check_option
from segkit._frames import column, numeric_column
from segkit._result import Result
from segkit._weights import weighted_mean
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.describing.contrasts import LEVEL
from segkit.segments.describing.table_rows import Row, table_rows
from segkit.segments.three_step.assigning import Assigned, assigned, check_outside
from segkit.segments.three_step.bch import corrected_weights, segment_means
from segkit.segments.three_step.outcome_tables import (
    Found,
    difference_table,
    outcome_table,
    wald_table,
)

__all__ = ["Outcomes", "outcomes"]


@dataclass(frozen=True, repr=False)
class Outcomes(Result):
    """Means and shares of outcomes in each segment, put right for classification errors.

    Attributes
    ----------
    table : frame
        The rows; see `frame`.
    differences : frame
        Each pair of segments: item, level, segment, other, difference (segment minus other), se,
        low, high, p, p_adjusted (over all pairs and items; Benjamini and Hochberg).
    tests : frame
        Each item: item, n, wald (do the segments differ at all?), df, p, p_adjusted.
    assignment : {"modal", "proportional"}
        How people were put into segments.
    n_segments : int
        The number of segments.
    n_respondents : int
        People with some answer to the model's items and some weight.
    weighted : bool
        True when survey weights were given.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from segkit.segments import LatentClass
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random(600) < 0.4
    >>> answers = (rng.random((600, 5)) < np.where(truth, 0.8, 0.2)[:, None]).astype(float)
    >>> spend = pd.DataFrame({"spend": 10 + 5 * truth + rng.normal(size=600)})
    >>> found = outcomes(LatentClass(2, n_init=5).fit(answers), answers, spend)
    >>> found.frame()[["segment", "value", "uncorrected"]].round(1)
       segment  value  uncorrected
    0        0   10.1         10.2
    1        1   15.2         14.6
    """

    table: Any
    differences: Any
    tests: Any
    assignment: str
    n_segments: int
    n_respondents: int
    weighted: bool

    def frame(self) -> Any:
        """Return one row an item (for text: an item and level) and segment.

        Returns
        -------
        frame
            item, level : the outcome; the answer whose share is shown, empty for means;
            kind : "mean" or "share";
            segment;
            n : respondents who have the outcome, whatever their segment;
            n_effective : Kish's effective number of them behind the segment's figure;
            value, se, low, high : mean or share, its standard error and 95 % interval;
            uncorrected : the same of the people put into the segment, errors and all;
            overall : the same among everybody;
            small_base : fewer than 30 effective respondents.
        """
        return self.table

    def plot(self, ax: Any = None, item: str | None = None) -> Any:
        """Draw one outcome: each segment's figure with its interval, beside the uncorrected one.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        item : str, optional
            The outcome; by default the one that differs most surely.
        """
        from segkit.plots.outcomes import plot_outcome

        known = column(self.tests, "item").tolist()
        p = np.nan_to_num(numeric_column(self.tests, "p"), nan=2.0)
        wald = np.nan_to_num(numeric_column(self.tests, "wald"))
        shown = known[int(np.lexsort([-wald, p])[0])] if item is None else item
        return plot_outcome(self.table, check_option(shown, known, name="item"), ax=ax)

    def summary(self) -> str:
        """Return one paragraph: method, base, and which outcomes differ."""
        p = numeric_column(self.tests, "p_adjusted")
        names = column(self.tests, "item").tolist()
        differ = [str(n) for n, value in zip(names, p, strict=True) if value < 1 - LEVEL]
        told = f"{', '.join(differ[:6])} differ" if differ else "no outcome differs"
        weights = ", weighted" if self.weighted else ""
        return (
            f"Outcomes of {self.n_segments} segments, {self.n_respondents} respondents{weights}: "
            f"three-step means with BCH weights ({self.assignment} assignment), 95 % intervals "
            "from the sandwich covariance, which counts the uncertainty of the model; respondents "
            f"without an outcome are left out of it. By Wald tests (p adjusted, 5 %), {told} "
            "between segments."
        )


def outcomes(
    model: Any, X: Any, table: Any, *, assignment: str = "modal", sample_weight: Any = None
) -> Outcomes:
    """Compare segments on what follows from them, without the bias of assigning people.

    Parameters
    ----------
    model : LatentClass
        A fitted model of at least two segments.
    X : frame or array of shape (n_respondents, n_items)
        The answers of the fit.
    table : frame or array of shape (n_respondents, n_outcomes)
        Outcomes beside these answers: numbers (means), yes/no columns (share of yes) and text
        (share of each answer). None of them among the model's items. A missing value leaves the
        respondent out of that outcome.
    assignment : {"modal", "proportional"}, default "modal"
        People go to their most probable segment, or to each by its probability.
    sample_weight : array-like of shape (n_respondents,), optional
        The survey weights of the fit.

    Returns
    -------
    Outcomes

    Raises
    ------
    SegkitError
        For a model that is no fitted `LatentClass`, answers or weights that are not those of the
        fit, an outcome among the model's items, a segment into which nobody is put.

    Notes
    -----
    The people put into a segment are a blend of all segments, so the plain means of assigned
    people lie closer together than the segments do. The method of Bolck, Croon and Hagenaars
    (BCH) gives respondent i in segment t the weight ``v_it = w_i sum_s a_is (D^-1)_st``: ``w_i``
    the survey weight, ``a_is`` 1 where i was put into s, D the classification errors
    (`classification_error`). The figure is ``m_t = sum_i v_it y_i / sum_i v_it``.

    Its covariance is ``sum_i f_i f_i'`` with ``f_i`` what respondent i contributes: by the
    outcome, by the error matrix, and by the model's parameters. Tools that take the errors
    as known leave out the last two; where segments overlap their intervals are too short.
    Means use Student's t with the segment's effective n less one, shares Wilson's interval with
    as many respondents as would give their standard error.

    The correction holds when the outcome is related to the items through the segments alone, and
    when missing outcomes are missing alike within a segment. Where segments are hardly told
    apart (a warning says so), figures are unsteady, and a corrected share may leave 0-1.

    References
    ----------
    Bolck, A., Croon, M. and Hagenaars, J. (2004). Estimating latent structure models with
    categorical variables. Political Analysis 12, 3-27.
    Bakk, Z., Tekle, F. B. and Vermunt, J. K. (2013). Estimating the association between latent
    class membership and external variables. Sociological Methodology 43, 272-311.
    Bakk, Z., Oberski, D. L. and Vermunt, J. K. (2014). Relating latent class assignments to
    external variables: standard errors for correct inference. Political Analysis 22, 520-540.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from segkit.segments import LatentClass
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random(600) < 0.4
    >>> answers = (rng.random((600, 5)) < np.where(truth, 0.8, 0.2)[:, None]).astype(float)
    >>> spend = pd.DataFrame({"spend": 10 + 5 * truth + rng.normal(size=600)})
    >>> found = outcomes(LatentClass(2, n_init=5).fit(answers), answers, spend)
    >>> found.differences[["segment", "other", "difference"]].round(1)
       segment  other  difference
    0        0      1        -5.2
    """
    check_outside(X, table, what="outcomes")
    people = assigned(model, X, assignment, sample_weight)
    if model.n_segments_ < 2:
        raise SegkitError("model has one segment; expected at least two to compare. Fit it anew.")
    items = [list(rows) for _, rows in groupby(table_rows(table), key=lambda row: row.item)]
    found = [_measured(rows, people) for rows in items]
    _warn_of_impossible(found)
    return Outcomes(
        table=outcome_table(table, found),
        differences=difference_table(table, found),
        tests=wald_table(table, found),
        assignment=assignment,
        n_segments=model.n_segments_,
        n_respondents=len(people.w),
        weighted=sample_weight is not None,
    )


def _measured(rows: list[Row], people: Assigned) -> Found:
    """Measure one item in every segment."""
    values = np.column_stack([row.values for row in rows])[people.counted]
    seen = ~np.isnan(values).any(axis=1)
    weights = corrected_weights(people.places, people.error, people.w)
    means = segment_means(
        values, weights, people.error, people.influence, numbers=not rows[0].is_share
    )
    plain = segment_means(values, people.places * people.w[:, None])
    return Found(rows, means, plain.value, weighted_mean(values, people.w), int(seen.sum()))


def _warn_of_impossible(found: list[Found]) -> None:
    beyond = [
        f.rows[0].item
        for f in found
        if f.rows[0].is_share and ((f.means.value < 0) | (f.means.value > 1)).any()
    ]
    empty = [f.rows[0].item for f in found if (f.means.n_effective == 0).any()]
    for names, fault in (
        (beyond, "has a corrected share below 0 or above 1"),
        (empty, "has no figure in some segment, as too few people have it"),
    ):
        if names:
            warnings.warn(
                f"`{names[0]}` {fault} ({len(names)} such outcome(s)): segments overlap too much "
                "for so few people. Read it as unknown, or ask for fewer segments.",
                SegkitWarning,
                stacklevel=3,
            )
