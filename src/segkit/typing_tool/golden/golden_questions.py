"""The shortest list of questions that types new respondents.

Questions are added one at a time and swapped, by the cross-validated log loss of a
scorecard. The choice is repeated in every training part of an outer cross-validation, so
the accuracy of a list of each length holds for respondents that played no part in it.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from segkit._checks import check_frame, check_integer, name_list
from segkit._frames import Column, Origin, column_names, n_rows, origin_of
from segkit._resample import canonical_order, spawn_seeds
from segkit._weights import effective_size, weighted_mean
from segkit.exceptions import SegkitWarning
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.coding.fields import fields_frame, sort_keys, take_rows
from segkit.typing_tool.fitting import Respondents, read_respondents
from segkit.typing_tool.golden.candidates import Candidates, Rules, read_candidates
from segkit.typing_tool.golden.curve import Figure, figures_of, kappa_of, shortest_as_good
from segkit.typing_tool.golden.nested import HeldOut, Nested, nested_search
from segkit.typing_tool.golden.questions import GoldenQuestions, Source
from segkit.typing_tool.golden.removal import lost_without
from segkit.typing_tool.models.scorecard import N_BINS

__all__ = ["golden_questions"]


def golden_questions(
    items: Any,
    segments: Any,
    max_items: int = 10,
    sample_weight: Any = None,
    *,
    blocks: Mapping[str, Sequence[str]] | None = None,
    battery: str = "whole",
    costs: Mapping[str, float] | None = None,
    budget: float | None = None,
    must_have: Sequence[str] = (),
    leave_out: Sequence[str] = (),
    n_folds: int = 5,
    n_repeats: int = 1,
    random_state: Any = 0,
) -> GoldenQuestions:
    """Find the fewest items that put people where the whole battery puts them.

    Parameters
    ----------
    items : frame or array of shape (n_respondents, n_items)
        Answers: numbers, text, yes/no; a missing answer counts as an answer of its own.
    segments : array-like of shape (n_respondents,) or (n_respondents, n_segments)
        The segment of each respondent (whole numbers or text), a `segkit.segments.Scheme`,
        or membership probabilities.
    max_items : int
        The most items of a list.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights; a respondent of weight 0 is left out.
    blocks : mapping of str to sequence of str, optional
        Items that are asked together, by the name of their battery.
    battery : {"whole", "one"}
        Take all items of a battery or none; or items of one battery at most (items of no
        battery are free).
    costs : mapping of str to float, optional
        Seconds that an item takes: the list then gains most for each second. Items that are
        not named take as long as the mean of the others.
    budget : float, optional
        The most seconds of a list (without `costs`: items).
    must_have, leave_out : sequence of str
        Items that are asked anyway (they come first), and never.
    n_folds, n_repeats : int
        Parts of the cross-validation behind the accuracies, and how often it is repeated.
    random_state : int, RandomState or None
        The seed. The same seed gives the same lists for any order of the rows.

    Returns
    -------
    GoldenQuestions
        Accuracy by length with intervals, the suggested length, ``.tool(n)``, ``.paper(n)``,
        ``.questionnaire(n)``.

    Raises
    ------
    SegkitError
        For items that are none (dates, ids), names that are not there, rules that no list
        keeps to, a segment with fewer respondents than folds.

    Warns
    -----
    SegkitWarning
        For items left aside: constant ones, and ones that repeat another throughout.

    Notes
    -----
    A list S of items is scored by a multinomial logit whose effects are drawn to zero. An
    item with an order has a slope and a bend, any other an effect for each answer. Lists are
    compared by the log loss L(S) = -sum_i w_i sum_k m_ik log p_ik(S) / sum_i w_i of
    respondents i that the logit had not seen, with weights w, memberships m and
    probabilities p. The item added is the one for which L falls most (for each second);
    then items of the list are replaced as long as L falls. Which lists are fitted at all is
    decided by a second-order guess for all of them.

    The accuracies are of *whole points*, and of the whole procedure: each training part
    chooses a list of its own. What part of them agree on is ``frequency``. Where items say
    the same, lists differ between parts and are as good as each other: a low frequency is
    then no bad sign.

    "Right" means: the segment that the survey gives. Where segments were made of the same
    items, a list only finds again what the battery says; nothing shows that the segments
    are real.

    References
    ----------
    Varma, S. & Simon, R. (2006). Bias in error estimation when using cross-validation for
    model selection. BMC Bioinformatics 7, 91 (why the choice is repeated inside).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> items = pd.DataFrame(rng.integers(1, 6, (300, 6)), columns=list("abcdef"))
    >>> segments = (items["b"] + items["e"] > 6).astype(int)
    >>> found = golden_questions(items, segments, max_items=3)
    >>> found.suggested, sorted(found.items())
    (2, ['b', 'e'])
    """
    frame = check_frame(fields_frame(items, what="items"), what="items")
    check_integer(max_items, name="max_items")
    check_integer(n_folds, name="n_folds", low=2)
    check_integer(n_repeats, name="n_repeats")
    survey = read_respondents(frame, segments, sample_weight, n_folds)
    people, seen_as = _whatever_the_labels(survey)
    names = column_names(frame)
    rules = Rules(max_items, blocks, battery, costs, budget, must_have, leave_out)
    candidates, notes = _candidates(people, names, rules)
    seeds = [int(s) for s in spawn_seeds(random_state, 3)]
    found = nested_search(
        people.columns, people.truth, people.w, candidates, n_folds, n_repeats, seeds[0]
    )
    losses = [held.loss(people.truth) for held in found.lists]
    suggested = shortest_as_good(losses, people.w)
    length = [len(step.items) for step in found.steps]
    values = {c.name: _few_values(c) for c in people.columns}
    return GoldenQuestions(
        _table(people, found, candidates, names, seeds[1]),
        {n: tuple(names[i] for i in s.items) for n, s in zip(length, found.steps, strict=True)},
        _removal(people, found, suggested, names, seeds[2]),
        length[suggested],
        _in_rows(people, found.folds.T, n_rows(frame), -1).T,
        {
            n: _tags(people, seen_as, held, n_rows(frame))
            for n, held in zip(length, found.lists, strict=True)
        },
        tuple(survey.classes.tolist()),
        len(people.w),
        effective_size(people.w),
        len(names),
        n_repeats,
        notes,
        Source(frame, segments, sample_weight, values, random_state),
        Origin(origin_of(items).kind),
    )


def _whatever_the_labels(people: Respondents) -> tuple[Respondents, np.ndarray]:
    """Order segments by what their people answer, so that their names play no part.

    Returns
    -------
    people : Respondents
        Segments in that order, rows in the canonical order that goes with it.
    seen_as : ndarray of shape (n_segments,)
        The position in `people.classes` of each segment in that order.
    """
    answers = np.nan_to_num(sort_keys(people.columns))
    sizes = people.w @ people.truth
    means = (people.truth * people.w[:, None]).T @ answers
    seen_as = np.lexsort(np.round(np.column_stack([sizes, means]), 9).T[::-1])
    truth = people.truth[:, seen_as]
    order = canonical_order(sort_keys(people.columns), truth, people.w)
    moved = replace(
        people,
        columns=take_rows(people.columns, order),
        truth=truth[order],
        w=people.w[order],
        rows=people.rows[order],
    )
    return moved, seen_as


def _candidates(
    people: Respondents, names: Sequence[str], rules: Rules
) -> tuple[Candidates, tuple[str, ...]]:
    """Return what may be asked, and a sentence on what was left aside (warned of, too)."""
    book = FieldCodes.from_columns(people.columns, people.w, people.truth, n_bins=N_BINS)
    codes = book.encode_columns(people.columns, what="items")
    found = read_candidates(names, codes, rules)
    notes = []
    if found.constant:
        constant = name_list([names[i] for i in found.constant])
        notes.append(f"Left aside for one answer throughout: {constant}.")
    if found.repeated:
        pairs = [f"`{names[i]}` (as `{names[j]}`)" for i, j in found.repeated]
        notes.append(f"Left aside for repeating another item throughout: {', '.join(pairs)}.")
        warnings.warn(
            f"{notes[-1]} One of the two is enough; check whether a column came in twice.",
            SegkitWarning,
            stacklevel=3,
        )
    return found, tuple(notes)


def _few_values(column: Column) -> tuple[float, ...]:
    """Return the answers to an item of few numbers; nothing for any other item."""
    if column.kind == "text" or column.kind == "boolean":
        return ()
    there = np.unique(column.values[~np.isnan(column.values)])
    return tuple(there.tolist()) if there.size <= N_BINS else ()


def _table(
    people: Respondents, found: Nested, candidates: Candidates, names: Sequence[str], seed: int
) -> dict[str, list[Any]]:
    truth, w, n_folds = people.truth, people.w, int(found.folds.max()) + 1
    right = np.stack([h.right(truth) for h in (found.blind, *found.lists, found.full)], axis=1)
    level = figures_of(right, w, n_folds, seed)
    gain = figures_of(np.diff(right[:, :-1], axis=1), w, n_folds, seed, (-1.0, 1.0))
    majority, curve, ceiling = level[0], level[1:-1], level[-1]
    steps, lists, n = found.steps, found.lists, len(found.steps)
    return {
        "n_questions": [len(s.items) for s in steps],
        "added": [", ".join(names[i] for i in s.added) for s in steps],
        "dropped": [", ".join(names[i] for i in s.dropped) for s in steps],
        **_columns("accuracy", "", curve),
        **_columns("gain", "gain_", gain),
        "log_loss": [float(weighted_mean(h.loss(truth), w)) for h in lists],
        "kappa": [kappa_of(h, truth, w) for h in lists],
        "frequency": [
            float(found.frequency[s, list(step.added)].mean()) for s, step in enumerate(steps)
        ],
        "cost": [candidates.cost_of(s.units) for s in steps],
        "majority": [majority.value] * n,
        **_columns("ceiling", "ceiling_", [ceiling] * n),
        "n": [len(w)] * n,
    }


def _columns(name: str, prefix: str, figures: Sequence[Figure]) -> dict[str, list[Any]]:
    return {
        name: [f.value for f in figures],
        f"{prefix}low": [f.low for f in figures],
        f"{prefix}high": [f.high for f in figures],
    }


def _removal(
    people: Respondents, found: Nested, at: int, names: Sequence[str], seed: int
) -> dict[str, list[Any]]:
    """Return for each item of the suggested list how stable it is, and what it is worth."""
    step, folds = found.steps[at], found.folds[0]
    columns = [people.columns[i] for i in step.items]
    lost = lost_without(columns, people.truth, people.w, folds, step.spread)
    figures = figures_of(lost, people.w, int(folds.max()) + 1, seed, (-1.0, 1.0))
    return {
        "item": [names[i] for i in step.items],
        "frequency": found.frequency[at, list(step.items)].tolist(),
        **_columns("lost", "", figures),
    }


def _tags(people: Respondents, seen_as: np.ndarray, held: HeldOut, n: int) -> np.ndarray:
    """Return the segment that each row got when it was left out."""
    tags = people.classes[seen_as[held.first[0]]]
    return _in_rows(people, tags, n, -1 if tags.dtype != object else None)


def _in_rows(people: Respondents, values: np.ndarray, n: int, empty: Any) -> np.ndarray:
    """Return values of respondents in the order in which they came; `empty` for weight 0."""
    out = np.full((n, *values.shape[1:]), empty, dtype=values.dtype)
    out[people.rows] = values
    return out
