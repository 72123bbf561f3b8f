"""Candidates side by side: inputs, models, numbers of segments.

References
----------
Dolnicar, S., Gruen, B. and Leisch, F. (2018). Market Segmentation Analysis. Springer,
chapters 4 and 7 (criteria, natural, reproducible and constructive segments).
Hennig, C. and Liao, T. F. (2013). How to find an appropriate clustering for mixed-type
variables. Applied Statistics 62, 309-369 (several criteria at once).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from segkit._checks import check_integer
from segkit._resample import spawn_seeds
from segkit._threads import one_blas_thread
from segkit.choose.agreeing import agreement_matrix
from segkit.choose.candidates import Fitted, expand, fit_all, named_models, numbers
from segkit.choose.comparison import Choice, Comparison
from segkit.choose.constraints import read_constraints
from segkit.choose.material import Material, read_material
from segkit.choose.measuring import (
    Columns,
    choice_columns,
    figure_columns,
    structure_columns,
    typing_columns,
)
from segkit.choose.outside import check_outside
from segkit.choose.sampling import sampled
from segkit.choose.store import open_store
from segkit.choose.suggesting import Figures, suggest
from segkit.exceptions import SegkitError

__all__ = ["compare"]

N_NULL = 39
"""Worlds without segments: the least p is .025."""

FEWEST = 19  # with fewer no p reaches .05


def compare(  # noqa: PLR0913 - each is a choice of the analyst
    X: Any,
    models: Any,
    n_segments: Any = range(2, 9),
    fields: Any = None,
    constraints: Any = None,
    sample_weight: Any = None,
    random_state: Any = 0,
    *,
    questions: Any = None,
    outcomes: Any = None,
    structure: bool | int = False,
    space: Any = None,
    n_boot: int = 100,
    n_init: int | None = 5,
    n_jobs: int | None = None,
    cache: Any = None,
) -> Comparison:
    """Compare ways to segment, and suggest one.

    Every input is combined with every model and every number of segments. All candidates
    are fitted to the same bootstrap samples, so that they differ in nothing but themselves.

    Parameters
    ----------
    X : frame or array of shape (n_respondents, n_items), or dict of str to these
        One input or several of the same respondents, such as ``{"items": items, "relative":
        relative, "needs": scores}``: raw answers, answers with the response style taken out,
        factor scores.
    models : list of estimators, or dict of str to estimator
        Unfitted: scikit-learn's clusterers, mixtures, pipelines, and segkit's.
    n_segments : iterable of int, default 2 to 8
        The numbers of segments. A model that finds the number itself is one candidate.
    fields : frame of shape (n_respondents, n_fields), optional
        What the customer base knows of the respondents: `typability` says how well it tells
        the segments.
    constraints : dict, optional
        What may not be suggested: "smallest" and "largest" share of a segment (default .05 and
        1), "excluded_numbers" of segments, "excluded_fields" that may not type anybody.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights: in the fits where the model takes them, and in every figure. A
        respondent with weight 0 is left out and gets the label -1.
    random_state : int, RandomState or None
        The seed. Figures, labels and suggestion depend neither on the order of the rows nor
        on `n_jobs`.
    questions : frame of shape (n_respondents, n_questions), optional
        Items that a later survey could ask: the column `questions` says how well the best six
        of them tell the segments.
    outcomes : frame of shape (n_respondents, n_outcomes), optional
        Things that did not make the segments (spend, channel, ...): `effect` says how much
        segments tell of them.
    structure : bool or int, default False
        Also hold the candidates against worlds without segments (see `choose.structure`), all
        in one test: against 39 of them, or against so many (at least 19), and up to four times
        as many where the outcome is close. It costs as much as some hundred bootstrap samples:
        100 where there are clearly no segments, 700 where there clearly are.
    space : str or frame, optional
        Where separation is measured: the name of an input (default: the first), "own" for
        each candidate's own input, or a table. Candidates can be compared in one space only.
    n_boot : int, default 100
        Bootstrap samples.
    n_init : int or None, default 5
        Starts of each fit to a sample; None: the model's own. Models without starts ignore it.
    n_jobs : int, optional
        Processes, as in joblib.
    cache : str or Path, optional
        A folder for what takes long: the samples and the typability of each candidate, and
        `structure`. A call that was interrupted, or is asked for more candidates, goes on from
        there. Other answers, weights, settings or versions are computed anew; so is always a
        model from elsewhere than segkit and scikit-learn. Delete the folder at will.

    Returns
    -------
    Comparison

    Raises
    ------
    SegkitError
        For tables that cannot be used or differ in length, models that are none or cannot be
        fitted to an input (missing answers, say), constraints that are not known, and a cache
        that is no folder.

    Warns
    -----
    SegkitWarning
        When a model finds fewer than two segments (it is left out), or takes no weights; when a
        file of the cache is damaged (it is computed again) or cannot be written.

    Notes
    -----
    *Separation* is the simplified silhouette, the mean of ``(b - a) / max(a, b)`` with a and b
    the distances of a person from the own centre and from the next (Vendramin et al. 2010), in
    standardised items. It tells how far apart, not whether real: a cut through a cloud has
    some too.

    *Stability* is the mean adjusted Rand index between the segments and those of a bootstrap
    sample among its people; `weakest` the mean Jaccard overlap of the segment that comes back
    worst (Hennig 2007; .75 is valid, .85 stable).

    *Typability* is the kappa of a small forest on respondents that it has not seen: read it
    as a lower bound of what `TypingTool` reaches. *Effect* is eta squared of numbers and squared
    Cramer's V of categories, averaged over `outcomes`.

    *Front* marks candidates that no other allowed one beats in weakest, separation, smallest
    share, and typability where fields were given.

    *Structure* compares the candidate that stands out most, in stability between halves of the
    people, with the one that stands out most in each world without segments (Westfall and
    Young 1993), so that P(any candidate natural or reproducible | no segments) is at most .05.

    *The suggestion* follows a rule: among allowed candidates of which every segment comes back
    (weakest at least .75) and, where `structure` was asked, that are beyond the worlds without
    segments, the most segments; at that number the best typed one (with fields),
    else the most stable. It is a place to begin: look at `survivors` and at profiles.

    It misleads where all candidates share a fault. Items that repeat each other make segments of
    one theme stable; a habit of ticking high makes a segment of its own, and it comes back
    every time. Compare with an input that has the habit taken out.

    References
    ----------
    Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational Statistics and
    Data Analysis 52, 258-271.
    Vendramin, L. et al. (2010). Relative clustering validity criteria. Statistical Analysis and
    Data Mining 3, 209-235.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.datasets import make_blobs
    >>> X, _ = make_blobs(150, centers=[[0, 0], [9, 0], [0, 9]], random_state=0)
    >>> found = compare(X, [KMeans(n_init=5)], n_segments=range(2, 5), n_boot=10)
    >>> found.frame()[["model", "n_segments", "weakest", "front"]].round(2)
        model  n_segments  weakest  front
    0  KMeans           2     0.83  False
    1  KMeans           3     1.00   True
    2  KMeans           4     0.51  False
    """
    limits = read_constraints(constraints)
    n_boot = check_integer(n_boot, name="n_boot", low=2)
    material = read_material(X, sample_weight, space)
    check_outside(fields, questions, outcomes, limits, material)
    store = open_store(cache)
    n_null = _n_null(structure)
    seeds = [int(s) for s in spawn_seeds(random_state, 4)]
    candidates = expand(list(material.inputs), named_models(models), numbers(n_segments))
    fitted = fit_all(candidates, material, seeds[0], n_jobs)
    samples = sampled(
        fitted,
        material,
        n_boot=n_boot,
        n_init=n_init,
        seed=seeds[1],
        n_jobs=n_jobs,
        store=store,
    )
    with one_blas_thread():
        columns = figure_columns(fitted, samples, material, outcomes)
        columns |= typing_columns(fitted, material, fields, limits, questions, seeds[2], store)
        agreement = agreement_matrix([f.labels for f in fitted], material.w)
        columns |= structure_columns(fitted, material, n_null, n_init, seeds[3], store)
    columns |= choice_columns(columns, limits)
    choices = _choices(fitted)
    suggestion = suggest(_figures(columns, choices))
    columns["suggested"] = np.arange(len(fitted)) == suggestion.position
    labels = np.stack([material.scattered(f.labels) for f in fitted])
    return Comparison(
        columns=columns,
        choices=choices,
        suggested=choices[suggestion.position],
        why=suggestion.why,
        construction=suggestion.construction,
        labels=labels[suggestion.position],
        all_labels=labels,
        agreement=agreement,
        jaccard=tuple(one.jaccard.mean(axis=0) for one in samples),
        models=tuple(f.estimator for f in fitted),
        w=_all_weights(material),
        n_boot=n_boot,
        n_init=n_init,
        seed=random_state,
        effective_n=material.effective_n,
        limits=limits.summary(),
        origin=material.origin,
    )


def _n_null(structure: bool | int) -> int:
    """Return how many worlds without segments are asked for."""
    if isinstance(structure, bool):
        return N_NULL if structure else 0
    if not isinstance(structure, int | np.integer) or structure < FEWEST:
        raise SegkitError(
            f"structure={structure!r} was given; expected False (do not ask), True "
            f"({N_NULL} worlds without segments), or a number of worlds, at least {FEWEST}."
        )
    return int(structure)


def _choices(fitted: Sequence[Fitted]) -> tuple[Choice, ...]:
    return tuple(Choice(f.candidate.input, f.candidate.model, f.n_segments) for f in fitted)


def _figures(columns: Columns, choices: Sequence[Choice]) -> Figures:
    return Figures(
        names=tuple(map(str, choices)),
        structure=tuple(columns["structure"]),
        borderline=columns.get("borderline", np.zeros(len(choices), dtype=bool)),
        **{
            name: columns[name]
            for name in (
                "n_segments", "stability", "weakest", "separation", "typability", "allowed"
            )
        },
    )  # fmt: skip


def _all_weights(material: Material) -> np.ndarray:
    w = np.zeros(material.n_rows)
    w[material.rows] = material.w
    return w
