"""The steps of measurement invariance: what groups are asked to share, one thing after another.

References
----------
Meredith, W. (1993). Measurement invariance, factor analysis and factorial invariance. Psychometrika
    58.
Vandenberg, R. J. & Lance, C. E. (2000). A review and synthesis of the measurement invariance
    literature. Organizational Research Methods 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from segkit.factors.confirming.likelihood_fit import Design, LikelihoodFit, can_start, maximise
from segkit.factors.confirming.measurement_model import Entries, GroupMoments, Matrices
from segkit.factors.confirming.structure import Structure, starting_matrices

__all__ = ["STEPS", "Freed", "fit_step", "step_design"]

STEPS = ("configural", "metric", "scalar", "strict")
"""What is shared: the structure; also the loadings; the intercepts; the residual variances."""


@dataclass(frozen=True)
class Freed:
    """Items that are left out of what is shared.

    Attributes
    ----------
    metric, scalar, strict : frozenset of int
        Items with loadings, intercepts, residual variances of their own in each group. An item
        that does not share its loading is not asked to share the rest.
    """

    metric: frozenset[int] = field(default_factory=frozenset)
    scalar: frozenset[int] = field(default_factory=frozenset)
    strict: frozenset[int] = field(default_factory=frozenset)

    def of(self, step: str) -> frozenset[int]:
        """Return the items that do not share what the step adds."""
        asked = STEPS[1 : STEPS.index(step) + 1]
        return frozenset().union(*(getattr(self, name) for name in asked))

    def plus(self, step: str, item: int) -> "Freed":
        """Free one more item at a step."""
        sets = {name: getattr(self, name) for name in STEPS[1:]}
        return Freed(**{**sets, step: sets[step] | {item}})


def fit_step(
    step: str,
    structure: Structure,
    moments: Sequence[GroupMoments],
    freed: Freed | None = None,
    before: LikelihoodFit | None = None,
) -> LikelihoodFit:
    """Fit the model of a step.

    Parameters
    ----------
    step : str
        One of `STEPS`.
    structure : Structure
        Items and factors.
    moments : sequence of GroupMoments
        One a group.
    freed : Freed or None
        Items that share less.
    before : LikelihoodFit or None
        A fit of the same groups to start from.
    """
    freed = freed or Freed()
    if before is not None:
        design = step_design(step, structure, before.matrices, freed)
        if can_start(design, moments):  # not where the fit before ran away
            return maximise(design, moments)
    start = tuple(_first_start(structure, moments))
    return maximise(step_design(step, structure, start, freed), moments)


def step_design(step: str, structure: Structure, start: Sequence[Matrices], freed: Freed) -> Design:
    """Return the model of a step.

    Factors have variance 1 and mean 0 in the first group; their variances are free in the
    others once loadings are shared, their means once intercepts are.
    """
    numbers: dict[tuple, int] = {}
    shared = {name: step in STEPS[k:] for k, name in enumerate(STEPS)}
    entries = []
    for g in range(len(start)):
        places = _places(structure, first=g == 0, shared=shared)
        listed = []
        for block, row, col, added_by in places:
            together = shared.get(added_by, False) and row not in freed.of(added_by)
            key = (block, row, col) if together else (block, row, col, g)
            listed.append((block, row, col, numbers.setdefault(key, len(numbers))))
        entries.append(Entries.of(listed))
    return Design(tuple(entries), _common_start(start, shared), len(numbers), with_means=True)


def _places(
    structure: Structure, *, first: bool, shared: dict[str, bool]
) -> list[tuple[str, int, int, str]]:
    """Free entries of a group, each with the step that makes groups share it ("" for none)."""
    p, k = structure.pattern.shape
    places = [("loadings", i, j, "metric") for i, j in structure.pairs()]
    places += [("factor_covariances", j, i, "") for i in range(k) for j in range(i + 1, k)]
    places += [("residual_covariances", i, i, "strict") for i in range(p)]
    places += [("intercepts", i, 0, "scalar") for i in range(p)]
    if not first and shared["metric"]:
        places += [("factor_covariances", j, j, "") for j in range(k)]
    if not first and shared["scalar"]:
        places += [("factor_means", j, 0, "") for j in range(k)]
    return places


def _first_start(structure: Structure, moments: Sequence[GroupMoments]) -> list[Matrices]:
    """Start each group by itself, its factors turned to agree with the first group's."""
    starts = [starting_matrices(structure.pattern, m) for m in moments]
    lead = starts[0].loadings
    out = []
    for s in starts:
        signs = np.where((s.loadings * lead).sum(axis=0) < 0, -1.0, 1.0)
        between = s.factor_covariances * np.outer(signs, signs)
        out.append(
            Matrices(
                s.loadings * signs, between, s.residual_covariances, s.intercepts, s.factor_means
            )
        )
    return out


def _common_start(start: Sequence[Matrices], shared: dict[str, bool]) -> tuple[Matrices, ...]:
    """Give groups the mean of what they share to start from."""
    mean = {
        name: np.mean([getattr(s, name) for s in start], axis=0)
        for name in ("loadings", "residual_covariances", "intercepts")
    }
    return tuple(
        Matrices(
            loadings=mean["loadings"] if shared["metric"] else s.loadings,
            factor_covariances=s.factor_covariances,
            residual_covariances=(
                mean["residual_covariances"] if shared["strict"] else s.residual_covariances
            ),
            intercepts=mean["intercepts"] if shared["scalar"] else s.intercepts,
            factor_means=s.factor_means,
        )
        for s in start
    )
