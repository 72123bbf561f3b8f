"""Sizes of segments in a base by three estimators, each with its uncertainty.

Two solve for the sizes pi: with M_kj the mean of what the tool says of segment j (the share of
tags, or the mean probability) among people of segment k, the base's mean is q_j = sum_k pi_k M_kj.
The third maximises the likelihood of the base's probabilities, which is where the EM of Saerens
and others ends. All assume that people of one segment have the same fields in base and survey.
Each draw takes other respondents (whose mistakes, shares and calibration differ) and other
customers; what the base does not tell at all, it takes at random, so that a tool that knows
nothing has intervals from 0 to 1.

References
----------
Saerens, M., Latinne, P. & Decaestecker, C. (2002). Adjusting the outputs of a classifier
to new a priori probabilities. Neural Computation 14, 21-41, sections 2.2 and 2.3.2.
Bolck, A., Croon, M. & Hagenaars, J. (2004). Estimating latent structure models with
categorical variables: one-step versus three-step estimators. Political Analysis 12, 3-27
(the inverse of the confusion matrix).
Bella, A., Ferri, C., Hernandez-Orallo, J. & Ramirez-Quintana, M. J. (2010). Quantification
via probability estimators. ICDM, 737-742 (scaled probability average).
Alexandari, A., Kundaje, A. & Shrikumar, A. (2020). Maximum likelihood with bias-corrected
calibration is hard-to-beat at label shift adaptation. ICML, 222-232.
"""

from dataclasses import dataclass

import numpy as np

from segkit._threads import one_blas_thread
from segkit.typing_tool.base.sizes import likelihood_sizes, solved_sizes, tilted
from segkit.typing_tool.base.typing_error import TypingError

__all__ = ["SizeEstimate", "by_likelihood", "by_probabilities", "by_tags"]


@dataclass(frozen=True)
class SizeEstimate:
    """Sizes by one estimator, with their 95 % interval.

    Attributes
    ----------
    share : ndarray of shape (n_segments,)
        The sizes; they sum to 1.
    draws : ndarray of shape (n_draws, n_segments)
        Had other respondents been asked, and other customers been in the base.
    """

    share: np.ndarray
    draws: np.ndarray

    @property
    def low(self) -> np.ndarray:
        """Lower ends of the intervals."""
        return np.minimum(np.quantile(self.draws, 0.025, axis=0), self.share)

    @property
    def high(self) -> np.ndarray:
        """Upper ends of the intervals."""
        return np.maximum(np.quantile(self.draws, 0.975, axis=0), self.share)


def by_tags(first: np.ndarray, error: TypingError, rng: np.random.Generator) -> SizeEstimate:
    """Undo the confusion of tags.

    Parameters
    ----------
    first : ndarray of shape (n_segments,)
        Customers by their likeliest segment.
    error : TypingError
        How people of each segment are mistaken.
    rng : numpy Generator
        Draws other customers.
    """
    share = first / first.sum()
    drawn = rng.multinomial(first.sum(), share, len(error.tag_draws)) / first.sum()
    return _solved(error, error.tags, share, error.tag_draws, drawn, rng)


def by_probabilities(
    mean: np.ndarray, spread: np.ndarray, error: TypingError, rng: np.random.Generator
) -> SizeEstimate:
    """Undo what mean probabilities mix up.

    Parameters
    ----------
    mean : ndarray of shape (n_segments,)
        Mean probabilities of the base.
    spread : ndarray of shape (n_segments, n_segments)
        Their sampling covariance.
    error : TypingError
        How people of each segment are mistaken.
    rng : numpy Generator
        Draws other customers.
    """
    drawn = rng.multivariate_normal(mean, spread, size=len(error.draws), check_valid="ignore")
    return _solved(error, error.matrix, mean, error.draws, drawn, rng)


def by_likelihood(
    probabilities: np.ndarray, error: TypingError, rng: np.random.Generator
) -> SizeEstimate:
    """Find the sizes under which the base's calibrated probabilities are likeliest.

    Parameters
    ----------
    probabilities : ndarray of shape (n_customers, n_segments)
        Of the base, or of a sample of it (the draws count that it is one).
    error : TypingError
        Holds the survey's shares and what calibrates the probabilities.
    rng : numpy Generator
        Draws other customers.
    """
    p, counts = np.unique(probabilities, axis=0, return_counts=True)
    drawn = rng.multinomial(len(probabilities), counts / counts.sum(), len(error.tilt_draws))
    with one_blas_thread():
        share = likelihood_sizes(tilted(p, error.tilt) / error.prior, counts, error.prior)
        draws = [
            likelihood_sizes(tilted(p, tilt) / prior, count, start)
            for tilt, prior, count, start in zip(
                error.tilt_draws, error.prior_draws, drawn, _anywhere(error, rng), strict=True
            )
        ]
    return SizeEstimate(share, np.stack(draws))


def _solved(
    error: TypingError,
    matrix: np.ndarray,
    means: np.ndarray,
    matrix_draws: np.ndarray,
    mean_draws: np.ndarray,
    rng: np.random.Generator,
) -> SizeEstimate:
    anchors = _anywhere(error, rng)
    draws = [
        solved_sizes(m, q, anchor)
        for m, q, anchor in zip(matrix_draws, mean_draws, anchors, strict=True)
    ]
    return SizeEstimate(solved_sizes(matrix, means, error.prior), np.stack(draws))


def _anywhere(error: TypingError, rng: np.random.Generator) -> np.ndarray:
    """Draw sizes, all equally likely."""
    return rng.dirichlet(np.ones(error.prior.size), len(error.prior_draws))
