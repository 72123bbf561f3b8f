"""The same bootstrap samples for all candidates, with fewer starts than the fit to everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from segkit.choose.candidates import Fitted
from segkit.choose.material import Material
from segkit.choose.store import NOTHING_KEPT, Store, of_candidate
from segkit.choose.world_figures import with_starts
from segkit.diagnostics.refits.replicates import replicate, use_weights

__all__ = ["Sampled", "sampled"]


@dataclass(frozen=True)
class Sampled:
    """What the samples say of one candidate.

    Attributes
    ----------
    jaccard : ndarray of shape (n_samples, n_segments)
        Overlap of each segment with its best match.
    ari : ndarray of shape (n_samples,)
        Adjusted Rand index among those drawn.
    """

    jaccard: np.ndarray
    ari: np.ndarray


def sampled(
    fitted: Sequence[Fitted],
    material: Material,
    *,
    n_boot: int,
    n_init: int | None,
    seed: int,
    n_jobs: int | None,
    store: Store = NOTHING_KEPT,
) -> list[Sampled]:
    """Fit every candidate to the same bootstrap samples.

    Parameters
    ----------
    fitted : sequence of Fitted
        The candidates; their segments are those under test.
    material : Material
        The tables.
    n_boot : int
        Samples.
    n_init : int or None
        Starts of each fit, where the model has them; None: its own.
    seed : int
        The seed.
    n_jobs : int, optional
        Processes.
    store : Store
        What earlier calls found. With one, candidates are sampled one after the other, which gives
        the same figures, so that an interrupted call loses one only.

    Returns
    -------
    list of Sampled
    """
    weights = material.w if material.weighted else None

    def found_of(positions: Sequence[int]) -> list[Sampled]:
        some = {i: fitted[i] for i in positions}
        found = replicate(
            {
                i: (with_starts(f.estimator, n_init), material.inputs[f.candidate.input])
                for i, f in some.items()
            },
            n_boot,
            sample_weight=weights,
            random_state=seed,
            order=np.arange(material.w.size),
            n_jobs=n_jobs,
        )
        return [_of(found.agreement(i), f, found.codes[i]) for i, f in some.items()]

    def arrays_of(position: int) -> dict[str, np.ndarray]:
        return dict(vars(found_of([position])[0]))

    if not store.keeps:
        return found_of(range(len(fitted)))
    out = []
    for i, f in enumerate(fitted):
        use_weights(f.estimator, weights)  # warns, though the samples may be known
        inputs = [*of_candidate(f, material), n_boot, n_init, seed]
        kept = store.arrays("samples", inputs, partial(arrays_of, i))
        out.append(Sampled(**kept))
    return out


def _of(agreement: Any, fitted: Fitted, codes: np.ndarray) -> Sampled:
    """Order the segments as the candidate's labels do."""
    first = [int(np.flatnonzero(fitted.labels == s)[0]) for s in range(fitted.n_segments)]
    return Sampled(agreement.jaccard[:, codes[first]], agreement.ari)
