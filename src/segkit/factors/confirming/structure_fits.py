"""Fit a given structure to a sample: continuous answers by likelihood, ordinal by least squares."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import name_list
from segkit._threads import one_blas_thread
from segkit.exceptions import SegkitError
from segkit.factors.confirming.cases import Cases
from segkit.factors.confirming.confirmation_tables import loadings_columns
from segkit.factors.confirming.confirmatory_fit import (
    ConfirmatoryFit,
    Independence,
    confirmatory_fit,
)
from segkit.factors.confirming.least_squares_fit import least_squares
from segkit.factors.confirming.likelihood_fit import LikelihoodFit, maximise
from segkit.factors.confirming.measurement_model import GroupMoments
from segkit.factors.confirming.modification import Scores
from segkit.factors.confirming.robust_errors import estimate_covariances, slope_covariances
from segkit.factors.confirming.structure import Structure, confirmatory_design
from segkit.factors.correlations.correlation import correlate_sample
from segkit.factors.correlations.repair import refuse_singular
from segkit.factors.sample import Sample

__all__ = ["FittedStructure", "by_least_squares", "by_likelihood"]


@dataclass(frozen=True, eq=False)
class FittedStructure:
    """A structure fitted by either method.

    Attributes
    ----------
    model : LikelihoodFit
        The estimates.
    covariances : ndarray of shape (n_parameters, n_parameters)
        Their covariances.
    fit : ConfirmatoryFit
        The indices.
    table : dict
        Columns of the table of loadings.
    scores : callable or None
        What `modification_frame` takes.
    """

    model: LikelihoodFit
    covariances: np.ndarray
    fit: ConfirmatoryFit
    table: dict[str, Any]
    scores: Scores | None = None


def by_likelihood(
    sample: Sample, given: Structure, pairs: list[tuple[int, int]], errors: str
) -> FittedStructure:
    """Fit continuous answers by maximum likelihood; `pairs` are residuals that may correlate."""
    cases = Cases(sample.values, sample.w)
    moments = cases.moments(sample.names)
    design = confirmatory_design(given, moments, pairs)
    _refuse_too_many(design.df, design.n_parameters, design.n_moments)
    model = maximise(design, [moments])
    _refuse_undetermined(model.undetermined(), model, given)
    indices = confirmatory_fit(model, [cases], Independence.of([moments], [cases]))
    spread = None
    if errors == "robust":
        spread, _ = slope_covariances(model, [cases], design.entries, design.n_parameters)
    covariances = estimate_covariances(model, spread)
    table = loadings_columns(model, given, covariances, fixed=False)
    return FittedStructure(model, covariances, indices, table)


def by_least_squares(
    sample: Sample, given: Structure, pairs: list[tuple[int, int]], errors: str, method: str
) -> FittedStructure:
    """Fit ordinal answers by diagonally weighted least squares."""
    if errors != "robust":
        raise SegkitError(
            f"errors={errors!r} was given with correlation={method!r}; expected 'robust': "
            "ordinal answers have no other errors."
        )
    found = correlate_sample(sample, method)
    refuse_singular(found.matrix, found.names)
    moments = GroupMoments(np.zeros(len(found.names)), found.matrix, found.effective_n)
    design = confirmatory_design(given, moments, pairs)
    _refuse_too_many(design.df, design.n_parameters, design.n_moments)
    with one_blas_thread():
        fitted = least_squares(design, found)
        _refuse_undetermined(fitted.undetermined(), fitted.model, given)
        covariances = fitted.covariances()
        table = loadings_columns(fitted.model, given, covariances, fixed=True)
        return FittedStructure(fitted.model, covariances, fitted.fit(), table, fitted.scores)


def _refuse_too_many(df: int, n_parameters: int, n_moments: int) -> None:
    if df < 0:
        raise SegkitError(
            f"The structure has {n_parameters} parameters but the items only {n_moments} variances "
            "and covariances; expected no more parameters than that. Give factors more items "
            "(a single factor needs three), or free fewer loadings and residuals."
        )


def _refuse_undetermined(which: np.ndarray, fit: LikelihoodFit, structure: Structure) -> None:
    if which.size == 0:
        return
    (entries,) = fit.design.entries
    names = []
    for number in which.tolist():
        block, row, col = entries.block[number], entries.row[number], entries.col[number]
        if block == "factor_covariances":
            names.append(f"{structure.factors[col]} with {structure.factors[row]}")
        elif block == "loadings":
            names.append(f"{structure.items[row]} on {structure.factors[col]}")
        else:
            names.append(f"residual of {structure.items[row]}")
    raise SegkitError(
        f"The answers do not determine {name_list(names)}; expected a structure with one solution. "
        "Give these factors more items of their own (two suffice only where the factor correlates "
        "with another), or merge factors that are one."
    )
