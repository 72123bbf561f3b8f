"""Who moved between segments, from one tagged base to the next, and who only seems to.

References
----------
Collins, L. M. & Lanza, S. T. (2010). Latent Class and Latent Transition Analysis. Wiley.
Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
JASA 22, 209-212.
Anderson, T. W. & Goodman, L. A. (1957). Statistical inference about Markov chains. Annals of
Mathematical Statistics 28, 89-110.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import check_integer, check_option
from segkit._frames import Origin, from_arrow, origin_of
from segkit._result import Result, count_text, percent
from segkit.diagnostics.moves.flows import Flows, Pairs, flows_of, pair_people
from segkit.diagnostics.moves.half_life import half_lives
from segkit.diagnostics.moves.homogeneity import Homogeneity, segments_alike, time_alike
from segkit.diagnostics.moves.hysteresis import Hysteresis, price
from segkit.diagnostics.moves.judged import Judged, judge, why_not
from segkit.diagnostics.moves.pairing import pair_rows
from segkit.diagnostics.moves.tagged import (
    ENTRANTS,
    LEAVERS,
    UNTAGGED,
    Tagged,
    read_tagged,
    segments_of,
)
from segkit.exceptions import SegkitError
from segkit.segments.describing.contrasts import Group, wilson

__all__ = ["Migration", "migration"]

KINDS = ("real", "borderline", "entrant", "leaver", "tagged", "untagged", "same")


@dataclass(frozen=True)
class _People:
    """Who is who, kept for those methods that name customers."""

    tables: tuple[Tagged, Tagged]
    tags: tuple[np.ndarray, np.ndarray]
    pairs: Pairs
    ids: str | None


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
    noise : Noise or None
        The model of true moves: `rate`, `low`, `high`, `transitions`, `stay`. None without
        probabilities.
    no_noise : str
        Why there is none.
    origin : Origin
        The kind of frames that come out.

    Examples
    --------
    >>> import pandas as pd
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
    judged: Judged | None = field(repr=False)
    no_noise: str
    people: _People = field(repr=False)
    origin: Origin
    seed: Any

    @property
    def noise(self) -> Any:
        """The model of true moves, or None."""
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
        real, borderline = self._weighed()
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

        return plot_alluvial(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph: who stayed, came and went, and how many truly moved."""
        counts, k = self.flows.counts, len(self.segments)
        inner = counts[:k, :k].sum()
        joined = (
            f"joined by `{self.people.ids}`"
            if self.people.ids
            else "joined by the place of their rows, as no ids were given"
        )
        weighted = "" if self._effective is None else f" (effective n {self._effective:,.0f})"
        low, high = self._moved_interval()
        return (
            f"{count_text(self.people.pairs.rows_before.size, 'customer')} in both tables"
            f"{weighted}, {joined}; {counts[k + 1].sum():,.0f} entrants, "
            f"{counts[:, k + 1].sum():,.0f} leavers. Of {inner:,.0f} with a segment in both, "
            f"{percent(self.moved, 1)} [{percent(low, 1)}, {percent(high, 1)}] have another one; "
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
        >>> before = pd.DataFrame({"id": [1, 2, 3], "segment": [0, 0, 1]})
        >>> after = pd.DataFrame({"id": [3, 4, 1], "segment": [1, 0, 0]})
        >>> migration(before, after, ids="id").customers("leaver")["id"].tolist()
        [2]
        """
        if kind is not None:
            check_option(kind, KINDS, name="kind")
        from segkit.diagnostics.moves.customers import customer_table

        table = customer_table(
            self.people.tables, self.people.tags, self.people.pairs, self.people.ids,
            self.segments, self.judged, kind,
        )  # fmt: skip
        return from_arrow(table, "polars" if self.origin.kind == "polars" else "pandas")

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

    def _weighed(self) -> tuple[np.ndarray, np.ndarray]:
        """Return people whose change of segment is a real move, and a borderline flip."""
        size = len(self.segments) + 2
        if self.judged is None:
            return np.full((size, size), np.nan), np.full((size, size), np.nan)
        rows, pairs, (a, b) = self.judged.rows, self.people.pairs, self.people.tags
        cell = a[pairs.rows_before[rows]].astype(np.int64) * size + b[pairs.rows_after[rows]]
        w, real = self.judged.changers.weights, self.judged.real
        sums = [np.bincount(cell[m], weights=w[m], minlength=size**2) for m in (real, ~real)]
        return sums[0].reshape(size, size), sums[1].reshape(size, size)

    def _moved_interval(self) -> np.ndarray:
        k = len(self.segments)
        inner, squares = self.flows.counts[:k, :k].sum(), self.flows.squares[:k, :k].sum()
        n = np.array(inner**2 / squares if squares else 0.0)
        return wilson(Group(n, np.array(self.moved), np.array(0.0)))

    def _noise_text(self) -> str:
        if self.judged is None:
            return f"Moves were not told from typing noise: {self.no_noise}."
        noise, real = self.judged.noise, self._weighed()[0].sum()
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


def migration(
    before: Any,
    after: Any,
    ids: str | None = None,
    sample_weight: Any = None,
    *,
    segment: str = "segment",
    n_boot: int = 100,
    random_state: Any = 0,
) -> Migration:
    """Compare two tagged tables of customers: who moved, came and went.

    Parameters
    ----------
    before, after : frame, path or list of paths
        Tagged tables, as `tool.tag` returns or writes them (parquet, CSV, Arrow), in any order;
        other columns are not looked at.
    ids : str, optional
        The column that tells customers apart, the same in both. Without it, row i of one table
        is taken for row i of the other.
    sample_weight : str, array-like or pair of array-like, optional
        Weights: a column of both tables, one number a row (with rows joined by place), or such
        arrays for before and after. Who is in both tables weighs what they did before.
    segment : str
        The column of the tags: whole numbers or text; missing is untagged.
    n_boot : int
        Samples behind the interval of true moves.
    random_state : int, RandomState or None
        Seed of these samples.

    Returns
    -------
    Migration

    Raises
    ------
    SegkitError
        For ids that are missing, repeated or of another kind in the other table (they are
        counted and the first are named), for absent columns, and without ids for tables of
        different length.

    Notes
    -----
    **Shares** are of the people of a row, with score intervals that take customers for
    independent; that customers were seen twice is what the rows condition on, so that the
    intervals hold for panels.

    **Moves and flips.** A tag is wrong now and then, so tags change although people do not.
    With probabilities in both tables a model is fitted to everybody seen twice: P(cells before
    and after) = sum over a of pi_aa q_a + sum over a != b of pi_ab f_a g_b. A cell is the
    likeliest segment, the runner-up and the margin between them; f_a and g_b say how people of a
    segment are spread over cells, known from calibrated probabilities; pi are the true
    transitions; q_a, the joint distribution of those who stay, is a mixture of degrees of
    persistence with margins f_a and g_a, because fields, and their errors, mostly stay as
    they are. A changed tag is *real* where the model gives a move at least even odds.

    It misleads when probabilities are not calibrated, when what a field means has changed
    (see `drift`), and when those who move keep much of what the fields say: then moves look like
    noise and the estimate is low. The interval holds sampling only, not these.

    **Cost.** Tables sorted by id are walked through side by side. Else ids that are close
    together are looked up (about 5 bytes a possible id), others are sorted (about 50 bytes a
    customer). No engine is needed.

    Examples
    --------
    >>> import pandas as pd
    >>> before = pd.DataFrame({"customer_id": ["a", "b", "c"], "segment": [0, 0, 1]})
    >>> after = pd.DataFrame({"customer_id": ["c", "d", "a"], "segment": [0, 1, 0]})
    >>> found = migration(before, after, ids="customer_id")
    >>> found.frame()[["from", "to", "n", "share"]]
           from       to    n  share
    0         0        0  1.0    0.5
    1         0        1  0.0    0.0
    2         0  leavers  1.0    0.5
    3         1        0  1.0    1.0
    4         1        1  0.0    0.0
    5         1  leavers  0.0    0.0
    6  entrants        0  0.0    0.0
    7  entrants        1  1.0    1.0
    """
    n_boot = check_integer(n_boot, name="n_boot", low=20)
    weights = _two_weights(sample_weight)
    tables = (
        read_tagged(before, segment=segment, ids=ids, sample_weight=weights[0], what="before"),
        read_tagged(after, segment=segment, ids=ids, sample_weight=weights[1], what="after"),
    )
    segments = segments_of(tables)
    if not segments:
        raise SegkitError(
            f"`{segment}` is empty in both tables; expected at least one tagged customer. Check "
            "that it is the column of the tags."
        )
    pairs = pair_people(_rows_of(tables, ids), tables[1].n)
    tags = _positions(tables[0], segments), _positions(tables[1], segments)
    reason = why_not(tables, segments, pairs.rows_before.size)
    return Migration(
        segments=segments,
        flows=flows_of(pairs, tags, tables, len(segments)),
        judged=None if reason else judge(pairs, tags, tables, segments, n_boot, random_state),
        no_noise=reason,
        people=_People(tables, tags, pairs, ids),
        origin=Origin(origin_of(before).kind),
        seed=random_state,
    )


def _two_weights(sample_weight: Any) -> tuple[Any, Any]:
    if isinstance(sample_weight, tuple) and len(sample_weight) == 2:
        return sample_weight[0], sample_weight[1]
    return sample_weight, sample_weight


def _rows_of(tables: tuple[Tagged, Tagged], ids: str | None) -> np.ndarray:
    before, after = tables
    if ids is None or before.keys is None or after.keys is None:
        if before.n != after.n:
            raise SegkitError(
                f"before has {before.n:,} rows and after {after.n:,}, and no ids were given; "
                "expected the same customers row by row. Name the id column with ids=."
            )
        return np.arange(before.n)
    return pair_rows(before.keys, after.keys, (before.ids, after.ids), ids)


def _positions(table: Tagged, segments: tuple[str, ...]) -> np.ndarray:
    """Return tags as positions in `segments`; untagged comes after the last."""
    place = np.array([*(segments.index(s) for s in table.segments), len(segments)], dtype=np.int16)
    return place[table.tags]
