"""Corrected means of segments laid out: figures, differences of pairs, tests of items."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats as st

from segkit._frames import Nullable, attach, frame_like
from segkit.segments.describing.contrasts import LEVEL, adjusted
from segkit.segments.describing.table_rows import Row
from segkit.segments.three_step.bch import Means, share_interval, wald_test

__all__ = ["Found", "difference_table", "outcome_table", "wald_table"]

SMALL_BASE = 30
"""Below so many effective respondents a figure is flagged."""


@dataclass(frozen=True)
class Found:
    """One item in the segments.

    Attributes
    ----------
    rows : list of Row
        The item, or its answers (q of them).
    means : Means
        Corrected means (K, q).
    uncorrected : ndarray of shape (K, q)
        Means of the people put into each segment.
    overall : ndarray of shape (q,)
        Means of everybody.
    n : int
        Respondents who have the item.
    """

    rows: list[Row]
    means: Means
    uncorrected: np.ndarray
    overall: np.ndarray
    n: int


def outcome_table(like: Any, found: list[Found]) -> Any:
    """Return the figures: one row an item (or an answer of it) and segment."""
    k = len(found[0].means.value)
    each = [row for f in found for row in f.rows for _ in range(k)]
    is_share = np.array([row.is_share for row in each])
    value = np.concatenate([f.means.value.T.ravel() for f in found])
    se = np.concatenate([_errors(f.means).T.ravel() for f in found])
    n = np.concatenate([np.tile(f.means.n_effective, len(f.rows)) for f in found])
    reach = st.t.ppf(0.5 + LEVEL / 2, np.where(n > 1, n - 1, np.nan)) * se
    low, high = np.where(
        is_share, share_interval(value, se), np.stack([value - reach, value + reach])
    )
    columns = {
        "level": _levels([row.level for row in each]),
        "kind": np.array(["share" if s else "mean" for s in is_share], dtype=object),
        "segment": np.tile(np.arange(k), len(each) // k),
        "n": np.concatenate([np.full(f.means.value.size, f.n) for f in found]),
        "n_effective": n,
        "value": value,
        "se": se,
        "low": low,
        "high": high,
        "uncorrected": np.concatenate([f.uncorrected.T.ravel() for f in found]),
        "overall": np.concatenate([np.repeat(f.overall, k) for f in found]),
        "small_base": n < SMALL_BASE,
    }
    return attach(frame_like(like, {"item": [row.item for row in each]}), columns)


def difference_table(like: Any, found: list[Found]) -> Any:
    """Return the differences: one row an item (or an answer of it) and pair of segments."""
    k = len(found[0].means.value)
    first, second = np.triu_indices(k, 1)
    parts = [_pairs(f, first, second) for f in found]
    each = [row for f in found for row in f.rows for _ in first]
    difference, se, freedom = (np.concatenate([p[i] for p in parts]) for i in range(3))
    with np.errstate(invalid="ignore", divide="ignore"):
        p = np.asarray(2 * st.t.sf(np.abs(difference) / se, freedom))
        reach = st.t.ppf(0.5 + LEVEL / 2, freedom) * se
    columns = {
        "level": _levels([row.level for row in each]),
        "segment": np.tile(first, len(each) // len(first)),
        "other": np.tile(second, len(each) // len(first)),
        "difference": difference,
        "se": se,
        "low": difference - reach,
        "high": difference + reach,
        "p": p,
        "p_adjusted": adjusted(p),
    }
    return attach(frame_like(like, {"item": [row.item for row in each]}), columns)


def _pairs(
    found: Found, first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return difference, standard error and freedom (Satterthwaite's), level by level."""
    value, n = found.means.value, found.means.n_effective
    k, q = value.shape
    covariance = np.einsum("tquq->qtu", found.means.covariance.reshape(k, q, k, q))
    own = np.diagonal(covariance, axis1=1, axis2=2)
    variance = own[:, first] + own[:, second] - 2 * covariance[:, first, second]
    freedom = np.full(variance.shape, np.inf)
    if not found.rows[0].is_share:
        with np.errstate(invalid="ignore", divide="ignore"):
            parts = own**2 / np.where(n > 1, n - 1, np.nan)
            freedom = (own[:, first] + own[:, second]) ** 2 / (parts[:, first] + parts[:, second])
    difference = (value[first] - value[second]).T
    return difference.ravel(), np.sqrt(np.maximum(variance, 0.0)).ravel(), freedom.ravel()


def wald_table(like: Any, found: list[Found]) -> Any:
    """Return the Wald test of each item: that the segments do not differ at all."""
    results = []
    for f in found:
        k, q = f.means.value.shape
        apart = np.kron(np.column_stack([-np.ones(k - 1), np.eye(k - 1)]), np.eye(q))
        estimate = apart @ f.means.value.ravel()
        results.append(wald_test(estimate, apart @ f.means.covariance @ apart.T))
    wald, freedom, p = (np.array(column) for column in zip(*results, strict=True))
    columns = {
        "item": [f.rows[0].item for f in found],
        "n": np.array([f.n for f in found]),
        "wald": wald,
        "df": freedom,
        "p": p,
        "p_adjusted": adjusted(p),
    }
    return frame_like(like, columns)


def _errors(means: Means) -> np.ndarray:
    """Return standard errors of shape (K, q)."""
    return np.sqrt(np.maximum(np.diag(means.covariance), 0.0)).reshape(means.value.shape)


def _levels(levels: list[str | None]) -> Nullable:
    text = np.array([level or "" for level in levels], dtype=object)
    return Nullable(text, np.array([level is None for level in levels]))
