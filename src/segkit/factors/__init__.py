"""From items to latent needs: correlations, their fitness for factors, how many, and which.

The order of work: `correlation` of the items, `factorability` says whether they share enough,
`n_factors` how many factors there are, `FactorModel` finds and scores them, `scales_of` names the
items of each and `reliability` says how well their sum measures it, `confirmation` checks factors
that are known beforehand, `congruence` says whether the factors of two studies are the same,
`align` gives them the same order and metric, `invariance` says whether they mean the same.
"""

from segkit.factors.adequacy import Factorability, factorability
from segkit.factors.alignment import Alignment, align
from segkit.factors.confirming.confirmation import Confirmation, confirmation
from segkit.factors.confirming.confirmatory_fit import ConfirmatoryFit
from segkit.factors.congruence import congruence
from segkit.factors.correlations.correlation import Correlation, correlation
from segkit.factors.factor_scales import scales_of
from segkit.factors.fit.fit_indices import FitIndices
from segkit.factors.groups.invariance import Invariance, invariance
from segkit.factors.intervals import LoadingIntervals
from segkit.factors.model import FactorModel
from segkit.factors.retention.retention import FactorCount, n_factors
from segkit.factors.scales.reliability import Reliability, reliability

__all__ = [
    "Alignment",
    "Confirmation",
    "ConfirmatoryFit",
    "Correlation",
    "FactorCount",
    "FactorModel",
    "Factorability",
    "FitIndices",
    "Invariance",
    "LoadingIntervals",
    "Reliability",
    "align",
    "confirmation",
    "congruence",
    "correlation",
    "factorability",
    "invariance",
    "n_factors",
    "reliability",
    "scales_of",
]
