"""Response quality: who answered without reading, by which sign, and what a cut removes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_columns, check_numbers, check_same_rows, check_share, name_list
from segkit._frames import frame_like, n_rows, numeric_column, take
from segkit._result import Result, percent
from segkit.exceptions import SegkitError
from segkit.survey.careless import (
    Distance,
    even_odd,
    intra_individual_variability,
    longest_alternation,
    longest_run,
    mahalanobis,
    pair_consistency,
    synonym_pairs,
)
from segkit.survey.codebook import Codebook
from segkit.survey.rated import (
    RatedAnswers,
    common_width,
    in_one_unit,
    rated_answers,
    scale_columns,
    scale_groups,
)
from segkit.survey.screening import (
    FEWEST_SCALES_TO_JUDGE,
    RULES,
    broken_rules,
    check_cuts,
    complete_cuts,
)

__all__ = ["ResponseQuality", "response_quality"]

_FEWEST_SCALES = 3
_FEWEST_PAIRS = 5


@dataclass(frozen=True, repr=False)
class ResponseQuality(Result):
    """Indices of careless answering, one row a respondent, with the cuts and whom they flag.

    Attributes
    ----------
    flags : ndarray of shape (n_respondents,)
        True where at least one rule is broken.
    rules : dict of rule to ndarray of shape (n_respondents,)
        Who breaks each rule; a rule that could not be applied is absent.
    cuts : dict of rule to float
        The cut of each rule that was applied.
    pairs : tuple of (item, item, correlation)
        The psychometric synonyms; empty when no two items correlate highly enough.
    notes : tuple of str
        What could not be computed or looks odd, in sentences.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({f"q{j:02d}": [4, j % 5 + 1, 5 - j % 3] for j in range(12)})
    >>> codebook = Codebook([{"item": name, "scale": (1, 5)} for name in answers])
    >>> found = response_quality(answers, codebook)
    >>> found.flags
    array([ True, False, False])
    >>> len(found.keep(answers))
    2
    """

    table: Any
    flags: np.ndarray
    rules: dict[str, np.ndarray]
    cuts: dict[str, float]
    pairs: tuple[tuple[str, str, float], ...]
    notes: tuple[str, ...]
    n_items: int

    def frame(self) -> Any:
        """Return one row a respondent.

        Columns: respondent, longstring, alternating, irv, mahalanobis, even_odd, synonyms,
        seconds_per_item, missing, flagged, reason.
        """
        return self.table

    def counts(self) -> Any:
        """Return one row a rule: its cut, how many it flags, and how many it alone flags."""
        total = np.sum(list(self.rules.values()), axis=0) if self.rules else self.flags
        return frame_like(
            self.table,
            {
                "rule": list(self.rules),
                "cut": np.array([self.cuts[r] for r in self.rules]),
                "flagged": np.array([int(v.sum()) for v in self.rules.values()], dtype=int),
                "alone": np.array(
                    [int((v & (total == 1)).sum()) for v in self.rules.values()], dtype=int
                ),
            },
        )

    def keep(self, answers: Any) -> Any:
        """Return the rows of the respondents that no rule flags, as the same kind of frame.

        Parameters
        ----------
        answers : frame or array with n_respondents rows
            The answers, or any table of the same respondents in the same order.
        """
        check_same_rows(n_rows(answers), len(self.flags), what="The table", other="the quality")
        return take(answers, ~self.flags)

    def plot(self, ax: Any = None) -> Any:
        """Draw how many respondents each rule flags, alone and together with others."""
        from segkit.plots.response_quality import response_quality_plot

        return response_quality_plot(self.table, ax=ax)

    def summary(self) -> str:
        """Return one paragraph: how many are flagged, by which rules, and what was not done."""
        n, n_flagged = len(self.flags), int(self.flags.sum())
        total = np.sum(list(self.rules.values()), axis=0) if self.rules else self.flags
        rules = "; ".join(
            f"{RULES[rule]} {self.cuts[rule]:.3g}: {int(broken.sum())}, "
            f"{int((broken & (total == 1)).sum())} by this rule alone"
            for rule, broken in self.rules.items()
        )
        words = (
            f"Response quality of {n} respondents on {self.n_items} items: {n_flagged} "
            f"({percent(n_flagged / n, 1)}) flagged. Flagged where {rules}. "
        )
        return words + " ".join((*self.notes, "Nobody was dropped."))


def response_quality(
    answers: Any,
    codebook: Codebook,
    seconds: Any = None,
    *,
    scales: Mapping[str, Sequence[str]] | None = None,
    synonym_r: float = 0.5,
    cuts: Mapping[str, float | None] | None = None,
    cleaned: bool = False,
) -> ResponseQuality:
    """Compute indices of careless answering and flag respondents beyond stated cuts.

    Parameters
    ----------
    answers : frame of shape (n_respondents, n_columns)
        Answers as collected, with at least the rated items of the codebook.
    codebook : Codebook
        Its rated items (roles importance, satisfaction, item) are looked at, in its order.
    seconds : str, array-like of shape (n_respondents,) or None
        Seconds each respondent took over the items, or the column that holds them. None:
        the codebook's column with the role "seconds", when there is one.
    scales : dict of name to items, or None
        Items that measure one thing, for the even-odd consistency. None: the blocks of the
        codebook, importance and satisfaction apart.
    synonym_r : float
        Two items are psychometric synonyms when they correlate at least so.
    cuts : dict of rule to number or None
        Cuts in place of the defaults below; None switches a rule off.
    cleaned : bool
        True when `answers` went through ``codebook.clean`` already.

    Returns
    -------
    ResponseQuality

    Raises
    ------
    SegkitError
        When the codebook has no rated item, an item is absent or empty, a rule is unknown,
        or seconds are negative.

    Notes
    -----
    ================  ===========================================================  ==============
    rule              what it says                                                 default cut
    ================  ===========================================================  ==============
    longstring        longest stretch of equal answers, as shown on the screen     above a length
                                                                                   that answering
                                                                                   item by item
                                                                                   passes once in
                                                                                   1,000, and 30 %
                                                                                   of the items
    alternating       longest stretch back and forth between two answers           the same
    irv               standard deviation of the respondent's answers               below 5 % of
                                                                                   the scale's
                                                                                   width
    mahalanobis       squared distance from the mean over the answers given; an    chi-square
                      unanswered item counts with its expectation, 1               tail below .025
                                                                                   on the spread
                                                                                   seen here
    even_odd          agreement of odd and even items over the scales              below a fence:
                                                                                   median less
                                                                                   3 robust sd
                                                                                   of Fisher's z;
                                                                                   none under 8
                                                                                   scales
    synonyms          correlation over pairs of near-synonymous items              the same
    seconds_per_item  seconds over the items answered                              below a third
                                                                                   of the median
    missing           share of items not answered                                  fewer than half
                                                                                   as many answers
                                                                                   as the median
    ================  ===========================================================  ==============

    In simulated studies without any careless respondent 2-5 % are flagged at these cuts;
    they are the price of catching the others, so report results with and without them.
    An index without evidence (too few scales, no synonyms, no times) is NaN, flags nobody
    and is named in ``notes``. Items on different scales enter `irv` as shares of their
    scale's width. The distance supposes a roughly elliptical cloud: honest but unusual
    people lie far out too, and with few items random answers hide inside. Cuts are relative
    to this sample: where most answer carelessly, they are the norm. Survey weights play
    no part, because carelessness is a matter of the answers at hand.

    References
    ----------
    Meade, A. W. & Craig, S. B. (2012). Identifying careless responses in survey data.
    Psychological Methods 17, 437-455. The even-odd index of the R package careless is the
    negative of the one here.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> codes = np.clip(np.round(rng.normal(3, 1.2, size=(200, 12))), 1, 5)
    >>> codes[0] = 4
    >>> answers = pd.DataFrame(codes, columns=[f"q{j}" for j in range(12)])
    >>> codebook = Codebook([{"item": name, "scale": (1, 5)} for name in answers])
    >>> quality = response_quality(answers, codebook)
    >>> quality.frame()["reason"].iloc[0]
    'longstring; irv'
    >>> len(quality.keep(answers)) + int(quality.flags.sum())
    200
    """
    chosen = check_cuts(cuts)
    rated = rated_answers(answers, codebook, cleaned=cleaned)
    times = _seconds(answers, codebook, seconds)
    columns = scale_columns(rated.items, scales)
    pairs = synonym_pairs(rated.shown, check_share(synonym_r, name="synonym_r"))
    indices, distance = _indices(rated, columns, pairs, times)
    groups = scale_groups(rated.items)
    applied = complete_cuts(chosen, indices, rated.shown, groups, len(columns))
    rules = broken_rules(applied, indices, distance, common_width(rated.items))
    flags = np.any(list(rules.values()), axis=0) if rules else np.zeros(len(times), dtype=bool)
    names = [item.item for item in rated.items]
    return ResponseQuality(
        table=frame_like(answers, _table(rated.respondents, indices, rules, flags)),
        flags=flags,
        rules=rules,
        cuts=applied,
        pairs=tuple((names[i], names[j], r) for i, j, r in pairs),
        notes=_notes(rated, columns, pairs, synonym_r, times, distance),
        n_items=len(names),
    )


def _seconds(answers: Any, codebook: Codebook, seconds: Any) -> np.ndarray:
    """Return the seconds of each respondent; NaN where none are known."""
    n = n_rows(answers)
    declared = codebook.names("seconds")
    if seconds is None and declared:
        seconds = declared[0]
    if seconds is None:
        return np.full(n, np.nan)
    if isinstance(seconds, str):
        check_columns(answers, [seconds], what="answers")
        if seconds in codebook:
            answers = Codebook([codebook[seconds]]).clean(answers)
        values = numeric_column(answers, seconds, what="answers")
    else:
        values = check_numbers(seconds, what="seconds")
    check_same_rows(len(values), n, what="seconds", other="answers")
    bad = np.flatnonzero(values < 0)
    if bad.size:
        raise SegkitError(
            f"seconds is {values[bad[0]]:g} in row {bad[0]}; expected seconds of zero or more, or "
            "missing. Correct the times, or declare the code as missing."
        )
    return values


def _indices(
    rated: RatedAnswers,
    columns: Sequence[np.ndarray],
    pairs: Sequence[tuple[int, int, float]],
    times: np.ndarray,
) -> tuple[dict[str, np.ndarray], Distance]:
    """Compute every index, as the columns of the table, and the distances behind one of them."""
    shown, n = rated.shown, len(rated.shown)
    groups = scale_groups(rated.items)
    n_answered = (~np.isnan(shown)).sum(axis=1)
    distance = _distance(shown)
    varying = np.nanmax(shown, axis=0) > np.nanmin(shown, axis=0)
    unanswered = varying.sum() - distance.n_answered
    enough = len(columns) >= _FEWEST_SCALES
    with np.errstate(invalid="ignore", divide="ignore"):
        indices = {
            "longstring": longest_run(shown, groups),
            "alternating": longest_alternation(shown, groups),
            "irv": intra_individual_variability(in_one_unit(rated)),
            "mahalanobis": distance.squared + unanswered,
            "even_odd": even_odd(rated.keyed, columns) if enough else np.full(n, np.nan),
            "synonyms": pair_consistency(shown, pairs if len(pairs) >= _FEWEST_PAIRS else ()),
            "seconds_per_item": np.where(n_answered > 0, times / n_answered, np.nan),
            "missing": 1 - n_answered / shown.shape[1],
        }
    return indices, distance


def _distance(shown: np.ndarray) -> Distance:
    n, p = shown.shape
    if n <= p + 1:  # the covariance has no inverse: every distance would be the same
        return Distance(np.full(n, np.nan), (~np.isnan(shown)).sum(axis=1), repaired=False)
    return mahalanobis(shown)


def _table(
    respondents: np.ndarray,
    indices: Mapping[str, np.ndarray],
    rules: Mapping[str, np.ndarray],
    flags: np.ndarray,
) -> dict[str, Any]:
    reason = np.full(len(flags), "", dtype=object)
    for rule, broken in rules.items():
        gap = np.where(reason[broken] == "", "", "; ")
        reason[broken] = reason[broken] + gap + rule
    return {"respondent": respondents, **indices, "flagged": flags, "reason": reason}


def _notes(
    rated: RatedAnswers,
    columns: Sequence[np.ndarray],
    pairs: Sequence[tuple[int, int, float]],
    synonym_r: float,
    times: np.ndarray,
    distance: Distance,
) -> tuple[str, ...]:
    """Say what could not be computed and why."""
    notes = []
    if len(columns) < _FEWEST_SCALES:
        notes.append(
            f"No even-odd consistency: it needs {_FEWEST_SCALES} scales of two items or more and "
            f"there are {len(columns)}."
        )
    elif len(columns) < FEWEST_SCALES_TO_JUDGE:
        notes.append(
            f"The even-odd consistency flags nobody by default: {len(columns)} scales are too few "
            f"to tell chance from carelessness ({FEWEST_SCALES_TO_JUDGE} are needed)."
        )
    if len(pairs) < _FEWEST_PAIRS:
        notes.append(
            f"No psychometric synonyms: {len(pairs)} pairs of items correlate at {synonym_r:g} or "
            f"more, {_FEWEST_PAIRS} are needed."
        )
    if np.isnan(times).all():
        notes.append("No response times were given.")
    if np.isnan(distance.squared).all():
        notes.append(
            f"No distances: {len(rated.shown)} respondents are too few for "
            f"{len(rated.items)} items."
        )
    if distance.repaired:
        notes.append("The pairwise covariance was not positive definite and was lifted to be so.")
    against = _against_key(rated, columns)
    if against:
        notes.append(
            f"Against the rest of their scale after keying: {name_list(against)}. Check "
            "`reversed` in the codebook."
        )
    return tuple(notes)


def _against_key(rated: RatedAnswers, columns: Sequence[np.ndarray]) -> list[str]:
    """Name the items that correlate negatively with the mean of the other items of their scale."""
    found = []
    for cols in columns:
        for j in cols if len(cols) > 2 else ():
            rest = rated.keyed[:, [c for c in cols if c != j]]
            seen = ~np.isnan(rest)
            with np.errstate(invalid="ignore"):
                mean = np.where(seen, rest, 0.0).sum(axis=1) / seen.sum(axis=1)
            both = ~np.isnan(mean) & ~np.isnan(rated.keyed[:, j])
            x, y = rated.keyed[both, j], mean[both]
            if both.sum() > 2 and x.std() > 0 and y.std() > 0 and np.corrcoef(x, y)[0, 1] < -0.1:
                found.append(rated.items[j].item)
    return found
