"""What `golden_questions` returns: lists of questions by length, and tools made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import check_boolean, check_option, check_text
from segkit._frames import Origin, select
from segkit._result import Result, count_text, interval_text, percent
from segkit.exceptions import SegkitError
from segkit.survey.codebook import Codebook, check_codebook
from segkit.typing_tool.golden.paper import FORMS, paper_text
from segkit.typing_tool.golden.sheet import sheet_of
from segkit.typing_tool.golden.wordings import questionnaire_text
from segkit.typing_tool.tool import TypingTool

__all__ = ["GoldenQuestions", "Source"]


@dataclass(frozen=True)
class Source:
    """The survey that the questions were chosen from, as it was given.

    Attributes
    ----------
    items : frame
        All items.
    segments, sample_weight : object
        As given.
    values : mapping of str to tuple
        The answers that items with few of them had.
    random_state : int, RandomState or None
        The seed.
    """

    items: Any
    segments: Any
    sample_weight: Any
    values: Mapping[str, tuple[float, ...]]
    random_state: Any


@dataclass(frozen=True, repr=False)
class GoldenQuestions(Result):
    """The few questions that type a new respondent: lists by length, each with its accuracy.

    Attributes
    ----------
    table : dict
        One row a list: ``n_questions``, ``added`` (the item that is new), ``dropped`` (items
        that a swap took out), ``accuracy`` with ``low`` and ``high`` (share of respondents put
        where the survey has them), ``gain`` with ``gain_low`` and ``gain_high`` (over the list
        before; the first: over naming the largest segment), ``log_loss`` (nats each),
        ``kappa``, ``frequency`` (share of training parts that chose the new item for a list of
        that length), ``cost`` (seconds, or items), ``majority`` (accuracy of naming the largest
        segment), ``ceiling`` with ``ceiling_low`` and ``ceiling_high`` (accuracy of all items),
        ``n`` (respondents).
    lists : dict of int to tuple of str
        The items of the list of each length.
    removal : dict
        For the suggested list: ``item``, ``frequency``, ``lost`` (accuracy lost when it is
        not asked), ``low``, ``high``. The list is held fixed, so ``lost`` flatters it a little.
    suggested : int
        The shortest list within one standard error of the best log loss.
    folds : ndarray of shape (n_repeats, n_respondents)
        The fold in which each respondent was left out (-1: weight 0), in the order of the rows.
    tags : dict of int to ndarray of shape (n_respondents,)
        For each length the segment that respondents got when they were left out (first repeat;
        -1 or None: weight 0).
    classes : tuple
        The segments.
    n_respondents : int
        Respondents.
    effective_n : float
        Kish's effective number of them.
    n_items : int
        Items to choose from.
    n_repeats : int
        Repeats of the cross-validation.
    notes : tuple of str
        What was left aside.
    source : Source
        The survey as it was given: a result holds it, so that it can fit tools.

    Notes
    -----
    The accuracy of a list is that of the whole procedure on respondents who were left out of
    it. In ``tool(n).evaluation_`` the list is held fixed, which flatters it a little.

    A question that gains little late in a list may be the best of all alone: what one adds
    depends on what was asked before. ``lost`` shows what the list cannot do without.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from segkit.typing_tool import golden_questions
    >>> rng = np.random.default_rng(0)
    >>> items = pd.DataFrame(rng.integers(1, 6, (200, 4)), columns=list("abcd"))
    >>> found = golden_questions(items, (items["c"] > 3).astype(int), max_items=2)
    >>> found.items(1), found.tool(1).predict(pd.DataFrame({"c": [1, 5]})).tolist()
    (('c',), [0, 1])
    """

    table: dict[str, list[Any]]
    lists: dict[int, tuple[str, ...]]
    removal: dict[str, list[Any]]
    suggested: int
    folds: np.ndarray
    tags: dict[int, np.ndarray]
    classes: tuple[Any, ...]
    n_respondents: int
    effective_n: float
    n_items: int
    n_repeats: int
    notes: tuple[str, ...]
    source: Source = field(compare=False)
    origin: Origin = field(default_factory=Origin)
    _tools: dict[int, TypingTool] = field(default_factory=dict, compare=False)

    def items(self, n: int | None = None) -> tuple[str, ...]:
        """Return the items of the list of `n` questions (default: the suggested one)."""
        return self.lists[self._length(n)]

    def tool(self, n: int | None = None) -> TypingTool:
        """Return a scorecard over the list of `n` questions, fitted on all respondents.

        Parameters
        ----------
        n : int, optional
            The number of questions; by default the suggested one.

        Returns
        -------
        TypingTool
            With whole points (`points`) and its own ``evaluation_``: the list is held fixed
            there, hence a little better than the accuracy in `frame`, which repeats the choice.
        """
        n = self._length(n)
        if n not in self._tools:
            tool = TypingTool(model="scorecard", random_state=self.source.random_state)
            fields = select(self.source.items, list(self.lists[n]))
            self._tools[n] = tool.fit(fields, self.source.segments, self.source.sample_weight)
        return self._tools[n]

    def paper(
        self,
        n: int | None = None,
        codebook: Codebook | None = None,
        *,
        form: str = "html",
        title: str = "Which segment?",
        turned: bool = True,
    ) -> str:
        """Return a page to print: questions, points, how to add up, an example.

        Parameters
        ----------
        n : int, optional
            The number of questions; by default the suggested one.
        codebook : Codebook, optional
            Wordings and scales; without it items go by their names.
        form : {"html", "markdown"}
            A whole page, or text.
        title : str
            The heading.
        turned : bool
            Reverse keyed items had been turned (`Codebook.clean`) before they came here; the
            page shows the scale as it is asked all the same.

        Returns
        -------
        str
            All texts are escaped.
        """
        check_option(form, FORMS, name="form")
        title = check_text(title, name="title") or "Which segment?"
        if codebook is not None:
            check_codebook(codebook)
        check_boolean(turned, name="turned")
        tool = self.tool(n)
        return paper_text(sheet_of(tool, codebook, self.source.values, turned), title, form)

    def questionnaire(self, n: int | None = None, codebook: Codebook | None = None) -> str:
        """Return the questions with their scales as plain text, to be put into a survey.

        Parameters
        ----------
        n : int, optional
            The number of questions; by default the suggested one.
        codebook : Codebook, optional
            Wordings and scales; without it items go by their names.
        """
        if codebook is not None:
            check_codebook(codebook)
        return questionnaire_text(self.items(n), codebook, self.source.values)

    def frame(self) -> Any:
        """Return one row a list."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw accuracy by number of questions, between the largest segment and all items."""
        from segkit.plots.golden_questions import plot_golden_questions

        return plot_golden_questions(self.frame(), self.suggested, ax=ax)

    def removal_frame(self) -> Any:
        """Return one row an item of the suggested list: how stable, what is lost without it."""
        return self.origin.frame(self.removal)

    def summary(self) -> str:
        """Return one paragraph: the suggested list, its accuracy, how it was chosen."""
        at = self.table["n_questions"].index(self.suggested)
        row = {name: values[at] for name, values in self.table.items()}
        accuracy = interval_text(row["accuracy"], row["low"], row["high"])
        often = percent(float(np.mean(self.removal["frequency"])))
        return (
            f"{count_text(self.suggested, 'question')} of {self.n_items} "
            f"({', '.join(self.items())}) put {percent(row['accuracy'])} of respondents where the "
            f"survey has them (accuracy {accuracy}, kappa {row['kappa']:.2f}); all items reach "
            f"{percent(row['ceiling'])}, naming the largest segment {percent(row['majority'])}. "
            f"It is the shortest list within one standard error of the best log loss among lists "
            f"of up to {max(self.lists)}. {self._method()} An item of the list was chosen in "
            f"{often} of the training parts on average.{self._notes()}"
        )

    def _method(self) -> str:
        repeats = f", {self.n_repeats} times over" if self.n_repeats > 1 else ""
        return (
            f"Questions were added one by one and swapped by the log loss of a scorecard; the "
            f"whole choice was repeated in each training part of a "
            f"{int(self.folds.max()) + 1}-fold cross-validation by respondent{repeats} "
            f"(n = {self.n_respondents}, effective {self.effective_n:.0f}; seed "
            f"{self.source.random_state}). 95 % intervals by bootstrap of respondents, widened "
            "for training sets that overlap."
        )

    def _notes(self) -> str:
        return "".join(f" {note}" for note in self.notes)

    def _length(self, n: int | None) -> int:
        n = self.suggested if n is None else n
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or n not in self.lists:
            raise SegkitError(
                f"n={n!r} was given; expected the length of a list: "
                f"{', '.join(map(str, self.lists))}. Raise max_items for a longer one."
            )
        return int(n)
