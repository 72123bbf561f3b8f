"""The steps from votes to tags: weights looked up, segments ranked, the cut compared.

All in whole 64-bit numbers, as `calibration` and `odds` do it; the only division of doubles
is the last, weight by sum of weights.
"""

from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from segkit.typing_tool.base.tagger import MOSTLY, REASONS
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.export.sql.coding import whole
from segkit.typing_tool.export.sql.steps import Steps, bigint, code_names, lookup, sum_of
from segkit.typing_tool.models.calibration import CUT_BITS, STEPS, Calibration
from segkit.typing_tool.models.odds import Odds

__all__ = ["add_odds", "add_own_weights", "add_shares", "add_tags"]


def add_shares(steps: Steps, rule: Calibration) -> None:
    """Add the steps from the votes of a forest to ranked votes and their weights."""
    k = rule.multipliers.size
    products = [
        exp.Mul(this=exp.column(f"v{s}"), expression=whole(m))
        for s, m in enumerate(rule.multipliers)
    ]
    steps.follow("products", steps.passed(p=products), once=True)
    total = sum_of([exp.column(f"p{s}") for s in range(k)])
    at = [
        steps.dialect.quotient(
            exp.Mul(this=exp.column(f"p{s}"), expression=whole(STEPS)), total.copy()
        )
        for s in range(k)
    ]
    steps.follow("ranked", steps.passed(r=_ranks("p", k), i=at), once=True)
    _add_lookup(steps, rule.table.tolist(), k)


def add_odds(steps: Steps, rule: Odds, k: int) -> None:
    """Add the steps from the points of a scorecard to ranked points and their weights."""
    best = [exp.column(f"v{s}") for s in range(k)]
    most = exp.alias_(exp.func("GREATEST", *best, dialect="duckdb"), "most")
    kept = [exp.column(f"v{s}") for s in range(k)]
    steps.follow("best", [*steps.passed(v=kept), most], once=True)
    last = rule.table.size - 1
    behind: list[exp.Expr] = [
        exp.Sub(this=exp.column("most"), expression=exp.column(f"v{s}")) for s in range(k)
    ]
    at = [
        exp.case().when(exp.GT(this=b, expression=whole(last)), whole(last)).else_(b.copy())
        for b in behind
    ]
    steps.follow("ranked", steps.passed(r=_ranks("v", k), i=at), once=True)
    _add_lookup(steps, rule.table.tolist(), k)


def add_own_weights(steps: Steps, k: int) -> None:
    """Add the step that takes votes for weights as they are."""
    votes = [exp.column(f"v{s}") for s in range(k)]
    steps.follow("weighed", steps.passed(r=_ranks("v", k), w=votes), once=True)


def add_tags(steps: Steps, segments: Sequence[Any], cut: int, book: FieldCodes) -> None:
    """Add the steps from ranked weights to the columns that tagging adds."""
    k, names = len(segments), code_names(len(book.fields))
    ranks, weights = ([exp.column(f"{c}{s}") for s in range(k)] for c in "rw")
    sums = [
        *steps.passed(r=ranks, w=weights),
        exp.alias_(sum_of([w.copy() for w in weights]), "total"),
        exp.alias_(_at_rank(0, weights), "best"),
    ]
    steps.follow("summed", sums, once=True)
    scaled = exp.Mul(this=exp.column("best"), expression=whole(1 << CUT_BITS))
    limit = exp.Mul(this=exp.column("total"), expression=whole(cut))
    kept = exp.GTE(this=scaled, expression=limit)
    kind = "bigint" if all(isinstance(s, int) for s in segments) else "text"
    words = [whole(s) if kind == "bigint" else exp.Literal.string(str(s)) for s in segments]
    shares = [_share(w.copy()) for w in weights]
    columns = {
        "segment": exp.cast(exp.case().when(kept, _at_rank(0, words)), kind),
        "probability": _share(exp.column("best")),
        "second": exp.cast(_at_rank(1, words), kind),
        **{f"probability_{s}": p for s, p in zip(segments, shares, strict=True)},
        "reason": exp.case().when(kept.copy(), exp.null()).else_(_reason(book, names)),
    }
    steps.follow("tags", steps.passed(o=[*columns.values()]))


def _ranks(letter: str, k: int) -> list[exp.Expr]:
    """Return how many segments are before each: those with more votes, or as many and earlier."""

    def beats(other: int, s: int) -> exp.Expr:
        compare = exp.GTE if other < s else exp.GT
        more = compare(this=exp.column(f"{letter}{other}"), expression=exp.column(f"{letter}{s}"))
        return exp.case().when(more, whole(1)).else_(whole(0))

    return [sum_of([beats(other, s) for other in range(k) if other != s]) for s in range(k)]


def _at_rank(rank: int, values: Sequence[exp.Expr]) -> exp.Expr:
    """Return the value of the segment at a rank."""
    ifs = [
        exp.If(this=exp.EQ(this=exp.column(f"r{s}"), expression=whole(rank)), true=v.copy())
        for s, v in enumerate(values)
    ]
    return exp.Case(ifs=ifs)


def _add_lookup(steps: Steps, table: list[int], k: int) -> None:
    add = _add_array if steps.dialect.by_row else _add_joins
    add(steps, table, k)


def _add_joins(steps: Steps, table: list[int], k: int) -> None:
    steps.add("weights", lookup(["step", "weight"], list(enumerate(table))), aside=True)
    query = _weighed(steps, [exp.column("weight", table=f"t{s}") for s in range(k)])
    for s in range(k):
        same = exp.EQ(
            this=exp.column(f"i{s}", table="x"), expression=exp.column("step", table=f"t{s}")
        )
        found = exp.to_table(steps.named("weights")).as_(f"t{s}")
        query = query.join(found, on=same, copy=False)
    steps.add("weighed", query, once=True)


def _add_array(steps: Steps, table: list[int], k: int) -> None:
    array = exp.Array(expressions=[whole(v) for v in table])
    steps.add("weights", exp.select(exp.alias_(array, "weight"), copy=False), aside=True)
    places = [exp.cast(exp.column(f"i{s}", table="x"), "int") for s in range(k)]
    at = [exp.Bracket(this=exp.column("weight", table="t"), expressions=[p]) for p in places]
    query = _weighed(steps, [bigint(a) for a in at])
    found = exp.to_table(steps.named("weights")).as_("t")
    steps.add("weighed", query.join(found, join_type="cross", copy=False), once=True)


def _weighed(steps: Steps, weights: Sequence[exp.Expr]) -> exp.Select:
    """Return the query over ranked rows, called x, that adds their weights."""
    ranks = [exp.column(f"r{s}", table="x") for s in range(len(weights))]
    query = exp.select(*steps.passed("x", r=ranks, w=weights), copy=False)
    return query.from_(exp.to_table(steps.last).as_("x"), copy=False)


def _share(weight: exp.Expr) -> exp.Expr:
    double = exp.cast(weight, "double")
    return exp.Div(this=double, expression=exp.cast(exp.column("total"), "double"))


def _reason(book: FieldCodes, names: Sequence[str]) -> exp.Expr:
    """Return why somebody would be untagged, as `Tagger.reasons` says it."""
    low, unseen, gaps = (exp.Literal.string(r) for r in REASONS)
    case = exp.case()
    odd = [
        exp.EQ(this=exp.column(n), expression=whole(f.unseen))
        for n, f in zip(names, book.fields, strict=True)
        if f.unseen >= 0 and not f.n_pooled
    ]
    if odd:
        case = case.when(exp.or_(*odd, wrap=False), unseen)
    missing = [
        exp.case()
        .when(exp.EQ(this=exp.column(n), expression=whole(f.missing)), whole(1))
        .else_(whole(0))
        for n, f in zip(names, book.fields, strict=True)
    ]
    most = int(MOSTLY * len(names))  # gaps that are still few enough
    return case.when(exp.GT(this=sum_of(missing), expression=whole(most)), gaps).else_(low)
