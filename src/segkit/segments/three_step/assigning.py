"""People put into segments by a latent class model, and the errors of doing so.

A division of people into segments makes errors, and whatever is related to the segments
afterwards looks weaker than it is. The errors are known, though: the model says how likely
each segment is for each respondent. `outcomes` and `covariates` put them right.

References
----------
Vermunt, J. K. (2010). Latent class modeling with covariates: two improved three-step
approaches. Political Analysis 18, 450-469, equations 5 and 6.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_fitted, check_option, check_same_rows, name_list
from segkit._frames import column_names, is_frame, matrix, n_rows, take
from segkit._result import percent
from segkit._weights import check_weights, effective_size
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.agreement import one_hot
from segkit.segments.mixtures.latent_class import LatentClass
from segkit.segments.three_step.error_influence import error_influence

__all__ = ["Assigned", "assigned", "check_outside", "error_matrix"]

ASSIGNMENTS = ("modal", "proportional")

DOUBTFUL = 0.5
"""A segment that keeps a smaller share of its people is hardly told apart from others."""


@dataclass(frozen=True)
class Assigned:
    """People put into segments by a model, and the errors of doing so.

    Attributes
    ----------
    places : ndarray of shape (n_counted, K)
        The share of each respondent that each segment gets: one of them all of it (modal), or
        each its membership (proportional).
    error : ndarray of shape (K, K)
        Probability of being put into a segment (column) for those of a segment (row).
    influence : ndarray of shape (n_counted, K K)
        What each respondent contributes to the uncertainty of `error`.
    w : ndarray of shape (n_counted,)
        Survey weights.
    counted : ndarray of shape (n,)
        Which respondents count: some weight and some answer.
    """

    places: np.ndarray
    error: np.ndarray
    influence: np.ndarray
    w: np.ndarray
    counted: np.ndarray

    @property
    def size(self) -> np.ndarray:
        """The share of each segment once the errors are put right, shape (K,)."""
        put = self.w @ self.places / self.w.sum()
        return np.linalg.solve(self.error.T, put)


def assigned(model: Any, X: Any, assignment: str, sample_weight: Any) -> Assigned:
    """Put people into segments and measure the errors.

    Parameters
    ----------
    model : LatentClass
        A fitted model.
    X : frame or array of shape (n, n_items)
        Answers.
    assignment : {"modal", "proportional"}
        How people are put into segments.
    sample_weight : array-like of shape (n,) or None
        Survey weights.

    Returns
    -------
    Assigned
    """
    if not isinstance(model, LatentClass):
        raise SegkitError(
            f"model is a {type(model).__name__}; expected a fitted LatentClass, which knows how "
            "likely its errors are. Describe the segments of other methods with profile."
        )
    check_fitted(model)
    check_option(assignment, ASSIGNMENTS, name="assignment")
    w = check_weights(sample_weight, n_rows(X))
    values = matrix(X).values
    counted = ~np.isnan(values).all(axis=1) & (w > 0)
    values, w = values[counted], w[counted]
    membership, log_density = model._memberships(take(X, counted))
    _check_of_the_fit(model, log_density, w)
    places = membership
    if assignment == "modal":
        places = one_hot(membership.argmax(axis=1), model.n_segments_)
    error = error_matrix(membership, places, w)
    _refuse_empty(error)
    _warn_of_doubtful(error)
    influence = error_influence(model._solution, values, places, error, w)
    return Assigned(places, error, influence, w, counted)


def error_matrix(membership: np.ndarray, places: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return P(put into s | belongs to t), rows t.

    Parameters
    ----------
    membership : ndarray of shape (n, K)
        Membership probabilities.
    places : ndarray of shape (n, K)
        The share of each respondent that each segment gets.
    w : ndarray of shape (n,)
        Weights.

    Returns
    -------
    ndarray of shape (K, K)

    Examples
    --------
    >>> membership = np.array([[0.75, 0.25], [0.25, 0.75]])
    >>> error_matrix(membership, np.eye(2), np.ones(2))
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    joint = (membership * w[:, None]).T @ places
    return np.asarray(joint / joint.sum(axis=1, keepdims=True))


def check_outside(X: Any, table: Any, *, what: str) -> None:
    """Make sure that a table stands beside the answers and holds none of the used items."""
    check_same_rows(n_rows(table), n_rows(X), what="table", other="X")
    if not (is_frame(X) and is_frame(table)):
        return
    inside = [n for n in column_names(table) if n in column_names(X)]
    if inside:
        raise SegkitError(
            f"table holds {name_list(inside)}, which made the segments; expected fields from "
            f"outside as {what}. Take them out: the correction holds for fields that are related "
            "to the items through the segments alone."
        )


def _check_of_the_fit(model: LatentClass, log_density: np.ndarray, w: np.ndarray) -> None:
    """Make sure that answers and weights give the fit's log-likelihood, whatever their unit."""
    here = float(w @ log_density / w.sum()) * effective_size(w)
    there = model.n_parameters_ - model.aic_ / 2
    if abs(here - there) > 1e-5 * max(abs(there), 1.0):
        raise SegkitError(
            f"X and sample_weight give a log-likelihood of {here:.2f}, but the fit had "
            f"{there:.2f}; expected the answers and the weights of the fit. Give these, "
            "and leave people out by missing values in the table."
        )


def _refuse_empty(error: np.ndarray) -> None:
    empty = np.flatnonzero(error.sum(axis=0) < 1e-12)
    if empty.size:
        raise SegkitError(
            f"Nobody is put into segment {empty[0]} by the most probable one; expected some people "
            'in each, or its errors are unknown. Give assignment="proportional", or fewer segments.'
        )


def _warn_of_doubtful(error: np.ndarray) -> None:
    weak = np.flatnonzero(np.diag(error) < DOUBTFUL)
    if weak.size:
        warnings.warn(
            f"Of the people of segment {weak[0]} only {percent(error[weak[0], weak[0]])} are put "
            "into it: the segments are hardly told apart, and corrected figures are unsteady. Ask "
            "for fewer segments, or more items.",
            SegkitWarning,
            stacklevel=4,
        )
