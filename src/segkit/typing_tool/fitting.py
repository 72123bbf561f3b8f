"""Fitting a typing tool: respondents in an order of their own, a model, its honest figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from segkit._frames import Column, Origin, n_rows
from segkit._resample import canonical_order, spawn_seeds
from segkit._weights import check_weights
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.typing_error import TypingError, typing_error
from segkit.typing_tool.coding.fields import check_fields, read_fields, sort_keys, take_rows
from segkit.typing_tool.evaluation.abstention import set_levels
from segkit.typing_tool.evaluation.agreement import stretch_of
from segkit.typing_tool.evaluation.choices import Choices, choices_of
from segkit.typing_tool.evaluation.crossfit import CrossFit, CrossFitting, cross_fit
from segkit.typing_tool.evaluation.evaluation import N_BOOT, Evaluation, evaluate
from segkit.typing_tool.evaluation.grouping import Grouping
from segkit.typing_tool.evaluation.groups import GroupFigures, group_figures
from segkit.typing_tool.evaluation.importance import FieldImportance, field_importance
from segkit.typing_tool.evaluation.proxies import proxy_table
from segkit.typing_tool.models.membership import read_membership, refuse_odd_segments
from segkit.typing_tool.models.model import FittedModel, Model, Settings, fit_model

__all__ = ["Respondents", "ToolState", "fit_groups", "fit_state", "read_respondents"]


@dataclass(frozen=True)
class Respondents:
    """Respondents with a positive weight, sorted by content.

    The order of the rows they came in is forgotten, so nothing can depend on it.

    Attributes
    ----------
    columns : tuple of Column
        Their fields.
    truth : ndarray of shape (n_respondents, n_segments)
        Their shares of the segments.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    classes : ndarray of shape (n_segments,)
        The segments.
    soft : bool
        Shares were given as probabilities.
    rows : ndarray of shape (n_respondents,)
        Where each stood in the table it came from.
    """

    columns: tuple[Column, ...]
    truth: np.ndarray
    w: np.ndarray
    classes: np.ndarray
    soft: bool
    rows: np.ndarray


@dataclass(frozen=True)
class ToolState:
    """Everything a fitted tool knows.

    Attributes
    ----------
    classes : ndarray of shape (n_segments,)
        The segments.
    model : Model
        Codebook, voter, calibration.
    cut : int
        The abstention cut.
    typing_error : TypingError
        How people of each segment are tagged.
    evaluation : Evaluation
        The honest figures.
    importance : FieldImportance
        What each field contributes.
    set_levels : ndarray of shape (1001,)
        Levels of prediction sets.
    choices : Choices
        The fields that were given, those in use, and what else was chosen.
    sizes : ndarray of shape (n_segments,), optional
        What tags were re-weighted to.
    """

    classes: np.ndarray
    model: Model
    cut: int
    typing_error: TypingError
    evaluation: Evaluation
    importance: FieldImportance
    set_levels: np.ndarray
    choices: Choices
    sizes: np.ndarray | None = None


def read_respondents(frame: Any, segments: Any, sample_weight: Any, n_folds: int) -> Respondents:
    """Read and check fields, segments and weights.

    Raises
    ------
    SegkitError
        For fields that are none, labels that are none, lengths that differ, a segment with
        fewer respondents than folds.
    """
    if segments is None:
        raise SegkitError(
            "segments is None; expected one label a respondent (requires y to be passed, but "
            "the target y is None). Give the labels of a segmentation."
        )
    n = n_rows(frame)
    membership = read_membership(segments, n)
    w = check_weights(sample_weight, n)
    present = np.flatnonzero(w)
    columns, truth = take_rows(read_fields(frame), present), membership.values[present]
    refuse_odd_segments(truth, membership.classes, n_folds)
    check_fields(columns)
    order = canonical_order(sort_keys(columns), truth, w[present])
    return Respondents(
        take_rows(columns, order),
        truth[order],
        w[present][order],
        membership.classes,
        membership.soft,
        present[order],
    )


def fit_state(
    people: Respondents,
    settings: Settings,
    fitting: CrossFitting,
    *,
    control: bool,
    origin: Origin,
    random_state: Any,
) -> ToolState:
    """Fit the model on everyone, then cross-fit it for its figures."""
    seeds = [int(s) for s in spawn_seeds(random_state, 5)]
    fitted = fit_model(people.columns, people.truth, people.w, settings, seeds[0])
    cut = fitting.cut_for(fitted, people.truth, people.w, strict=True)
    fit = cross_fit(people.columns, people.truth, people.w, settings, fitting, seeds[1])
    shuffled = _shuffled(people, settings, fitting, seeds) if control else None
    evaluation = evaluate(
        fit,
        people.classes.tolist(),
        n_folds=fitting.n_folds,
        soft=people.soft,
        origin=origin,
        random_state=seeds[3],
        shuffled=shuffled,
    )
    names = [column.name for column in people.columns]
    return ToolState(
        people.classes,
        fitted.model,
        cut,
        _held_out_error(fitted, people, seeds[4]),
        evaluation,
        field_importance(fit, names, origin),
        set_levels(fit),
        choices_of(fitted.choice, names, fit.choices, origin),
    )


def fit_groups(
    people: Respondents,
    settings: Settings,
    fitting: CrossFitting,
    groupings: Sequence[Grouping],
    *,
    origin: Origin,
    random_state: Any,
) -> GroupFigures:
    """Cross-fit as `fit_state` does, and judge the answers group by group."""
    seeds = [int(s) for s in spawn_seeds(random_state, 5)]
    fitting = replace(fitting, importance=False)
    fit = cross_fit(people.columns, people.truth, people.w, settings, fitting, seeds[1])
    return group_figures(
        fit,
        groupings,
        [str(c) for c in people.classes.tolist()],
        proxy_table(people.columns, people.w, fit.first[0], groupings, settings, seeds[0]),
        n_boot=N_BOOT,
        stretch=stretch_of(fitting.n_folds),
        random_state=seeds[3],
        origin=origin,
    )


def _held_out_error(fitted: FittedModel, people: Respondents, seed: int) -> TypingError:
    """Return how the fitted model mistakes respondents that it did not see."""
    some = fitted.held_out
    decision = fitted.model.calibration.decide(fitted.held_out_votes[some])
    return typing_error(decision, people.truth[some], people.w[some], seed)


def _shuffled(
    people: Respondents, settings: Settings, fitting: CrossFitting, seeds: list[int]
) -> CrossFit:
    """Cross-fit once on labels dealt out at random: nothing can be learned from them."""
    dealt = np.random.default_rng(seeds[2]).permutation(len(people.w))
    once = CrossFitting(fitting.n_folds, 1, importance=False)
    return cross_fit(people.columns, people.truth[dealt], people.w, settings, once, seeds[1])
