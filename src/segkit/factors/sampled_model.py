"""What a fitted factor model says to those who fit it again: its samples, its answers' metric."""

from collections.abc import Callable
from typing import Any

import numpy as np

from segkit.factors.bootstrap_factors import sample_solver
from segkit.factors.rotations.rotation import Rotation

__all__ = ["answer_loadings", "solver_of"]

Solve = Callable[[np.ndarray], tuple[Rotation, np.ndarray] | None]


def solver_of(model: Any) -> Solve:
    """Return a function from counts to the model of that sample of its respondents.

    Parameters
    ----------
    model : FactorModel
        Fitted to answers.

    Returns
    -------
    callable
        As `sample_solver` returns; its rows are the respondents that count (some weight, some
        answer; every answer where ``missing="listwise"``), in their order.
    """
    return sample_solver(
        model.correlation_.sample,
        model.correlation_,
        model._rotated,
        extraction=model.extraction,
        turn=(lambda loadings: model._rotate(loadings, 1)) if model.rotation else None,
    )


def answer_loadings(model: Any) -> np.ndarray:
    """Return the pattern of the answers as they are given, in their standard deviations.

    Parameters
    ----------
    model : FactorModel
        Fitted to answers.

    Returns
    -------
    ndarray of shape (n_items, n_factors)
        Of ordinal items the loadings of the codes: those of the latent variables times the
        correlation of code and latent variable.
    """
    return np.asarray(model._rotated.loadings * model._scale.reach[:, None])
