"""The portrait of a group of people: words that a consultant edits, figures that stay."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from segkit._frames import Origin, attach, column
from segkit._result import Result, percent
from segkit.exceptions import SegkitError

__all__ = ["LINES", "WORDS", "Need", "Persona", "Statement"]

LINES = ("job", "gains", "pains", "matters_less", "lacks", "do", "do_not", "quotes")
"""What a consultant edits, line by line."""

WORDS = ("name", *LINES)
"""Everything that a consultant edits and segkit suggests."""

LONGEST = 30
"""Letters of a need that the landscape has room for."""


@dataclass(frozen=True)
class Statement:
    """One line of a persona with the figures it rests on.

    Attributes
    ----------
    part : str
        Where it stands: "job", "gains", "pains", "matters_less" or "lacks".
    text : str
        The words that segkit suggested.
    item, level : str, str or None
        The item or field; the answer whose share is shown.
    measure : str
        "mean", "share" or "opportunity" (0-20).
    value, others : float
        Of the group; of everybody else (of everybody, for an opportunity).
    effect : float or None
        Cohen's d or h of that difference.
    low, high : float or None
        95 % interval of the difference; of the value, for an opportunity.
    n : int
        Answers in the group.
    """

    part: str
    text: str
    item: str
    level: str | None
    measure: str
    value: float
    others: float
    effect: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True)
class Need:
    """One need of the opportunity landscape, as `segkit.survey.Opportunity` scores it."""

    item: str
    wording: str
    importance: float
    satisfaction: float
    opportunity: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, repr=False)
class Persona(Result):
    """One group of people, told so that somebody who never saw the data can meet its needs.

    Made by `personas`; edit one with ``dataclasses.replace(persona, name="Planners")`` or in
    the file that `write_personas` writes.

    Attributes
    ----------
    segment : int or str
        The segment or group in the profile.
    name : str
        What it is called.
    n : int or None
        Its respondents (or accounts); None when they are fewer than `smallest`.
    share, low, high : float or None
        Its size with the 95 % interval, where known.
    job, gains : tuple of str
        What they try to get done more than others do: the first, and the further outcomes.
    pains : tuple of str
        Needs that matter and are not met, and what satisfies them less than others.
    matters_less : tuple of str
        What matters less to them.
    lacks : tuple of str
        Products and solutions that they are without far more often than others.
    do, do_not : tuple of str
        How to speak to them, and how not to.
    quotes : tuple of str
        In their own words, personal data masked.
    notes : tuple of str
        The consultant's own; segkit never writes here.
    recognise : tuple of str
        The fields by which they can be told.
    typical_member : tuple of str
        A real member in the middle of the group, in bands that at least `smallest` members
        share all together.
    suppressed : tuple of str
        What was left out since too few people stand behind it.
    unit : str
        What a row is: "respondent", "account".
    smallest : int
        Cells of fewer people are not told.
    statements : tuple of Statement
        The figures behind the lines; see `frame`.
    needs : tuple of Need
        The opportunity landscape; see `landscape`.
    marks : dict of str to float
        Effects by item: by these the persona is known again when segments are numbered anew.
    suggested : dict
        The words that segkit suggested, by which edited ones are told.
    look_again : tuple of str
        Edited words whose suggestion has changed since.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments import personas, profile
    >>> people = pd.DataFrame({"quick": [5, 5, 4, 1, 2, 1] * 20})
    >>> labels = [0, 0, 0, 1, 1, 1] * 20
    >>> first, second = personas(profile(people, labels, used_items=["quick"]), members=labels)
    >>> first.job, second.matters_less
    (('quick',), ('quick',))
    """

    segment: Any
    name: str
    n: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    job: tuple[str, ...] = ()
    gains: tuple[str, ...] = ()
    pains: tuple[str, ...] = ()
    matters_less: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    do_not: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    recognise: tuple[str, ...] = ()
    typical_member: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    unit: str = "respondent"
    smallest: int = 10
    statements: tuple[Statement, ...] = ()
    needs: tuple[Need, ...] = ()
    marks: Mapping[str, float] = field(default_factory=dict)
    suggested: Mapping[str, Any] = field(default_factory=dict)
    look_again: tuple[str, ...] = ()
    origin: Origin = field(default=Origin(), compare=False)

    @property
    def edited(self) -> tuple[str, ...]:
        """The words that are no longer those that segkit suggested."""
        return tuple(w for w in WORDS if getattr(self, w) != self.suggested.get(w, ()))

    @property
    def units(self) -> str:
        """What the rows are, in the plural."""
        if self.unit.endswith("y") and self.unit[-2:-1] not in tuple("aeiou"):
            return f"{self.unit[:-1]}ies"
        return f"{self.unit}s"

    def figure_of(self, part: str, text: str) -> Statement | None:
        """Return the figures behind a line while its words are the suggested ones, else None."""
        found = [s for s in self.statements if s.part == part and s.text == text]
        return found[0] if found else None

    def frame(self) -> Any:
        """Return the figures behind the lines, one row each.

        Returns
        -------
        frame
            part, text (as suggested), item, level, measure ("mean", "share", "opportunity"),
            value, others (everybody, for an opportunity), effect, low and high (of the
            difference; of the value for an opportunity), n.
        """
        return _frame(self.origin, Statement, self.statements)

    def landscape(self) -> Any:
        """Return the opportunity landscape, highest score first.

        Returns
        -------
        frame
            item, wording, importance, satisfaction (0-10), opportunity (0-20), low, high, n;
            without rows where no opportunity was given or all bases are too small.
        """
        return _frame(self.origin, Need, self.needs)

    def plot(self, ax: Any = None) -> Any:
        """Draw the opportunity landscape: importance against satisfaction, with zones.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Raises
        ------
        SegkitError
            When the persona has no landscape.
        """
        from segkit.plots._canvas import literal
        from segkit.plots.opportunity import opportunity_plot

        if not self.needs:
            raise SegkitError(
                f"{self.name} has no opportunity landscape to draw; expected importance and "
                "satisfaction of its needs. Give `opportunity` to segments.personas."
            )
        table = self.landscape()
        short = [textwrap.shorten(w, LONGEST, placeholder=" ...") for w in column(table, "wording")]
        names = short if len(set(short)) == len(short) else column(table, "item").tolist()
        name = literal(self.name)
        columns = {"item": [literal(n) for n in names], "segment": [name] * len(names)}
        return opportunity_plot(attach(table, columns), ax=ax, segment=name)

    def summary(self) -> str:
        """Return one paragraph: who they are, what they want, what they lack, what is left out."""
        told = [self._size_text()]
        for word, part in (("Job", "job"), ("Pains", "pains"), ("Lacks", "lacks")):
            if getattr(self, part):
                told.append(f"{word}: {'; '.join(getattr(self, part))}.")
        if self.edited:
            told.append(f"Edited by hand: {', '.join(self.edited)}.")
        return " ".join([*told, *self.suppressed])

    def _size_text(self) -> str:
        n = f"fewer than {self.smallest}" if self.n is None else f"{self.n:,}"
        text = f"{self.name}: {n} {self.units}"
        if self.share is None or self.low is None or self.high is None:
            return text + "."
        span = f"{percent(self.low)} to {percent(self.high)}"
        return f"{text}, {percent(self.share)} of all (95 % interval {span})."


def _frame(origin: Origin, kind: Any, rows: tuple[Any, ...]) -> Any:
    """Lay rows out as a frame; missing numbers as NaN."""
    columns = {}
    for f in fields(kind):
        values = [getattr(row, f.name) for row in rows]
        numbers = "float" in str(f.type)
        columns[f.name] = [float("nan") if v is None else v for v in values] if numbers else values
    return origin.frame(columns)
