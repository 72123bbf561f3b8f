"""Any scikit-learn classifier as a voter, for comparison with forest and scorecard.

It learns one column of zeros and ones for each code, so that no classifier reads an order
into the codes of a text; numbers have the few bins of a scorecard. A respondent with
memberships becomes one weighted row for each segment. Probabilities become whole votes.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils.validation import has_fit_parameter

from segkit._checks import check_model
from segkit._resample import spawn_seeds, stratified_folds
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool.models.logit import Design

__all__ = [
    "Classifier",
    "check_classifier",
    "check_learnable",
    "cross_votes",
    "fit_classifier",
]

CLASSIFIER = "'forest', 'scorecard', or a scikit-learn classifier, for example LogisticRegression()"

VOTES = 1 << 20
"""Whole votes that the probabilities of one person make."""

N_FOLDS = 5  # of the votes that did not know the respondent
BLOCK = 8192  # rows of zeros and ones in memory at a time


@dataclass(frozen=True)
class Classifier:
    """A fitted classifier over codes.

    Attributes
    ----------
    estimator : object
        The fitted scikit-learn classifier.
    design : Design
        The columns of the codebook.
    n_segments : int
        The number of segments.
    """

    estimator: Any
    design: Design
    n_segments: int

    def score(self, codes: np.ndarray, n_jobs: int | None = None) -> np.ndarray:
        """Return the votes of rows of codes, shape (n_rows, n_segments), int64."""
        del n_jobs  # the classifier has its own
        out = np.zeros((len(codes), self.n_segments), dtype=np.int64)
        for start in range(0, len(codes), BLOCK):
            X = _columns(self.design, codes[start : start + BLOCK])
            votes = np.rint(self.estimator.predict_proba(X) * VOTES).astype(np.int64)
            # a fold may lack a segment
            out[start : start + BLOCK, self.estimator.classes_.astype(np.intp)] = votes
        return out

    def score_one(self, codes: np.ndarray) -> np.ndarray:
        """Return the votes of one row of codes, shape (n_segments,)."""
        return np.asarray(self.score(codes[None])[0])

    def summary(self) -> str:
        """Return what it is in a few words."""
        return f"scikit-learn {type(self.estimator).__name__}"


def check_classifier(model: Any) -> None:
    """Refuse what is no classifier with probabilities.

    Raises
    ------
    SegkitError
        For a class in place of an instance, no ``fit``, no ``predict_proba``.
    """
    check_model(model, expected=CLASSIFIER)
    if not hasattr(model, "predict_proba"):
        raise SegkitError(
            f"The model {type(model).__name__} has no predict_proba; expected a classifier that "
            "gives probabilities. Wrap it in CalibratedClassifierCV, or choose another."
        )


def check_learnable(model: Any, membership: np.ndarray, w: np.ndarray) -> None:
    """Make sure that a model can learn from memberships and weights; strings name those that can.

    Raises
    ------
    SegkitError
        For memberships, and a classifier that takes no weights: it would need weighted rows.

    Warns
    -----
    SegkitWarning
        For weights that differ, and a classifier that takes none: it learns as if all were equal.
    """
    if isinstance(model, str) or has_fit_parameter(model, "sample_weight"):
        return
    name = type(model).__name__
    if ((membership > 0) & (membership < 1)).any():
        raise SegkitError(
            f"The classifier {name} takes no sample_weight, hence cannot learn memberships. Give "
            "labels, or choose a classifier whose fit takes sample_weight."
        )
    if np.ptp(w) > 0:
        warnings.warn(
            f"The classifier {name} takes no sample_weight: it learns as if all respondents "
            "weighed the same. The figures of the evaluation are weighted all the same.",
            SegkitWarning,
            stacklevel=3,
        )


def fit_classifier(
    estimator: Any,
    design: Design,
    codes: np.ndarray,
    membership: np.ndarray,
    w: np.ndarray,
    seed: int,
) -> Classifier:
    """Fit a clone of a classifier.

    Parameters
    ----------
    estimator : object
        The classifier; it stays as it is.
    design : Design
        The columns of the codebook, each field without an order.
    codes : ndarray of shape (n_respondents, n_fields)
        Codes of the fields, rows in canonical order.
    membership : ndarray of shape (n_respondents, n_segments)
        Shares of the segments.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    seed : int
        Given to every ``random_state`` of the classifier that is None.

    Returns
    -------
    Classifier
    """
    row, segment = np.nonzero(membership)
    X = _columns(design, codes)[row]
    fresh = clone(estimator)
    fresh.set_params(**dict.fromkeys(_unseeded(fresh), seed))
    if has_fit_parameter(fresh, "sample_weight"):
        share = w * (w.size / w.sum())
        fresh.fit(X, segment, sample_weight=share[row] * membership[row, segment])
    else:
        fresh.fit(X, segment)
    return Classifier(fresh, design, membership.shape[1])


def cross_votes(
    estimator: Any,
    design: Design,
    codes: np.ndarray,
    membership: np.ndarray,
    w: np.ndarray,
    seed: int,
) -> np.ndarray:
    """Return each respondent's votes by a classifier fitted without them (five folds)."""
    votes = np.zeros(membership.shape, dtype=np.int64)
    for train, test, own in _parts(membership, seed):
        fitted = fit_classifier(estimator, design, codes[train], membership[train], w[train], own)
        votes[test] = fitted.score(codes[test])
    return votes


def _columns(design: Design, codes: np.ndarray) -> np.ndarray:
    """Return a column of zeros and ones for each code; those that nobody had share one."""
    return design.columns(codes)[:, 1:]


def _unseeded(estimator: Any) -> list[str]:
    own = estimator.get_params()
    return [n for n, v in own.items() if v is None and n.split("__")[-1] == "random_state"]


def _parts(membership: np.ndarray, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
    """Yield the respondents to learn from, those left out, and a seed."""
    n, labels = len(membership), membership.argmax(axis=1)
    seeds = spawn_seeds(seed, N_FOLDS + 1)
    folds = stratified_folds(labels, N_FOLDS, np.arange(n), int(seeds[-1]))
    for fold in range(min(N_FOLDS, n)):
        yield np.flatnonzero(folds != fold), np.flatnonzero(folds == fold), int(seeds[fold])
