"""Cross-fitting: every respondent is typed by a model that has not seen them.

Everything that learns (codebook, choice of fields and settings, forest, number of trees,
calibration) is fitted anew on each training part, respondents are never split, and each fold
holds its share of every segment. What comes out feeds the evaluation and the importance of
fields.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from segkit._frames import Column
from segkit._progress import track
from segkit._resample import spawn_seeds, stratified_folds
from segkit.typing_tool.coding.fields import take_rows
from segkit.typing_tool.evaluation.accuracy_cut import accuracy_cut
from segkit.typing_tool.evaluation.alike import alike_groups
from segkit.typing_tool.evaluation.shuffling import CellRises, shuffle_fields, small_cells
from segkit.typing_tool.models.calibration import cut_of
from segkit.typing_tool.models.choice import Choice
from segkit.typing_tool.models.model import FittedModel, Model, Settings, fit_model

__all__ = ["CrossFit", "CrossFitting", "cross_fit"]


@dataclass(frozen=True)
class CrossFitting:
    """How respondents are cross-fitted.

    Attributes
    ----------
    n_folds, n_repeats : int
        Parts, and how often respondents are dealt out to them anew.
    cut : int
        The abstention cut (`calibration.cut_of`).
    target : float, optional
        The accuracy for which each model chooses a cut of its own, from what it says of its
        own training part where it had not seen it: so the cut is part of what is evaluated.
    importance : bool
        Shuffle each field too.
    """

    n_folds: int
    n_repeats: int
    cut: int = 0
    importance: bool = True
    target: float | None = None

    def cut_for(
        self, fitted: FittedModel, membership: np.ndarray, w: np.ndarray, *, strict: bool = False
    ) -> int:
        """Return the abstention cut of a model fitted on these people.

        Raises
        ------
        SegkitError
            With ``strict``, when no cut reaches the target.
        """
        if self.target is None:
            return self.cut
        some = fitted.held_out
        decision = fitted.model.calibration.decide(fitted.held_out_votes[some])
        right = np.take_along_axis(membership[some], decision.first[:, None], 1)[:, 0]
        found = accuracy_cut(decision.top, right, w[some], self.target)
        if strict:
            found.refuse_short_of(self.target)
        return cut_of(found.cut)


@dataclass(frozen=True)
class CrossFit:
    """What models that did not know the respondents said about them.

    Attributes
    ----------
    membership : ndarray of shape (n_respondents, n_segments)
        The survey's own answer.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    probabilities : ndarray of shape (n_repeats, n_respondents, n_segments)
        The tool's.
    first : ndarray of shape (n_repeats, n_respondents)
        The likeliest segment.
    kept : ndarray of shape (n_repeats, n_respondents)
        Whether it was tagged.
    marginal, conditional : CellRises or None
        What shuffling each field costs: among everyone, and among respondents who are alike
        in the other fields; None when not asked for.
    choices : tuple of Choice
        What each training part chose for itself.
    """

    membership: np.ndarray
    w: np.ndarray
    probabilities: np.ndarray
    first: np.ndarray
    kept: np.ndarray
    marginal: CellRises | None = None
    conditional: CellRises | None = None
    choices: tuple[Choice, ...] = ()


def cross_fit(
    columns: Sequence[Column],
    membership: np.ndarray,
    w: np.ndarray,
    settings: Settings,
    fitting: CrossFitting,
    random_state: Any,
) -> CrossFit:
    """Type each respondent by models fitted without them.

    Parameters
    ----------
    columns : sequence of Column
        The fields; rows in canonical order.
    membership : ndarray of shape (n_respondents, n_segments)
        Shares of the segments.
    w : ndarray of shape (n_respondents,)
        Survey weights, all positive.
    settings : Settings
        How models are grown.
    fitting : CrossFitting
        Folds, repeats, abstention cut.
    random_state : int, RandomState or None
        The seed.

    Returns
    -------
    CrossFit
    """
    n, k = membership.shape
    shape = (fitting.n_repeats, n)
    out = CrossFit(
        membership, w, np.empty((*shape, k)), np.empty(shape, dtype=np.intp),
        np.empty(shape, dtype=bool),
    )  # fmt: skip
    rises: list[tuple[CellRises, CellRises]] = []
    parts = list(_parts(membership, fitting, random_state))
    choices: list[Choice] = []
    for repeat, test, seed in track(parts, what="cross-validating the typing tool"):
        train = np.setdiff1d(np.arange(n), test, assume_unique=True)
        own = take_rows(columns, train)
        fitted = fit_model(own, membership[train], w[train], settings, seed)
        choices.append(fitted.choice)
        model, cut = fitted.over_all_fields, fitting.cut_for(fitted, membership[train], w[train])
        codes = model.codes.encode_columns(take_rows(columns, test), what="fields")
        decision = model.decide(codes, cut, settings.n_jobs)
        out.probabilities[repeat, test] = decision.probabilities
        out.first[repeat, test] = decision.first
        out.kept[repeat, test] = decision.kept
        if fitting.importance:
            known = model.codes.encode_columns(own, what="fields")
            rises.append(
                _rises(model, (known, w[train]), (codes, membership[test], w[test]), repeat, seed)
            )
    out = replace(out, choices=tuple(choices))
    if not rises:
        return out
    marginal, conditional = map(CellRises.joined, zip(*rises, strict=True))
    return replace(out, marginal=marginal, conditional=conditional)


def _parts(
    membership: np.ndarray, fitting: CrossFitting, random_state: Any
) -> Iterator[tuple[int, np.ndarray, int]]:
    """Yield the repeat, the respondents left out, and a seed."""
    labels, order = membership.argmax(axis=1), np.arange(len(membership))
    seeds = spawn_seeds(random_state, fitting.n_repeats * (fitting.n_folds + 1))
    for repeat, own in enumerate(seeds.reshape(fitting.n_repeats, -1)):
        folds = stratified_folds(labels, fitting.n_folds, order, int(own[-1]))
        for fold, seed in enumerate(own[:-1]):
            yield repeat, np.flatnonzero(folds == fold), int(seed)


def _rises(
    model: Model,
    seen: tuple[np.ndarray, np.ndarray],
    unseen: tuple[np.ndarray, np.ndarray, np.ndarray],
    repeat: int,
    seed: int,
) -> tuple[CellRises, CellRises]:
    """Return what shuffling each field costs respondents left out: among all, among the alike.

    `seen` are codes and weights of those who trained the model, `unseen` codes, shares and
    weights of those who did not.
    """
    rng = np.random.default_rng(seed)
    codes = unseen[0]
    everyone = np.zeros((codes.shape[1], len(codes)), dtype=np.intp)
    alike = alike_groups(model.codes, *seen, codes, seed)
    one, other = (
        shuffle_fields(model, *unseen, np.stack([small_cells(g, rng) for g in groups]), repeat)
        for groups in (everyone, alike)
    )
    return one, other
