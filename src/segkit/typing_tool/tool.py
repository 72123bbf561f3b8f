"""The typing tool: segments found in a survey, carried to every customer of a base."""

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from segkit._checks import (
    check_fitted,
    check_frame,
)
from segkit._frames import column_names, is_frame, origin_of
from segkit._result import percent
from segkit.typing_tool.base.customers import TypesCustomers
from segkit.typing_tool.base.reweighting import reweighting_note
from segkit.typing_tool.coding.fields import fields_frame
from segkit.typing_tool.evaluation.crossfit import CrossFitting
from segkit.typing_tool.export.exports import Exports
from segkit.typing_tool.files.saving import save_state
from segkit.typing_tool.fitting import ToolState, fit_state, read_respondents
from segkit.typing_tool.judging import JudgesItself
from segkit.typing_tool.models.calibration import CUT_BITS, cut_of
from segkit.typing_tool.models.classifier import check_learnable
from segkit.typing_tool.models.forest import MAX_LEAVES
from segkit.typing_tool.models.model import Settings
from segkit.typing_tool.models.point_table import Points, points_of
from segkit.typing_tool.settings import check_settings

__all__ = ["TypingTool"]


class TypingTool(JudgesItself, TypesCustomers, Exports, ClassifierMixin, BaseEstimator):
    """Types customers from the few fields a base holds: by a random forest or a scorecard.

    Parameters
    ----------
    model : {"forest", "scorecard"} or classifier
        A random forest, or whole points by code and segment that a person can add up on paper
        (`points`). The forest finds what fields say together; where they add up, the
        scorecard is as good, and better with few respondents. Or any scikit-learn classifier
        with ``predict_proba``, to compare with: it tags, but cannot be saved or exported.
    n_trees : int
        Forest: the most trees; growing stops earlier when more of them no longer help.
    max_leaves : int
        Forest: the most leaves of a tree, 2 to 64.
    min_leaf : float
        Forest: the least weight of a leaf, in respondents of average weight.
    tune : bool
        Forest: let respondents choose the smallest leaf (from `min_leaf` up) and how many fields a
        split looks at, by the log loss of trees that did not see them; see Notes.
    max_fields : int or "auto", optional
        Ask for at most so many fields, or for as few as are needed ("auto"): see Notes. All
        fields are in use by default.
    abstain_below : float, optional
        Leave customers untagged whose likeliest segment has a probability below this.
    target_accuracy : float, optional
        Leave as many customers untagged as it takes for this share of tags to be right, on
        average over people like the respondents; in place of `abstain_below`. The cut is chosen
        on respondents that the models had not seen, and `evaluation_` chooses it anew in every
        fold, so that the accuracy and the share abstained that it states are honest.
    calibrate : bool
        Fit on votes that did not know the respondent how far probabilities are to be trusted
        (forest: temperature and class bias; scorecard: what a point is worth), so that they
        come true.
    n_folds, n_repeats : int
        Folds of the cross-validation behind `evaluation_`, and how often it is repeated.
    control : bool
        Also learn from shuffled labels and report the kappa of that, which should be zero.
    random_state : int, RandomState or None
        The seed. The same seed gives the same tool for any order of the rows.
    n_jobs : int, optional
        Threads (-1: one a core). The tool does not depend on it.

    Attributes
    ----------
    classes_ : ndarray of shape (n_segments,)
        The segments in order: whole numbers, or text.
    evaluation_ : Evaluation
        Accuracy against chance, kappa, recall, precision, lift, calibration, from
        respondents the models had not seen.
    choices_ : Choices
        The fields and settings that were chosen, and by how many training parts.
    fields_ : tuple of str
        The fields that a base must hold.
    importance_ : FieldImportance
        What each field contributes, on respondents the models had not seen.
    model_ : Model
        Codebook, forest and calibration (`.codes`, `.voter`, `.calibration`).
    set_levels_ : ndarray of shape (1001,)
        Levels of prediction sets, see `prediction_set`.
    typing_error_ : TypingError
        How people of each segment are tagged, for `segment_mix`.
    sizes_ : ndarray of shape (n_segments,) or None
        The sizes that tags were re-weighted to (`reweighted`); None: those of the survey.
    feature_names_in_ : ndarray of str
        The fields that were given.
    n_features_in_ : int
        Their number.

    Notes
    -----
    Fields become small whole numbers first (bins of numbers, levels of text and yes/no; a
    gap and a level never heard of are numbers of their own), leaf votes are whole numbers,
    and so are calibration and abstention cut: tags are the same everywhere to the bit.

    Memberships are learned as they are, each respondent one row. As with any forest, whole
    weights and repeated rows give similar, not equal trees.

    What `tune` and `max_fields` choose is chosen anew in every training part of the
    cross-validation behind `evaluation_`, so that the figures know nothing of it. Candidates
    are small forests on the same bootstrap samples, compared person by person out of bag;
    the simplest within one standard error of the best wins. Fields leave one after the
    other, each time the one whose shuffling costs least; a whole number for `max_fields`
    takes the best set of that size or less. Fields that depend on each other stand in for
    each other, so that another sample may choose another of them: see `choices_`. Both cost
    time and seldom change accuracy by much; choosing fields pays when the base then has less
    to hold.

    "Right" means: the segment that the survey's own model gives. A base that differs from
    the survey in who its people are (not only in the sizes of segments) is typed with less
    accuracy than `evaluation_` says.

    References
    ----------
    Breiman, L. (2001). Random forests. Machine Learning 45, 5-32.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> fields = pd.DataFrame({
    ...     "age": rng.integers(18, 90, 300),
    ...     "plan": rng.choice(["basic", "plus"], 300),
    ... })
    >>> segments = np.where(fields["age"] > 50, 0, 1)
    >>> tool = TypingTool(n_trees=20).fit(fields, segments)
    >>> tool.predict(pd.DataFrame({"age": [30, 70], "plan": ["plus", "new plan"]}))
    array([1, 0])
    >>> tool.evaluation_.kappa > 0.9
    True
    """

    def __init__(
        self,
        *,
        model: Any = "forest",
        n_trees: int = 200,
        max_leaves: int = MAX_LEAVES,
        min_leaf: float = 5.0,
        tune: bool = False,
        max_fields: int | str | None = None,
        abstain_below: float | None = None,
        target_accuracy: float | None = None,
        calibrate: bool = True,
        n_folds: int = 5,
        n_repeats: int = 1,
        control: bool = False,
        random_state: Any = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.model = model
        self.n_trees = n_trees
        self.max_leaves = max_leaves
        self.min_leaf = min_leaf
        self.tune = tune
        self.max_fields = max_fields
        self.abstain_below = abstain_below
        self.target_accuracy = target_accuracy
        self.calibrate = calibrate
        self.n_folds = n_folds
        self.n_repeats = n_repeats
        self.control = control
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, fields: Any, segments: Any, sample_weight: Any = None) -> "TypingTool":
        """Learn to tell segments apart by the fields of a base, and test it honestly.

        Parameters
        ----------
        fields : frame or array of shape (n_respondents, n_fields)
            What the base knows of each respondent: numbers, text, yes/no, with gaps.
        segments : array-like of shape (n_respondents,) or (n_respondents, n_segments)
            The segment of each respondent (whole numbers or text), a `segkit.segments.Scheme`,
            whose names then stand in the tags, or membership probabilities: an array, or a frame
            with one column a segment.
        sample_weight : array-like of shape (n_respondents,), optional
            Survey weights; a respondent of weight 0 is left out.

        Returns
        -------
        TypingTool
            This tool, fitted.

        Raises
        ------
        SegkitError
            For dates, ids, fields without values or with infinite numbers; for other
            lengths, one segment only, or a segment with fewer respondents than folds.
        """
        check_settings(self)
        frame = check_frame(fields_frame(fields, what="fields"), what="fields")
        respondents = read_respondents(frame, segments, sample_weight, self.n_folds)
        check_learnable(self.model, respondents.truth, respondents.w)
        self._store(
            fit_state(
                respondents,
                self._settings(),
                self._fitting(),
                control=bool(self.control),
                origin=origin_of(fields),
                random_state=self.random_state,
            )
        )
        self._remember_fields(column_names(frame), named=is_frame(fields))
        return self

    def predict(self, fields: Any) -> np.ndarray:
        """Return the segment of each row.

        Parameters
        ----------
        fields : frame or array of shape (n_rows, n_fields)
            Holds the tool's fields, in any order; other columns are left alone.

        Returns
        -------
        ndarray of shape (n_rows,)
            Segments; an untagged row is -1 where segments are numbers, None where text.
        """
        decision = self._decide(fields)
        segment = self.classes_[decision.first]
        segment[~decision.kept] = -1 if self.classes_.dtype != object else None
        return segment

    def predict_proba(self, fields: Any) -> np.ndarray:
        """Return the probability of each segment, in the order of `classes_`.

        Parameters
        ----------
        fields : frame or array of shape (n_rows, n_fields)
            Holds the tool's fields.

        Returns
        -------
        ndarray of shape (n_rows, n_segments)
            Rows sum to 1; calibrated on respondents. In a base with other segment sizes they
            lean to the survey's.
        """
        return self._decide(fields).probabilities

    def save(self, path: str | Path) -> Path:
        """Write the tool to a file that holds numbers and text, never code.

        No respondent is in it: only sums over respondents.
        """
        check_fitted(self)
        params = {k: v if _is_plain(v) else None for k, v in self.get_params().items()}
        state = ToolState(
            self.classes_,
            self.model_,
            self.cut_,
            self.typing_error_,
            self.evaluation_,
            self.importance_,
            self.set_levels_,
            self.choices_,
            self.sizes_,
        )
        return save_state(state, params, path)

    def summary(self) -> str:
        """Return one paragraph: the model, its honest figures, its fields."""
        check_fitted(self)
        return (
            f"Typing tool: {self.model_.summary()} Seed {self.random_state}. "
            f"{self.evaluation_.summary()}{self._cut_note()} {self.choices_.summary()} "
            f"{self.importance_.summary()}"
            f"{reweighting_note(self.sizes_, self.classes_.tolist())}"
        )

    def points(self) -> Points:
        """Return the points of a scorecard: what each answer adds to each segment.

        Returns
        -------
        Points

        Raises
        ------
        SegkitError
            When the tool is no scorecard.
        """
        check_fitted(self)
        return points_of(self.model_, self.classes_.tolist(), self.evaluation_.origin)

    @property
    def _tagged_from(self) -> float | None:
        """The probability from which on customers are tagged; None: all are."""
        return round(self.cut_ / (1 << CUT_BITS), 4) if self.cut_ else None

    def _cut_note(self) -> str:
        if self.target_accuracy is None:
            return ""
        return (
            f" Tagged from a probability of {self._tagged_from or 0:.2f} on, chosen for "
            f"{percent(self.target_accuracy)} of right tags on respondents the model had not seen."
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        tags.non_deterministic = False
        return tags

    def _fitting(self) -> CrossFitting:
        return CrossFitting(
            self.n_folds, self.n_repeats, cut_of(self.abstain_below), target=self.target_accuracy
        )

    def _settings(self) -> Settings:
        return Settings(
            self.n_trees,
            self.max_leaves,
            float(self.min_leaf),
            bool(self.calibrate),
            self.n_jobs,
            self.model,
            bool(self.tune),
            self.max_fields,
        )

    def _store(self, state: ToolState) -> None:
        self.model_ = state.model
        self.classes_ = state.classes
        self.cut_ = state.cut
        self.evaluation_ = state.evaluation
        self.importance_ = state.importance
        self.typing_error_ = state.typing_error
        self.set_levels_ = state.set_levels
        self.choices_ = state.choices
        self.fields_ = state.choices.names(used=True)
        self.sizes_ = state.sizes

    def _remember_fields(self, names: tuple[str, ...], *, named: bool) -> None:
        self.n_features_in_ = len(names)
        if named:
            self.feature_names_in_ = np.array(names, dtype=object)


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | float | str | type(None))
