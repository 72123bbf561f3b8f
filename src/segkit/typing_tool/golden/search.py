"""The path of lists: one more question at a time, and swaps that make the list better.

Lists are compared by the log loss of cross-validation inside the respondents given. All are
guessed first (`screening`); only the few that promise most are fitted.
"""

from dataclasses import dataclass

import numpy as np

from segkit._threads import one_blas_thread
from segkit.typing_tool.golden.candidates import Candidates
from segkit.typing_tool.golden.part import START, Fit, Part
from segkit.typing_tool.golden.screening import Surrogate
from segkit.typing_tool.models.scorecard import SPREADS

__all__ = ["Step", "search"]

SHORTLIST = 3  # lists that are fitted for each question added
NEAR = 0.75  # of the best guess: what promises less is not fitted
MAX_SWAPS = 3  # for each question added
LEAST = 1e-5  # nats a respondent that a swap must save


@dataclass(frozen=True)
class Step:
    """A list on the path.

    Attributes
    ----------
    units : tuple of int
        What is asked.
    items : tuple of int
        The items of these units.
    added, dropped : tuple of int
        Items that came in and went out since the list before.
    parameters : ndarray of shape (n_columns, n_segments)
        The scorer, fitted on all respondents of the part.
    spread : int
        The position of the prior's standard deviation in `SPREADS`.
    """

    units: tuple[int, ...]
    items: tuple[int, ...]
    added: tuple[int, ...]
    dropped: tuple[int, ...]
    parameters: np.ndarray
    spread: int


@dataclass(frozen=True)
class _State:
    """Where the search stands: the units, their inner fits, the scorer on everybody."""

    units: tuple[int, ...]
    fit: Fit
    everyone: np.ndarray
    spread: int


def search(part: Part, candidates: Candidates) -> list[Step]:
    """Add questions until the list is full.

    Parameters
    ----------
    part : Part
        The respondents to learn from.
    candidates : Candidates
        What may be asked.

    Returns
    -------
    list of Step
        One a list, each longer than the one before.
    """
    with one_blas_thread():
        zero = np.zeros((part.X.shape[1], part.membership.shape[1]))
        blank = part.compared((), START, None)
        state = _State((), blank, part.parameters((), START, zero), START)
        steps: list[Step] = []
        while options := candidates.next_units(state.units):
            before = state.fit.items
            state = _with_more(part, candidates, state, options)
            state = _with_swaps(part, candidates, state)
            if _is_power_of_two(len(state.units)):
                state = _with_tuning(part, state)
            items = state.fit.items
            added = tuple(i for i in items if i not in before)
            dropped = tuple(i for i in before if i not in items)
            steps.append(Step(state.units, items, added, dropped, state.everyone, state.spread))
    return steps


def _with_more(part: Part, candidates: Candidates, state: _State, options: list[int]) -> _State:
    """Add the unit that saves most for each second it takes."""
    guess = _surrogate(part, state)
    now = guess.value(state.fit.items)
    cost = np.array([candidates.units[u].cost for u in options])
    lists = [candidates.items_of([*state.units, u]) for u in options]
    promised = (np.array([guess.value(items) for items in lists]) - now) / cost
    best = np.argsort(-promised, kind="stable")
    few = [b for b in best[:SHORTLIST] if promised[b] >= NEAR * promised[best[0]]] or [best[0]]
    fits = {b: part.compared(lists[b], state.spread, state.fit) for b in few}
    # a question that saves nothing should at least cost little
    chosen = max(few, key=lambda b: (state.fit.loss - fits[b].loss) / cost[b])
    return _moved(part, state, (*state.units, options[chosen]), fits[chosen])


def _with_swaps(part: Part, candidates: Candidates, state: _State) -> _State:
    """Replace a unit by another as long as that saves something."""
    if len(state.units) < 2:
        return state
    for _ in range(MAX_SWAPS):
        units = _best_swap(part, candidates, state)
        if units is None:
            break
        fit = part.compared(candidates.items_of(units), state.spread, state.fit)
        if fit.loss > state.fit.loss - LEAST:
            break
        state = _moved(part, state, units, fit)
    return state


def _best_swap(part: Part, candidates: Candidates, state: _State) -> tuple[int, ...] | None:
    guess = _surrogate(part, state)
    best, found = guess.value(state.fit.items), None
    for out in state.units:
        if out in candidates.must_have:
            continue
        rest = [u for u in state.units if u != out]
        n_items = len(candidates.units[out].items)
        for new in candidates.next_units(rest):
            # another length would be another place on the path
            if new == out or len(candidates.units[new].items) != n_items:
                continue
            value = guess.value(candidates.items_of([*rest, new]))
            if value > best:
                best, found = value, (*rest, new)
    return found


def _with_tuning(part: Part, state: _State) -> _State:
    fit, spread = part.tuned(state.fit, state.spread)
    everyone = part.parameters(fit.items, spread, state.everyone)
    return _State(state.units, fit, everyone, spread)


def _moved(part: Part, state: _State, units: tuple[int, ...], fit: Fit) -> _State:
    everyone = part.parameters(fit.items, state.spread, state.everyone)
    return _State(units, fit, everyone, state.spread)


def _surrogate(part: Part, state: _State) -> Surrogate:
    return Surrogate(part, state.everyone, SPREADS[state.spread] ** -2)


def _is_power_of_two(n: int) -> bool:
    return n & (n - 1) == 0
