"""One fitted typing model: codebook, forest, calibration. All that tagging needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._frames import Column
from segkit._resample import spawn_seeds
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.models.calibration import Calibration, Decision, fit_calibration
from segkit.typing_tool.models.forest import Forest, grow_forest

__all__ = ["FittedModel", "Model", "Settings", "fit_model"]


@dataclass(frozen=True)
class Settings:
    """How a model is grown; the choices of `TypingTool`."""

    n_trees: int
    max_leaves: int
    min_leaf: float
    calibrate: bool
    n_jobs: int | None


@dataclass(frozen=True)
class Model:
    """What turns fields into votes, tags and probabilities.

    Attributes
    ----------
    codes : FieldCodes
        From fields to codes.
    forest : Forest
        From codes to votes.
    calibration : Calibration
        From votes to tags and probabilities.
    """

    codes: FieldCodes
    forest: Forest
    calibration: Calibration

    def decide(self, codes: np.ndarray, cut: int = 0, n_jobs: int | None = None) -> Decision:
        """Return tags and probabilities of rows of codes."""
        return self.calibration.decide(self.forest.score(codes, n_jobs), cut)


@dataclass(frozen=True)
class FittedModel:
    """A model and what its own trees say of the respondents that they did not see.

    Attributes
    ----------
    model : Model
        The model.
    oob_votes : ndarray of shape (n_respondents, n_segments)
        Out-of-bag votes; zeros for a respondent that every tree saw.
    """

    model: Model
    oob_votes: np.ndarray


def fit_model(
    columns: Sequence[Column],
    membership: np.ndarray,
    w: np.ndarray,
    settings: Settings,
    random_state: Any,
) -> FittedModel:
    """Fit codebook, forest and calibration on respondents in canonical order.

    Parameters
    ----------
    columns : sequence of Column
        The fields (`read_fields`).
    membership : ndarray of shape (n_respondents, n_segments)
        Shares of the segments.
    w : ndarray of shape (n_respondents,)
        Survey weights, all positive.
    settings : Settings
        How to grow.
    random_state : int, RandomState or None
        The seed.

    Returns
    -------
    FittedModel
    """
    book = FieldCodes.from_columns(columns, w, membership)
    grown = grow_forest(
        book.encode_columns(columns, what="fields"),
        membership,
        w,
        book.anchors(),
        n_trees=settings.n_trees,
        max_leaves=settings.max_leaves,
        min_leaf=settings.min_leaf,
        random_state=int(spawn_seeds(random_state, 1)[0]),
        n_jobs=settings.n_jobs,
    )
    calibration = (
        fit_calibration(grown.oob_votes, membership, w)
        if settings.calibrate and grown.oob_votes.any()
        else Calibration.neutral(membership.shape[1])
    )
    return FittedModel(Model(book, grown.forest, calibration), grown.oob_votes)
