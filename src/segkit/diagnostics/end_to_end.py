"""From answers to tags on a sample: how many keep their segment, and which stage loses them."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from threadpoolctl import threadpool_limits

from segkit._checks import check_integer, check_items, check_same_rows
from segkit._frames import column, column_names, is_frame, n_rows, origin_of, take
from segkit._progress import progress_bar
from segkit._resample import bootstrap_counts, canonical_order, spawn_seeds
from segkit._threads import one_blas_thread
from segkit._weights import check_weights, effective_size
from segkit.diagnostics.refits.chain import Chain, Passed, walk
from segkit.diagnostics.refits.end_to_end_result import ALL, EndToEnd
from segkit.diagnostics.refits.processes import run_each
from segkit.exceptions import SegkitError
from segkit.segments.agreement import contingency, jaccard

__all__ = ["end_to_end"]


def end_to_end(
    stages: Sequence[tuple[str, Any]],
    X: Any,
    fields: Any = None,
    n_boot: int = 30,
    sample_weight: Any = None,
    random_state: Any = 0,
    *,
    n_jobs: int | None = None,
) -> EndToEnd:
    """Find the stage, from answers to tags, that makes respondents change their segment.

    One stage at a time is fitted to a bootstrap sample while every other stage is fitted to
    everybody; the share of respondents who then end up in another segment is that stage's
    own instability. The same with all stages fitted to the sample is what another
    survey of these respondents would bring.

    Parameters
    ----------
    stages : list of (str, estimator)
        In order: any number that transform (`FactorModel`), one that makes segments, and
        with `fields` a last one that learns the segments from the fields (`TypingTool`, or
        any classifier). All unfitted.
    X : frame or array of shape (n_respondents, n_items)
        The answers.
    fields : frame or array of shape (n_respondents, n_fields), optional
        What the business knows of the same respondents.
    n_boot : int
        The number of samples; each costs one fit of all stages for every stage and one more.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights: used by the stages that take them, and in all shares.
    random_state : int, RandomState or None
        The seed; neither the order of the rows nor `n_jobs` changes the answer.
    n_jobs : int, optional
        Processes, as in joblib; None is one.

    Returns
    -------
    EndToEnd

    Raises
    ------
    SegkitError
        For stages of another kind, tables of unequal length, or a fit that fails.

    Notes
    -----
    A sample is drawn with replacement, and somebody drawn twice counts once: a stage sees about
    63 % of the respondents. Everybody then passes through. The segments of a run are matched
    one to one to those found without any sample (the pairing with the largest total
    Jaccard, among everybody); ``kept`` is the share of weight in the matched segment, for
    ``answer`` the segments themselves and the tags of the typing stage, whose numbers follow
    their segments. Stages fitted to everybody keep their seeds, so that they change their
    mind only because of what they are given.

    The losses of single stages need not add up to that of all. A stage before the typing
    stage can lose more at the segments than at the tags: a tool that knows little of the
    fields tags people alike whatever the segments. Low loss at the end is then no merit; see
    the tool's accuracy.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.decomposition import PCA
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(c, 1.0, size=(60, 4)) for c in (0, 6)])
    >>> found = end_to_end([("needs", PCA(2)), ("segments", KMeans(2, n_init=3))], X, n_boot=5)
    >>> found.frame()[["redone", "answer", "kept"]]
         redone    answer  kept
    0     needs  segments   1.0
    1  segments  segments   1.0
    2       all  segments   1.0
    """
    n_boot = check_integer(n_boot, name="n_boot", low=2)
    seeds = spawn_seeds(random_state, 3)
    chain, order = _chain(stages, X, fields, sample_weight, seed=int(seeds[2]))
    w = check_weights(sample_weight, order.size)[order]
    rows = _rows(chain)
    said: dict[Any, Any] = {}
    with threadpool_limits(limits=1):
        held = [False] * len(chain.names)
        first = walk(chain, held, np.arange(order.size), chain.seed, said)
    calls = _calls(chain, rows, said, w, n_boot, seeds)
    found = []
    bar = progress_bar(what="samples, end to end", total=n_boot, unit="sample")
    with bar, one_blas_thread():
        for runs in run_each(_one_sample, calls, n_jobs):
            found.append([_compared(first, run, answer, w) for run, answer in runs])
            bar.update()
    return EndToEnd(
        rows=rows,
        kept=np.array([[kept for kept, _ in sample] for sample in found]),
        jaccard=np.array([[overlap for _, overlap in sample] for sample in found]),
        stages=tuple(f"{name} ({type(stage).__name__})" for name, stage in stages),
        n=order.size,
        effective_n=effective_size(w),
        seed=random_state,
        origin=origin_of(X),
    )


def _chain(
    stages: Sequence[tuple[str, Any]], X: Any, fields: Any, sample_weight: Any, *, seed: int
) -> tuple[Chain, np.ndarray]:
    """Sort the stages into kinds, and the rows into canonical order."""
    names = _stage_names(stages, fields is not None)
    models = [stage for _, stage in stages]
    last = len(models) - 1 - (fields is not None)
    for name, stage in stages[:last]:
        if not hasattr(stage, "transform"):
            raise SegkitError(
                f"The stage {name!r} ({type(stage).__name__}) stands before the segments but does "
                "not transform; expected an estimator such as segkit.factors.FactorModel."
            )
    values = check_items(X, what="X", varying=False).values
    w = check_weights(sample_weight, len(values))
    keys = [] if fields is None else _keys(fields)
    if fields is not None:
        check_same_rows(n_rows(fields), len(values), what="fields", other="X")
    order = canonical_order(values, w, *keys)
    chain = Chain(
        names=names,
        needs=tuple(models[:last]),
        segments=models[last],
        typing=None if fields is None else models[-1],
        X=take(X, order),
        fields=None if fields is None else take(fields, order),
        w=None if sample_weight is None else w[order],
        seed=seed,
    )
    return chain, order


def _stage_names(stages: Sequence[tuple[str, Any]], typed: bool) -> tuple[str, ...]:
    least = 2 if typed else 1
    if not isinstance(stages, list | tuple) or not all(_is_stage(s) for s in stages):
        raise SegkitError(
            f"stages is {stages!r}; expected pairs of a name and an estimator, such as "
            "[('needs', FactorModel(5)), ('segments', KMeans(4))]."
        )
    names = tuple(str(name) for name, _ in stages)
    if len(names) < least or len(set(names)) < len(names) or ALL in names:
        raise SegkitError(
            f"stages are named {', '.join(names) or 'nothing'}; expected at least {least} under "
            f"different names other than {ALL!r}: stages that transform, one that makes segments"
            + (", one that learns them from the fields." if typed else ".")
        )
    return names


def _is_stage(stage: Any) -> bool:
    return isinstance(stage, list | tuple) and len(stage) == 2


def _keys(fields: Any) -> list[np.ndarray]:
    """Return what tells rows apart, so that equal answers do not leave the order open."""
    if is_frame(fields):
        columns = [column(fields, name) for name in column_names(fields)]
    else:
        columns = list(np.asarray(fields).reshape(len(fields), -1).T)
    return [np.unique([str(v) for v in c], return_inverse=True)[1] for c in columns]


def _rows(chain: Chain) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a stage that is redone and a later one whose answer is compared."""
    at = len(chain.needs)
    answers = chain.names[at:]
    redone = (*chain.names, ALL)
    # to redo the typing stage alone leaves the segments as they are
    return tuple(
        (stage, answer)
        for answer in answers
        for stage in redone
        if stage == ALL or chain.names.index(stage) <= chain.names.index(answer)
    )


def _calls(
    chain: Chain,
    rows: tuple[tuple[str, str], ...],
    said: dict[Any, Any],
    w: np.ndarray,
    n_boot: int,
    seeds: np.ndarray,
) -> Iterator[tuple]:
    people = np.flatnonzero(w > 0)
    draws = bootstrap_counts(n_boot, np.arange(people.size), int(seeds[0]))
    fit_seeds = spawn_seeds(int(seeds[1]), n_boot)
    return (
        (chain, rows, said, people[counts > 0], int(seed), number)
        for number, (counts, seed) in enumerate(zip(draws, fit_seeds, strict=True), start=1)
    )


def _one_sample(
    chain: Chain,
    rows: tuple[tuple[str, str], ...],
    said: dict[Any, Any],
    drawn: np.ndarray,
    seed: int,
    number: int,
) -> list[tuple[Passed, bool]]:
    """Let everybody pass once a stage that is redone; say for each row whether tags are meant."""
    runs, known = {}, dict(said)
    for redone in (*chain.names, ALL):
        sampled = [redone in (name, ALL) for name in chain.names]
        try:
            runs[redone] = walk(chain, sampled, drawn, seed, known)
        except ValueError as error:
            raise SegkitError(
                f"The chain cannot be fitted to sample {number} ({drawn.size} of {n_rows(chain.X)} "
                f"respondents; redone: {redone}): {error}"
            ) from error
    tagging = chain.names[-1] if chain.typing is not None else None
    return [(runs[redone], answer == tagging) for redone, answer in rows]


def _compared(first: Passed, run: Passed, tags: bool, w: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the share of weight that keeps its segment, and the overlap of each segment."""
    k = int(first.labels.max()) + 1
    k_found = max(1, int(run.labels.max()) + 1)
    overlap = jaccard(contingency(first.labels, run.labels, k, k_found, w))
    ours, theirs = linear_sum_assignment(overlap, maximize=True)
    match = np.full(k_found + 1, -1)
    match[theirs] = ours
    before, after = first.labels, run.labels
    if tags and first.tags is not None and run.tags is not None:
        before, after = first.tags, run.tags
    again = match[after]  # -1 takes the last place, which is -1 too
    known = before >= 0
    kept = float(w[known] @ (again[known] == before[known]) / w[known].sum())
    table = contingency(before + 1, again + 1, k + 1, k + 1, w)
    return kept, np.diag(jaccard(table))[1:]
