"""The whole way of a respondent: stages fitted after each other, each to some of the people.

A stage is fitted either to everybody or to a sample; what it says, it says of everybody,
and that is what the next stage is fitted to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._frames import n_rows, take
from segkit.diagnostics.refits.sample_fit import plain_codes
from segkit.diagnostics.refits.transfer import placed
from segkit.exceptions import SegkitError
from segkit.segments.ensembles.refitting import (
    predicts,
    refit,
    seeded,
    takes_weights,
    weight_parameters,
)

__all__ = ["Chain", "Passed", "walk"]


@dataclass(frozen=True)
class Chain:
    """The stages and the people, rows in canonical order.

    Attributes
    ----------
    names : tuple of str
        The stages' names in order.
    needs : tuple of estimator
        Those that transform X, one after the other.
    segments : estimator
        The one that makes segments.
    typing : estimator or None
        The one that learns the segments from `fields`.
    X, fields : frame or array
        The answers, and what is known of everybody; `fields` None without typing.
    w : ndarray of shape (n,) or None
        Survey weights.
    seed : int
        For stages without a seed of their own.
    """

    names: tuple[str, ...]
    needs: tuple[Any, ...]
    segments: Any
    typing: Any
    X: Any
    fields: Any
    w: np.ndarray | None
    seed: int


@dataclass(frozen=True)
class Passed:
    """What the chain says of everybody.

    Attributes
    ----------
    labels : ndarray of shape (n,)
        Segments from 0; -1 for none.
    tags : ndarray of shape (n,) or None
        Segments that the typing stage gives, by the same numbers; -1 for none.
    """

    labels: np.ndarray
    tags: np.ndarray | None


def walk(
    chain: Chain, sampled: Sequence[bool], drawn: np.ndarray, seed: int, known: dict[Any, Any]
) -> Passed:
    """Fit the stages in order and let everybody pass.

    Parameters
    ----------
    chain : Chain
        The stages.
    sampled : sequence of bool
        For each stage, whether it is fitted to those drawn; the others are fitted to everybody.
    drawn : ndarray of shape (n_drawn,)
        Positions of those drawn.
    seed : int
        For sampled stages; the others keep the chain's seed, so that what they are given is all
        that can change what they say.
    known : dict
        What stages have said, by which of the stages so far were sampled; it grows. Another
        sample needs another one, which may begin with what was said without any sample.

    Returns
    -------
    Passed
    """
    everybody = np.arange(n_rows(chain.X))
    table = chain.X
    labels = tags = None
    for place in range(len(chain.names)):
        way = tuple(sampled[: place + 1])
        if way not in known:
            rows = drawn if sampled[place] else everybody
            number = seed if sampled[place] else chain.seed
            known[way] = _say(chain, place, table, labels, rows, number)
        if place < len(chain.needs):
            table = known[way]
        elif place == len(chain.needs):
            labels = known[way]
        else:
            tags = known[way]
    if labels is None:  # a chain always has a stage that makes segments
        raise SegkitError("The chain makes no segments.")
    return Passed(labels, tags)


def _say(
    chain: Chain, place: int, table: Any, labels: np.ndarray | None, rows: np.ndarray, seed: int
) -> Any:
    """Fit one stage to some rows; return the new table, the labels or the tags of everybody."""
    if labels is not None:
        return _tags(chain, labels, rows, seed)
    if place == len(chain.needs):
        return _segments(chain, table, rows, seed)
    stage = seeded(chain.needs[place], seed, keep=True)
    weights = weight_parameters(stage, _weights(chain, stage, rows))
    return stage.fit(take(table, rows), **weights).transform(table)


def _weights(chain: Chain, stage: Any, rows: np.ndarray) -> np.ndarray | None:
    return chain.w[rows] if chain.w is not None and takes_weights(stage) else None


def _segments(chain: Chain, table: Any, rows: np.ndarray, seed: int) -> np.ndarray:
    model = seeded(chain.segments, seed, keep=True)
    fitted = refit(model, table, rows, _weights(chain, chain.segments, rows))
    labels = fitted.labels
    if not predicts(chain.segments):
        labels = placed(fitted.model, table, rows, labels)
    return plain_codes(labels)


def _tags(chain: Chain, labels: np.ndarray, rows: np.ndarray, seed: int) -> np.ndarray:
    rows = rows[labels[rows] >= 0]
    tool = seeded(chain.typing, seed, keep=True)
    weights = weight_parameters(tool, _weights(chain, chain.typing, rows))
    tool.fit(take(chain.fields, rows), labels[rows].astype(int), **weights)
    return np.asarray(tool.predict(chain.fields)).astype(np.int16)
