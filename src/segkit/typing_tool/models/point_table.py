"""The points of a scorecard as a table that a person can type somebody with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from segkit._frames import Origin
from segkit._result import Result, count_text
from segkit.plots.palette import segment_name
from segkit.typing_tool.models.model import Model
from segkit.typing_tool.models.odds import Odds

__all__ = ["EVERYONE", "Points", "points_of"]

EVERYONE = "everyone"
"""What the first row of the table says in place of a field."""


@dataclass(frozen=True, repr=False)
class Points(Result):
    """What every answer adds to every segment: add up, take the largest.

    Attributes
    ----------
    table : dict
        Columns ``field`` (first "everyone": what all start with), ``meaning`` (of the code:
        a range, a level, "missing", "unseen"), and for each segment ``points_<segment>``.
    segments : tuple of str
        The segments, in order.
    unit : float
        The log odds that a point is worth.
    text : str
        What the scorecard is, for `summary`.

    Notes
    -----
    Somebody's points for a segment are those of "everyone" and of one row a field. The tag is
    the segment with most points (ties: the first). A segment that is d points behind is
    exp(-unit d) times as likely as the best.

    Only differences between the segments of a row mean something: every row has a zero.
    Points say what goes with a segment in company of the other fields, not what makes it.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"plan": ["basic", "plus"] * 60, "age": list(range(20, 80)) * 2})
    >>> segments = np.where(fields["plan"] == "plus", "keen", "calm")
    >>> points = TypingTool(model="scorecard").fit(fields, segments).points().frame()
    >>> points.loc[points["meaning"] == "plus", "points_keen"].tolist()
    [5]
    """

    table: dict[str, list[Any]]
    segments: tuple[str, ...]
    unit: float
    text: str
    origin: Origin = field(default_factory=Origin)

    def frame(self) -> Any:
        """Return one row for everyone, then one a field and code."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw the points as a heat map, fields one below the other."""
        from segkit.plots.points import plot_points

        return plot_points(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph: how to use it, what it is, which field moves most."""
        n_fields = len(dict.fromkeys(self.table["field"])) - 1
        names = ", ".join(segment_name(s) for s in self.segments)
        return (
            f"Scorecard for {names}: begin with the points of everyone, add one row for each "
            f"of {count_text(n_fields, 'field')}, and take the segment with most points (ties: "
            f"the first). Most points can come from {self._widest()}. A segment that is d points "
            f"behind is exp(-{self.unit:.3g} d) times as likely as the best. It is a {self.text}."
        )

    def _widest(self) -> str:
        values = np.array([self.table[f"points_{s}"] for s in self.segments]).max(axis=0)
        fields = np.array(self.table["field"], dtype=object)[1:]
        most = {f: int(values[1:][fields == f].max()) for f in dict.fromkeys(fields)}
        widest = max(most, key=lambda f: most[f])
        return f"`{widest}` (up to {most[widest]})"


def points_of(model: Model, classes: Sequence[Any], origin: Origin | None = None) -> Points:
    """Return the table of a scorecard's points.

    Raises
    ------
    SegkitError
        When the model is no scorecard.
    """
    card, book = model.scorecard, model.codes
    names, meanings, rows = [EVERYONE], [""], [card.everyone]
    for f, code in enumerate(book.fields):
        words = code.meanings()
        # a gap and a level never heard of may lie between the others: last in print
        order = sorted(range(code.n_codes), key=lambda c: (c in (code.unseen, code.missing), c))
        names += [code.name] * code.n_codes
        meanings += [words[c] for c in order]
        rows += list(card.points[f, order])
    segments = tuple(str(c) for c in classes)
    by_segment = {f"points_{s}": [int(r[k]) for r in rows] for k, s in enumerate(segments)}
    table: dict[str, list[Any]] = {"field": names, "meaning": meanings, **by_segment}
    kind = Origin((origin or Origin()).kind)
    return Points(table, segments, cast(Odds, model.calibration).unit, card.summary(), kind)
