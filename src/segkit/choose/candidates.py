"""The candidates of a comparison: every input with every model and every number of segments."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from segkit._checks import check_integer, check_model, check_n_jobs
from segkit._progress import track
from segkit._resample import spawn_seeds
from segkit.choose.material import Material
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.ensembles.refitting import (
    number_of_segments,
    refit,
    seeded,
    takes_weights,
    with_n_segments,
)
from segkit.segments.numbering import order_by_size

__all__ = ["Candidate", "Fitted", "expand", "fit_all", "named_models", "numbers"]


@dataclass(frozen=True)
class Candidate:
    """One way to segment.

    Attributes
    ----------
    input, model : str
        The names of the table and of the model.
    estimator : estimator
        Unfitted, with its number of segments set.
    """

    input: str
    model: str
    estimator: Any


@dataclass(frozen=True)
class Fitted:
    """A candidate fitted to everybody.

    Attributes
    ----------
    candidate : Candidate
        The candidate.
    estimator : estimator
        Fitted.
    labels : ndarray of shape (n,)
        Segments by size, largest 0, rows in canonical order; -1 for none.
    complaints : tuple of str
        The kinds of warnings that the fit raised.
    """

    candidate: Candidate
    estimator: Any
    labels: np.ndarray
    complaints: tuple[str, ...] = ()

    @property
    def n_segments(self) -> int:
        """How many segments there are."""
        return int(self.labels.max()) + 1

    @property
    def name(self) -> str:
        """What a message calls the candidate."""
        return f"{self.candidate.model} on {self.candidate.input}, {self.n_segments} segments"


def named_models(models: Any) -> dict[str, Any]:
    """Return models by name: the given ones, else the class of the step that makes segments.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> list(named_models([KMeans(), KMeans(n_init=20)]))
    ['KMeans', 'KMeans 2']
    """
    if isinstance(models, Mapping):
        named = {str(name): model for name, model in models.items()}
    else:
        named = {}
        for model in models if isinstance(models, Sequence) else [models]:
            check_model(model, name="one of models")
            last = model.steps[-1][1] if hasattr(model, "steps") else model
            name = base = type(last).__name__
            number = 1
            while name in named:
                number += 1
                name = f"{base} {number}"
            named[name] = model
    if not named:
        raise SegkitError("models is empty; expected at least one estimator, such as KMeans().")
    for model in named.values():
        check_model(model, name="one of models")
    return named


def numbers(n_segments: Any) -> tuple[int, ...]:
    """Return the numbers of segments to try: whole, at least 2, each once, ascending.

    Examples
    --------
    >>> numbers(range(2, 5)), numbers(4)
    ((2, 3, 4), (4,))
    """
    alone = isinstance(n_segments, int | np.integer) or not isinstance(n_segments, Iterable)
    wanted = [n_segments] if alone else list(n_segments)
    if not wanted:
        raise SegkitError(
            f"n_segments={n_segments!r} holds no number; expected some, such as range(2, 9)."
        )
    return tuple(sorted({check_integer(k, name="n_segments", low=2) for k in wanted}))


def expand(
    inputs: Sequence[str], models: Mapping[str, Any], wanted: Sequence[int]
) -> list[Candidate]:
    """Combine every input with every model and every number of segments.

    Parameters
    ----------
    inputs : sequence of str
        Names of tables.
    models : mapping of str to estimator
        Unfitted.
    wanted : sequence of int
        Numbers of segments. A model that finds the number itself is one candidate an input.

    Returns
    -------
    list of Candidate
    """
    return [
        Candidate(table, name, variant)
        for table in inputs
        for name, model in models.items()
        for variant in _variants(model, wanted)
    ]


def fit_all(
    candidates: Sequence[Candidate], material: Material, seed: int, n_jobs: int | None
) -> list[Fitted]:
    """Fit every candidate to everybody; leave out, with a warning, who finds no two segments.

    Parameters
    ----------
    candidates : sequence of Candidate
        Unfitted.
    material : Material
        The tables.
    seed : int
        For models without a seed of their own.
    n_jobs : int, optional
        Processes.

    Returns
    -------
    list of Fitted

    Raises
    ------
    SegkitError
        When a candidate cannot be fitted, or none finds two segments.
    """
    seeds = spawn_seeds(seed, len(candidates))
    calls = [(c, material, int(s)) for c, s in zip(candidates, seeds, strict=True)]
    fitted, lone = [], []
    for candidate, one in zip(
        candidates, track(_run(calls, n_jobs), what="candidates", total=len(calls)), strict=True
    ):
        if one.n_segments >= 2:
            fitted.append(one)
        else:
            lone.append(f"{candidate.model} on {candidate.input}")
    if not fitted:
        raise SegkitError(
            f"No candidate finds two segments ({', '.join(lone)}). Give a model with a number of "
            "segments, such as KMeans()."
        )
    if lone:
        warnings.warn(
            f"{', '.join(lone)} found fewer than two segments and is left out.",
            SegkitWarning,
            stacklevel=3,
        )
    _warn_of_complaints(fitted)
    return fitted


def _warn_of_complaints(fitted: Sequence[Fitted]) -> None:
    complained = [
        f"{f.name} ({', '.join(sorted(set(f.complaints)))})" for f in fitted if f.complaints
    ]
    if complained:
        warnings.warn(
            f"{len(complained)} of {len(fitted)} candidates complained when they were fitted: "
            f"{'; '.join(complained[:3])}{'; ...' if len(complained) > 3 else ''}. Their figures "
            "stand, but give them more iterations or starts.",
            SegkitWarning,
            stacklevel=4,
        )


def _variants(model: Any, wanted: Sequence[int]) -> list[Any]:
    if number_of_segments(model) is None:
        return [model]
    return [with_n_segments(model, k) for k in wanted]


def _run(calls: Sequence[tuple], n_jobs: int | None) -> Iterator[Fitted]:
    if check_n_jobs(n_jobs) in (None, 1):
        yield from (_fit(*call) for call in calls)
        return
    yield from Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_fit)(*call) for call in calls
    )


def _fit(candidate: Candidate, material: Material, seed: int) -> Fitted:
    X, w = material.inputs[candidate.input], material.w
    weights = w if material.weighted and takes_weights(candidate.estimator) else None
    try:
        with threadpool_limits(limits=1):
            model = seeded(candidate.estimator, seed, keep=True)
            found = refit(model, X, np.arange(w.size), weights)
    except ValueError as error:
        raise SegkitError(
            f"{candidate.model} cannot be fitted to the input `{candidate.input}`: {error}"
        ) from error
    return Fitted(candidate, found.model, order_by_size(found.labels, w), found.complaints)
