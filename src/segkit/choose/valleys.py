"""Is there a valley between segments? Density half way between each two of them.

References
----------
Hennig, C. (2010). Methods for merging Gaussian mixture components. Advances in Data Analysis
and Classification 4, 3-34 (gaps in the density between neighbouring groups).
Fisher, R. A. (1936). The use of multiple measurements in taxonomic problems. Annals of
Eugenics 7, 179-188 (the direction).
"""

import numpy as np

from segkit.segments.agreement import one_hot

__all__ = ["valley"]

WINDOW = 0.3
"""Half the width of the three places that are compared; the segments' means are 2 apart."""

RIDGE = 1e-3
"""Share of the mean variance that is added to each, where items repeat each other."""


def valley(values: np.ndarray, codes: np.ndarray, w: np.ndarray) -> float:
    """Return how deep the valleys between segments are, 1 empty and 0 none.

    Parameters
    ----------
    values : ndarray of shape (n, n_items)
        Standardised items; a missing answer (NaN) stands at the middle.
    codes : ndarray of shape (n,)
        Segments from 0; somebody in none (-1) is left out.
    w : ndarray of shape (n,)
        Weights.

    Returns
    -------
    float
        The mean over pairs of segments.

    Notes
    -----
    The members of two segments are projected on Fisher's direction between the two (that of the
    scatter within all segments), scaled so that the means stand at -1 and 1. With f(u) the
    weight within .3 of u, the valley is ``1 - 2 f(0) / (f(-1) + f(1))``. k-means makes a little
    valley in any cloud, since it cuts there: compare with a world without segments.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> codes = np.repeat([0, 1], 200)
    >>> apart = rng.normal(size=(400, 2)) + 9.0 * codes[:, None]
    >>> bool(valley(apart, codes, np.ones(400)) > 0.95)
    True
    """
    inside = codes >= 0
    x, codes, w = np.nan_to_num(values[inside]), codes[inside], w[inside]
    k = int(codes.max()) + 1
    hot = one_hot(codes, k) * w[:, None]
    means = (hot.T @ x) / hot.sum(axis=0)[:, None]
    rest = x - means[codes]
    within = (rest * w[:, None]).T @ rest / w.sum()
    within[np.diag_indices_from(within)] += RIDGE * within.trace() / len(within) + 1e-12
    inverse = np.linalg.inv(within)
    pairs = [(a, b) for a in range(k) for b in range(a)]
    return float(
        np.mean([_between(x, codes, w, a, b, inverse @ (means[a] - means[b])) for a, b in pairs])
    )


def _between(
    x: np.ndarray, codes: np.ndarray, w: np.ndarray, one: int, other: int, direction: np.ndarray
) -> float:
    of_one = codes == one
    both = of_one | (codes == other)
    place, of_one, w = x[both] @ direction, of_one[both], w[both]
    high = np.average(place[of_one], weights=w[of_one])
    low = np.average(place[~of_one], weights=w[~of_one])
    if high <= low:
        return 0.0
    u = (2 * place - high - low) / (high - low)
    middle, ends = (w @ (np.abs(np.abs(u) - at) < WINDOW) for at in (0.0, 1.0))
    return float(1 - 2 * middle / ends) if ends > 0 else 0.0
