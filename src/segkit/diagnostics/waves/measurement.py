"""Whether the items still measure what they measured: loadings and intercepts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone

from segkit._checks import check_integer
from segkit._result import count_text
from segkit.diagnostics.waves.factor_changes import FactorChanges, factor_changes
from segkit.diagnostics.waves.item_shifts import ItemShifts, item_shifts
from segkit.diagnostics.waves.lines import (
    INTERCEPT,
    LOADINGS,
    Line,
    adjusted,
    interval,
    line_of,
    p_of,
)
from segkit.diagnostics.waves.sizes import counted_people
from segkit.diagnostics.waves.two_waves import TwoWaves, Wave
from segkit.exceptions import SegkitError
from segkit.factors import FactorModel, n_factors
from segkit.factors.loadings import factor_names
from segkit.factors.sampled_model import answer_loadings

__all__ = ["Measurement", "measure"]

FEWEST_ITEMS = 4


@dataclass(frozen=True, eq=False)
class Measurement:
    """What was found of the measurement.

    Attributes
    ----------
    lines : list of Line
        One a factor (loadings), one an item (intercept).
    n_factors : int
        How many factors; 0 where measurement was not checked.
    settings : str
        How the factors were found, or why they were not.
    """

    lines: list[Line]
    n_factors: int
    settings: str


def measure(
    model: Any,
    waves: TwoWaves,
    number: int | None,
    draws: list[tuple[np.ndarray, np.ndarray]],
    alpha: float,
    seed: Any,
) -> Measurement:
    """Fit the factors of both waves and compare them.

    Parameters
    ----------
    model : estimator
        A pipeline with a `FactorModel` tells how factors are found.
    waves : TwoWaves
        The answers.
    number : int or None
        How many factors, for models without a factor step; 0 leaves measurement out.
    draws : list of (ndarray, ndarray)
        Samples of the people, as counts of the rows of both waves.
    alpha : float
        The level.
    seed : int, RandomState or None
        For parallel analysis.

    Returns
    -------
    Measurement
    """
    if number == 0:
        return Measurement([], 0, "not asked for")
    try:
        factors = _factor_model(model, waves, number, seed)
        if isinstance(factors, str):
            return Measurement([], 0, factors)
        _refuse_few(waves)
        old, new = (clone(factors).fit(w.table, sample_weight=w.w) for w in (waves.old, waves.new))
    except SegkitError as error:
        if number is not None:
            raise
        return Measurement([], 0, f"no factor model of both waves: {error}")
    counted = [_counts(wave, old.missing) for wave in (waves.old, waves.new)]
    parts = [(a[counted[0]], b[counted[1]]) for a, b in draws]
    changes = factor_changes(old, new, parts)
    shifts = item_shifts(waves, answer_loadings(old), alpha)
    lines = [*_loading_lines(changes, waves), *_intercept_lines(shifts, waves)]
    k = changes.congruence.size
    settings = f"{old.extraction}, {old.rotation or 'no'} rotation, {old.correlation} correlations"
    return Measurement(adjusted(lines, alpha), k, settings)


def _refuse_few(waves: TwoWaves) -> None:
    """Make sure that correlations of so many items can be told from the people of both waves."""
    k = len(waves.items)
    for wave, what in ((waves.old, "X_old"), (waves.new, "X_new")):
        if wave.w.size <= k:
            raise SegkitError(
                f"{what} has {count_text(wave.w.size, 'respondent')} for {count_text(k, 'item')}; "
                "expected more respondents than items. Ask more people, or leave measurement out "
                "(n_factors=0)."
            )


def _factor_model(model: Any, waves: TwoWaves, number: int | None, seed: Any) -> Any:
    """Return an unfitted factor model, or the reason why there is none."""
    steps = [step for _, step in getattr(model, "steps", ())]
    given = next((step for step in steps if isinstance(step, FactorModel)), None)
    if given is not None and number is None:
        return clone(given)
    if number is not None:
        k = check_integer(number, name="n_factors", low=0)
        return FactorModel(k, "pearson") if given is None else clone(given).set_params(n_factors=k)
    if len(waves.items) < FEWEST_ITEMS:
        return f"fewer than {FEWEST_ITEMS} items"
    count = n_factors(
        waves.old.table, correlation="pearson", sample_weight=waves.old.w, random_state=seed
    )
    if not count.suggested:
        return "the items share no factor"
    return FactorModel(int(count.suggested), "pearson")


def _counts(wave: Wave, missing: str) -> np.ndarray:
    """Say which rows a factor model is fitted to."""
    absent = np.isnan(wave.values)
    return (wave.w > 0) & ~(absent.any(axis=1) if missing == "listwise" else absent.all(axis=1))


def _loading_lines(changes: FactorChanges, waves: TwoWaves) -> list[Line]:
    counts = counted_people(waves.old.w > 0, waves.new.w > 0, waves.people)
    names = factor_names(changes.congruence.size)
    columns = np.column_stack(
        [
            np.ones(len(names)),
            changes.congruence,
            *(x - 1.0 for x in (changes.congruence, changes.low, changes.high)),
            changes.p,
        ]
    )
    return [
        line_of(("all", "measurement", LOADINGS, name, "congruence"), row, counts)
        for name, row in zip(names, columns, strict=True)
    ]


def _intercept_lines(shifts: ItemShifts, waves: TwoWaves) -> list[Line]:
    change = shifts.found - shifts.expected
    low, high = interval(change, shifts.errors)
    p = p_of(change, shifts.errors)
    seen = [(w.w[:, None] > 0) & ~np.isnan(w.values) for w in (waves.old, waves.new)]
    lines = []
    for i, item in enumerate(waves.items):
        figures = (shifts.expected[i], shifts.found[i], change[i], low[i], high[i], p[i])
        counts = counted_people(seen[0][:, i], seen[1][:, i], waves.people)
        lines.append(line_of(("all", "measurement", INTERCEPT, item, "sd"), figures, counts))
    return lines
