"""A change of segment sizes, divided exactly: who came and went, who moved, what the tool did.

References
----------
Shapley, L. S. (1953). A value for n-person games. Contributions to the Theory of Games II,
307-317 (averaging over the orders in which people and tool are exchanged).
Demnati, A. & Rao, J. N. K. (2004). Linearization variance estimators for survey data. Survey
Methodology 30, 17-26.
"""

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit._checks import check_columns, check_frame, check_shared_names
from segkit._frames import Origin, is_missing, n_rows, origin_of, to_arrow
from segkit._result import Result, count_text
from segkit._weights import read_weights, two_weights
from segkit.diagnostics.moves.flows import Pairs, pair_people
from segkit.diagnostics.moves.keys import keys_of
from segkit.diagnostics.moves.pairing import pair_customers, same_places
from segkit.diagnostics.moves.tagged import UNTAGGED
from segkit.diagnostics.moves.text_columns import with_numbers
from segkit.diagnostics.moves.unnamed_ids import warn_of_unnamed_ids
from segkit.exceptions import SegkitError
from segkit.segments.describing.contrasts import Z
from segkit.typing_tool.base.base_files import is_path
from segkit.typing_tool.base.opening import open_base
from segkit.typing_tool.base.tagger import BATCH_ROWS
from segkit.typing_tool.base.text_base import TextBase

__all__ = ["MixChange", "decompose_mix"]

PARTS = ("turnover", "moved", "model", "total")
OLD_OLD, OLD_NEW, NEW_OLD, NEW_NEW = range(4)  # people first, then the tool


@dataclass(frozen=True, repr=False)
class MixChange(Result):
    """What changed the sizes of segments.

    Attributes
    ----------
    table : dict
        The columns of `frame`.
    cells : dict
        The columns of `sizes`.
    n_before, n_after, n_both : int
        Rows of the tables, and people in both.
    origin : Origin
        The kind of the frames.

    Examples
    --------
    >>> import pandas as pd
    >>> class Cut:
    ...     def __init__(self, at):
    ...         self.at = at
    ...     def predict(self, fields):
    ...         return (fields["age"] >= self.at).astype(int).to_numpy()
    >>> before = pd.DataFrame({"id": [1, 2, 3, 4], "age": [30, 39, 50, 60]})
    >>> after = pd.DataFrame({"id": [1, 2, 3, 5], "age": [31, 40, 51, 20]})
    >>> found = decompose_mix(before, after, (Cut(40), Cut(35)), ids="id")
    >>> table = found.frame()
    >>> table.loc[table["segment"] == "1", ["part", "change"]]
           part  change
    4  turnover  -0.250
    5     moved   0.125
    6     model   0.125
    7     total   0.000
    """

    table: dict[str, list[Any]]
    cells: dict[str, list[Any]]
    n_before: int
    n_after: int
    n_both: int
    origin: Origin

    @property
    def sizes(self) -> Any:
        """The 2 x 2 table: one row a segment, people and tool.

        segment, people (old, new), tool (old, new), share.
        """
        return self.origin.frame(self.cells)

    def frame(self) -> Any:
        """Return one row a segment and part of its change.

        Returns
        -------
        frame
            segment (untagged too, where somebody is); part : turnover (entrants and leavers),
            moved (people of both tables whose tag changed under one and the same tool), model
            (the new tool in place of the old one), total; change : in share, the parts sum to
            the total exactly; low, high : its 95 % interval.
        """
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw the parts of each segment's change."""
        from segkit.plots.mix_change import plot_mix_change

        return plot_mix_change(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph: the largest change and its parts."""
        rows = list(zip(*(self.table[c] for c in ("segment", "part", "change")), strict=True))
        totals = {s: change for s, part, change in rows if part == "total"}
        largest = max(totals, key=lambda s: round(abs(totals[s]), 12))
        parts = {part: change for s, part, change in rows if s == largest}
        name = largest if largest == UNTAGGED else f"segment {largest}"
        told = ", ".join(
            f"{words} {100 * parts[part]:+.1f}"
            for part, words in (
                ("turnover", "entrants and leavers"),
                ("moved", "people who moved"),
                ("model", "the new tool"),
            )
        )
        return (
            f"{count_text(self.n_before, 'customer')} before, {self.n_after:,} after, "
            f"{self.n_both:,} in both. Largest change: {name}, {100 * parts['total']:+.1f} "
            f"percentage points: {told}. Parts are averaged over the orders in which people and "
            "tool are exchanged, and sum to the change exactly."
        )


def decompose_mix(
    before: Any,
    after: Any,
    tools: tuple[Any, Any],
    ids: str | None = None,
    sample_weight: Any = None,
) -> MixChange:
    """Divide the change of segment sizes into people who came or went, moved, and the tool.

    Parameters
    ----------
    before, after : frame of shape (n_rows, n_columns), path or list of paths
        Customers with the fields of both tools; files (parquet, CSV, Arrow) are read whole.
    tools : pair of TypingTool
        The old and the new tool (anything with ``predict``); the same one twice leaves the
        tool no part. Both must name segments alike (`segkit.segments.match` finds who is who).
    ids : str, optional
        The column that tells customers apart; without it, row i is row i.
    sample_weight : str, array-like or pair of these, optional
        Weights: a column of both tables, one number a row (of tables as long as each other), or
        a pair, of before and of after, of which either may be None. Who is in both tables weighs
        what they did before.

    Returns
    -------
    MixChange

    Raises
    ------
    SegkitError
        For absent, missing or repeated ids, tools that cannot predict, weights that do not fit.

    Warns
    -----
    SegkitWarning
        When no id of one table is in the other; without ids, when a column called like one differs
        row by row.

    Notes
    -----
    Old and new people are both tagged by the old and the new tool: four mixes S(people, tool).
    The tool's part is ((S(old, new) - S(old, old)) + (S(new, new) - S(new, old))) / 2, the
    people's the rest. Of that, *moved* is what people of both tables add under one tool,
    (x' - x) (1/N + 1/N') / 2, with x and x' of them in the segment before and after, N and N'
    people; entrants and leavers are the rest. Averaging over the orders makes the parts sum
    exactly without a term for their interaction (Shapley 1953).

    Intervals take customers for a sample (linearised); they do not hold that tools come from
    samples of respondents too. *Moved* counts tags: typing noise moves people to and fro and
    mostly cancels in a mix, see `migration` for who did.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> found = decompose_mix(fields, fields, (tool, tool))
    >>> bool((found.frame()["change"] == 0).all())
    True
    """
    origin = Origin() if is_path(before) else Origin(origin_of(before).kind)
    _check_tools(tools)
    weights = two_weights(sample_weight)
    before = _whole(before, tools, weights[0], "before")
    after = _whole(after, tools, weights[1], "after")
    if ids is None:
        warn_of_unnamed_ids(before, after)
    pairs = pair_people(_rows(before, after, ids), n_rows(after))
    w, v = (
        read_weights(table, given, what=what)
        for table, given, what in zip((before, after), weights, ("before", "after"), strict=True)
    )
    tags, names = _tags(before, after, tools)
    codes, counts, squares = _cells(tags, pairs, len(names), (w, v))
    shares, changes, errors = _parts(codes, counts, squares, len(names))
    return MixChange(
        table=_table(names, changes, errors),
        cells=_sizes(names, shares),
        n_before=n_rows(before),
        n_after=n_rows(after),
        n_both=pairs.rows_before.size,
        origin=origin,
    )


def _whole(table: Any, tools: Any, weight: Any, what: str) -> Any:
    """Return a table, files read whole; of .csv files the tools' fields and weights as they are."""
    if not is_path(table):
        return check_frame(table, what=what)
    files = open_base(table)
    parts = [nw.from_native(p, eager_only=True) for p in files.frames(BATCH_ROWS, files.names)]
    whole = nw.concat(parts).to_native()
    if not isinstance(files, TextBase):
        return whole
    texts, named = whole, [n for n in files.names if isinstance(weight, str) and n == weight]
    whole = with_numbers(texts, named, what=what)
    for tool in tools:
        if hasattr(tool, "model_"):
            files.check_columns(tool.model_.codes.names)
            read = files.fields(texts, tool.model_.codes)
            for name in read.column_names:
                whole = whole.set_column(whole.column_names.index(name), name, read[name])
    return whole


def _rows(before: Any, after: Any, ids: str | None) -> np.ndarray:
    if ids is None:
        return same_places(n_rows(before), n_rows(after))
    columns = []
    for table, what in ((before, "before"), (after, "after")):
        check_columns(table, [ids], what=what)
        columns.append(to_arrow(table, [ids], what=what)[ids])
    keys = [keys_of(c, ids, what=w) for c, w in zip(columns, ("before", "after"), strict=True)]
    return pair_customers(keys[0], keys[1], (columns[0], columns[1]), ids)


def _check_tools(tools: Any) -> None:
    if not isinstance(tools, tuple | list) or len(tools) != 2:
        raise SegkitError("tools is no pair; expected (old, new). Give the same tool twice if so.")
    for tool in tools:
        if not hasattr(tool, "predict"):
            raise SegkitError(f"A {type(tool).__name__} cannot predict; expected a fitted tool.")


def _tags(before: Any, after: Any, tools: Any) -> tuple[list[np.ndarray], list[str]]:
    """Return the tags of old and new people by either tool as positions among all names."""
    named = [_named(people, tools) for people in (before, after)]
    texts = [names for pair in named for names, _ in pair]
    found = {name for text in texts for name in text} - {UNTAGGED}
    old, new = (sorted({*texts[i], *texts[i + 2]} - {UNTAGGED}) for i in (0, 1))
    check_shared_names(old, new, what="tools")
    numbers = all(name.lstrip("-").isdigit() for name in found)
    names = sorted(found, key=int if numbers else str)
    names += [UNTAGGED] if any(UNTAGGED in text for text in texts) else []
    place = {name: i for i, name in enumerate(names)}
    return [
        np.array([place[name] for name in text], dtype=np.int64)[at]
        for pair in named
        for text, at in pair
    ], names


def _named(people: Any, tools: Any) -> list[tuple[list[str], np.ndarray]]:
    """Return the names that each tool gives, and the place of each person's among them."""
    first = _coded(tools[0].predict(people))
    return [first, first if tools[1] is tools[0] else _coded(tools[1].predict(people))]


def _coded(tags: Any) -> tuple[list[str], np.ndarray]:
    values = np.asarray(tags)
    if values.dtype.kind in "biuf":
        found, at = np.unique(values, return_inverse=True)
        return [_name(tag) for tag in found.tolist()], at
    places: dict[Any, int] = {}
    at = np.array([places.setdefault(tag, len(places)) for tag in values.tolist()], dtype=np.intp)
    return [_name(tag) for tag in places], at


def _name(tag: Any) -> str:
    if is_missing(tag) or (not isinstance(tag, str) and tag == -1):
        return UNTAGGED
    return str(int(tag)) if isinstance(tag, float | bool) else str(tag)


def _cells(
    tags: list[np.ndarray], pairs: Pairs, k: int, weights: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sum people by their four tags; k stands for a table that they are not in."""
    away = [np.full(group.size, k) for group in (pairs.left, pairs.came)]
    rows = [
        np.concatenate(
            [tags[OLD_OLD + t][pairs.rows_before], tags[OLD_OLD + t][pairs.left], away[1]]
        )
        for t in (0, 1)
    ] + [
        np.concatenate(
            [tags[NEW_OLD + t][pairs.rows_after], away[0], tags[NEW_OLD + t][pairs.came]]
        )
        for t in (0, 1)
    ]
    w = np.concatenate(
        [weights[0][pairs.rows_before], weights[0][pairs.left], weights[1][pairs.came]]
    )
    one = np.ravel_multi_index(tuple(rows), (k + 1,) * 4)
    cells, at = np.unique(one, return_inverse=True)
    codes = np.stack(np.unravel_index(cells, (k + 1,) * 4))
    return codes, np.bincount(at, weights=w), np.bincount(at, weights=w**2)


def _parts(
    codes: np.ndarray, counts: np.ndarray, squares: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the four mixes, the parts of the changes, and their standard errors.

    Each is of shape (4, k). The influence of a person on each part gives its variance.
    """
    is_there = (codes < k).astype(float)  # of shape (4, n_cells)
    held = (codes[:, :, None] == np.arange(k)).astype(float)  # (4, n_cells, k)
    total = is_there @ counts
    shares = np.einsum("tck,c->tk", held, counts) / total[:, None]
    influence = is_there[:, :, None] * (held - shares[:, None]) / total[:, None, None]
    model = _half(shares[OLD_NEW] - shares[OLD_OLD], shares[NEW_NEW] - shares[NEW_OLD])
    of_model = _half(
        influence[OLD_NEW] - influence[OLD_OLD], influence[NEW_NEW] - influence[NEW_OLD]
    )
    n, m = total[OLD_OLD], total[NEW_OLD]
    both = is_there[OLD_OLD] * is_there[NEW_OLD]
    step = both[:, None] * _half(held[NEW_OLD] - held[OLD_OLD], held[NEW_NEW] - held[OLD_NEW])
    scale = (1 / n + 1 / m) / 2
    gain = counts @ step
    moved = gain * scale
    shrinks = (is_there[OLD_OLD] / n**2 + is_there[NEW_OLD] / m**2) / 2
    of_moved = step * scale - shrinks[:, None] * gain
    everything = shares[NEW_NEW] - shares[OLD_OLD]
    of_everything = influence[NEW_NEW] - influence[OLD_OLD]
    changes = np.stack([everything - model - moved, moved, model, everything])
    influences = [of_everything - of_model - of_moved, of_moved, of_model, of_everything]
    errors = np.sqrt(np.stack([squares @ np.square(part) for part in influences]))
    return shares, changes, errors


def _half(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a + b) / 2


def _table(names: list[str], changes: np.ndarray, errors: np.ndarray) -> dict[str, list[Any]]:
    value, reach = changes.T.ravel(), Z * errors.T.ravel()
    return {
        "segment": [name for name in names for _ in PARTS],
        "part": list(PARTS) * len(names),
        "change": value.tolist(),
        "low": (value - reach).tolist(),
        "high": (value + reach).tolist(),
    }


def _sizes(names: list[str], shares: np.ndarray) -> dict[str, list[Any]]:
    k = len(names)
    return {
        "segment": names * 4,
        "people": ["old"] * 2 * k + ["new"] * 2 * k,
        "tool": (["old"] * k + ["new"] * k) * 2,
        "share": shares.ravel().tolist(),
    }
