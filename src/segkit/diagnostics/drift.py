"""Whether the base still looks like the one the segments were made for; one verdict.

References
----------
Yurdakul, B. & Naranjo, J. (2020). Statistical properties of the population stability
index. Journal of Risk Model Validation 14(4).
Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
Royal Statistical Society B 57, 289-300.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from segkit._checks import check_share
from segkit._frames import select
from segkit._weights import effective_size, is_pair, two_weights
from segkit.diagnostics.change.accuracy import accuracy_frame
from segkit.diagnostics.change.cause import row_weights, survey_kinds, with_new_sizes
from segkit.diagnostics.change.compared import Compared, Rows, changes_of, compare_tables
from segkit.diagnostics.change.drift_result import Drift
from segkit.diagnostics.change.from_counts import compare_counts
from segkit.diagnostics.change.joint import FEWEST_ROWS, joint_change, joint_frame
from segkit.diagnostics.change.judgement import judge, labels_are_new
from segkit.diagnostics.change.mix import (
    change_error,
    corrected_sizes,
    counted_sizes,
    mix_frame,
    sizes_of_groups,
    stated_sizes,
)
from segkit.diagnostics.change.recoded_since import recoded_in_counts
from segkit.diagnostics.change.recoding import recoded
from segkit.diagnostics.change.verdict import Findings, decide, doubts, kinds_of
from segkit.diagnostics.counting.table_counts import TableCounts
from segkit.exceptions import SegkitError

__all__ = ["drift"]


def drift(
    reference: Any,
    current: Any,
    tool: Any = None,
    segments: Any = None,
    sample_weight: Any = None,
    current_weight: Any = None,
    alpha: float = 0.05,
    *,
    fields: Sequence[str] | None = None,
    wave: Any = None,
    random_state: Any = 0,
) -> Drift:
    """Compare a table with the one the segments were made for, and say what to do.

    Parameters
    ----------
    reference : frame of shape (n_rows, n_columns) or TableCounts
        The fields as they were: the respondents', or an earlier base; or its counts (`count_table`,
        `load_counts`), which hold no row.
    current : frame of shape (m_rows, n_columns) or TableCounts
        The fields as they are; columns in any order, further columns are not looked at.
    tool : TypingTool, optional
        Compares the fields the tool uses, tags both tables (unless `segments` does), and
        is judged itself: its segment sizes and its accuracy without labels. Beside counts by
        segment it only tags the other table.
    segments : str or pair of array-like, optional
        The column that holds the segment in both tables, or labels of the reference and
        labels of the current table. Missing labels are untagged. Beside counts, which have
        their segments: those of the other table.
    sample_weight : str, array-like of shape (n_rows,) or pair, optional
        Weights: a column of both tables, which is then no field, a pair (of reference, of
        current), either of which may be None, or those of the reference alone.
    current_weight : str or array-like of shape (m_rows,), optional
        Weights of the current table, where `sample_weight` does not hold them.
    alpha : float
        The level at which a change is beyond chance, adjusted for all fields and segments.
        Sizes, and all fields together, count at half of it, so that without drift the verdict
        is not "keep" in about this share of tables.
    fields : sequence of str, optional
        The fields to compare. Default: the tool's, else all columns of the reference
        but dates and ids.
    wave : WaveComparison, optional
        What a new survey wave found (`wave`): whether segments still have the needs they had,
        which no base can say.
    random_state : int, RandomState or None
        Draws the rows, at most 20,000 a table, that a classifier learns to tell apart.

    Returns
    -------
    Drift

    Raises
    ------
    SegkitError
        For an empty table, an absent field, a field that turned from numbers to text or
        back, infinite numbers, weights or labels that do not fit, counts over other bins, and
        another object as `wave`.

    Notes
    -----
    **Figures.** Each field is counted over bins frozen from the reference: weighted deciles
    of numbers, single values where there are at most ten, levels of text; missing and never
    seen have bins of their own (levels below 1 % of the reference are read with the latter).
    ``psi`` is the population stability index (an empty bin counts as half a respondent);
    ``psi_null_95`` is the value that 95 % of tables without any drift stay below,
    ``(1/n + 1/m) chi2_.95(B - 1)`` with Kish's effective ``n`` and ``m`` and ``B`` bins. Fixed
    rules (.1, .25) ignore ``n``: with 200 rows each, .1 is passed four times in ten without
    drift; with a million, large changes stay far below it. ``effect`` says how large a change
    is, whatever ``n``: for numbers in standard deviations (mean distance between the two
    distributions), elsewhere Cramer's V. ``p`` combines (Bonferroni) Pearson's chi-square
    test over the bins, a test of the average, and tests of levels that came or went;
    ``p_adjusted`` is Benjamini and Hochberg's over all rows.

    **Together.** ``joint`` has what no single field shows, say two fields whose correlation
    turned: a classifier (boosted trees) learns on half of a sample which table a row is from
    and says so of the other half, and the other way round. ``auc`` is the share of pairs, one row
    of each table, that it puts in the right order; .5 is chance, and a change counts from
    .55 on (and ``p`` at most half of `alpha`). ``importance`` says which fields tell it.

    **Kinds.** ``kinds`` names what changed. *mix*: segment sizes (.03 beyond chance), and the
    reference taken once more with the new sizes looks like the current table, so that these
    explain the fields. *fields*: a field changed beyond chance by .1 sd, V .05 or 2 % of
    the rows (levels, gaps), or all fields together, and new sizes do not explain it; sizes cannot
    be told then. *profile*: segments are no longer what they were. A base cannot say so: it takes
    `wave`, or labels of a new survey in `segments` that contradict the tool.

    **Few rows.** Where a table is worth fewer than 50 rows, neither sizes nor all fields together
    nor recoded fields are judged, and ``notes`` says so.

    **Verdict**, by declared rules. *resegment*: the kind is profile, or typing accuracy fell by
    .05 or more, beyond its own 95 % interval. Else *recalibrate*: the kind is fields or mix.
    Else *keep*.

    **Accuracy without labels** is the mean probability of the likeliest segment among the
    tagged, plus what the tool understated on respondents it did not know (validated accuracy
    less mean stated probability). It holds as long as people with the same fields belong where
    they did; if only sizes changed, it moves by each segment's gain times how often the tool
    finds its people. Its interval covers the survey's size and the base's, and widens as the
    base's people move away from the reference's: ``n`` respondents weighted to look like
    another base are worth ``n / (1 + d)``, ``d`` the chi-square distance that the classifier
    above finds. Where the reference is not the survey, what lies between these two is not in
    it. Respondents themselves are tagged rightly more often than it says, which matters where
    they are a large part of the base. ``doubts`` says when something speaks against it, and
    only labels of a new survey can test it. Give these with the fields of their respondents
    (``drift(old_fields, new_fields, tool, segments=(old, new))``): the tool's accuracy on them
    stands beside the estimate, and `doubts` has it when it is lower by .03 or more beyond
    chance. Before is the smaller of the estimate in the reference and the tool's validated
    accuracy, because on the rows it learned from a tool is surer than it should be.

    **Recoded** fields are told from people who changed by traces that people do not leave: a level
    gone while a new one has its rows and its people, one factor or constant that undoes all of a
    number's change, a code between used ones that comes into use at once, gaps that turn into one
    code. ``evidence`` says which. It is a hint to ask whoever keeps the base, not a proof.

    **Mix.** With a tool, sizes are its tags corrected for its own errors; else, and from labels
    of a survey, they are counted.
    The interval of a change takes the two tables as independent, which is wide when both hold
    the same customers, and takes a segment's people to look as they did.

    **Counts** in place of a table (a reference saved without its rows, a base counted where it
    lies) give the same figures of fields, segments and counted sizes. What takes rows is not
    looked at, and ``notes`` says so. With counts of the reference and a current table, recoded
    fields are told as far as counts show them: another spelling, a code moved, gaps coded, a unit.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> age, plan = rng.normal(45, 12, 2000), rng.choice(["a", "b"], 2000)
    >>> before = pd.DataFrame({"age": age, "plan": plan})
    >>> after = before.assign(age=before["age"] + 4)
    >>> result = drift(before, after)
    >>> result.verdict, result.kinds
    ('recalibrate', ('fields',))
    >>> result.frame()[["field", "effect", "effect_unit", "kind"]]
      field  effect effect_unit    kind
    0   age    0.32          sd   shift
    1  plan    0.00           V  stable
    """
    alpha = check_share(alpha, name="alpha")
    survey = survey_kinds(wave)
    tables = (reference, current)
    weights = _weights_of(tables, sample_weight, current_weight)
    counts = any(isinstance(table, TableCounts) for table in tables)
    compare = compare_counts if counts else compare_tables
    compared = compare(tables, weights, tool, segments, fields)
    found = _findings(compared, tables, alpha, survey, random_state)
    verdict, reasons = decide(found)
    origin = compared.origin
    effective_before, effective_after = compared.effective
    return Drift(
        changes=found.changes,
        mix=found.mix,
        joint=joint_frame(found.joint, origin),
        accuracy=None if found.judged is None else accuracy_frame(found.judged.lines, origin),
        verdict=verdict,
        kinds=kinds_of(found),
        reasons=reasons,
        doubts=() if found.judged is None else doubts(found),
        left_out=compared.left_out,
        notes=_notes(compared, found),
        alpha=alpha,
        n_before=compared.n_before,
        n_after=compared.n_after,
        effective_before=effective_before,
        effective_after=effective_after,
        origin=origin,
    )


def _weights_of(tables: tuple[Any, Any], first: Any, second: Any) -> tuple[Any, Any]:
    """Return the weights of reference and current, in whichever form they were given."""
    if is_pair(first):
        if second is not None:
            raise SegkitError(
                "sample_weight is a pair and current_weight was given too; expected one of them "
                "for the current table. Leave out current_weight."
            )
        return two_weights(first)
    if isinstance(first, str) and second is None:
        # counts hold their weights, and have no columns
        one, other = (None if isinstance(table, TableCounts) else first for table in tables)
        return one, other
    return first, second


def _notes(compared: Compared, found: Findings) -> tuple[str, ...]:
    """Say what was not looked at, and why."""
    looked_at = {
        "all fields together": compared.rows is None or found.joint is not None,
        "segment sizes": found.mix is None or not found.few,
        "recoded fields": (compared.rows is None and compared.later is None) or not found.few,
    }
    left = [what for what, done in looked_at.items() if not done]
    if not left:
        return compared.notes
    few = f"Not judged, as the effective n of a table is below {FEWEST_ROWS}: {', '.join(left)}."
    return (*compared.notes, few)


def _findings(
    compared: Compared,
    tables: tuple[Any, Any],
    alpha: float,
    survey: tuple[str, ...],
    random_state: Any,
) -> Findings:
    """Look at fields, sizes, all fields together, and the tool, in this order."""
    rows = compared.rows
    changes = changes_of(compared.pairs, compared.segments, alpha)
    few = min(compared.effective) < FEWEST_ROWS
    found = Findings(changes, alpha, survey=survey, few=few)
    if rows is None:
        if compared.later is not None and not few:
            changes = recoded_in_counts(changes, compared.pairs, *compared.later)
        found = replace(found, changes=changes, mix=_counted_mix(compared))
        return _resized(found, compared, tagged=False)
    changes = recoded(changes, rows.before, rows.after, (rows.w, rows.v))
    tagged = rows.typed is not None and not labels_are_new(rows)
    mix = _tool_mix(compared, rows, tables) if tagged else _counted_mix(compared)
    found = _resized(replace(found, changes=changes, mix=mix), compared, tagged=tagged)
    w = row_weights(rows, mix, tagged=tagged) if found.resized else rows.w
    groups = (rows.tags.before, rows.tags.after)
    joint = joint_change(rows.before, rows.after, (w, rows.v), groups, random_state)
    found = replace(found, joint=joint)
    only_sizes = tagged and kinds_of(found) == ("mix",)
    # weighting the reference to new sizes has used up effective rows of its own
    kept = 1.0 if joint is None else joint.overlap * effective_size(w) / effective_size(rows.w)
    return replace(found, judged=judge(rows, mix if only_sizes else None, min(kept, 1.0)))


def _resized(found: Findings, compared: Compared, *, tagged: bool) -> Findings:
    """Where sizes changed, compare once more with a reference of the new sizes."""
    if not found.resized:
        return found
    pairs = with_new_sizes(compared, found.mix, tagged=tagged)
    return replace(found, unexplained=changes_of(pairs, compared.segments, found.alpha))


def _counted_mix(compared: Compared) -> Any:
    """Compare the sizes of the groups; None without segments."""
    if not compared.segments:
        return None
    before, after = (
        sizes_of_groups(counts.cells.sum(axis=1), counts.squares) for counts in compared.pairs[0]
    )
    return mix_frame(compared.segments, before, after, change_error(before, after), compared.origin)


def _tool_mix(compared: Compared, rows: Rows, tables: tuple[Any, Any]) -> Any:
    """Compare the sizes that the tool estimates; those counted, where it does not."""
    typed = rows.typed
    if typed is None:
        return _counted_mix(compared)
    tags, k = typed.tags, len(typed.tags.segments)
    sides = ((tags.before, rows.w), (tags.after, rows.v))
    error = getattr(typed.tool, "typing_error_", None)
    if error is not None:
        before, after = (
            corrected_sizes(p, *side, error)
            for p, side in zip((typed.before, typed.after), sides, strict=True)
        )
    elif hasattr(typed.tool, "segment_mix"):
        stated = (typed.tool.segment_mix(select(t, typed.names)) for t in tables)
        before, after = (stated_sizes(s, *side, k) for s, side in zip(stated, sides, strict=True))
    else:
        before, after = (counted_sizes(codes, w, k) for codes, w in sides)
    change = change_error(before, after, error)
    return mix_frame(tags.segments, before, after, change, compared.origin)
