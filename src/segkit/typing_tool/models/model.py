"""One fitted typing model: codebook, voter, calibration. All that tagging needs.

A voter turns a row of codes into whole numbers, one a segment; a calibration turns these
into a tag and probabilities. A forest is one voter among several.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from segkit._checks import check_option
from segkit._frames import Column
from segkit._resample import spawn_seeds
from segkit.exceptions import SegkitError
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.models.calibration import Calibration, Decision, fit_calibration
from segkit.typing_tool.models.choice import Choice, Picking
from segkit.typing_tool.models.classifier import check_classifier, cross_votes, fit_classifier
from segkit.typing_tool.models.field_choice import choose_fields
from segkit.typing_tool.models.forest import Forest, grow_forest
from segkit.typing_tool.models.logit import Design
from segkit.typing_tool.models.odds import Odds, fit_odds
from segkit.typing_tool.models.scorecard import N_BINS, Scorecard, fit_scorecard
from segkit.typing_tool.models.trial import Growth, Trial
from segkit.typing_tool.models.tuning import tuned_growth

__all__ = [
    "FittedModel",
    "Model",
    "Settings",
    "VoteCalibration",
    "Voter",
    "check_model",
    "fit_model",
]

NAMED = ("forest", "scorecard")
"""Models that go by a name."""


class Voter(Protocol):
    """What turns codes into whole votes, the same in every order and batch."""

    def score(self, codes: np.ndarray, n_jobs: int | None = None) -> np.ndarray:
        """Return the votes of rows of codes: shape (n_rows, n_segments), int64."""

    def score_one(self, codes: np.ndarray) -> np.ndarray:
        """Return the votes of one row of codes: shape (n_segments,), int64."""

    def summary(self) -> str:
        """Return what it is in a few words, for the tool's paragraph."""


class VoteCalibration(Protocol):
    """What turns votes into tags and probabilities, in whole numbers up to the last step."""

    def decide(self, votes: np.ndarray, cut: int = 0) -> Decision:
        """Return tags and probabilities of rows of votes."""

    def summary(self) -> str:
        """Return one sentence, for the tool's paragraph."""


@dataclass(frozen=True)
class Settings:
    """How a model is grown; the choices of `TypingTool`."""

    n_trees: int
    max_leaves: int
    min_leaf: float
    calibrate: bool
    n_jobs: int | None
    model: Any = "forest"
    tune: bool = False
    max_fields: int | str | None = None

    @property
    def chooses(self) -> bool:
        """Whether respondents have a say in how the model is made, beyond fitting it."""
        return self.tune or self.max_fields is not None


@dataclass(frozen=True)
class Model:
    """What turns fields into votes, tags and probabilities.

    Attributes
    ----------
    codes : FieldCodes
        From fields to codes.
    voter : Voter
        From codes to votes.
    calibration : VoteCalibration
        From votes to tags and probabilities.
    """

    codes: FieldCodes
    voter: Voter
    calibration: VoteCalibration

    @property
    def forest(self) -> Forest:
        """The voter, where it is a forest."""
        if not isinstance(self.voter, Forest):
            raise SegkitError(f"This model has no forest: it is a {self.voter.summary()}.")
        return self.voter

    @property
    def scorecard(self) -> Scorecard:
        """The voter, where it is a scorecard."""
        if not isinstance(self.voter, Scorecard):
            raise SegkitError(
                f"This model has no points: it is a {self.voter.summary()}. Fit "
                'TypingTool(model="scorecard").'
            )
        return self.voter

    def decide(self, codes: np.ndarray, cut: int = 0, n_jobs: int | None = None) -> Decision:
        """Return tags and probabilities of rows of codes."""
        return self.calibration.decide(self.voter.score(codes, n_jobs), cut)

    def reweighted(self, ratio: np.ndarray) -> "Model":
        """Return the model under which each segment's odds are `ratio` times as large.

        Votes and points stay whole: a forest changes its multipliers, a scorecard the points
        that everyone gets (so its odds come as close as a point is worth).
        """
        if isinstance(self.voter, Scorecard) and isinstance(self.calibration, Odds):
            card = self.voter.with_points(self.calibration.points_for(ratio))
            odds = Odds.of(self.calibration.unit, card.furthest)
            return replace(self, voter=card, calibration=odds)
        if isinstance(self.calibration, Calibration):
            return replace(self, calibration=self.calibration.reweighted(ratio))
        raise SegkitError(f"A {self.voter.summary()} cannot be re-weighted. Fit a forest.")

    def summary(self) -> str:
        """Return what the model is, in a few sentences."""
        return f"{self.voter.summary()} on {self.codes.summary()} {self.calibration.summary()}"


@dataclass(frozen=True)
class FittedModel:
    """A model and what the like of it says of respondents that it did not see.

    Attributes
    ----------
    model : Model
        The model.
    held_out_votes : ndarray of shape (n_respondents, n_segments)
        A forest's out-of-bag votes (zeros for a respondent that every tree saw); of other
        voters those of a model fitted without the respondent.
    held_out : ndarray of shape (n_respondents,), dtype bool
        Whether the respondent has such votes.
    choice : Choice
        The fields and settings that the respondents chose, or that were given.
    others : tuple of FieldCode
        The codes of all fields, where the model does not ask for all of them.
    """

    model: Model
    held_out_votes: np.ndarray
    held_out: np.ndarray
    choice: Choice = field(default_factory=Choice)
    others: tuple[FieldCode, ...] = ()

    @property
    def over_all_fields(self) -> Model:
        """The same model, shown the codes of all fields: it looks at its own."""
        own = {field.name: field for field in self.model.codes.fields}
        names = [field.name for field in self.others]
        if not names:
            return self.model
        book = FieldCodes(tuple(own.get(f.name, f) for f in self.others))
        kept = tuple(names.index(name) for name in own)
        return Model(book, Picking(self.model.voter, kept), self.model.calibration)


def check_model(model: Any) -> None:
    """Make sure that a model is known by name, or a classifier that gives probabilities."""
    if isinstance(model, str):
        check_option(model, NAMED, name="model")
    else:
        check_classifier(model)


def fit_model(
    columns: Sequence[Column],
    membership: np.ndarray,
    w: np.ndarray,
    settings: Settings,
    random_state: Any,
) -> FittedModel:
    """Choose fields and settings where asked, then fit codebook, voter and calibration.

    Parameters
    ----------
    columns : sequence of Column
        The fields (`read_fields`), rows in canonical order.
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
    # one seed for the model, another for what is tried before: no trial shares its draws
    seed, trial_seed = (int(s) for s in spawn_seeds(random_state, 2))
    growth, others = Growth(settings.max_leaves, settings.min_leaf), FieldCodes(())
    own = tuple(columns)
    if settings.chooses:
        others = FieldCodes.from_columns(columns, w, membership)
        codes = others.encode_columns(columns, what="fields")
        trial = Trial(
            codes, others.anchors(), membership, w, settings.n_trees, trial_seed, settings.n_jobs
        )
        kept, growth = _chosen(trial, settings)
        own = tuple(columns[f] for f in kept)
    if settings.model == "forest":
        fitted = _forest_model(own, membership, w, settings, growth, seed)
        choice = Choice(fitted.model.codes.names, growth.min_leaf, growth.split_fields)
    else:
        fit = _scorecard_model if settings.model == "scorecard" else _classifier_model
        fitted = fit(own, membership, w, settings, seed)
        choice = Choice(fitted.model.codes.names)
    return replace(fitted, choice=choice, others=others.fields)


def _chosen(trial: Trial, settings: Settings) -> tuple[tuple[int, ...], Growth]:
    """Return the fields and the growth that respondents choose, where they are asked."""
    asked = growth = Growth(settings.max_leaves, settings.min_leaf)
    kept = tuple(range(trial.codes.shape[1]))
    if settings.tune:
        growth = tuned_growth(trial, kept, asked)
    if settings.max_fields is not None:
        kept = choose_fields(trial, growth, settings.max_fields)
        # fewer fields may want other leaves
        growth = tuned_growth(trial, kept, asked) if settings.tune else growth
    return kept, growth


def _forest_model(
    columns: Sequence[Column],
    membership: np.ndarray,
    w: np.ndarray,
    settings: Settings,
    growth: Growth,
    seed: int,
) -> FittedModel:
    book = FieldCodes.from_columns(columns, w, membership)
    grown = grow_forest(
        book.encode_columns(columns, what="fields"),
        membership,
        w,
        book.anchors(),
        n_trees=settings.n_trees,
        max_leaves=growth.max_leaves,
        min_leaf=growth.min_leaf,
        split_fields=growth.split_fields,
        random_state=seed,
        n_jobs=settings.n_jobs,
    )
    calibration = (
        fit_calibration(grown.oob_votes, membership, w)
        if settings.calibrate and grown.oob_votes.any()
        else Calibration.neutral(membership.shape[1])
    )
    votes = grown.oob_votes
    some = np.asarray(votes.any(axis=1))
    return FittedModel(Model(book, grown.forest, calibration), votes, some)


def _scorecard_model(
    columns: Sequence[Column],
    membership: np.ndarray,
    w: np.ndarray,
    settings: Settings,
    seed: int,
) -> FittedModel:
    book = FieldCodes.from_columns(columns, w, membership, n_bins=N_BINS)
    design = Design.of(book, [c.kind == "number" or c.ordered for c in columns])
    codes = book.encode_columns(columns, what="fields")
    fitted = fit_scorecard(codes, membership, w, design, seed)
    card, votes = fitted.scorecard, fitted.held_out_votes
    odds = (
        fit_odds(votes, membership, w, fitted.unit, card.furthest)
        if settings.calibrate
        else Odds.of(fitted.unit, card.furthest)
    )
    return FittedModel(Model(book, card, odds), votes, np.ones(len(votes), dtype=bool))


def _classifier_model(
    columns: Sequence[Column],
    membership: np.ndarray,
    w: np.ndarray,
    settings: Settings,
    seed: int,
) -> FittedModel:
    book = FieldCodes.from_columns(columns, w, membership, n_bins=N_BINS)
    codes, design = (
        book.encode_columns(columns, what="fields"),
        Design.of(book, [False] * len(columns)),
    )
    own = (design, codes, membership, w, seed)
    voter, votes = fit_classifier(settings.model, *own), cross_votes(settings.model, *own)
    calibration = (
        fit_calibration(votes, membership, w)
        if settings.calibrate
        else Calibration.neutral(membership.shape[1])
    )
    return FittedModel(Model(book, voter, calibration), votes, np.ones(len(votes), dtype=bool))
