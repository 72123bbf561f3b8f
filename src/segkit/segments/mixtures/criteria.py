"""Information criteria and the certainty of a mixture's assignment.

References
----------
Akaike, H. (1974). A new look at the statistical model identification. IEEE Transactions on
Automatic Control 19, 716-723.
Schwarz, G. (1978). Estimating the dimension of a model. Annals of Statistics 6, 461-464.
Sclove, S. L. (1987). Application of model-selection criteria to some problems in
multivariate analysis. Psychometrika 52, 333-343 (sample-size adjusted BIC).
Ramaswamy, V., DeSarbo, W. S., Reibstein, D. J. and Robinson, W. T. (1993). An empirical
pooling approach for estimating marketing mix elasticities with PIMS data. Marketing
Science 12, 103-124 (relative entropy).
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["Criteria", "criteria", "relative_entropy"]


@dataclass(frozen=True)
class Criteria:
    """Penalised misfit: smaller is better."""

    aic: float
    bic: float
    sabic: float


def criteria(log_likelihood: float, n_parameters: int, n: float) -> Criteria:
    """Return AIC, BIC and the sample-size adjusted BIC.

    Parameters
    ----------
    log_likelihood : float
        Of `n` respondents: with weights, on the scale of the effective n.
    n_parameters : int
        Free parameters q.
    n : float
        The (effective) number of respondents.

    Returns
    -------
    Criteria
        ``AIC = -2 l + 2 q``, ``BIC = -2 l + q log n``,
        ``SABIC = -2 l + q log((n + 2) / 24)``.

    Examples
    --------
    >>> criteria(-100.0, 5, 1000).aic
    210.0
    """
    misfit = -2 * log_likelihood
    return Criteria(
        aic=misfit + 2 * n_parameters,
        bic=misfit + n_parameters * float(np.log(n)),
        sabic=misfit + n_parameters * float(np.log((n + 2) / 24)),
    )


def relative_entropy(probabilities: np.ndarray, w: np.ndarray) -> float:
    """Return how certain the assignment is: 1 for everybody certain, 0 for mere guessing.

    Parameters
    ----------
    probabilities : ndarray of shape (n, K)
        Membership probabilities.
    w : ndarray of shape (n,)
        Weights.

    Returns
    -------
    float
        ``1 - sum_i w_i sum_k -p_ik log p_ik / (sum_i w_i log K)``; 1 for a single segment.

    Examples
    --------
    >>> relative_entropy(np.array([[0.5, 0.5], [1.0, 0.0]]), np.ones(2))
    0.5
    """
    n_segments = probabilities.shape[1]
    if n_segments == 1:
        return 1.0
    log_p = np.log(np.maximum(probabilities, 1e-300))
    uncertainty = -(probabilities * log_p).sum(axis=1)
    return float(1 - w @ uncertainty / (w.sum() * np.log(n_segments)))
