"""The tables of a test of invariance."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import norm

from segkit._checks import name_list
from segkit._frames import Origin
from segkit.factors.confirming.robust_errors import estimate_covariances, slope_covariances
from segkit.factors.confirming.structure import Structure
from segkit.factors.groups.answer_groups import AnswerGroups
from segkit.factors.groups.invariance_items import ItemTest
from segkit.factors.groups.invariance_ladder import LEVEL, Rung

__all__ = ["congruence_frame", "items_frame", "means_frame", "partial_frame", "steps_frame"]

_NORMAL_95 = float(norm.ppf(0.975))
_OF_FIT = (
    "n", "chi2", "df", "p", "scaling", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr",
    "bic",
)  # fmt: skip


def steps_frame(rungs: Sequence[Rung], origin: Origin) -> Any:
    """Return one row a step: fit, change from the step before, difference test, holds."""
    columns: dict[str, list] = {"step": [r.step for r in rungs]}
    columns |= {name: [getattr(r.fit, name) for r in rungs] for name in _OF_FIT}
    columns |= _differences(rungs)
    return origin.frame({**columns, "holds": [r.holds for r in rungs]})


def partial_frame(tried: Sequence[Rung], items: Sequence[str], origin: Origin) -> Any:
    """Return one row a model that was tried when items were freed."""
    columns: dict[str, list] = {
        "step": [r.step for r in tried],
        "freed": [name_list([items[i] for i in sorted(r.freed.of(r.step))], 99) for r in tried],
    }
    for name in ("chi2", "df", "cfi", "rmsea"):
        columns[name] = [getattr(r.fit, name) for r in tried]
    columns |= _differences(tried)
    return origin.frame({**columns, "holds": [r.holds for r in tried]})


def items_frame(
    tests: Mapping[str, Sequence[ItemTest]],
    items: Sequence[str],
    groups: Sequence[str],
    origin: Origin,
) -> Any:
    """Return one row a step and item, in the order of the items."""
    rows = [(step, test) for step, listed in tests.items() for test in listed]
    return origin.frame(
        {
            "step": [step for step, _ in rows],
            "item": [items[t.item] for _, t in rows],
            "chi2": [t.statistic for _, t in rows],
            "df": [t.df for _, t in rows],
            "p": [t.p for _, t in rows],
            "p_adjusted": [t.p_adjusted for _, t in rows],
            "difference": [t.change for _, t in rows],
            "group": [groups[t.group] for _, t in rows],
            "breaks": [t.p_adjusted < LEVEL for _, t in rows],
        }
    )


def congruence_frame(
    values: np.ndarray | None, factors: Sequence[str], groups: Sequence[str], origin: Origin
) -> Any:
    """Return factor, group, congruence; no rows where there is none."""
    shown = np.empty((0, len(factors))) if values is None else values
    names = list(groups)[: shown.shape[0]]
    return origin.frame(
        {
            "factor": [f for f in factors for _ in names],
            "group": [g for _ in factors for g in names],
            "congruence": shown.T.ravel(),
        }
    )


def means_frame(
    scalar: Rung, tried: Sequence[Rung], read: AnswerGroups, structure: Structure
) -> Any:
    """Return factor, group, mean, se, low, high, sd in units of the first group."""
    partial = [r for r in tried if r.step == "scalar" and r.holds]
    rung = partial[-1] if partial and not scalar.holds else scalar
    fit = rung.model
    spread, _ = slope_covariances(fit, read.cases, fit.design.entries, fit.design.n_parameters)
    errors = np.sqrt(np.diag(estimate_covariances(fit, spread)))
    rows = [
        (factor, group, *_mean_of(fit, errors, g, j))
        for j, factor in enumerate(structure.factors)
        for g, group in enumerate(read.names)
    ]
    factor, group, mean, se, sd = zip(*rows, strict=True)
    middle, error = np.array(mean), np.array(se)
    return read.origin.frame(
        {
            "factor": list(factor),
            "group": list(group),
            "mean": middle,
            "se": error,
            "low": middle - _NORMAL_95 * error,
            "high": middle + _NORMAL_95 * error,
            "sd": np.array(sd),
        }
    )


def _mean_of(fit: Any, errors: np.ndarray, g: int, j: int) -> tuple[float, float, float]:
    matrices, entries = fit.matrices[g], fit.design.entries[g]
    at = entries.where("factor_means")
    mine = at[entries.row[at] == j]
    se = float(errors[entries.parameter[mine[0]]]) if mine.size else 0.0
    sd = float(np.sqrt(max(matrices.factor_covariances[j, j], 0.0)))
    return float(matrices.factor_means[j]), se, sd


def _differences(rungs: Sequence[Rung]) -> dict[str, list]:
    named = {
        "delta_cfi": "cfi",
        "delta_rmsea": "rmsea",
        "delta_srmr": "srmr",
        "difference_chi2": "chi2",
        "difference_df": "df",
        "difference_p": "p",
    }
    return {
        name: [np.nan if r.difference is None else float(getattr(r.difference, of)) for r in rungs]
        for name, of in named.items()
    }
