"""All coefficients of one scale, and their intervals, from the answers to its items."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from segkit._checks import name_list
from segkit.exceptions import SegkitError
from segkit.factors.correlations.correlation import correlate_sample
from segkit.factors.correlations.correlation_result import Correlation
from segkit.factors.extraction.extraction import most_factors
from segkit.factors.sample import Sample
from segkit.factors.scales.alpha import (
    alpha_from,
    alpha_without,
    contrary_items,
    guttman6,
    item_rest,
    pairwise_covariances,
)
from segkit.factors.scales.categorical_omega import categorical_omega
from segkit.factors.scales.omega import Omega, omega_from, omega_gradient
from segkit.factors.scales.reliability_bootstrap import COEFFICIENTS, bootstrap_reliability
from segkit.factors.scales.reliability_interval import (
    alpha_jackknife,
    feldt_interval,
    linear_jackknife,
    logarithmic_interval,
    pair_effective_n,
)
from segkit.factors.scales.scale_keys import ScaleKey

__all__ = ["Interval", "ScaleReliability", "Settings", "measure_scale"]

Interval = tuple[float, float]

UNKNOWN: Interval = (np.nan, np.nan)
ENOUGH_ITEMS = 9
"""From this many items on, each of three group factors can have three."""


@dataclass(frozen=True)
class Settings:
    """What is asked of every scale: the parameters of `reliability` of the same names."""

    correlation: str
    n_factors: int | None
    interval: str
    level: float
    n_boot: int
    random_state: Any


@dataclass(frozen=True, eq=False)
class ScaleReliability:
    """Everything about one scale; NaN where something is not defined.

    Attributes
    ----------
    key : ScaleKey
        Its items.
    n : int
        Respondents who answered any of the items (all of them, when listwise).
    effective_n : float
        Harmonic mean over pairs of items of Kish's n: what the intervals rest on.
    n_answered : ndarray of shape (n_items,)
        Respondents who answered the item.
    alpha, standardised, lambda6, average_r : float
        From covariances alone.
    omega_total, hierarchical, categorical : float
        From the factor model.
    n_factors : int
        Of that model; 0 for a scale of two items.
    intervals : dict of str to Interval
        Of "alpha", "omega" and "categorical".
    item_rest, loading, without : ndarray of shape (n_items,)
        Item-rest correlation, loading on the (general) factor, alpha without the item.
    contrary : ndarray of bool of shape (n_items,)
        Items that run against the scale.
    heywood : tuple of str
        Items whose uniqueness stands at its bound.
    n_failed : int
        Bootstrap replicates that were left out because an item did not vary in them.
    """

    key: ScaleKey
    n: int
    effective_n: float
    n_answered: np.ndarray
    alpha: float
    standardised: float
    lambda6: float
    average_r: float
    omega_total: float
    hierarchical: float
    categorical: float
    n_factors: int
    intervals: dict[str, Interval]
    item_rest: np.ndarray
    loading: np.ndarray
    without: np.ndarray
    contrary: np.ndarray
    heywood: tuple[str, ...]
    n_failed: int = 0


def measure_scale(
    key: ScaleKey, sample: Sample, settings: Settings, *, missing: str
) -> ScaleReliability:
    """Compute the coefficients of one scale.

    Parameters
    ----------
    key : ScaleKey
        The scale.
    sample : Sample
        The answers to its items, in its order, as they were given.
    settings : Settings
        What is asked.
    missing : {"pairwise", "listwise"}
        How missing answers were treated in `sample`.

    Returns
    -------
    ScaleReliability
    """
    k = _factors_of(key, settings.n_factors)
    sample = replace(sample, values=sample.values * np.array(key.signs))
    # first, because it refuses pairs that nobody answered together
    found = correlate_sample(sample, settings.correlation, missing=missing)
    covariances = pairwise_covariances(sample)
    _refuse_cancelling(covariances, key)
    omega = omega_from(found.matrix, k) if k else None
    n = pair_effective_n(sample)
    pairs = found.matrix[np.triu_indices(len(key.items), 1)]
    intervals, n_failed = _intervals(sample, covariances, found, omega, settings)
    return ScaleReliability(
        key=key,
        n=sample.n_respondents,
        effective_n=n,
        n_answered=(~np.isnan(sample.values)).sum(axis=0),
        alpha=float(alpha_from(covariances)),
        standardised=float(alpha_from(found.matrix)),
        lambda6=guttman6(found.matrix),
        average_r=float(pairs.mean()),
        omega_total=omega.total if omega else np.nan,
        hierarchical=omega.hierarchical if omega else np.nan,
        categorical=_categorical(found),
        n_factors=k,
        intervals=intervals,
        item_rest=item_rest(covariances),
        loading=omega.general if omega else np.full(len(key.items), np.nan),
        without=alpha_without(covariances),
        contrary=contrary_items(found.matrix, n),
        heywood=_heywood(omega, key),
        n_failed=n_failed,
    )


def _factors_of(key: ScaleKey, asked: int | None) -> int:
    p = len(key.items)
    if p == 2:
        return 0
    if asked is None:
        return 3 if p >= ENOUGH_ITEMS else 1
    if asked > most_factors(p):
        raise SegkitError(
            f"n_factors={asked} was asked of the scale `{key.name}`, whose {p} items tell at most "
            f"{most_factors(p)} apart; expected no more. Leave n_factors=None, which takes 1 "
            f"below {ENOUGH_ITEMS} items, or call for the longer scales alone."
        )
    return asked


def _refuse_cancelling(covariances: np.ndarray, key: ScaleKey) -> None:
    if covariances.sum() > 1e-10 * covariances.trace():
        return
    raise SegkitError(
        f"The items of the scale `{key.name}` ({name_list(key.items)}) cancel each other: their "
        "sum does not vary, so it has no reliability. Write '-item' for items that are worded "
        "against the scale."
    )


def _heywood(omega: Omega | None, key: ScaleKey) -> tuple[str, ...]:
    full = omega.extraction.heywood if omega else np.zeros(len(key.items), dtype=bool)
    return tuple(item for item, at_bound in zip(key.items, full, strict=True) if at_bound)


def _categorical(found: Correlation) -> float:
    """Categorical omega, of ordinal items; it has one factor."""
    if not found.thresholds or len(found.names) < 3:
        return np.nan
    return categorical_omega(
        found.matrix,
        omega_from(found.matrix, 1).general,
        list(found.thresholds.values()),
        [np.diff(values) for values in found.categories.values()],
    )


def _intervals(
    sample: Sample,
    covariances: np.ndarray,
    found: Correlation,
    omega: Omega | None,
    settings: Settings,
) -> tuple[dict[str, Interval], int]:
    """Return the intervals of alpha, omega total and categorical omega; replicates left out."""
    if settings.interval == "bootstrap":
        return _bootstrap(sample, settings, _size(omega))
    alpha, level = float(alpha_from(covariances)), settings.level
    if settings.interval == "feldt":
        n = pair_effective_n(sample)
        of_alpha = feldt_interval(alpha, n, len(found.names), level)
    else:
        of_alpha = logarithmic_interval(alpha, alpha_jackknife(sample, covariances), level)
    of_omega = UNKNOWN
    if omega is not None:
        slope = omega_gradient(found.matrix, omega)
        spread = linear_jackknife(found.influence(), slope, omega.total)
        of_omega = logarithmic_interval(omega.total, spread, level)
    return dict(zip(COEFFICIENTS, (of_alpha, of_omega, UNKNOWN), strict=True)), 0


def _size(omega: Omega | None) -> int:
    return omega.extraction.loadings.shape[1] if omega else 0


def _bootstrap(
    sample: Sample, settings: Settings, n_factors: int
) -> tuple[dict[str, Interval], int]:
    """Percentile intervals over resampled respondents."""
    values = bootstrap_reliability(
        sample, settings.correlation, n_factors, settings.n_boot, settings.random_state
    )
    kept = values[~np.isnan(values[:, 0])]
    tail = (1.0 - settings.level) / 2.0
    if len(kept) < 2:
        return dict.fromkeys(COEFFICIENTS, UNKNOWN), len(values)
    low, high = np.quantile(kept, [tail, 1.0 - tail], axis=0).tolist()
    return dict(zip(COEFFICIENTS, zip(low, high, strict=True), strict=True)), len(values) - len(
        kept
    )
