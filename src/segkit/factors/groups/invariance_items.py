"""Which items do not mean the same in each group: score tests of what groups share.

The test asks, from the slope of the likelihood alone, how much better the model would be if one
item did not share its loading (intercept, residual variance); no model is fitted again. Its
variance comes from the respondents, so that answers need not be normal.

References
----------
Sorbom, D. (1989). Model modification. Psychometrika 54.
Boos, D. D. (1992). On generalized score tests. The American Statistician 46.
Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
    Statistics 6.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segkit.factors.confirming.cases import Cases
from segkit.factors.confirming.likelihood_fit import LikelihoodFit
from segkit.factors.confirming.measurement_model import Entries, information_of
from segkit.factors.confirming.robust_errors import slope_covariances
from segkit.factors.confirming.structure import Structure
from segkit.factors.fit.misfit import p_value
from segkit.factors.groups.invariance_steps import Freed

__all__ = ["ItemTest", "item_tests"]


@dataclass(frozen=True)
class ItemTest:
    """The test of one item at one step.

    Attributes
    ----------
    item : int
        The item.
    statistic, df, p : float, int, float
        Robust score test, and its p value.
    plain : float
        The same statistic for normal answers.
    p_adjusted : float
        p after Holm's adjustment over the items of the step.
    change : float
        The largest expected difference between a group and the first one, in standard deviations
        of the item (a share of its variance for residual variances).
    group : int
        The group of that difference.
    """

    item: int
    statistic: float
    df: int
    p: float
    plain: float
    p_adjusted: float
    change: float
    group: int


def item_tests(
    fit: LikelihoodFit, cases: Sequence[Cases], structure: Structure, step: str, freed: Freed
) -> list[ItemTest]:
    """Test each item that shares what the step adds.

    Parameters
    ----------
    fit : LikelihoodFit
        The model of the step.
    cases : sequence of Cases
        The respondents of each group.
    structure : Structure
        Items and factors.
    step : {"metric", "scalar", "strict"}
        Whether loadings, intercepts or residual variances are tested.
    freed : Freed
        Items that share less, and are not tested.
    """
    items = [i for i in range(len(structure.items)) if i not in freed.of(step)]
    entries, owners, groups = _released(fit, structure, step, items)
    slope, information, spread = _evaluated(fit, cases, entries)
    q = fit.design.n_parameters
    project = information[q:, :q] @ fit.inverse_information
    plain = information[q:, q:] - project @ information[:q, q:]
    robust = spread[q:, q:] - project @ spread[:q, q:]
    robust = robust - spread[q:, :q] @ project.T + project @ spread[:q, :q] @ project.T
    left = slope[q:] - project @ slope[:q]
    unit = _units(fit, step)
    tests = []
    for i in items:
        at = np.flatnonzero(owners == i)
        g, V, B = left[at], plain[np.ix_(at, at)], robust[np.ix_(at, at)]
        change = np.linalg.pinv(V, hermitian=True) @ g / unit[i]
        statistic = fit.n * float(g @ np.linalg.pinv(B, hermitian=True) @ g)
        normal = fit.n * float(g @ np.linalg.pinv(V, hermitian=True) @ g)
        most = int(np.argmax(np.abs(change)))
        p = p_value(statistic, at.size)
        tests.append(
            ItemTest(
                i, statistic, at.size, p, normal, p, float(change[most]), int(groups[at[most]])
            )
        )
    return _adjusted(tests)


def _released(
    fit: LikelihoodFit, structure: Structure, step: str, items: Sequence[int]
) -> tuple[list[Entries], np.ndarray, np.ndarray]:
    """Name an entry of its own for each item in each group but the first, after the free ones."""
    block = {"metric": "loadings", "scalar": "intercepts", "strict": "residual_covariances"}[step]
    q = fit.design.n_parameters
    entries = [fit.design.entries[0]]
    owners: list[int] = []
    groups: list[int] = []
    for g in range(1, len(fit.moments)):
        free = fit.design.entries[g]
        listed = list(zip(free.block, free.row, free.col, free.parameter, strict=True))
        for i in items:
            columns = np.flatnonzero(structure.pattern[i]) if step == "metric" else [0]
            for j in columns:
                col = i if step == "strict" else int(j)
                listed.append((block, i, col, q + len(owners)))
                owners.append(i)
                groups.append(g)
        entries.append(Entries.of(listed))
    return entries, np.array(owners, dtype=int), np.array(groups, dtype=int)


def _evaluated(
    fit: LikelihoodFit, cases: Sequence[Cases], entries: Sequence[Entries]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return slope, information and the slopes' covariances of all entries."""
    size = 1 + max(int(e.parameter.max()) for e in entries)
    parts = fit.parts(entries)
    slope = np.zeros(size)
    groups = zip(parts, fit.matrices, fit.moments, strict=True)
    for (directions, mine, inverse, share), matrices, moments in groups:
        d = moments.mean - matrices.mean()
        gap = moments.covariance + np.outer(d, d) - matrices.covariance()
        slope[mine.parameter] += share * directions.slope(inverse @ gap @ inverse, inverse @ d)
    spread, _ = slope_covariances(fit, cases, entries, size)
    return slope, information_of(parts, size), spread


def _units(fit: LikelihoodFit, step: str) -> np.ndarray:
    """Return the standard deviation within groups (the variance for residual variances)."""
    pooled = sum(
        share * np.diag(m.covariance) for share, m in zip(fit.shares, fit.moments, strict=True)
    )
    return np.asarray(pooled if step == "strict" else np.sqrt(pooled))


def _adjusted(tests: list[ItemTest]) -> list[ItemTest]:
    """Fill in Holm's adjusted p values."""
    p = np.array([t.p for t in tests])
    order = np.argsort(p, kind="stable")
    stepped = np.minimum(np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1)), 1.0)
    adjusted = np.empty_like(p)
    adjusted[order] = stepped
    return [
        ItemTest(t.item, t.statistic, t.df, t.p, t.plain, float(a), t.change, t.group)
        for t, a in zip(tests, adjusted, strict=True)
    ]
