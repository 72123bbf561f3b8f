"""How the answers of a sample are scaled: what standardises new people's answers.

References
----------
Olsson, U., Drasgow, F. & Dorans, N. J. (1982). The polyserial correlation coefficient.
    Psychometrika 47.
"""

import warnings
from dataclasses import dataclass
from typing import Self

import numpy as np

from segkit._checks import name_list
from segkit._weights import weighted_moments
from segkit.exceptions import SegkitWarning
from segkit.factors.correlations.correlation import Correlation
from segkit.factors.correlations.full_information import normal_moments
from segkit.factors.correlations.product_moment import pearson_matrix
from segkit.factors.correlations.repair import smooth
from segkit.factors.sample import Sample

__all__ = ["Scale"]


@dataclass(frozen=True, eq=False)
class Scale:
    """Mean, standard deviation and range of each item in the fitted sample.

    Attributes
    ----------
    names : tuple of str
        The items.
    centre, spread : ndarray of shape (n_items,)
        Weighted mean and standard deviation (denominator: the sum of weights) of those who
        answered; by full information where the correlations are.
    low, high : ndarray of shape (n_items,)
        The first and last category of ordinal items; infinite for others.
    reach : ndarray of shape (n_items,)
        Correlation of an ordinal item's code with the latent variable behind it; 1 for others.
    answers : ndarray of shape (n_items, n_items)
        Correlations of the answers as they are given, ordinal ones as codes.
    """

    names: tuple[str, ...]
    centre: np.ndarray
    spread: np.ndarray
    low: np.ndarray
    high: np.ndarray
    reach: np.ndarray
    answers: np.ndarray

    @classmethod
    def of(cls, sample: Sample, found: Correlation) -> Self:
        """Measure a sample whose correlations were found."""
        ends = found.categories
        centre, spread = _moments(sample, found)
        return cls(
            names=sample.names,
            centre=centre,
            spread=spread,
            low=np.array([min(ends.get(n, [-np.inf])) for n in sample.names]),
            high=np.array([max(ends.get(n, [np.inf])) for n in sample.names]),
            reach=_reach(found, sample.names, spread),
            answers=smooth(pearson_matrix(sample.values, sample.w))[0] if ends else found.matrix,
        )

    def standardise(self, values: np.ndarray) -> np.ndarray:
        """Return standardised answers; warn of answers beyond an ordinal item's categories."""
        with np.errstate(invalid="ignore"):
            outside = np.any((values < self.low) | (values > self.high), axis=0)
        names = [self.names[j] for j in np.flatnonzero(outside)]
        if names:
            warnings.warn(
                f"{name_list(names)} {'holds' if len(names) == 1 else 'hold'} answers beyond those "
                "seen in fit; they are scored as if the scale went on. Clean the answers "
                "with the codebook first.",
                SegkitWarning,
                stacklevel=4,
            )
        return np.asarray((values - self.centre) / self.spread)


def _moments(sample: Sample, found: Correlation) -> tuple[np.ndarray, np.ndarray]:
    """Return means and standard deviations, found as the correlations were."""
    if found.missing == "em":
        moments = normal_moments(sample.values, sample.w)
        return moments.mean, np.sqrt(np.diag(moments.covariance))
    return weighted_moments(sample.values, sample.w)


def _reach(found: Correlation, names: tuple[str, ...], spread: np.ndarray) -> np.ndarray:
    """Sum of (step to the next code) phi(threshold), over the codes' standard deviation."""
    out = np.ones(len(names))
    for j, name in enumerate(names):
        if name in found.thresholds:
            density = np.exp(-np.square(found.thresholds[name]) / 2.0) / np.sqrt(2.0 * np.pi)
            out[j] = np.diff(found.categories[name]) @ density / spread[j]
    return out
