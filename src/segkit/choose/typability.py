"""Could we tell who belongs where? A small typing tool on respondents it has not seen."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from segkit._checks import check_columns, check_frame, check_same_rows
from segkit._frames import column_names, n_rows, select, take
from segkit._weights import effective_size
from segkit.exceptions import SegkitError
from segkit.typing_tool.evaluation.crossfit import CrossFitting, cross_fit
from segkit.typing_tool.evaluation.metrics import figures, sums_of
from segkit.typing_tool.fitting import read_respondents
from segkit.typing_tool.models.model import Settings

__all__ = ["typable_fields", "typed_kappa"]

N_TREES = 40
N_FOLDS = 3


def typable_fields(fields: Any, excluded: Sequence[str], n: int) -> Any:
    """Return the fields that may type people.

    Parameters
    ----------
    fields : frame of shape (n_respondents, n_fields)
        What the base knows.
    excluded : sequence of str
        Fields that may not be used.
    n : int
        The number of respondents.

    Raises
    ------
    SegkitError
        For a table that is no frame, has another length, lacks an excluded field or holds no
        other.
    """
    check_frame(fields, what="fields")
    check_same_rows(n_rows(fields), n, what="fields", other="X")
    check_columns(fields, list(excluded), what="fields")
    kept = [name for name in column_names(fields) if name not in set(excluded)]
    if not kept:
        raise SegkitError(
            "constraints excludes every field; expected at least one that may type people."
        )
    return select(fields, kept)


def typed_kappa(fields: Any, labels: np.ndarray, w: np.ndarray, random_state: Any) -> float:
    """Return the kappa of a small typing tool, cross-fitted.

    Parameters
    ----------
    fields : frame of shape (n, n_fields)
        Fields, or answers to a few questions.
    labels : ndarray of shape (n,)
        Segments; somebody in none (-1) is left out.
    w : ndarray of shape (n,)
        Weights.
    random_state : int
        The seed.

    Returns
    -------
    float
        Agreement beyond chance of a forest of 40 trees on respondents that it has not seen
        (3 folds); NaN where a segment has too few people for that.
    """
    inside = np.flatnonzero(labels >= 0)
    if np.bincount(labels[inside]).min() < N_FOLDS:
        return np.nan
    people = read_respondents(take(fields, inside), labels[inside], w[inside], N_FOLDS)
    settings = Settings(n_trees=N_TREES, max_leaves=64, min_leaf=5.0, calibrate=False, n_jobs=None)
    fitting = CrossFitting(N_FOLDS, 1, importance=False)
    fit = cross_fit(people.columns, people.truth, people.w, settings, fitting, random_state)
    found = figures(sums_of(fit, people.w[None]), effective_size(people.w))
    return float(found["kappa", -1][0, 0])
