"""Who belongs to a segment: covariates of a latent class model, put right for its errors."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats as st

from segkit._checks import check_integer
from segkit._frames import Nullable, attach, column, frame_like, numeric_column
from segkit._result import Result
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.describing.contrasts import LEVEL, Z, adjusted
from segkit.segments.three_step.assigning import Assigned, assigned, check_outside
from segkit.segments.three_step.bch import wald_test
from segkit.segments.three_step.covariate_design import Covariate, check_design, covariate_columns
from segkit.segments.three_step.error_logit import Logit, error_logit

__all__ = ["Covariates", "covariates"]


@dataclass(frozen=True, repr=False)
class Covariates(Result):
    """How the odds of belonging to a segment change with covariates.

    Attributes
    ----------
    table : frame
        The rows; see `frame`.
    tests : frame
        Each covariate over all segments and answers: covariate, wald, df, p, p_adjusted
        (Benjamini and Hochberg).
    reference : int
        The segment that the others are compared with.
    assignment : {"modal", "proportional"}
        How people were put into segments.
    n_segments : int
        The number of segments.
    n_respondents : int
        People with all covariates, some answer to the model's items and some weight.
    n_missing : int
        People left out because a covariate is missing.
    weighted : bool
        True when survey weights were given.
    endless : tuple of str
        Covariates (and answers) with a coefficient that runs to infinity.
    log_likelihood : float
        Of the assigned segments, given the covariates; weighted.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from segkit.segments import LatentClass
    >>> rng = np.random.default_rng(0)
    >>> age = rng.normal(40, 10, 600)
    >>> truth = rng.random(600) < 1 / (1 + np.exp(0.5 - 0.1 * (age - 40)))
    >>> answers = (rng.random((600, 6)) < np.where(truth, 0.8, 0.2)[:, None]).astype(float)
    >>> model = LatentClass(2, n_init=5).fit(answers)
    >>> found = covariates(model, answers, pd.DataFrame({"age": age}))
    >>> found.frame()["odds_ratio"].round(1).tolist()
    [0.0, 1.1]
    """

    table: Any
    tests: Any
    reference: int
    assignment: str
    n_segments: int
    n_respondents: int
    n_missing: int
    weighted: bool
    endless: tuple[str, ...]
    log_likelihood: float

    def frame(self) -> Any:
        """Return one row a segment but the reference, and covariate (for text: and level).

        Returns
        -------
        frame
            segment, reference : the segment, and the one it is compared with;
            covariate : "intercept", or the covariate;
            level, against : of text and yes/no, the answer and the one it is compared with;
            coefficient, se, low, high : what a unit (an answer) adds to the log odds, its
            standard error and 95 % interval;
            odds_ratio, odds_low, odds_high : the same as a factor of the odds;
            p : two-sided, of no relation;
            uncorrected : the coefficient from the people put into the segments, errors and all.
        """
        return self.table

    def plot(self, ax: Any = None) -> Any:
        """Draw the odds ratios with their intervals.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        """
        from segkit.plots.covariates import plot_covariates

        return plot_covariates(self.table, ax=ax)

    def summary(self) -> str:
        """Return one paragraph: method, base, what was left out, which covariates matter."""
        p = numeric_column(self.tests, "p_adjusted")
        names = column(self.tests, "covariate").tolist()
        related = [str(n) for n, value in zip(names, p, strict=True) if value < 1 - LEVEL]
        told = ", ".join(related[:6]) if related else "none of the covariates"
        weights = ", weighted" if self.weighted else ""
        left = f" {self.n_missing} with a missing covariate are left out." if self.n_missing else ""
        if self.endless:
            left += f" No finite coefficient: {', '.join(self.endless)}."
        return (
            f"Covariates of {self.n_segments} segments, {self.n_respondents} respondents{weights}: "
            f"three-step maximum likelihood ({self.assignment} assignment), a multinomial logit "
            f"against segment {self.reference}; robust 95 % intervals, which count the uncertainty "
            f"of the model.{left} Related to the segments (Wald, p adjusted, 5 %): {told}."
        )


def covariates(
    model: Any,
    X: Any,
    table: Any,
    *,
    reference: int = 0,
    assignment: str = "modal",
    sample_weight: Any = None,
) -> Covariates:
    """Say who belongs to which segment, without the bias of assigning people.

    Parameters
    ----------
    model : LatentClass
        A fitted model of at least two segments.
    X : frame or array of shape (n_respondents, n_items)
        The answers of the fit.
    table : frame or array of shape (n_respondents, n_covariates)
        Covariates beside these answers: numbers as they are, yes/no columns (yes against no)
        and text (each answer against the first one). None of them among the model's items.
        Respondents with a missing covariate are left out, with a warning.
    reference : int, default 0
        The segment that the others are compared with.
    assignment : {"modal", "proportional"}, default "modal"
        People go to their most probable segment, or to each by its probability.
    sample_weight : array-like of shape (n_respondents,), optional
        The survey weights of the fit.

    Returns
    -------
    Covariates

    Raises
    ------
    SegkitError
        For a model that is no fitted `LatentClass`, answers or weights that are not those of the
        fit, a covariate among the model's items, one that is constant or follows from the others.

    Notes
    -----
    The logit ``P(t | z) = exp(b_t z) / sum_u exp(b_u z)``, with ``b`` zero for the reference,
    maximises ``sum_i w_i sum_s a_is log sum_t P(t | z_i) D_ts``: ``z_i`` are the covariates of
    respondent i, ``w_i`` the survey weight, ``a_is`` 1 where i was put into s, D the
    classification errors (`classification_error`), held fixed. Without D (column
    `uncorrected`) relations look weaker than they are.

    The covariance is the sandwich over what each respondent contributes to the estimates, by the
    covariates, by the error matrix and by the model's parameters: survey weights are welcome, and
    intervals are as long as they must be where segments overlap.

    The odds ratio of a number is that of one unit: of a year, not of a decade. Covariates must be
    related to the items through the segments alone. A coefficient that
    runs to infinity (nobody of a segment gives that answer, say) has no interval, and a warning
    names it.

    References
    ----------
    Vermunt, J. K. (2010). Latent class modeling with covariates: two improved three-step
    approaches. Political Analysis 18, 450-469, equations 14 and 15.
    Bakk, Z., Oberski, D. L. and Vermunt, J. K. (2014). Relating latent class assignments to
    external variables: standard errors for correct inference. Political Analysis 22, 520-540.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from segkit.segments import LatentClass
    >>> rng = np.random.default_rng(0)
    >>> age = rng.normal(40, 10, 600)
    >>> truth = rng.random(600) < 1 / (1 + np.exp(0.5 - 0.1 * (age - 40)))
    >>> answers = (rng.random((600, 6)) < np.where(truth, 0.8, 0.2)[:, None]).astype(float)
    >>> model = LatentClass(2, n_init=5).fit(answers)
    >>> found = covariates(model, answers, pd.DataFrame({"age": age}))
    >>> found.frame()[["segment", "covariate", "coefficient", "uncorrected"]].round(2)
       segment  covariate  coefficient  uncorrected
    0        1  intercept        -4.02        -3.73
    1        1        age         0.09         0.08
    """
    check_outside(X, table, what="covariates")
    people = assigned(model, X, assignment, sample_weight)
    k = model.n_segments_
    if k < 2:
        raise SegkitError("model has one segment; expected at least two to compare. Fit it anew.")
    check_integer(reference, name="reference", low=0, high=k - 1)
    columns = covariate_columns(table)
    design = np.column_stack([np.ones(len(people.w)), *(c.values[people.counted] for c in columns)])
    complete = ~np.isnan(design).any(axis=1)
    check_design(design[complete], columns)
    order = np.concatenate([[reference], np.delete(np.arange(k), reference)])
    corrected, plain = _fitted(design, complete, people, order)
    n_missing = int((~complete).sum())
    _warn(n_missing, corrected, columns, order)
    return Covariates(
        table=_table(table, columns, corrected, plain, order),
        tests=_tests(table, columns, corrected),
        reference=int(reference),
        assignment=assignment,
        n_segments=k,
        n_respondents=int(complete.sum()),
        n_missing=n_missing,
        weighted=sample_weight is not None,
        endless=tuple(
            columns[j].title for j in np.flatnonzero(corrected.endless[:, 1:].any(axis=0))
        ),
        log_likelihood=corrected.log_likelihood,
    )


def _fitted(
    design: np.ndarray, complete: np.ndarray, people: Assigned, order: np.ndarray
) -> tuple[Logit, Logit]:
    """Fit the logit with and without the errors, the reference first."""
    k = order.size
    places, error = people.places[:, order], people.error[np.ix_(order, order)]
    influence = people.influence.reshape(-1, k, k)[:, order][:, :, order].reshape(-1, k * k)
    # somebody without covariates still counts for the errors
    z = np.where(complete[:, None], design, 0.0)
    w = np.where(complete, people.w, 0.0)
    plain = error_logit(z, places, np.eye(k), w)
    return error_logit(z, places, error, w, influence), plain


def _warn(n_missing: int, fitted: Logit, columns: list[Covariate], order: np.ndarray) -> None:
    if n_missing:
        warnings.warn(
            f"{n_missing} respondent(s) have a missing covariate and are left out. Fill it, or "
            "take the covariate out, to keep them.",
            SegkitWarning,
            stacklevel=3,
        )
    for segment, at in zip(*np.nonzero(fitted.endless), strict=True):
        if at > 0:
            warnings.warn(
                f"`{columns[at - 1].title}` has no finite coefficient for segment "
                f"{order[segment + 1]} against {order[0]}, hence no interval: nobody, or "
                "everybody, of the segment has it. Merge answers that few people give, or "
                "leave the covariate out.",
                SegkitWarning,
                stacklevel=3,
            )
            return


def _table(
    like: Any, columns: list[Covariate], fitted: Logit, plain: Logit, order: np.ndarray
) -> Any:
    reference, segments = order[0], order[1:]
    d = len(columns) + 1
    coefficient = fitted.coefficients.ravel()
    se = np.sqrt(np.diag(fitted.covariance))
    low, high = coefficient - Z * se, coefficient + Z * se
    names = ["intercept", *(c.name for c in columns)]
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        odds, odds_low, odds_high = np.exp(coefficient), np.exp(low), np.exp(high)
        p = 2 * st.norm.sf(np.abs(coefficient) / se)
    figures = {
        "reference": np.full(coefficient.size, reference),
        "covariate": np.array(names * len(segments), dtype=object),
        "level": _text([None, *(c.level for c in columns)] * len(segments)),
        "against": _text([None, *(c.against for c in columns)] * len(segments)),
        "coefficient": coefficient,
        "se": se,
        "low": low,
        "high": high,
        "odds_ratio": odds,
        "odds_low": odds_low,
        "odds_high": odds_high,
        "p": p,
        "uncorrected": plain.coefficients.ravel(),
    }
    return attach(frame_like(like, {"segment": np.repeat(segments, d)}), figures)


def _tests(like: Any, columns: list[Covariate], fitted: Logit) -> Any:
    """Test each covariate over all segments and answers."""
    k, d = fitted.coefficients.shape
    names = list(dict.fromkeys(c.name for c in columns))
    results = []
    for name in names:
        own = 1 + np.flatnonzero([c.name == name for c in columns])
        at = (np.arange(k)[:, None] * d + own).ravel()
        results.append(
            wald_test(fitted.coefficients.ravel()[at], fitted.covariance[np.ix_(at, at)])
        )
    wald, freedom, p = (np.array(column) for column in zip(*results, strict=True))
    columns_of = {"covariate": names, "wald": wald, "df": freedom, "p": p}
    return frame_like(like, columns_of | {"p_adjusted": adjusted(p)})


def _text(values: list[str | None]) -> Nullable:
    text = np.array([v or "" for v in values], dtype=object)
    return Nullable(text, np.array([v is None for v in values]))
