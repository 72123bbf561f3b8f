"""Climb the steps of invariance: fit each, compare it with the one before, free what breaks it.

References
----------
Cheung, G. W. & Rensvold, R. B. (2002). Evaluating goodness-of-fit indexes for testing measurement
    invariance. Structural Equation Modeling 9.
Chen, F. F. (2007). Sensitivity of goodness of fit indexes to lack of measurement invariance.
    Structural Equation Modeling 14.
Satorra, A. & Bentler, P. M. (2010). Ensuring positiveness of the scaled difference chi-square test
    statistic. Psychometrika 75.
Byrne, B. M., Shavelson, R. J. & Muthen, B. (1989). Testing for the equivalence of factor covariance
    and mean structures: the issue of partial measurement invariance. Psychological Bulletin 105.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segkit.factors.confirming.cases import Cases
from segkit.factors.confirming.confirmatory_fit import (
    ConfirmatoryFit,
    Independence,
    confirmatory_fit,
)
from segkit.factors.confirming.likelihood_fit import LikelihoodFit
from segkit.factors.confirming.measurement_model import GroupMoments
from segkit.factors.confirming.robust_errors import expected_misfit
from segkit.factors.confirming.structure import Structure
from segkit.factors.fit.misfit import p_value
from segkit.factors.groups.invariance_items import ItemTest, item_tests
from segkit.factors.groups.invariance_steps import STEPS, Freed, fit_step

__all__ = ["LEVEL", "Difference", "Ladder", "Rung"]

_FAIR_CFI, _FAIR_RMSEA = 0.90, 0.08
_FEW = 300.0
_LEAST_SHARED = 2  # items a factor needs in common for groups to be compared on it
LEVEL = 0.05
"""An item differs when its adjusted p value lies below."""


@dataclass(frozen=True)
class Difference:
    """A step against the one before it.

    Attributes
    ----------
    chi2, df, p : float, int, float
        Scaled likelihood ratio test (Satorra & Bentler 2010).
    cfi, rmsea, srmr : float
        Change of the index.
    """

    chi2: float
    df: int
    p: float
    cfi: float
    rmsea: float
    srmr: float


@dataclass(frozen=True, eq=False)
class Rung:
    """One fitted step.

    Attributes
    ----------
    step : str
        Its name.
    freed : Freed
        Items that share less.
    model : LikelihoodFit
        The model.
    fit : ConfirmatoryFit
        Its fit.
    difference : Difference or None
        Against the step before; None for the first.
    holds : bool
        Whether the step is accepted.
    """

    step: str
    freed: Freed
    model: LikelihoodFit
    fit: ConfirmatoryFit
    difference: Difference | None
    holds: bool


class Ladder:
    """The steps for one structure and its groups.

    Parameters
    ----------
    structure : Structure
        Items and factors.
    cases : sequence of Cases
        The respondents of each group.
    moments : sequence of GroupMoments
        Their moments.
    """

    def __init__(
        self, structure: Structure, cases: Sequence[Cases], moments: Sequence[GroupMoments]
    ) -> None:
        self.structure, self.cases, self.moments = structure, cases, moments
        self._independence = Independence.of(moments, cases)
        self._fitted: dict[tuple[str, Freed], LikelihoodFit] = {}

    def model(
        self, step: str, freed: Freed | None = None, start: LikelihoodFit | None = None
    ) -> LikelihoodFit:
        """Return the model of a step, fitted once."""
        key = (step, freed or Freed())
        if key not in self._fitted:
            self._fitted[key] = fit_step(step, self.structure, self.moments, key[1], start)
        return self._fitted[key]

    def climb(self) -> list[Rung]:
        """Fit all steps, whether or not the one before holds."""
        rungs: list[Rung] = []
        for step in STEPS:
            rungs.append(self.rung(step, Freed(), rungs[-1] if rungs else None))
        return rungs

    def rung(self, step: str, freed: Freed, before: Rung | None) -> Rung:
        """Fit a step and compare it with the one before."""
        start = before.model if before else None
        model = self.model(step, freed, start)
        fit = confirmatory_fit(model, self.cases, self._independence)
        if before is None:
            return Rung(step, freed, model, fit, None, _is_fair(fit))
        difference = self._difference(model, fit, before)
        return Rung(step, freed, model, fit, difference, _holds(difference, fit.n))

    def tests(self, configural: Rung) -> dict[str, list[ItemTest]]:
        """Test the items of each step, in order of the items.

        One item that differs makes its neighbours look as if they did. So the worst is freed and
        the others are tested again, until none is left that differs; each item has the test of
        the moment it was freed, or the last one.
        """
        out: dict[str, list[ItemTest]] = {}
        model, freed = configural.model, Freed()
        for step in STEPS[1:]:
            told: dict[int, ItemTest] = {}
            while True:
                model = self.model(step, freed, model)
                found = item_tests(model, self.cases, self.structure, step, freed)
                worst = self._worst(found, freed.of(step))
                if worst is None:
                    break
                told[worst.item], freed = worst, freed.plus(step, worst.item)
            told |= {t.item: t for t in found}
            out[step] = [told[i] for i in sorted(told)]
        return out

    def partial(self, configural: Rung) -> list[Rung]:
        """Free items, the worst first, until loadings and intercepts hold or too few are left.

        Returns
        -------
        list of Rung
            Every model that was tried, in order.
        """
        tried: list[Rung] = []
        before, freed = configural, Freed()
        for step in ("metric", "scalar"):
            rung = self.rung(step, freed, before)
            tried.append(rung)
            while not rung.holds:
                found = item_tests(rung.model, self.cases, self.structure, step, freed)
                worst = self._worst(found, freed.of(step))
                if worst is None:
                    return tried
                freed = freed.plus(step, worst.item)
                rung = self.rung(step, freed, before)
                tried.append(rung)
            before = rung
        return tried

    def _worst(self, tests: Sequence[ItemTest], taken: frozenset[int]) -> ItemTest | None:
        """Return the item that differs most and can be spared; None where no item differs."""
        pattern = self.structure.pattern
        shared = pattern[[i for i in range(pattern.shape[0]) if i not in taken]].sum(axis=0)
        spare = [
            t
            for t in tests
            if t.p_adjusted < LEVEL and (shared[pattern[t.item]] > _LEAST_SHARED).all()
        ]
        return min(spare, key=lambda t: (t.p, -t.statistic)) if spare else None

    def _difference(self, model: LikelihoodFit, fit: ConfirmatoryFit, before: Rung) -> Difference:
        wider = before.model.design
        df = model.design.df - wider.df
        # both at the estimates of the narrower model: the scaling then cannot be negative
        misfit = expected_misfit(
            model, self.cases, model.design.entries, model.design.n_parameters
        ) - expected_misfit(model, self.cases, wider.entries, wider.n_parameters)
        rise = max(model.chi2 - before.model.chi2, 0.0)
        scaled = rise / (misfit / df)
        return Difference(
            chi2=scaled,
            df=df,
            p=p_value(scaled, df),
            cfi=fit.cfi - before.fit.cfi,
            rmsea=fit.rmsea - before.fit.rmsea,
            srmr=fit.srmr - before.fit.srmr,
        )


def _is_fair(fit: ConfirmatoryFit) -> bool:
    return bool(fit.df == 0 or (fit.cfi >= _FAIR_CFI and fit.rmsea <= _FAIR_RMSEA))


def _holds(difference: Difference, n: float) -> bool:
    """Apply the limits of Cheung & Rensvold and of Chen; the stricter ones to small samples."""
    fall, rise = (0.005, 0.010) if n <= _FEW else (0.010, 0.015)
    worse = np.nan_to_num(difference.rmsea, nan=0.0)
    return bool(difference.cfi >= -fall and worse <= rise)
