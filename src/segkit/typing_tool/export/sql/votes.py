"""The steps from codes to votes: columns v0, v1, ... of whole numbers, one a segment.

A forest is a sum of trees, each a nest of CASE over codes. Several segments' votes share one
64-bit number (a lane each), so that a tree is walked once; the last segment has what the
others leave over.
"""

from collections.abc import Sequence

import numpy as np
from sqlglot import exp

from segkit.typing_tool.export.cell_table import CellTable
from segkit.typing_tool.export.sql.coding import whole
from segkit.typing_tool.export.sql.steps import Steps, bigint, code_names, lookup, sum_of
from segkit.typing_tool.models.forest import VOTES, Forest
from segkit.typing_tool.models.scorecard import Scorecard

__all__ = ["add_cells", "add_points", "add_trees"]

WORD_BITS = 62


def add_points(steps: Steps, card: Scorecard, n_codes: Sequence[int]) -> None:
    """Add the step that sums the points of a scorecard."""
    names = code_names(len(n_codes))
    votes = []
    for s in range(card.n_segments):
        terms = [bigint(whole(card.everyone[s]))]
        for f, n in enumerate(n_codes):
            terms += _points_of(names[f], card.points[f, :n, s])
        votes.append(sum_of(terms))
    steps.follow("votes", steps.passed(v=votes), once=True)


def add_trees(steps: Steps, forest: Forest) -> None:
    """Add the steps that walk every tree."""
    bits = (VOTES * forest.n_trees).bit_length()
    lanes = [
        list(range(i, min(i + WORD_BITS // bits, forest.n_segments - 1)))
        for i in range(0, forest.n_segments - 1, WORD_BITS // bits)
    ]
    packed = [_packed(forest.votes, lane, bits) for lane in lanes]
    at_once = steps.dialect.trees_a_step
    for start in range(0, forest.n_trees, at_once):
        trees = range(start, min(start + at_once, forest.n_trees))
        words = []
        for i, leaves in enumerate(packed):
            before = exp.column(f"w{i}") if start else bigint(whole(0))
            words.append(sum_of([before, *(_walk(forest, t, leaves) for t in trees)]))
        done = trees.stop == forest.n_trees
        steps.follow(f"trees{trees.stop}", steps.passed(w=words), once=done)
    votes: list[exp.Expr] = []
    for i, lane in enumerate(lanes):
        votes += [_lane(steps, f"w{i}", at, bits) for at in range(len(lane))]
    steps.follow("lanes", steps.passed(v=votes), once=True)
    _add_last(steps, forest)


def add_cells(steps: Steps, forest: Forest) -> None:
    """Add the steps that look the votes up in a table of all cells that the trees tell apart."""
    names = code_names(forest.n_fields)
    table = CellTable.of(forest)
    votes = forest.score(table.codes)
    columns = ["cell", *(f"v{s}" for s in range(forest.n_segments))]
    rows = [[i, *v] for i, v in enumerate(votes.tolist())]
    steps.add("table", lookup(columns, rows), aside=True)
    key: list[exp.Expr] = [whole(0)]
    for name, cuts, stride in zip(names, table.cuts, table.strides, strict=True):
        key += _run(name, cuts, stride)
    steps.follow("keyed", [*steps.passed(), exp.alias_(sum_of(key), "cell")])
    k, t = exp.to_table(steps.last).as_("k"), exp.to_table(steps.named("table")).as_("t")
    same = exp.EQ(this=exp.column("cell", table="k"), expression=exp.column("cell", table="t"))
    out = [*steps.passed("k"), *(exp.column(v, table="t") for v in columns[1:])]
    steps.add("votes", exp.select(*out).from_(k).join(t, on=same), once=True)


def _points_of(name: str, points: np.ndarray) -> list[exp.Expr]:
    """Return the points of a field for one segment; codes without any are not named."""
    ifs = [exp.If(this=whole(c), true=whole(p)) for c, p in enumerate(points) if p]
    return [exp.Case(this=exp.column(name), ifs=ifs, default=whole(0))] if ifs else []


def _packed(votes: np.ndarray, lane: Sequence[int], bits: int) -> list[int]:
    lanes = [votes[:, s].astype(np.int64) << (bits * i) for i, s in enumerate(lane)]
    return [int(word) for word in np.sum(lanes, axis=0)]


def _walk(forest: Forest, tree: int, leaves: Sequence[int]) -> exp.Expr:
    start = int(forest.starts[tree])

    def below(node: int) -> exp.Expr:
        at = start + node
        field = int(forest.feature[at])
        if field < 0:
            return whole(leaves[at])
        column, threshold = exp.column(f"c{field}"), whole(forest.threshold[at])
        goes_left = exp.LTE(this=column, expression=threshold)
        left, right = below(int(forest.left[at])), below(int(forest.right[at]))
        return exp.Case(ifs=[exp.If(this=goes_left, true=left)], default=right)

    return below(0)


def _lane(steps: Steps, word: str, at: int, bits: int) -> exp.Expr:
    """Return one lane of a word."""
    value: exp.Expr = exp.column(word)
    if at:
        value = steps.dialect.quotient(value, whole(1 << (bits * at)))
    return bigint(exp.Mod(this=value, expression=whole(1 << bits)))


def _add_last(steps: Steps, forest: Forest) -> None:
    known = [exp.column(f"v{s}") for s in range(forest.n_segments - 1)]
    rest: exp.Expr = bigint(whole(VOTES * forest.n_trees))
    for votes in known:
        rest = exp.Sub(this=rest, expression=votes.copy())
    steps.follow("votes", steps.passed(v=[*known, rest]), once=True)


def _run(name: str, cuts: np.ndarray, stride: int) -> list[exp.Expr]:
    """Return what the run of a field's code adds to the number of its cell."""
    if not cuts.size:
        return []
    ifs = [
        exp.If(this=exp.LTE(this=exp.column(name), expression=whole(c)), true=whole(i * stride))
        for i, c in enumerate(cuts)
    ]
    return [exp.Case(ifs=ifs, default=whole(cuts.size * stride))]
