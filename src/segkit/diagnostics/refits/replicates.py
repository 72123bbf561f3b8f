"""The same samples for every candidate: draw once, fit each candidate, keep everybody's labels.

A candidate is a model and the table it is fitted to: other inputs, other models, other
numbers of segments. All see the same people drawn in the same sample, so that what
differs between candidates is not the luck of the draw.

References
----------
Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational
Statistics and Data Analysis 52, 258-271.
"""

import warnings
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_integer, check_items, check_model, check_option, check_same_rows
from segkit._frames import take
from segkit._resample import canonical_order, spawn_seeds
from segkit._weights import check_weights
from segkit.diagnostics.refits.draws import SCHEMES
from segkit.diagnostics.refits.matches import Agreement, agreement
from segkit.diagnostics.refits.sample_fit import Found, Task
from segkit.diagnostics.refits.sampling import all_samples
from segkit.diagnostics.refits.transfer import placing
from segkit.diagnostics.refits.under_test import coded, labels_under_test
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.ensembles.refitting import takes_weights, with_n_init

__all__ = ["Replicates", "replicate", "use_weights"]


@dataclass(frozen=True)
class Replicates:
    """Everybody's segments by every candidate in every sample, rows as they were given.

    Attributes
    ----------
    names : tuple
        The candidates, by the names they were given.
    counts : ndarray of shape (n_samples, n)
        How often each respondent was drawn.
    labels : dict of ndarray of shape (n_samples, n)
        By candidate: the segment that the sample's fit gives everybody, drawn or not, from 0
        without gaps in the fit's own numbers; -1 for none.
    warm : dict of ndarray of shape (n_samples, n)
        The same from starts at the segments under test, for candidates that can.
    reference : dict of ndarray of shape (n,)
        By candidate: the segments under test, in their own numbers; -1 for none.
    codes : dict of ndarray of shape (n,)
        The same from 0 without gaps.
    segments : dict of tuple of int
        By candidate: the numbers of the segments under test.
    w : ndarray of shape (n,)
        Survey weights with mean one.
    order : ndarray of shape (n,)
        The canonical order of the rows.
    complaints : dict of Counter
        By candidate: in how many fits each kind of warning was raised.
    placing : dict of str
        By candidate: how people outside a sample get a segment: ``"predict"`` or
        ``"nearest neighbour"``.
    scheme : str
        How the samples were drawn.
    """

    names: tuple[Hashable, ...]
    counts: np.ndarray
    labels: dict[Hashable, np.ndarray]
    warm: dict[Hashable, np.ndarray]
    reference: dict[Hashable, np.ndarray]
    codes: dict[Hashable, np.ndarray]
    segments: dict[Hashable, tuple[int, ...]]
    w: np.ndarray
    order: np.ndarray
    complaints: dict[Hashable, Counter]
    placing: dict[Hashable, str]
    scheme: str

    def agreement(
        self, name: Hashable, *, everybody: bool = False, warm: bool = False
    ) -> Agreement:
        """Compare a candidate's segments under test with those of its samples.

        Parameters
        ----------
        name : hashable
            The candidate.
        everybody : bool
            Among everybody, as flexclust does; by default among those drawn (Hennig, 2007).
        warm : bool
            The fits that started at the segments under test.

        Returns
        -------
        Agreement
        """
        labels = (self.warm if warm else self.labels)[name]
        w = self.w if everybody else self.w * (self.counts > 0)
        return agreement(self.codes[name], labels, w)

    def pairs(self, name: Hashable) -> Agreement:
        """Compare samples 0 and 1, 2 and 3, ... with each other, among everybody.

        The segments under test have no part in it: it says how far two studies of the same
        people would agree (in halves: two studies that share nobody).
        """
        labels = self.labels[name]
        last = len(labels) - len(labels) % 2
        return agreement(labels[0:last:2], labels[1:last:2], self.w)


def replicate(
    candidates: Mapping[Any, tuple[Any, Any]],
    n_boot: int = 100,
    *,
    scheme: str = "bootstrap",
    sample_weight: Any = None,
    random_state: Any = 0,
    n_init: int | None = None,
    repeats: bool = False,
    warm: bool = False,
    stop: Callable[[list[np.ndarray]], bool] | None = None,
    order: np.ndarray | None = None,
    n_jobs: int | None = None,
) -> Replicates:
    """Fit every candidate to the same samples.

    Parameters
    ----------
    candidates : mapping of name to (model, X)
        `model` as in `stability`, fitted (its segments are those under test) or not; `X` of
        shape (n_respondents, n_items), all of the same respondents in the same order.
    n_boot : int
        The number of samples, at least two.
    scheme : str
        ``"bootstrap"``, ``"subsample"`` or ``"split-half"``: see `draws`.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights, handed to the fits that take them.
    random_state : int, RandomState or None
        The seed of the draws and of each fit; the row order has no part in it.
    n_init : int, optional
        Starts of each fit to a sample; default: the model's own.
    repeats : bool
        Count a respondent as often as drawn, rather than once.
    warm : bool
        Fit a second time from the segments under test, where the model can.
    stop : callable, optional
        Called after every tenth sample with one array of shape (n_samples so far,
        n_segments) a candidate, the Jaccard overlaps; True ends the sampling.
    order : ndarray of shape (n_respondents,), optional
        The canonical order of the rows, where it takes more than these tables to tell it.
    n_jobs : int, optional
        Processes, as in joblib; None is one. The answer does not depend on it.

    Returns
    -------
    Replicates

    Raises
    ------
    SegkitError
        For tables or weights that cannot be used, a model that is no estimator, one segment
        only, or a fit that fails on a sample (the sample is named).

    Warns
    -----
    SegkitWarning
        When weights were given for a model whose fit takes none.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> X = np.repeat([[0.0, 0.0], [9.0, 9.0]], [30, 10], axis=0)
    >>> found = replicate({k: (KMeans(k, n_init=2), X) for k in (2,)}, n_boot=5)
    >>> found.labels[2].shape, float(found.agreement(2).jaccard.min())
    ((5, 40), 1.0)
    """
    n_boot = check_integer(n_boot, name="n_boot", low=2)
    check_option(scheme, SCHEMES, name="scheme")
    tables, w = _checked(candidates, sample_weight)
    order = canonical_order(*tables, w) if order is None else order
    seeds = spawn_seeds(random_state, 3)
    tasks, reference = [], {}
    # a table that candidates share is one object afterwards too, and what is fitted to it is shared
    sorted_tables = {id(X): take(X, order) for _, X in candidates.values()}
    for name, (model, X) in candidates.items():
        weighted = use_weights(model, sample_weight)
        reference[name] = labels_under_test(
            model, X, w=w, order=order, weighted=weighted, seed=int(seeds[2])
        )
        tasks.append(
            Task(
                name=name,
                model=model if n_init is None else with_n_init(model, n_init),
                X=sorted_tables[id(X)],
                w=w[order],
                weighted=weighted,
                repeats=repeats,
                counts_as_weights=takes_weights(model),
                codes=coded(reference[name])[1][order],
                warm=warm,
            )
        )
    counts, found = all_samples(tasks, n_boot, scheme, seeds, n_jobs, stop)
    return _gathered(tasks, counts, found, reference, w=w, order=order, scheme=scheme)


def _checked(
    candidates: Mapping[Any, tuple[Any, Any]], sample_weight: Any
) -> tuple[list[np.ndarray], np.ndarray]:
    """Return every distinct table as numbers, and the weights with mean one."""
    if not candidates:
        raise SegkitError("No candidate was given; expected at least one model and its table.")
    tables: dict[int, np.ndarray] = {}
    for name, (model, X) in candidates.items():
        check_model(model)
        if id(X) not in tables:
            tables[id(X)] = check_items(X, what="X", varying=False).values
        first = next(iter(tables.values()))
        check_same_rows(len(tables[id(X)]), len(first), what=f"X of {name}", other="the first X")
    w = check_weights(sample_weight, len(first))
    return list(tables.values()), w * (w.size / w.sum())


def use_weights(model: Any, sample_weight: Any) -> bool:
    """Say whether a fit takes the weights that were given, and warn where it does not."""
    if sample_weight is None or takes_weights(model):
        return sample_weight is not None
    warnings.warn(
        f"{type(model).__name__} takes no sample_weight, so its segments are found without "
        "weights; the overlap is weighted. Use a model that takes weights, such as "
        "segments.LatentClass.",
        SegkitWarning,
        stacklevel=4,
    )
    return False


def _gathered(
    tasks: Sequence[Task],
    counts: np.ndarray,
    found: Sequence[Sequence[Found]],
    reference: Mapping[Hashable, np.ndarray],
    *,
    w: np.ndarray,
    order: np.ndarray,
    scheme: str,
) -> Replicates:
    """Put the rows back to where they were given."""
    back = np.argsort(order)
    names = [task.name for task in tasks]
    fits = dict(zip(names, zip(*found, strict=True), strict=True))
    warm = {
        name: np.stack([f.warm for f in fits[name]])[:, back]
        for name in names
        if all(f.warm is not None for f in fits[name])
    }
    return Replicates(
        names=tuple(names),
        counts=counts[:, back],
        labels={name: np.stack([f.labels for f in fits[name]])[:, back] for name in names},
        warm=warm,
        reference=dict(reference),
        codes={name: coded(reference[name])[1] for name in names},
        segments={name: coded(reference[name])[0] for name in names},
        w=w,
        order=order,
        complaints={n: Counter(c for f in fits[n] for c in set(f.complaints)) for n in names},
        placing={task.name: placing(task.model) for task in tasks},
        scheme=scheme,
    )
