"""The Pareto front: candidates that no other one beats in everything."""

import numpy as np

__all__ = ["on_front"]


def on_front(figures: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Mark the candidates that no other allowed one matches in all figures and beats in one.

    Parameters
    ----------
    figures : ndarray of shape (n_candidates, n_figures)
        Larger is better; a missing figure (NaN) is the worst.
    allowed : ndarray of shape (n_candidates,), dtype bool
        Those that may be on the front at all.

    Returns
    -------
    ndarray of shape (n_candidates,), dtype bool

    Examples
    --------
    >>> on_front(np.array([[0.9, 0.1], [0.5, 0.5], [0.4, 0.4]]), np.ones(3, dtype=bool))
    array([ True,  True, False])
    """
    value = np.where(np.isnan(figures), -np.inf, figures)
    no_worse = (value[:, None] >= value[None]).all(axis=2)
    better = (value[:, None] > value[None]).any(axis=2)
    beaten = (no_worse & better & allowed[:, None]).any(axis=0)
    return np.asarray(allowed & ~beaten)
