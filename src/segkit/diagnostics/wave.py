"""A new survey wave against the last: size, profile, measurement and fields, told apart.

References
----------
Meredith, W. (1993). Measurement invariance, factor analysis and factorial invariance. Psychometrika
    58.
Tucker, L. R. (1951). A method for synthesis of factor analysis studies.
Spiliopoulou, M., Ntoutsi, I., Theodoridis, Y. & Schult, R. (2006). MONIC: modeling and monitoring
    cluster transitions. KDD 2006.
Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
    Statistics 6.
"""

import warnings
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from segkit._checks import check_integer, check_share
from segkit._frames import frame_like
from segkit._resample import spawn_seeds
from segkit._weights import effective_size
from segkit.diagnostics.waves.field_changes import field_lines
from segkit.diagnostics.waves.following import FEWEST, Followed, follow, fresh_labels
from segkit.diagnostics.waves.lines import KINDS, Line
from segkit.diagnostics.waves.measurement import measure
from segkit.diagnostics.waves.old_segments import OldSegments, check_segmentation, divide
from segkit.diagnostics.waves.profiles import profile_lines
from segkit.diagnostics.waves.sizes import size_lines
from segkit.diagnostics.waves.two_waves import TwoWaves, read_waves
from segkit.diagnostics.waves.wave_result import WaveComparison
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments import Matching, match

__all__ = ["wave"]

FEWEST_SAMPLES = 20


def wave(
    model: Any,
    X_old: Any,
    X_new: Any,
    ids: Any = None,
    sample_weight: Any = None,
    *,
    fields: Any = None,
    n_factors: int | None = None,
    n_boot: int = 100,
    alpha: float = 0.05,
    random_state: Any = 0,
) -> WaveComparison:
    """Compare a new survey wave with the last, and tell apart what changed.

    Parameters
    ----------
    model : estimator
        A segmentation of the old wave: any of segkit's, a scikit-learn clusterer or mixture, or a
        pipeline that ends in one, such as ``make_pipeline(FactorModel(5), KMeans(4))``. A fitted
        model keeps its numbers; an unfitted one is fitted to `X_old`, segments numbered by
        size.
    X_old, X_new : frame or array of shape (n_old, n_items), (n_new, n_items)
        Answers of both waves: the same items (frames: in any order) on the same scales; missing
        as NaN or null if the model accepts it.
    ids : str or pair of array-like, optional
        Who is who: a column of both frames, or ``(ids_old, ids_new)``. People in both waves are
        then taken as the same; without ids all are different people.
    sample_weight : str or pair of array-like, optional
        Survey weights: a column of both frames, which is then no item, or a pair
        ``(of X_old, of X_new)``; None in the place of a wave without.
    fields : pair of frames, optional
        Fields of the respondents of both waves, row by row, to be compared as `drift` does.
    n_factors : int, optional
        Factors by which measurement is checked. Default: those of the model's `FactorModel`;
        without such a step, as many as parallel analysis finds in the old wave. 0 leaves
        measurement out.
    n_boot : int
        Samples of the people, at least 20. 0 takes none: intervals then hold the segments fixed,
        which makes them too narrow, and congruence is not tested.
    alpha : float
        The level of "beyond chance", adjusted (Holm) within each kind.
    random_state : int, RandomState or None
        The seed of fits and samples. The answer does not depend on the order of the rows.

    Returns
    -------
    WaveComparison

    Raises
    ------
    SegkitError
        When the waves do not hold the same items, or an item is on another scale or text in place
        of codes (it is named); for ids that are missing or repeated, weights or fields that do
        not fit, a model that finds no segments or cannot be fitted.

    Warns
    -----
    SegkitWarning
        When weights were given for a model whose fit takes none.

    Notes
    -----
    **Measurement** comes first: where items no longer mean what they meant, nothing else can be
    read. *Loadings*: a factor model of each wave, and Tucker's congruence of each factor with
    itself. *Intercepts*: the part of the change of an item's mean that the change of its factors
    does not explain, in standard deviations of the old wave; items that moved by themselves are
    set free one after the other while the rest links the waves. When most items of a factor
    moved together, the factor takes up the move and nothing can tell it from a change of
    people; so it is with a new habit of ticking higher throughout. And an item may move by itself
    because the thing that it asks about did (better rest rooms), which wordings tell and numbers
    cannot; `factors.invariance` tests the same by maximum likelihood, step by step.

    **Size** has two readings. *Old model*: the shares that the old model gives in both waves. A
    segment that moves drives people over the old borders, so these shares change with profiles
    too. *Refitted*: the shares of segments that a fit to each wave finds, begun at the old ones.
    A size has changed when both readings say so.

    **Profile**: the means of the needs in these fits, in standard deviations of the old wave.
    The needs of both waves are those of the old wave's earlier steps, hence on one metric. By the
    old model such changes look smaller than they are: who moved away is no longer counted in.
    Models that cannot begin at given segments (all but `LatentClass`, and k-means and Gaussian
    mixtures of scikit-learn) are fitted anew and matched; where the search finds now this
    solution and now another, their intervals are wide.

    **Fields**: the figures of `drift`.

    **Evolution** (``matching``): the old model's segments of the new wave's people against
    those of a fit to the new wave from fresh starts (`segments.match`): *same* where more than
    half of each lies in the other (MONIC's survival; MONIC asks for .5 to .7), *split*,
    *merged*, *new*, *gone* where not.

    A change **counts** (``changed``, ``changed_kinds``) when it is beyond chance *and* as large as
    these limits: 3 points of a size, .3 standard deviations of a need, .2 of an item, a
    congruence below .85; fields as in `drift`. With thousands of respondents, changes too small to
    act on are beyond chance. And segments share borders: one that moves by half a standard
    deviation shifts its neighbours' means by up to nearly .3.

    **Panel.** Intervals come from people, not rows: each person's influence on both waves is
    taken together, and samples draw both waves of a person or none. Differences are then known
    better where people answer alike twice. Weights enter every figure; the draws are of
    people, each equally likely. Segments with fewer than 10 people in a wave have sizes and no
    profile.

    References
    ----------
    Meredith, W. (1993). Psychometrika 58. Tucker, L. R. (1951). Lorenzo-Seva, U. & ten Berge,
    J. M. F. (2006). Methodology 2. Spiliopoulou, M. et al. (2006). MONIC. KDD 2006. Holm, S.
    (1979). Scandinavian Journal of Statistics 6.

    Examples
    --------
    A segment that has moved is told from one that has grown:

    >>> from sklearn.cluster import KMeans
    >>> rng = np.random.default_rng(0)
    >>> def answers(centres, sizes):
    ...     return np.repeat(centres, sizes, axis=0) + rng.normal(size=(sum(sizes), 2))
    >>> old = answers([[0.0, 0.0], [6.0, 0.0]], [300, 200])
    >>> moved = answers([[0.0, 0.0], [6.0, 1.0]], [300, 200])
    >>> found = wave(KMeans(2, n_init=5), old, moved, n_boot=20)
    >>> found.changed_kinds
    ('profile',)
    >>> found.frame().query("changed")[["segment", "item", "unit", "change"]].round(1)
      segment item unit  change
    7       1   x2   sd     1.0
    """
    alpha = check_share(alpha, name="alpha")
    n_boot = _check_samples(n_boot)
    check_segmentation(model)
    waves = read_waves(X_old, X_new, ids, sample_weight)
    seeds = [int(s) for s in spawn_seeds(random_state, 4)]
    draws = list(waves.people.draws(n_boot, seeds[0])) if n_boot else []
    found = divide(model, waves, seeds[1])
    _warn_of_weights(found, waves, type(found.last).__name__)
    with threadpool_limits(limits=1):  # on tables so small threads cost more than they bring
        measurement = measure(model, waves, n_factors, draws, alpha, seeds[2])
        followed = follow(found, waves.people, draws, seeds[3])
        evolved = _evolution(found, seeds[3], X_new)
    by_field, fields_found = field_lines(fields, waves, alpha)
    lines = [
        *measurement.lines,
        *size_lines(found, followed, waves.people, alpha),
        *profile_lines(found, followed, waves.people, alpha),
        *by_field,
    ]
    kinds = _changed_kinds(lines)
    return WaveComparison(
        changed_kinds=kinds,
        interpretable="measurement" not in kinds,
        matching=evolved,
        segments=found.segments,
        needs=found.needs,
        drift=fields_found,
        n_old=len(waves.old.w),
        n_new=len(waves.new.w),
        n_panel=waves.people.n_panel,
        effective_old=effective_size(waves.old.w),
        effective_new=effective_size(waves.new.w),
        paired=waves.people.known,
        measured=measurement.settings,
        n_factors=measurement.n_factors,
        doubts=_doubts(found, followed),
        model=type(model).__name__,
        followed="fits that begin at the old ones" if followed.warm else "fresh fits, matched",
        alpha=alpha,
        n_boot=n_boot,
        seed=random_state,
        lines=tuple(lines),
        origin=waves.origin,
    )


def _check_samples(n_boot: Any) -> int:
    n = check_integer(n_boot, name="n_boot", low=0)
    if 0 < n < FEWEST_SAMPLES:
        raise SegkitError(
            f"n_boot={n} was given; expected at least {FEWEST_SAMPLES} samples, or 0 for none: "
            "fewer say nothing of the tails."
        )
    return n


def _warn_of_weights(found: OldSegments, waves: TwoWaves, name: str) -> None:
    if waves.weighted and not found.takes_weights:
        warnings.warn(
            f"{name} takes no sample_weight: its segments are found without weights; shares and "
            "means are weighted. Use a model whose fit takes weights if they matter.",
            SegkitWarning,
            stacklevel=3,
        )


def _evolution(found: OldSegments, seed: int, like: Any) -> Matching:
    """Match the old model's segments of the new people with those of a fresh fit."""
    names = np.array([*found.segments, -1])
    by_model, fresh = names[found.new.codes], fresh_labels(found, seed)
    there = found.new.w > 0
    labels = frame_like(like, {"a": by_model[there], "b": fresh[there]})
    return match(labels["a"], labels["b"], sample_weight=found.new.w[there])


def _changed_kinds(lines: list[Line]) -> tuple[str, ...]:
    found = {line.kind for line in lines if line.changed}
    hidden = {"size", "profile"} if "measurement" in found else set()
    return tuple(kind for kind in KINDS if kind in found - hidden)


def _doubts(found: OldSegments, followed: Followed) -> tuple[str, ...]:
    k = len(found.segments)
    counts = [np.bincount(c[c >= 0], minlength=k) for c in (followed.codes_old, followed.codes_new)]
    few = [str(found.segments[s]) for s in np.flatnonzero(np.minimum(*counts) < FEWEST)]
    out = []
    if few:
        out.append(
            f"Segments with fewer than {FEWEST} people in a wave, whose needs are not compared: "
            f"{', '.join(few)}."
        )
    noise = [(codes < 0).mean() for codes in (found.old.codes, found.new.codes)]
    if max(noise) > 0:
        out.append(f"In no segment: {noise[0]:.1%} before, {noise[1]:.1%} after.")
    return tuple(out)
