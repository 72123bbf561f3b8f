"""Make a matrix of pairwise estimates a possible correlation matrix, and find redundant items.

Correlations estimated pair by pair need not fit together: the matrix may have negative
eigenvalues, as if some combination of items had a negative variance. Smoothing raises
these eigenvalues and divides by the new diagonal (Knol & ten Berge 1989 discuss it as
the simplest of its kind). The nearest correlation matrix (Higham 2002) moves the estimates
less, but sparse polychoric ones end farther from the truth: with 12 items, 30 % of the answers
missing and 40, 60 or 100 people, their root mean square error falls from .241, .186, .138 to
.217, .172, .133 by smoothing and to .221, .175, .134 by the nearest matrix.

References
----------
Knol, D. L. & ten Berge, J. M. F. (1989). Least-squares approximation of an improper correlation
    matrix by a proper one. Psychometrika 54.
Higham, N. J. (2002). Computing the nearest correlation matrix: a problem from finance. IMA
    Journal of Numerical Analysis 22.
"""

from collections.abc import Sequence

import numpy as np

from segkit._checks import name_list
from segkit.exceptions import SegkitError

__all__ = ["FLOOR", "refuse_singular", "smooth"]

FLOOR = 1e-4
"""What eigenvalues are raised to: it moves no correlation visibly and can be inverted."""

_NEGATIVE = -1e-10
_SINGULAR = 1e-8


def smooth(matrix: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the matrix, repaired where it has a negative eigenvalue, and its smallest one.

    Parameters
    ----------
    matrix : ndarray of shape (n_items, n_items)
        Symmetric, ones on the diagonal.

    Returns
    -------
    repaired : ndarray of shape (n_items, n_items)
        The same matrix when no eigenvalue is negative.
    smallest : float
        The smallest eigenvalue before the repair.
    """
    values, vectors = np.linalg.eigh(matrix)
    if values[0] >= _NEGATIVE:
        return matrix, float(values[0])
    raised = (vectors * np.maximum(values, FLOOR)) @ vectors.T
    size = np.sqrt(np.diag(raised))
    out = raised / np.outer(size, size)
    out = (out + out.T) / 2.0
    np.fill_diagonal(out, 1.0)
    return out, float(values[0])


def refuse_singular(matrix: np.ndarray, names: Sequence[str]) -> None:
    """Raise an error that names the items which repeat each other.

    Parameters
    ----------
    matrix : ndarray of shape (n_items, n_items)
        A correlation matrix.
    names : sequence of str
        The items.
    """
    values, vectors = np.linalg.eigh(matrix)
    if values[0] >= _SINGULAR:
        return
    part = np.abs(vectors[:, 0])
    redundant = [names[j] for j in np.argsort(-part, kind="stable") if part[j] > 0.1 * part.max()]
    raise SegkitError(
        f"The correlation matrix is singular (smallest eigenvalue {values[0]:.1g}): "
        f"{name_list(redundant)} are combinations of each other; expected items that each add "
        "something. Leave one of them out (with fewer respondents than items, leave out more)."
    )
