"""Errors and tests that do not assume normal answers: sandwich covariances, scaled chi-square.

Every respondent's part in the moments is known, also with weights and where pairs of items rest on
different respondents; so is its part in the slope of the likelihood. Their spread, rather
than the normal distribution, then says how far estimates and misfit vary by chance.

References
----------
Satorra, A. & Bentler, P. M. (1994). Corrections to test statistics and standard errors in
    covariance structure analysis. In Latent variables analysis, eq. 16.4.
Satorra, A. (2000). Scaled and adjusted restricted tests in multi-sample analysis of moment
    structures. In Innovations in multivariate statistical analysis.
Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex surveys.
    International Statistical Review 51 (weights).
"""

from collections.abc import Sequence

import numpy as np

from segkit.factors.confirming.cases import Cases
from segkit.factors.confirming.likelihood_fit import LikelihoodFit
from segkit.factors.confirming.measurement_model import Entries

__all__ = ["estimate_covariances", "expected_misfit", "slope_covariances"]

_MOST_NUMBERS = 4_000_000  # held at once


def slope_covariances(
    fit: LikelihoodFit, cases: Sequence[Cases], entries: Sequence[Entries], n_parameters: int
) -> tuple[np.ndarray, float]:
    """Return how slopes and moments vary by chance, each times n.

    Parameters
    ----------
    fit : LikelihoodFit
        The model, at its estimates.
    cases : sequence of Cases
        The respondents of each group.
    entries : sequence of Entries
        What the slopes are by; may hold more than the model has free.
    n_parameters : int
        The number of their parameters.

    Returns
    -------
    covariances : ndarray of shape (n_parameters, n_parameters)
        Equal to the information when answers are normal and the model holds.
    size : float
        The expected discrepancy of the moments from their own expectation, times n.
    """
    size, totals = 0.0, _Totals(cases, n_parameters)
    groups = zip(fit.parts(entries), cases, fit.moments, strict=True)
    for (directions, mine, inverse, share), people, moments in groups:
        slopes, spread = people.contributions(
            moments, inverse, directions, with_means=fit.design.with_means
        )
        totals.add(share * slopes, mine.parameter, people.person)
        size += fit.n * share * spread
    return fit.n * totals.products(), size


class _Totals:
    """Sums of squares and products of slopes, first added up for each person."""

    def __init__(self, cases: Sequence[Cases], n_parameters: int) -> None:
        known = [people.person for people in cases if people.person is not None]
        n_people = 1 + max((int(p.max(initial=-1)) for p in known), default=-1)
        self._people = np.zeros((n_people, n_parameters))
        self._products = np.zeros((n_parameters, n_parameters))

    def add(self, slopes: np.ndarray, number: np.ndarray, person: np.ndarray | None) -> None:
        """Add the respondents of a group."""
        if person is None:
            self._products[np.ix_(number, number)] += slopes.T @ slopes
        else:
            self._people[np.ix_(person, number)] += slopes

    def products(self) -> np.ndarray:
        """Return the sums of squares and products."""
        return np.asarray(self._products + self._people.T @ self._people)


def estimate_covariances(fit: LikelihoodFit, slopes: np.ndarray | None = None) -> np.ndarray:
    """Return the covariances of the estimates: the sandwich, or without slopes the normal ones."""
    inverse = fit.inverse_information
    return np.asarray((inverse if slopes is None else inverse @ slopes @ inverse) / fit.n)


def expected_misfit(
    fit: LikelihoodFit, cases: Sequence[Cases], entries: Sequence[Entries], n_parameters: int
) -> float:
    """Return tr(U Gamma): what chi-square is expected to be when the model holds.

    Parameters
    ----------
    fit : LikelihoodFit
        Where it is evaluated.
    cases : sequence of Cases
        The respondents.
    entries : sequence of Entries
        The free entries of the model that is asked about: those of the fit, or of a model
        that it is nested in.
    n_parameters : int
        The number of parameters in `entries`.
    """
    slopes, size = slope_covariances(fit, cases, entries, n_parameters)
    if n_parameters == 0:
        return size
    information = np.zeros((n_parameters, n_parameters))
    for directions, mine, inverse, share in fit.parts(entries):
        place = np.ix_(mine.parameter, mine.parameter)
        information[place] += share * directions.information(inverse)
    return size - float(np.trace(np.linalg.solve(information, slopes)))
