"""Measuring a typing tool at growing numbers of respondents."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from segkit._checks import check_frame, check_integer
from segkit._frames import origin_of
from segkit._progress import track
from segkit._resample import bootstrap_counts, spawn_seeds, stratified_folds
from segkit._weights import effective_size
from segkit.exceptions import SegkitError
from segkit.typing_tool.coding.fields import fields_frame, take_rows
from segkit.typing_tool.evaluation.crossfit import CrossFit
from segkit.typing_tool.evaluation.learning import METRICS, LearningCurve, curve_of
from segkit.typing_tool.evaluation.metrics import figures, sums_of
from segkit.typing_tool.fitting import Respondents, read_respondents
from segkit.typing_tool.models.model import Settings, fit_model
from segkit.typing_tool.settings import check_settings
from segkit.typing_tool.tool import TypingTool

__all__ = ["learning_curve"]

N_BOOT = 200
N_SIZES = 6
SPAN = 8  # the smallest default size is this part of the largest
FEWEST = 30  # respondents that a default size has at least


def learning_curve(
    fields: Any,
    segments: Any,
    sample_weight: Any = None,
    sizes: Sequence[int] | None = None,
    random_state: Any = 0,
    tool: TypingTool | None = None,
    n_repeats: int = 3,
) -> LearningCurve:
    """Measure a typing tool at growing numbers of respondents, to see whether more would help.

    Parameters
    ----------
    fields : frame or array of shape (n_respondents, n_fields)
        As in `TypingTool.fit`.
    segments : array-like of shape (n_respondents,) or (n_respondents, n_segments)
        As in `TypingTool.fit`.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights.
    sizes : sequence of int, optional
        Numbers of respondents to learn from, at least four, the largest at most what a fold
        leaves: (K - 1) / K of the respondents for K folds. By default six, from an eighth of
        that up.
    random_state : int, RandomState or None
        The seed; that of `tool` plays no part.
    tool : TypingTool, optional
        Whose settings are used, also its `n_folds`; fitted or not, it is left alone.
    n_repeats : int
        How often folds and subsets are drawn anew.

    Returns
    -------
    LearningCurve

    Raises
    ------
    SegkitError
        For what `TypingTool.fit` refuses, another kind of tool, or sizes that cannot be.

    Notes
    -----
    In each fold the respondents outside of it are put in a random order that holds each
    segment's share; a tool learns from the first n of them for each size n, everything anew
    (codebook, choice of fields and settings, trees, calibration), and types the fold.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> fields = pd.DataFrame({"age": rng.integers(18, 90, 200), "noise": rng.random(200)})
    >>> curve = learning_curve(
    ...     fields, np.arange(200) % 2, tool=TypingTool(n_trees=10, n_folds=2), n_repeats=1
    ... )
    >>> "cannot be told" in curve.summary()  # the fields say nothing, however many are asked
    True
    """
    tool = _checked_tool(tool)
    check_settings(tool)
    check_integer(n_repeats, name="n_repeats")
    frame = check_frame(fields_frame(fields, what="fields"), what="fields")
    people = read_respondents(frame, segments, sample_weight, tool.n_folds)
    at = _sizes(sizes, people, tool.n_folds)
    seeds = [int(s) for s in spawn_seeds(random_state, 2)]
    fits = _fits(people, tool._settings(), at, (tool.n_folds, n_repeats), seeds[0])
    return curve_of(
        at,
        _measured(fits, n_repeats, seeds[1]),
        n_respondents=people.w.size,
        effective_n=effective_size(people.w),
        n_folds=tool.n_folds,
        n_repeats=n_repeats,
        random_state=random_state,
        origin=origin_of(fields),
    )


def _checked_tool(tool: Any) -> TypingTool:
    tool = TypingTool() if tool is None else tool
    if not isinstance(tool, TypingTool):
        raise SegkitError(
            f"tool is a {type(tool).__name__}; expected a TypingTool, fitted or not, whose "
            "settings are to be used, or None."
        )
    return tool


def _sizes(sizes: Any, people: Respondents, n_folds: int) -> list[int]:
    most = people.w.size - -(-people.w.size // n_folds)
    if sizes is None:
        least = min(max(most // SPAN, FEWEST), most // 2)
        sizes = np.unique(np.geomspace(least, most, N_SIZES).round().astype(int)).tolist()
    try:
        at = [check_integer(n, name="a size", low=2, high=most) for n in sizes]
    except TypeError as error:
        raise SegkitError(
            f"sizes is a {type(sizes).__name__}; expected numbers of respondents, such as "
            f"{[most // 8, most // 4, most // 2, most]}."
        ) from error
    if len(at) < 4 or at != sorted(set(at)):
        raise SegkitError(
            f"sizes={at} was given; expected at least four numbers of respondents, rising, such "
            f"as {[most // 8, most // 4, most // 2, most]}: fewer do not show a curve."
        )
    return at


def _fits(
    people: Respondents, settings: Settings, sizes: list[int], times: tuple[int, int], seed: int
) -> list[CrossFit]:
    """Return for each size what tools that learned from so many said of everybody."""
    n, k = people.truth.shape
    shape = (times[1], n)
    fits = [
        CrossFit(people.truth, people.w, np.empty((*shape, k)), np.empty(shape, dtype=np.intp),
                 np.ones(shape, dtype=bool))
        for _ in sizes
    ]  # fmt: skip
    parts = list(_parts(people.truth, times, seed))
    for repeat, test, order, own in track(parts, what="measuring the learning curve"):
        tested = take_rows(people.columns, test)
        for fit, size in zip(fits, sizes, strict=True):
            rows = np.sort(order[:size])
            model = fit_model(
                take_rows(people.columns, rows), people.truth[rows], people.w[rows], settings, own
            ).over_all_fields
            decision = model.decide(model.codes.encode_columns(tested, what="fields"))
            fit.probabilities[repeat, test] = decision.probabilities
            fit.first[repeat, test] = decision.first
    return fits


def _parts(
    truth: np.ndarray, times: tuple[int, int], seed: int
) -> Iterator[tuple[int, np.ndarray, np.ndarray, int]]:
    """Yield the repeat, the respondents left out, the others in random order, and a seed."""
    n_folds, n_repeats = times
    labels, everyone = truth.argmax(axis=1), np.arange(len(truth))
    seeds = spawn_seeds(seed, n_repeats * (n_folds + 1)).reshape(n_repeats, -1)
    for repeat, own in enumerate(seeds):
        folds = stratified_folds(labels, n_folds, everyone, int(own[-1]))
        for fold, fold_seed in enumerate(own[:-1]):
            train = np.flatnonzero(folds != fold)
            rng = np.random.default_rng(fold_seed)
            order = train[_even_order(labels[train], rng)]
            yield repeat, np.flatnonzero(folds == fold), order, int(fold_seed)


def _even_order(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a random order of which every beginning holds each label's share."""
    place = np.empty(labels.size)
    for label in np.unique(labels):
        own = rng.permutation(np.flatnonzero(labels == label))
        place[own] = (np.arange(own.size) + rng.random(own.size)) / own.size
    return np.argsort(place, kind="stable")


def _measured(fits: list[CrossFit], n_repeats: int, seed: int) -> dict[str, np.ndarray]:
    """Return each figure and its values in bootstrap samples, (1 + N_BOOT, n_sizes)."""
    n = len(fits[0].w)
    counts = np.stack(list(bootstrap_counts(N_BOOT, np.arange(n), seed)))
    weights = np.concatenate([np.ones((1, n)), counts]) * fits[0].w
    # repetitions are drawn again too, as respondents are; the figure itself counts each once
    rng = np.random.default_rng(seed)
    again = rng.multinomial(n_repeats, np.full(n_repeats, 1 / n_repeats), size=N_BOOT)
    share = np.concatenate([np.ones((1, n_repeats)), again]) / n_repeats
    out = {metric: np.empty((1 + N_BOOT, len(fits))) for metric in METRICS}
    for j, fit in enumerate(fits):
        for metric, values in _by_repeat(fit, weights).items():
            out[metric][:, j] = (values * share).sum(axis=1)
    return out


def _by_repeat(fit: CrossFit, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Return each figure in each draw and repeat, (n_draws, n_repeats)."""
    found = []
    for repeat in range(len(fit.first)):
        at = slice(repeat, repeat + 1)
        one = CrossFit(fit.membership, fit.w, fit.probabilities[at], fit.first[at], fit.kept[at])
        found.append(figures(sums_of(one, weights), effective_size(fit.w)))
    return {m: np.stack([part[m, -1][:, 0] for part in found], axis=1) for m in METRICS}
