"""What a fitted tool tells of itself: its honest page, and how it treats groups of people."""

from collections.abc import Callable
from typing import Any

import numpy as np

from segkit._checks import check_fitted, check_frame
from segkit._frames import n_rows, origin_of
from segkit.exceptions import SegkitError
from segkit.typing_tool.coding.fields import fields_frame
from segkit.typing_tool.evaluation.crossfit import CrossFitting
from segkit.typing_tool.evaluation.evaluation import Evaluation
from segkit.typing_tool.evaluation.grouping import read_groupings
from segkit.typing_tool.evaluation.groups import GroupFigures
from segkit.typing_tool.evaluation.importance import FieldImportance
from segkit.typing_tool.evaluation.proxies import warn_of_proxies
from segkit.typing_tool.export.model_card.content import CardFacts
from segkit.typing_tool.export.model_card.tool_card import ToolCard
from segkit.typing_tool.fitting import fit_groups, read_respondents
from segkit.typing_tool.models.model import Model, Settings

__all__ = ["JudgesItself"]


class JudgesItself:
    """The methods of `TypingTool` that say how good it is, and for whom."""

    model_: Model
    classes_: np.ndarray
    cut_: int
    sizes_: np.ndarray | None
    evaluation_: Evaluation
    importance_: FieldImportance
    n_folds: int
    random_state: Any
    _tagged_from: Any  # a property of the tool: the probability from which on it tags
    _settings: Callable[[], Settings]
    _fitting: Callable[[], CrossFitting]
    get_params: Callable[[], dict[str, Any]]

    def card(self, groups: GroupFigures | None = None, date: Any = None) -> ToolCard:
        """Return the model card to hand out with the tool: what it is good for, and what not.

        Parameters
        ----------
        groups : GroupFigures, optional
            From `evaluate_groups`: how groups of people are typed.
        date : date or str, optional
            When, to stand on the page; without it, the same tool gives the same card.

        Returns
        -------
        ToolCard
            A text to print; ``.to_html(path)`` and ``.to_markdown(path)`` write the whole card
            with its data, figures, limits and versions.
        """
        check_fitted(self)
        if not isinstance(groups, GroupFigures | None):
            raise SegkitError(
                f"groups is a {type(groups).__name__}; expected what evaluate_groups returns, or "
                "None."
            )
        return ToolCard(
            CardFacts(
                self.model_,
                tuple(self.classes_.tolist()),
                self.cut_,
                self._tagged_from,
                self.sizes_,
                self.evaluation_,
                self.importance_,
                groups,
                self.get_params(),
                "" if date is None else str(date),
            )
        )

    def _given_fields(self) -> list[str]:
        """Return the fields of the fit: more than the model asks for, where it chose some."""
        return list(self.importance_.table["field"])

    def evaluate_groups(
        self, fields: Any, segments: Any, groups: Any, sample_weight: Any = None
    ) -> GroupFigures:
        """Compare how people of different groups are typed, and look for fields that stand in.

        Nothing of a respondent stays in a fitted tool, so the respondents are given again; the
        cross-validation behind `evaluation_` is repeated with the same seed, hence with the same
        answers. The groups themselves are never learned from.

        Parameters
        ----------
        fields, segments, sample_weight
            As in `fit`.
        groups : frame or array-like of shape (n_respondents,)
            One column or several: origin, sex, age band, region. Gaps are left out there.

        Returns
        -------
        GroupFigures

        Raises
        ------
        SegkitError
            For other fields or segments than those of the fit, another number of rows, one
            group only, more than 30 groups.

        Warns
        -----
        SegkitWarning
            When a field, or all of them together, tell a group well.
        """
        check_fitted(self)
        frame = check_frame(fields_frame(fields, what="fields"), what="fields")
        people = read_respondents(frame, segments, sample_weight, self.n_folds)
        names, fitted = sorted(c.name for c in people.columns), sorted(self._given_fields())
        if names != fitted or people.classes.tolist() != self.classes_.tolist():
            raise SegkitError(
                f"The fields are {', '.join(names)} and the segments {people.classes.tolist()}; "
                f"this tool was fitted on {', '.join(fitted)} and "
                f"{self.classes_.tolist()}. Give the fields and segments of its fit."
            )
        found = fit_groups(
            people,
            self._settings(),
            self._fitting(),
            read_groupings(groups, n_rows(frame), people.rows),
            origin=origin_of(fields),
            random_state=self.random_state,
        )
        warn_of_proxies(found.proxies)
        return found
