"""How far scores can be taken for the factors: determinacy, validity, univocality, accuracy.

References
----------
Grice, J. W. (2001). Computing and evaluating factor scores. Psychological Methods 6.
Guttman, L. (1955). The determinacy of factor score matrices. British Journal of Statistical
    Psychology 8.
"""

import numpy as np

from segkit.factors.scores.scoring import Scoring, score_strength

__all__ = ["score_quality", "validity_text"]


def score_quality(scoring: Scoring) -> dict[str, np.ndarray]:
    """Compare the scores of people who answered everything with the factors.

    Parameters
    ----------
    scoring : Scoring
        The model.

    Returns
    -------
    dict of str to ndarray of shape (n_factors,)
        determinacy: multiple correlation rho of the factor with the items, the most that any
        score reaches. least_agreement: 2 rho^2 - 1, the correlation of the two sets of factor
        values that fit the items equally well and differ most (Guttman 1955). validity:
        correlation of the score with its factor. univocality: largest departure of the score's
        correlation with another factor from that of the two factors. accuracy: the same of its
        correlation with another score. The last two are NaN with one factor. They are taken
        from the correlations that were found, so those of a model that does not reproduce them
        may pass 1.
    """
    weights = scoring.weights(np.ones((1, len(scoring.matrix)), dtype=bool))
    cross, covariance = (part[0] for part in scoring.moments(weights))
    spread = np.sqrt(np.diag(covariance))
    with_factors = cross / spread[:, None]
    with_scores = covariance / np.outer(spread, spread)
    strength = score_strength(scoring.matrix, scoring.structure)
    return {
        "determinacy": np.sqrt(np.maximum(strength, 0.0)),
        "least_agreement": 2.0 * strength - 1.0,
        "validity": np.diag(with_factors).copy(),
        "univocality": _largest_departure(with_factors, scoring.factor_correlations),
        "accuracy": _largest_departure(with_scores, scoring.factor_correlations),
    }


def validity_text(method: str, validity: np.ndarray) -> str:
    """Write how the scores correlate with their factors."""
    if np.isnan(validity).any():
        return f"Some factors have too few items for {method} scores."
    if validity.max() > 1.0:
        return "The model reproduces the correlations too badly to say how valid its scores are."
    return (
        f"Scores ({method}) correlate {validity.min():.2f} to {validity.max():.2f} with their "
        "factors."
    )


def _largest_departure(found: np.ndarray, expected: np.ndarray) -> np.ndarray:
    k = len(found)
    if k == 1:
        return np.array([np.nan])
    apart = np.abs(found - expected)
    return np.asarray(apart[~np.eye(k, dtype=bool)].reshape(k, k - 1).max(axis=1))
