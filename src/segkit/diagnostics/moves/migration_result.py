"""What follows from comparing two tagged bases: flows, moves, tests, prices, customers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import check_integer, check_option
from segkit._frames import Origin, from_arrow
from segkit._resample import spawn_seeds
from segkit._result import Result, count_text, percent
from segkit.diagnostics.moves.customers import KINDS
from segkit.diagnostics.moves.flows import Flows
from segkit.diagnostics.moves.half_life import half_lives
from segkit.diagnostics.moves.homogeneity import Homogeneity, segments_alike, time_alike
from segkit.diagnostics.moves.hysteresis import Hysteresis, price
from segkit.diagnostics.moves.judged import Judged
from segkit.diagnostics.moves.moved_fields import MovedFields, explain_moves, sample_movers
from segkit.diagnostics.moves.people import People
from segkit.diagnostics.moves.tagged import ENTRANTS, LEAVERS, UNTAGGED
from segkit.exceptions import SegkitError
from segkit.segments.describing.contrasts import Group, wilson

__all__ = ["Migration"]


@dataclass(frozen=True, repr=False)
class Migration(Result):
    """From-to flows of people between two tagged tables.

    Attributes
    ----------
    segments : tuple of str
        The segments, in order.
    flows : Flows
        Sums of weights (`counts`) and of squared weights by tag before and after; the rows end
        with untagged and entrants, the columns with untagged and leavers.
    people : People
        Who is who, kept for the methods that name customers or look at their fields.
    no_noise : str
        Why moves could not be told from noise; empty where they could.
    origin : Origin
        The kind of frames that come out.
    seed : int, RandomState or None
        The seed of the intervals.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.diagnostics import migration
    >>> before = pd.DataFrame({"id": [1, 2, 3, 4], "segment": [0, 0, 1, 1]})
    >>> after = pd.DataFrame({"id": [4, 3, 2, 9], "segment": [1, 0, 0, 1]})
    >>> migration(before, after, ids="id").matrix
           from    0    1  untagged  leavers
    0         0  1.0  0.0       0.0      1.0
    1         1  1.0  1.0       0.0      0.0
    2  untagged  0.0  0.0       0.0      0.0
    3  entrants  0.0  1.0       0.0      0.0
    """

    segments: tuple[str, ...]
    flows: Flows
    people: People = field(repr=False)
    no_noise: str
    origin: Origin
    seed: Any

    @property
    def judged(self) -> Judged | None:
        """Every changed tag weighed; None without probabilities."""
        return self.people.judged

    @property
    def noise(self) -> Any:
        """The model of true moves: `rate`, `low`, `high`, `transitions`, `stay`; or None."""
        return None if self.judged is None else self.judged.noise

    @property
    def matrix(self) -> Any:
        """The counts as a frame: one row a tag before, one column a tag after."""
        columns: dict[str, Any] = {"from": [*self.segments, UNTAGGED, ENTRANTS]}
        names = (*self.segments, UNTAGGED, LEAVERS)
        columns |= {str(s): self.flows.counts[:, j] for j, s in enumerate(names)}
        return self.origin.frame(columns)

    @property
    def moved(self) -> float:
        """Counted: the share with another segment, of people with a segment in both."""
        inner = self.flows.counts[: len(self.segments), : len(self.segments)]
        return float(1 - np.trace(inner) / inner.sum()) if inner.sum() else np.nan

    def frame(self) -> Any:
        """Return one row a pair of tags before and after.

        Returns
        -------
        frame
            from, to : segments, "untagged", "entrants" (from), "leavers" (to);
            n : people (sum of weights);
            share, low, high : of the people of `from`, with the 95 % score interval (rows sum
            to 1; entrants: of the entrants);
            real : of n, those with another segment who moved, more likely than not;
            borderline : the other changes of segment. Both are empty without probabilities.
        """
        real, borderline = self.people.weighed(len(self.segments) + 2)
        low, high = self.flows.intervals()
        k = len(self.segments)
        rows, columns = self._occurring()
        i, j = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
        none = (i == k + 1) & (j == k + 1)  # who came cannot have left
        i, j = i[~none], j[~none]
        names = (*self.segments, UNTAGGED)
        return self.origin.frame(
            {
                "from": [(*names, ENTRANTS)[a] for a in i],
                "to": [(*names, LEAVERS)[b] for b in j],
                "n": self.flows.counts[i, j],
                "share": self.flows.shares[i, j],
                "low": low[i, j],
                "high": high[i, j],
                "real": real[i, j],
                "borderline": borderline[i, j],
            }
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw the flows: segments before at the left, after at the right."""
        from segkit.plots.alluvial import plot_alluvial

        return plot_alluvial(
            self.frame(), ax=ax, moved=None if self.noise is None else self.noise.rate
        )

    def summary(self) -> str:
        """Return one paragraph: who stayed, came and went, and how many truly moved."""
        counts, k = self.flows.counts, len(self.segments)
        joined = (
            f"joined by `{self.people.ids}`"
            if self.people.ids
            else "joined by the place of their rows, as no ids were given"
        )
        weighted = "" if self._effective is None else f" (effective n {self._effective:,.0f})"
        return (
            f"{count_text(self.people.pairs.rows_before.size, 'customer')} in both tables"
            f"{weighted}, {joined}; {count_text(round(counts[k + 1].sum()), 'entrant')}, "
            f"{count_text(round(counts[:, k + 1].sum()), 'leaver')}. "
            f"{self._moved_text()}; "
            f"{counts[:k, k].sum():,.0f} lost their tag, {counts[k, :k].sum():,.0f} got one. "
            f"{self._noise_text()}"
        )

    def homogeneity(self, *others: "Migration") -> Homogeneity:
        """Test whether segments, or with `others` periods, differ in how their people move.

        Parameters
        ----------
        *others : Migration
            Further periods, in order, between tables with the same segments.

        Returns
        -------
        Homogeneity

        Notes
        -----
        The likelihood-ratio (G) test: of segments against "stays or changes"; of periods
        against the segments that people of one segment go to, summed over segments (Anderson
        and Goodman 1957). Counts are scaled to Kish's effective n. People without a segment
        before or after take no part. Typing noise is in both sides: a tool that hesitates in
        one segment makes its people change tag more often although they move as all others do.

        Examples
        --------
        >>> import pandas as pd
        >>> from segkit.diagnostics import migration
        >>> a = pd.DataFrame({"segment": [0, 0, 0, 0, 1, 1, 1, 1]})
        >>> b = pd.DataFrame({"segment": [0, 0, 0, 1, 1, 1, 1, 0]})
        >>> same = migration(a, b)
        >>> same.homogeneity(migration(a, b)).g
        0.0
        """
        if not others:
            return segments_alike(self.flows, self.segments, self.origin)
        for other in others:
            if not isinstance(other, Migration) or set(other.segments) != set(self.segments):
                raise SegkitError(
                    f"A {type(other).__name__} was given whose segments are not {self.segments}; "
                    "expected further results of migration with the same segments."
                )
        periods = [self.flows, *(o._flows_in(self.segments) for o in others)]
        return time_alike(periods, self.segments, self.origin)

    def half_life(self) -> Any:
        """Return after how many periods half of a segment's people will have left it.

        Returns
        -------
        frame
            segment, n (with a segment in both tables), stay, low, high, half_life,
            half_life_low, half_life_high (counted tags); true_stay, true_half_life,
            true_half_life_low, true_half_life_high (typing noise taken out; empty without
            probabilities). The unit is the time between the two tables.

        Notes
        -----
        log(1/2) / log(stay): as if everybody were as likely to leave in every period. Some
        people are likelier to leave than others, so that real segments decay fast at first and
        slowly later; who comes back is not counted either. Counted tags decay too fast, because
        typing noise looks like leaving.

        Examples
        --------
        >>> import pandas as pd
        >>> from segkit.diagnostics import migration
        >>> before = pd.DataFrame({"segment": [0] * 10 + [1] * 10})
        >>> after = pd.DataFrame({"segment": [0] * 5 + [1] * 15})
        >>> migration(before, after).half_life()["half_life"].tolist()
        [1.0, inf]
        """
        return half_lives(self.flows, self.noise, self.segments, self.origin)

    def hysteresis(self, thresholds: Sequence[float] | None = None) -> Hysteresis:
        """Price a rule that keeps the old tag until another segment leads by a margin.

        Parameters
        ----------
        thresholds : sequence of float, optional
            Margins in probability, 0 to 1; some from 0 to 0.5 by default.

        Returns
        -------
        Hysteresis

        Raises
        ------
        SegkitError
            When the tables hold no probabilities.

        Notes
        -----
        Keeping segment a where the tool now says b is right with probability p(a) in place of
        p(b), so it costs p(b) - p(a), summed over those who keep their tag. That looks at the
        new probabilities only; as the old ones speak for a, the true cost is no larger as long
        as few people move.
        """
        if self.judged is None:
            raise SegkitError(
                f"Waiting for a margin cannot be priced: {self.no_noise}. Give the tables that "
                "`tool.tag` returns, with their probabilities."
            )
        return price(self.judged.changers, thresholds, self.origin)

    def customers(self, kind: str | None = None) -> Any:
        """Return customers with their ids: personal data, so only when asked for.

        Parameters
        ----------
        kind : {"real", "borderline", "entrant", "leaver", "tagged", "untagged", "same"}, optional
            Only these; everybody by default. "tagged" and "untagged" are changes from and to no
            tag.

        Returns
        -------
        frame
            The id (or ``row_before``, ``row_after`` where rows were joined by place), from, to,
            kind, and moved: the probability that somebody with another segment moved.

        Examples
        --------
        >>> import pandas as pd
        >>> from segkit.diagnostics import migration
        >>> before = pd.DataFrame({"id": [1, 2, 3], "segment": [0, 0, 1]})
        >>> after = pd.DataFrame({"id": [3, 4, 1], "segment": [1, 0, 0]})
        >>> migration(before, after, ids="id").customers("leaver")["id"].tolist()
        [2]
        """
        if kind is not None:
            check_option(kind, KINDS, name="kind")
        table = self.people.table(self.segments, kind)
        return from_arrow(table, "polars" if self.origin.kind == "polars" else "pandas")

    def movers(
        self,
        tool: Any,
        before: Any,
        after: Any,
        *,
        only_real: bool = False,
        n_each: int = 200,
        random_state: Any = 0,
    ) -> MovedFields:
        """Find the fields whose change made the tool change its answer.

        Parameters
        ----------
        tool : TypingTool
            The tool that tagged both tables.
        before, after : frame
            The tool's fields, row by row as in the tables that were compared (those tables
            themselves, where they hold the fields).
        only_real : bool
            Look at real moves only; by default at all changes of segment.
        n_each : int
            The most people to look at in each pair of segments.
        random_state : int, RandomState or None
            Draws them; the same people for any order of the rows where there are ids.

        Returns
        -------
        MovedFields

        Raises
        ------
        SegkitError
            When nobody changed, for absent fields, or a tool of other segments.

        Notes
        -----
        A person went from a to b, and p(b) - p(a) rose by as much. The effect of a field is what
        its change adds to that, averaged over two orders: the field changes last (all others
        have changed already) and first (nothing else has). Effects and what fields do only
        together sum to the rise. Aggregates over people, no ids.
        """
        if only_real and self.judged is None:
            raise SegkitError(f"only_real=True, but no move is known to be real: {self.no_noise}.")
        everybody = self.people.changers(len(self.segments), only_real=only_real)
        if not everybody.was.size:
            raise SegkitError(
                "Nobody changed from one segment to another"
                f"{' by a real move' if only_real else ''}; there is nothing to explain."
            )
        sample = sample_movers(
            everybody,
            self.people.keys(everybody.rows_before),
            check_integer(n_each, name="n_each"),
            int(spawn_seeds(random_state, 1)[0]),
        )
        return explain_moves(tool, before, after, sample, self.segments, self.origin)

    @property
    def _effective(self) -> float | None:
        if self.people.tables[0].weights is None:
            return None
        k = len(self.segments)
        inner, squares = self.flows.counts[: k + 1, : k + 1], self.flows.squares[: k + 1, : k + 1]
        return float(inner.sum() ** 2 / squares.sum()) if squares.sum() else 0.0

    def _occurring(self) -> tuple[np.ndarray, np.ndarray]:
        """Return rows and columns with anybody in them; segments always."""
        counts, k = self.flows.counts, len(self.segments)
        always = np.arange(k + 2) < k
        return (
            np.flatnonzero(always | (counts.sum(axis=1) > 0)),
            np.flatnonzero(always | (counts.sum(axis=0) > 0)),
        )

    def _moved_interval(self) -> np.ndarray:
        k = len(self.segments)
        inner, squares = self.flows.counts[:k, :k].sum(), self.flows.squares[:k, :k].sum()
        n = np.array(inner**2 / squares if squares else 0.0)
        return wilson(Group(n, np.array(self.moved), np.array(0.0)))

    def _moved_text(self) -> str:
        k = len(self.segments)
        inner = self.flows.counts[:k, :k].sum()
        if not inner:
            return "Nobody has a segment in both"
        low, high = self._moved_interval()
        return (
            f"Of {inner:,.0f} with a segment in both, {percent(self.moved, 1)} "
            f"[{percent(low, 1)}, {percent(high, 1)}] have another one"
        )

    def _noise_text(self) -> str:
        if self.judged is None:
            return f"Moves were not told from typing noise: {self.no_noise}."
        noise, real = self.judged.noise, self.people.weighed(len(self.segments) + 2)[0].sum()
        return (
            f"Taking typing noise out, {percent(noise.rate, 1)} [{percent(noise.low, 1)}, "
            f"{percent(noise.high, 1)}] moved; {real:,.0f} of "
            f"{self.judged.changers.weights.sum():,.0f} changes are real moves more likely than "
            f"not, the others borderline flips (latent transitions, seed {self.seed})."
        )

    def _flows_in(self, segments: tuple[str, ...]) -> Flows:
        """Return the flows with the segments in another order."""
        k = len(segments)
        order = np.array([*(self.segments.index(s) for s in segments), k, k + 1])
        at = np.ix_(order, order)
        return Flows(self.flows.counts[at], self.flows.squares[at])
