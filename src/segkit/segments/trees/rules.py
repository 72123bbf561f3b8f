"""Which people fall into which segment, in plain sentences: the leaves of a shallow tree."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_boolean, check_integer, check_same_rows, check_share
from segkit._frames import attach, column, frame_like, n_rows, numeric_column
from segkit._resample import canonical_order, stratified_folds
from segkit._result import Result, percent
from segkit._weights import check_weights, effective_size
from segkit.exceptions import SegkitError
from segkit.plots.palette import segment_name
from segkit.segments.agreement import one_hot
from segkit.segments.codes import Coded, coded
from segkit.segments.describing.contrasts import Group, wilson
from segkit.segments.scheme import Scheme
from segkit.segments.trees.questions import Question, Span, condition, questions
from segkit.segments.trees.tree import (
    Leaf,
    Split,
    choose,
    grow,
    held_out,
    leaves,
    prunings,
    reached,
)

__all__ = ["Rules", "rules"]

SMALL_BASE = 30
"""Below so many effective people a figure is flagged."""

_FEWEST = 20
"""Fewer people are not divided by rules."""


@dataclass(frozen=True, repr=False)
class Rules(Result):
    """Rules that divide everybody, each with the segments of the people it meets.

    Attributes
    ----------
    table : frame
        One row a rule and segment; see `frame`.
    members : ndarray of shape (n_respondents,)
        The rule that each respondent meets; -1 for those left out (noise, weight 0).
    depth : int
        The most conditions in a row; 0 where no question told the segments apart.
    accuracy, low, high : float
        The share of people held out whom the rules give their segment, with its 95 %
        interval.
    largest : float
        The share that naming the largest segment for everybody reaches.
    n_respondents, n_folds : int
        People behind the rules; the parts held out in turn.
    random_state : int, RandomState or None
        The seed of the folds.
    weighted : bool
        True when survey weights were given.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [25, 31, 38, 29, 52, 60, 47, 66] * 10})
    >>> rules(people, [0, 0, 0, 0, 1, 1, 1, 1] * 10).sentences()
    ['age at most 42: 100 % [91, 100] Segment 0 (n 40)',
     'age at least 43: 100 % [91, 100] Segment 1 (n 40)']
    """

    table: Any
    members: np.ndarray
    depth: int
    accuracy: float
    low: float
    high: float
    largest: float
    n_respondents: int
    n_folds: int
    random_state: Any
    weighted: bool

    def frame(self) -> Any:
        """Return one row a rule and segment.

        Returns
        -------
        frame
            rule, condition : the rule's number and words;
            segment;
            n, n_effective : people who meet the rule; Kish's effective number;
            share, low, high : the segment's share among them, with its 95 % interval;
            overall : its share among everybody; lift : share over overall;
            coverage : the share of the segment that meets the rule;
            told : the rule stands for this segment, the most frequent one;
            small_base : fewer than 30 effective people.
        """
        return self.table

    def plot(self, ax: Any = None) -> Any:
        """Draw the segments of each rule's people as a bar, everybody's above."""
        from segkit.plots.rules import plot_rules

        return plot_rules(self.table, ax=ax)

    def sentences(self) -> list[str]:
        """Return one sentence a rule: the condition, and how sure its segment is."""
        told = np.flatnonzero(numeric_column(self.table, "told") > 0)
        words, segment = column(self.table, "condition"), column(self.table, "segment")
        share, low, high, n = (
            100 * numeric_column(self.table, name)[told] for name in ("share", "low", "high", "n")
        )
        return [
            f"{words[at]}: {share[i]:.0f} % [{low[i]:.0f}, {high[i]:.0f}] "
            f"{segment_name(segment[at])} (n {n[i] / 100:,.0f})"
            for i, at in enumerate(told)
        ]

    def summary(self) -> str:
        """Return one paragraph: how far the rules reach, and the rules."""
        told = numeric_column(self.table, "told") > 0
        segment = column(self.table, "segment")
        without = [s for s in dict.fromkeys(segment) if s not in set(segment[told])]
        weights = ", weighted" if self.weighted else ""
        small = int((told & (numeric_column(self.table, "small_base") > 0)).sum())
        parts = [
            f"{len(self.sentences())} rules of at most {self.depth} condition(s) from a tree over "
            f"{self.n_respondents} respondents{weights}; they give {percent(self.accuracy)} "
            f"[{100 * self.low:.0f}, {100 * self.high:.0f}] of people held out their segment "
            f"({self.n_folds} folds, seed {self.random_state}); naming the largest segment for "
            f"everybody gives {percent(self.largest)}.",
        ]
        if self.depth == 0:
            parts[0] = (
                f"No question tells the segments of {self.n_respondents} respondents{weights} "
                f"apart in people held out ({self.n_folds} folds, seed {self.random_state}): "
                "there is one rule, everybody."
            )
        else:
            parts.append(
                "Shares are those of the people the rules were made from, rules and labels held "
                "fixed, and a little too high."
            )
        if without:
            names = ", ".join(segment_name(s) for s in without)
            parts.append(f"No rule stands for {names}: read where their lift is highest.")
        if small:
            parts.append(f"{small} rules stand on fewer than {SMALL_BASE} effective people.")
        return " ".join([*parts, "; ".join(self.sentences()) + "."])


def rules(
    table: Any,
    labels: Any,
    sample_weight: Any = None,
    *,
    depth: int = 3,
    prune: bool = True,
    min_share: float = 0.05,
    n_folds: int = 10,
    random_state: Any = 0,
) -> Rules:
    """Say in plain sentences which people fall into which segment.

    Parameters
    ----------
    table : frame or array of shape (n_respondents, n_columns)
        What the rules may ask: numbers, yes/no, text. Missing answers are an answer of their
        own and go where they fit best.
    labels : array-like of shape (n_respondents,), or Scheme
        The segments of any method; -1 is noise, left out.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights.
    depth : int
        The most conditions in a row, 1 to 4.
    prune : bool
        Take back conditions that do not pay in people held out: of all prunings of the tree
        the smallest whose log loss is within one standard error of the best.
    min_share : float
        The smallest share of people who meet a rule, below .5.
    n_folds : int
        The parts into which people are divided to be held out in turn.
    random_state : int, RandomState or None
        The seed of the folds. The same seed gives the same rules whatever the row order.

    Returns
    -------
    Rules

    Raises
    ------
    SegkitError
        For fewer than two segments or 20 people, labels that do not fit the table, dates, text
        with over 50 different answers, infinite numbers.

    Notes
    -----
    The rules are the leaves of a classification tree (Gini index); everybody meets exactly one.
    They describe: a rule stands for its most frequent segment, and a segment that is nowhere
    the most frequent has none, though its lift shows where it gathers. Compare the accuracy
    with what naming the largest segment reaches: a small gain means that the columns hardly
    know the segments. For tags of single people, use the typing tool.

    A small change in the data can change a question near the top and all below it: read
    the rules as a summary, not as causes. Shares are those of the people the rules were made from.

    Whole-number weights equal repeated rows with ``prune=False``; the folds differ, and with them
    the accuracy and possibly what is pruned.

    References
    ----------
    Breiman, L., Friedman, J., Olshen, R. and Stone, C. (1984). Classification and Regression
    Trees. Wadsworth. Sections 2.4, 3.3 and 3.4.3.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [25, 31, 38, 29, 52, 60, 66, 47] * 10,
    ...                        "app": [True, False] * 40})
    >>> found = rules(people, [0, 0, 0, 0, 1, 2, 1, 2] * 10)
    >>> found.frame().query("told")[["condition", "segment", "n", "coverage"]]
                             condition  segment   n  coverage
    0                   age at most 42        0  40       1.0
    4  age at least 43 and app is yes        1  20       1.0
    8   age at least 43 and app is no        2  20       1.0
    """
    found = Coded(labels.labels, labels.names) if isinstance(labels, Scheme) else coded(labels)
    check_same_rows(len(found.codes), n_rows(table), what="labels", other="the table")
    w = check_weights(sample_weight, len(found.codes))
    inside = (found.codes >= 0) & (w > 0)
    _check_people(found, inside)
    if check_share(min_share, name="min_share") >= 0.5:
        raise SegkitError(
            f"min_share={min_share!r} was given; expected a share below 0.5: two rules that each "
            "hold half of everybody leave nothing to divide."
        )
    check_integer(n_folds, name="n_folds", low=2)
    check_integer(depth, name="depth", high=4)
    check_boolean(prune, name="prune")
    asked = questions(table)
    if not asked:
        raise SegkitError("table holds no field to ask for; expected at least one. Add columns.")
    codes = np.column_stack([q.codes for q in asked])[inside]
    y, weights = found.codes[inside], w[inside]
    order = canonical_order(codes, y, weights)
    codes, y, weights = codes[order], y[order], weights[order]
    folds = stratified_folds(y, n_folds, np.arange(y.size), random_state)
    grown = _grown(codes, y, weights, folds, depth, min_share, prune)
    accuracy = float(weights @ grown.right / weights.sum())
    low, high = wilson(Group(np.array(effective_size(weights)), np.array(accuracy), np.array(0.0)))
    gaps = np.isnan(codes).any(axis=0)
    first = _sorted(_sums(grown.met, y, weights, len(found.names)))
    conditions = [_words(grown.leaves[i], asked, gaps) for i in first]
    met = np.argsort(first)[grown.met]
    members = np.full(len(w), -1)
    members[np.flatnonzero(inside)[order]] = met
    return Rules(
        table=_table(table, conditions, found.names, met, y, weights),
        members=members,
        depth=max(len(leaf.way) for leaf in grown.leaves),
        accuracy=accuracy,
        low=float(low),
        high=float(high),
        largest=float(np.bincount(y, weights).max() / weights.sum()),
        n_respondents=int(inside.sum()),
        n_folds=n_folds,
        random_state=random_state,
        weighted=sample_weight is not None,
    )


@dataclass(frozen=True)
class _Grown:
    """A pruned tree: its leaves, who reaches which, and who held out was given their segment."""

    leaves: list[Leaf]
    met: np.ndarray
    right: np.ndarray


def _grown(
    codes: np.ndarray,
    y: np.ndarray,
    w: np.ndarray,
    folds: np.ndarray,
    depth: int,
    min_share: float,
    prune: bool,
) -> _Grown:
    tree = grow(codes, y, w, depth, min_share)
    trees = prunings(tree)[::-1]  # the smallest first
    honest = held_out(codes, y, w, folds, depth, min_share, _prices(trees))
    at = choose(honest, y, w) if prune else len(trees) - 1
    ends = trees[at][1]
    found = leaves(tree, ends)
    place = np.empty(len(ends), dtype=np.intp)
    place[[leaf.node for leaf in found]] = np.arange(len(found))
    return _Grown(found, place[reached(tree, ends, codes)], honest[at].argmax(axis=1) == y)


def _check_people(found: Coded, inside: np.ndarray) -> None:
    n, k = int(inside.sum()), len(np.unique(found.codes[inside]))
    if k < 2:
        raise SegkitError(
            f"labels holds {k} segment(s); expected at least two, as rules tell them apart. Ask "
            "for more segments, or check the labels."
        )
    if n < _FEWEST:
        raise SegkitError(
            f"labels holds {n} people with a segment; expected at least {_FEWEST} to make rules of."
        )


def _prices(trees: list[tuple[float, np.ndarray]]) -> np.ndarray:
    """Return one price for each pruning, smallest tree first: between its own and the next."""
    own = np.array([price for price, _ in trees])
    return np.append(np.inf, np.sqrt(own[1:] * own[:-1]))


def _words(leaf: Leaf, asked: list[Question], gaps: np.ndarray) -> str:
    ways: dict[int, list[Split]] = {}
    for split in leaf.way:
        ways.setdefault(split.question, []).append(split)
    return condition([(asked[q], _span(asked[q], way, gaps[q])) for q, way in ways.items()])


def _span(question: Question, way: list[Split], has_gaps: bool) -> Span:
    """Return the answers that pass every split on one question."""
    last = 1 if question.kind == "level" else len(question.answers) - 1
    above, below = max(s.low for s in way), min(s.high for s in way)
    return Span(
        low=0 if above < 0 else int(np.floor(min(above, last))) + 1,
        high=int(np.floor(min(below, last))),
        given=above < last,
        missing=all(s.missing for s in way) if has_gaps else None,
    )


def _sorted(sums: np.ndarray) -> np.ndarray:
    """Return the rules by their segment, the surest of a segment first."""
    share = sums / sums.sum(axis=1, keepdims=True)
    return np.lexsort([-share.max(axis=1).round(12), share.argmax(axis=1)])


def _sums(met: np.ndarray, y: np.ndarray, w: np.ndarray, k: int) -> np.ndarray:
    """Return the weight of each segment in each rule."""
    n_rules = int(met.max()) + 1
    return np.bincount(met * k + y, w, n_rules * k).reshape(n_rules, k)


def _table(
    like: Any,
    conditions: list[str],
    names: tuple[Any, ...],
    met: np.ndarray,
    y: np.ndarray,
    w: np.ndarray,
) -> Any:
    """Lay the rules out, each with every segment."""
    r, k = len(conditions), len(names)
    sums = _sums(met, y, w, k)
    base = sums.sum(axis=1)
    n_effective = base**2 / np.bincount(met, w**2, r)
    share = sums / base[:, None]
    low, high = wilson(Group(n_effective[:, None], share, np.zeros_like(share)))
    overall = sums.sum(axis=0) / w.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        lift, coverage = share / overall, sums / sums.sum(axis=0)
    whole = all(isinstance(n, int) for n in names)
    segments = np.array(
        names if whole else [str(n) for n in names], dtype=None if whole else object
    )
    columns = {
        "condition": np.repeat(np.array(conditions, dtype=object), k),
        "segment": np.tile(segments, r),
        "n": np.repeat(np.bincount(met, minlength=r), k).astype(np.int64),
        "n_effective": np.repeat(n_effective, k),
        "share": share.ravel(),
        "low": low.ravel(),
        "high": high.ravel(),
        "overall": np.tile(overall, r),
        "lift": lift.ravel(),
        "coverage": coverage.ravel(),
        "told": one_hot(share.argmax(axis=1), k).astype(bool).ravel(),
        "small_base": np.repeat(n_effective < SMALL_BASE, k),
    }
    return attach(frame_like(like, {"rule": np.repeat(np.arange(r), k)}), columns)
