"""The weights of a mixture of known distributions over cells, by likelihood.

References
----------
Kim, Y., Carbonetto, P., Stephens, M. & Anitescu, M. (2020). A fast algorithm for maximum
likelihood estimation of mixture proportions using sequential quadratic programming. Journal
of Computational and Graphical Statistics 29, 261-273.
"""

import numpy as np
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import nnls

__all__ = ["mixture_weights"]

STEPS = 200
NEAR = 1e-7
RIDGE = 1e-12
FIRST = 10
KEPT = 0.02
NOTHING = 1e-6


def mixture_weights(
    components: np.ndarray, counts: np.ndarray, start: np.ndarray | None = None
) -> np.ndarray:
    """Return the shares of known distributions that make counts likeliest.

    Parameters
    ----------
    components : ndarray of shape (n_components, n_cells)
        Each row a distribution, up to one factor a cell that all rows share.
    counts : ndarray of shape (n_cells,)
        How often each cell was seen.
    start : ndarray of shape (n_components,), optional
        Where to begin.

    Returns
    -------
    ndarray of shape (n_components,)
        Shares that sum to one. The problem is convex: no start finds another maximum.

    Examples
    --------
    >>> two = np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]])
    >>> mixture_weights(two, np.array([30.0, 50.0, 20.0])).round(3)
    array([0.6, 0.4])
    """
    used = counts > 0
    a, p = components[:, used], counts[used] / counts.sum()
    n = len(a)
    w = np.full(n, 1 / n) if start is None else 0.99 * start + 0.01 / n
    for step in range(STEPS):
        mix = w @ a
        ratio = a / mix
        gain = ratio @ p
        if gain.max() - 1 < NEAR:  # no distribution deserves more weight
            break
        # far from the solution, the steps of EM are the safer ones
        far = start is None and step < FIRST
        w = w * gain if far else _along(w, _newton(ratio, p, gain, w), a, p)
    w[w < NOTHING * w.sum()] = 0.0
    return w / w.sum()


def _newton(ratio: np.ndarray, p: np.ndarray, gain: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Minimise the quadratic approximation of the loss over weights of zero or more."""
    hessian = (ratio * p) @ ratio.T
    hessian[np.diag_indices_from(hessian)] += RIDGE * np.trace(hessian)
    root = cholesky(hessian, lower=True)
    target = solve_triangular(root, 2 * gain - 1, lower=True)
    try:
        found = np.asarray(nnls(root.T, target)[0])
    except RuntimeError:  # it went in circles: the step of EM always leads downwards
        found = w * gain
    return np.maximum(found, KEPT * w)  # what is 0 too early would never come back


def _along(w: np.ndarray, to: np.ndarray, a: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Go towards `to`, half as far each time, until the loss falls; else take a step of EM."""
    now, step = _loss(w, a, p), 1.0
    while step > 1e-6:
        further = w + step * (to - w)
        if _loss(further, a, p) < now:
            return np.asarray(further)
        step /= 2
    return np.asarray(w * ((a / (w @ a)) @ p))


def _loss(w: np.ndarray, a: np.ndarray, p: np.ndarray) -> float:
    mix = w @ a
    if (mix <= 0).any():
        return np.inf
    return float(w.sum() - p @ np.log(mix))
