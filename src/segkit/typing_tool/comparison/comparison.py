"""Two typing tools on one base: who changes tag, by how much it matters, and why."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial, reduce
from operator import add
from typing import Any

import numpy as np

from segkit._checks import check_fitted, check_frame, check_text, check_unique_in_parts, name_list
from segkit._frames import Nullable, Origin, attach, column, origin_of
from segkit._result import Result, percent
from segkit.exceptions import SegkitError
from segkit.segments.describing.contrasts import Group, wilson
from segkit.typing_tool.base.base_files import is_path
from segkit.typing_tool.base.parquet import ParquetBase
from segkit.typing_tool.base.tagger import BATCH_ROWS, Tagger
from segkit.typing_tool.coding.fields import fields_frame
from segkit.typing_tool.comparison.changes import NARROW, Changes, association, margins
from segkit.typing_tool.comparison.steps import Steps, codebook_changes
from segkit.typing_tool.models.calibration import Decision
from segkit.typing_tool.tool import TypingTool

__all__ = ["ToolComparison", "compare_tools"]

UNTAGGED = "untagged"
CUSTOMER_COLUMNS = ("first", "second", "probability_first", "probability_second", "move")


@dataclass(frozen=True, repr=False)
class ToolComparison(Result):
    """Who changes tag between two tools on one base, and why.

    Attributes
    ----------
    table : dict
        One row a pair of tags: ``first``, ``second`` (text; "untagged" too), ``n`` (customers),
        ``share`` of the customers with that first tag, ``low``, ``high`` (95 %, Wilson),
        ``borderline`` (of them, customers whose two likeliest segments lie within 10
        percentage points in both tools; 0 where a tool leaves them untagged).
    parts : frame
        Why: ``part`` of the tool, ``n`` customers whose change it settled, ``share`` of all
        changes.
    fields : frame
        What tells changers apart, most first: ``field``, ``association`` (Cramér's V with
        changing, corrected for chance), ``value`` where changing is most frequent, ``n`` and
        ``changed`` (share) there.
    codebook : frame
        ``field``, ``change`` (same, added, dropped, levels, bins, kind), ``what`` in words.
    customers : frame or None
        With `id`: the id, ``first``, ``second`` (empty: untagged), ``probability_first``,
        ``probability_second``, ``move`` (same, real, borderline, tagged, untagged).
    n_customers : int
        Rows of the base.
    low, high : float
        95 % interval of `changed`.

    Notes
    -----
    Parts are exchanged one after the other: votes (with the codebook they are grown on), then
    calibration, then abstention cut. A change belongs to the part after which the customer's tag
    was the second tool's for good. Another order would share some changes out otherwise.
    Calibrations can be exchanged between tools of the same segments and the same kind of
    votes only; elsewhere they are one part with the votes.

    Two tools fitted on two samples of the same people differ too: a change says that the tools
    disagree, not that the customer changed. Intervals take the base for a sample of
    customers; they do not hold what other samples of respondents would change.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool, compare_tools
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> labels = (fields["age"] > 47).astype(int)
    >>> tool = TypingTool(n_trees=10).fit(fields, labels)
    >>> shy = TypingTool(n_trees=10, abstain_below=0.9).fit(fields, labels)
    >>> compare_tools(tool, shy, fields).parts["part"].tolist()
    ['votes', 'calibration', 'abstention cut']
    >>> compare_tools(tool, tool, fields).changed
    0.0
    """

    table: dict[str, list[Any]]
    parts: Any
    fields: Any
    codebook: Any
    customers: Any
    n_customers: int
    low: float
    high: float
    origin: Origin = field(default_factory=Origin)

    @property
    def changed(self) -> float:
        """The share of customers whose tag differs."""
        return self._of(lambda a, b: a != b) / self.n_customers

    def frame(self) -> Any:
        """Return one row a pair of tags."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw which share of each first tag got which second tag."""
        from segkit.plots.tool_comparison import plot_tool_comparison

        return plot_tool_comparison(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph: how many change, how firmly, between what, why."""
        n_changed = self._of(lambda a, b: a != b)
        text = (
            f"Of {self.n_customers:,} customers, {percent(self.changed, 1)} "
            f"[{percent(self.low, 1)}, {percent(self.high, 1)}] get another tag from the second "
            "tool"
        )
        if not n_changed:
            return f"{text}. {self._codebook_text()}".strip()
        tagged = self._of(lambda a, b: a == UNTAGGED != b)
        lost = self._of(lambda a, b: b == UNTAGGED != a)
        close = sum(c for a, b, c in self._rows("borderline") if a != b)
        a, b, n = max((r for r in self._rows("n") if r[0] != r[1]), key=lambda r: r[2])
        why = zip(column(self.parts, "part"), column(self.parts, "share"), strict=True)
        parts = ", ".join(f"{part} {percent(share)}" for part, share in why)
        return (
            f"{text}: {close:,} borderline flips (the two likeliest segments within "
            f"{100 * NARROW:.0f} percentage points in both tools), "
            f"{n_changed - tagged - lost - close:,} real moves, "
            f"{tagged:,} tagged only by the second, {lost:,} only by the first. Most frequent: "
            f"{a} to {b} ({n:,}). What settled the changes, parts exchanged in order: {parts}. "
            f"{self._fields_text()}{self._codebook_text()}"
        ).strip()

    def _rows(self, what: str) -> list[tuple[str, str, int]]:
        return list(zip(self.table["first"], self.table["second"], self.table[what], strict=True))

    def _of(self, among: Any) -> int:
        return int(sum(n for a, b, n in self._rows("n") if among(a, b)))

    def _fields_text(self) -> str:
        names, v = column(self.fields, "field"), column(self.fields, "association")
        told = [f"{name} ({x:.2f})" for name, x in zip(names, v, strict=True) if x > 0.05][:3]
        if not told:
            return "No field tells the changers apart (Cramér's V at most 0.05). "
        return f"Fields that tell the changers apart (Cramér's V): {', '.join(told)}. "

    def _codebook_text(self) -> str:
        rows = zip(column(self.codebook, "field"), column(self.codebook, "change"), strict=True)
        told = [f"{name} ({change})" for name, change in rows if change != "same"]
        return f"Codebooks differ in {', '.join(told)}." if told else "Codebooks are the same."


def compare_tools(first: Any, second: Any, base: Any, id: str | None = None) -> ToolComparison:
    """Tag a base with two tools and tell who changes, and why.

    Parameters
    ----------
    first, second : TypingTool
        Fitted tools: this year's and last year's, with and without a field.
    base : frame, path, or list of paths
        Customers with the fields of both tools: a frame, or parquet files, which are streamed.
    id : str, optional
        A column that must be complete and unique. With it, `customers` holds one row a customer,
        in memory (some 40 bytes each, and the id).

    Returns
    -------
    ToolComparison

    Raises
    ------
    SegkitError
        For a tool that is none, an absent field, a repeated id.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool, compare_tools
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> labels = (fields["age"] > 47).astype(int)
    >>> with_plan = TypingTool(n_trees=10).fit(fields, labels)
    >>> without = TypingTool(n_trees=10).fit(fields[["age"]], labels)
    >>> found = compare_tools(with_plan, without, fields)
    >>> found.codebook["change"].tolist()
    ['same', 'dropped']
    """
    steps = Steps(_tagger(first, "first"), _tagger(second, "second"))
    if id is not None:
        _check_id(steps, base, id)
    labels = list(dict.fromkeys(str(c) for t in (first, second) for c in t.classes_.tolist()))
    sums: list[Changes] = []
    kept: list[dict[str, Any]] = []
    for first_row, part in _parts(steps, base, id):
        _add_part(steps, part, first_row, labels, id, sums, kept)
    return _result(steps, reduce(add, sums), labels, kept, id, base)


def _check_id(steps: Steps, base: Any, id: str) -> None:
    if check_text(id, name="id") in CUSTOMER_COLUMNS:
        raise SegkitError(
            f"id=`{id}` is the name of a column of `customers` ({name_list(CUSTOMER_COLUMNS)}). "
            "Rename the base's column first."
        )
    parts = partial(_parts, steps, base, id)
    check_unique_in_parts(lambda: (part for _, part in parts()), name=id, what="the base")


def _tagger(tool: Any, name: str) -> Tagger:
    if not isinstance(tool, TypingTool):
        raise SegkitError(
            f"{name} is a {type(tool).__name__}; expected a fitted TypingTool. Read one from its "
            "file with typing_tool.load."
        )
    check_fitted(tool)
    return tool._tagger()


def _parts(steps: Steps, base: Any, id: str | None) -> Iterator[tuple[int, Any]]:
    """Yield the number of the first row and a part of the base."""
    if not is_path(base):
        yield 0, check_frame(fields_frame(base, what="the base"), what="the base")
        return
    books = steps.first.model.codes, steps.second.model.codes
    wanted = [*books[0].names, *books[1].names, *([id] if id else [])]
    yield from ParquetBase.of(base).parts(BATCH_ROWS, list(dict.fromkeys(wanted)))


def _add_part(
    steps: Steps,
    part: Any,
    first_row: int,
    labels: list[str],
    id: str | None,
    sums: list[Changes],
    kept: list[dict[str, Any]],
) -> None:
    """Add what a part of the base says to the sums, and keep its customers where asked."""
    codes = [t.model.codes.encode(part, first_row=first_row) for t in (steps.first, steps.second)]
    fields = _all_fields(steps, codes)
    ids = None if id is None else column(part, id, what="the base")
    start = 0
    for decisions in steps.decisions(*codes):
        rows = slice(start, start + len(decisions[0].first))
        tags = _positions(steps, decisions, labels)
        narrow = (margins(decisions[0]) < NARROW) & (margins(decisions[-1]) < NARROW)
        here = [(c[rows], f.n_codes) for f, c in fields]
        found = Changes.of(tags, narrow, here, len(labels) + 1)
        sums[:] = [reduce(add, [*sums, found])]
        if ids is not None:
            kept.append(_customers(ids[rows], decisions, tags, narrow, len(labels)))
        start = rows.stop


def _all_fields(steps: Steps, codes: list[np.ndarray]) -> list[tuple[Any, np.ndarray]]:
    """Return every field with its codes: the second tool's, and those only the first has."""
    a, b = steps.first.model.codes, steps.second.model.codes
    out = [(f, codes[1][:, j]) for j, f in enumerate(b.fields)]
    return out + [(f, codes[0][:, j]) for j, f in enumerate(a.fields) if f.name not in b.names]


def _positions(steps: Steps, decisions: list[Decision], labels: list[str]) -> list[np.ndarray]:
    """Return the tags as positions in `labels`, untagged after the last."""
    out = []
    for at, decision in enumerate(decisions):
        tool = steps.second if at else steps.first
        place = np.array([*(labels.index(str(c)) for c in tool.classes), len(labels)])
        out.append(place[decision.tag])  # -1, untagged, is the last place
    return out


def _customers(
    ids: np.ndarray,
    decisions: list[Decision],
    tags: list[np.ndarray],
    narrow: np.ndarray,
    untagged: int,
) -> dict[str, Any]:
    a, b = tags[0], tags[-1]
    kinds = np.array(["same", "real", "borderline", "tagged", "untagged"], dtype=object)
    which = [a == b, a == untagged, b == untagged, narrow]
    return {
        "id": ids,
        "first": a.astype(np.int16),
        "second": b.astype(np.int16),
        "probability_first": decisions[0].top,
        "probability_second": decisions[-1].top,
        "move": kinds[np.select(which, [0, 3, 4, 2], 1)],
    }


def _result(
    steps: Steps, sums: Changes, labels: list[str], kept: list[dict[str, Any]], id: Any, base: Any
) -> ToolComparison:
    origin = Origin("pandas" if is_path(base) else origin_of(base).kind)
    n = int(sums.counts.sum())
    n_changed = n - int(np.trace(sums.counts))
    low, high = (float(v) for v in _interval(np.array(n_changed / n), np.array(float(n))))
    parts = {
        "part": list(steps.parts),
        "n": sums.by_part.tolist(),
        "share": (sums.by_part / max(1, n_changed)).tolist(),
    }
    changes = codebook_changes(steps.first.model.codes, steps.second.model.codes)
    names = ("field", "change", "what")
    book = dict(zip(names, map(list, zip(*changes, strict=True)), strict=True))
    return ToolComparison(
        _pairs(sums, [*labels, UNTAGGED]),
        origin.frame(parts),
        origin.frame(_field_table(steps, sums)),
        origin.frame(book),
        _customer_frame(kept, labels, id, origin) if kept else None,
        n,
        low,
        high,
        origin,
    )


def _interval(share: np.ndarray, n: np.ndarray) -> np.ndarray:
    return wilson(Group(n, share, np.zeros_like(share)))


def _pairs(sums: Changes, tags: list[str]) -> dict[str, list[Any]]:
    """Return the table of pairs; tags that neither tool gave are left out."""
    size = sums.counts.sum(axis=1)
    rows, columns = np.flatnonzero(size), np.flatnonzero(sums.counts.any(axis=0))
    i, j = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    share = sums.counts[i, j] / size[i]
    low, high = _interval(share, size[i].astype(float))
    return {
        "first": [tags[a] for a in i],
        "second": [tags[b] for b in j],
        "n": sums.counts[i, j].tolist(),
        "share": share.tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
        "borderline": sums.borderline[i, j].tolist(),
    }


def _field_table(steps: Steps, sums: Changes) -> dict[str, list[Any]]:
    a, b = steps.first.model.codes, steps.second.model.codes
    fields = [*b.fields, *(f for f in a.fields if f.name not in b.names)]
    rows = []
    for f, cells in zip(fields, sums.by_code, strict=True):
        # the share of a rare value is drawn to the whole, so that chance alone never leads
        whole = cells.sum(axis=0)
        rate = (cells[:, 1] + 20 * whole[1] / whole[0]) / (cells[:, 0] + 20)
        top = int(np.argmax(np.where(cells[:, 0] > 0, rate, -1)))
        n, changed = cells[top].tolist()
        rows.append((f.name, association(cells), f.meanings()[top], n, changed / n))
    rows.sort(key=lambda r: -r[1])
    names = ("field", "association", "value", "n", "changed")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _customer_frame(kept: list[dict[str, Any]], labels: list[str], id: str, origin: Origin) -> Any:
    joined = {name: np.concatenate([k[name] for k in kept]) for name in kept[0]}
    names = np.array([*labels, ""], dtype=object)
    tags = {c: Nullable(names[joined[c]], joined[c] == len(labels)) for c in ("first", "second")}
    rest = {c: joined[c] for c in ("probability_first", "probability_second", "move")}
    return attach(origin.frame({id: joined["id"]}), {**tags, **rest})
