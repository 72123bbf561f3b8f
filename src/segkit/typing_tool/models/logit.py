"""A shrunken multinomial logit over codes: how far each code speaks for each segment.

Every code of a field has an effect on each segment, drawn to zero by a normal prior. The
effects of a text field's levels are drawn to zero one by one; those of neighbouring bins of
a number, or of levels in a declared order, are drawn to each other (a random walk), so that
few respondents in a bin do not make it jump. The walk is scaled so that an effect varies as
much on average as that of a level: one standard deviation says how strongly all fields are
shrunken. A gap is no neighbour of any bin.

References
----------
Böhning, D. (1992). Multinomial logistic regression algorithm. Annals of the Institute of
Statistical Mathematics 44, 197-200 (the bound of the curvature that steers the search).
Sørbye, S. H. & Rue, H. (2014). Scaling intrinsic Gaussian Markov random field priors in
spatial modelling. Spatial Statistics 8, 39-51, section 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import minimize

from segkit.typing_tool.coding.codes import MAX_CODES, FieldCodes

__all__ = ["Design", "Effects", "fit_effects", "walk_precision"]

LEVEL_PRECISION = 0.01
"""Of the segments' own levels: a prior of standard deviation 10, only against infinity."""


@dataclass(frozen=True)
class Effects:
    """What each code adds to the log odds of each segment.

    Attributes
    ----------
    level : ndarray of shape (n_segments,)
        What everybody gets.
    codes : ndarray of shape (n_fields, 64, n_segments)
        What each code of each field adds; zeros beyond a field's codes. Codes that no
        respondent had have the effects of the code they stay with.
    """

    level: np.ndarray
    codes: np.ndarray

    def log_odds(self, codes: np.ndarray) -> np.ndarray:
        """Return the sums for rows of codes, shape (n_rows, n_segments)."""
        out = np.tile(self.level, (len(codes), 1))
        for f in range(codes.shape[1]):
            out += self.codes[f, codes[:, f]]
        return out


@dataclass(frozen=True)
class Design:
    """Rows of codes as columns of numbers whose effects share one prior variance.

    Attributes
    ----------
    roots : tuple of ndarray
        For each field a matrix of shape (n_free_codes, n_parameters) that turns the
        parameters into effects.
    places : ndarray of shape (n_fields, 64)
        The row of `roots` that a code reads; -1 beyond a field's codes.
    """

    roots: tuple[np.ndarray, ...]
    places: np.ndarray

    @classmethod
    def of(cls, book: FieldCodes, ordered: Sequence[bool], n_smooth: int | None = None) -> "Design":
        """Build the columns of a codebook; `ordered` says which fields have an order.

        Parameters
        ----------
        book : FieldCodes
            The codebook.
        ordered : sequence of bool
            For each field whether neighbouring levels or bins are alike.
        n_smooth : int, optional
            Keep this many of a walk's smoothest shapes only: 2 are a slope and a bend.
        """
        hosts = book.anchors()
        roots, places = [], np.full((len(book.fields), MAX_CODES), -1, dtype=np.intp)
        for f, (field, in_order) in enumerate(zip(book.fields, ordered, strict=True)):
            own = hosts[f, : field.n_codes]
            free, places[f, : field.n_codes] = np.unique(own, return_inverse=True)
            line = own[field.codes] if in_order else own[:0]
            roots.append(_root(np.searchsorted(free, line), free.size, n_smooth))
        return cls(tuple(roots), places)

    def columns(self, codes: np.ndarray) -> np.ndarray:
        """Return the design of rows of codes; its first column is one throughout."""
        ones = np.ones((len(codes), 1))
        blocks = [r[self.places[f, codes[:, f]]] for f, r in enumerate(self.roots)]
        return np.hstack([ones, *blocks])

    def effects(self, parameters: np.ndarray) -> Effects:
        """Return the effects of parameters of shape (n_columns, n_segments)."""
        out = np.zeros((*self.places.shape, parameters.shape[1]))
        start = 1
        for f, root in enumerate(self.roots):
            known = self.places[f] >= 0
            own = parameters[start : start + root.shape[1]]
            out[f, known] = (root @ own)[self.places[f, known]]
            start += root.shape[1]
        return Effects(parameters[0], out)

    def of_fields(self, fields: Sequence[int]) -> "Design":
        """Return the design of some of the fields, in the order given."""
        return Design(tuple(self.roots[f] for f in fields), self.places[list(fields)])

    def starts(self) -> np.ndarray:
        """Return the column at which each field begins, and last the number of columns."""
        return np.cumsum([1, *(root.shape[1] for root in self.roots)])


def walk_precision(n: int) -> np.ndarray:
    """Return the precision of a scaled random walk over `n` neighbours.

    The differences of neighbours are normal; the geometric mean of the variances around the
    walk's mean is one, and the mean itself has the variance that `n` free effects would give it.

    Examples
    --------
    >>> walk_precision(2)
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    if n == 1:
        return np.ones((1, 1))
    steps = np.diff(np.eye(n), axis=0)
    walk = steps.T @ steps
    spread = np.exp(np.log(np.diag(np.linalg.pinv(walk, hermitian=True))).mean())
    return np.asarray(walk * spread + 1 / n)


def fit_effects(
    X: np.ndarray,
    membership: np.ndarray,
    w: np.ndarray,
    precision: float,
    start: np.ndarray | None = None,
) -> np.ndarray:
    """Maximise the penalised likelihood.

    Parameters
    ----------
    X : ndarray of shape (n_respondents, n_columns)
        From `Design.columns`; the first column is one throughout.
    membership : ndarray of shape (n_respondents, n_segments)
        Shares of the segments; rows sum to 1.
    w : ndarray of shape (n_respondents,)
        Weights, in respondents.
    precision : float
        One over the prior variance of the parameters.
    start : ndarray of shape (n_columns, n_segments), optional
        Where the search begins.

    Returns
    -------
    ndarray of shape (n_columns, n_segments)
        Parameters; they sum to zero over the segments.

    Notes
    -----
    The loss is  -sum_i w_i sum_k m_ik log p_ik + precision / 2 sum_jk b_jk^2,  with
    memberships m and parameters b; it has one minimum. It is searched by L-BFGS in
    coordinates in which Böhning's bound of its curvature is the unit matrix.
    """
    n, k = membership.shape
    prior = np.full((X.shape[1], 1), float(precision))
    prior[0] = LEVEL_PRECISION
    bound = X.T @ (X * (w / 2)[:, None]) + np.diag(prior[:, 0])
    root = cholesky(bound, lower=True)

    shares = np.ascontiguousarray(membership.T)  # segments in rows: sums over them are fast

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        b = solve_triangular(root, at.reshape(-1, k), lower=True, trans="T", check_finite=False)
        z = b.T @ X.T
        z -= z.max(axis=0)
        e = np.exp(z)
        total = e.sum(axis=0)
        value = w @ (np.log(total) - (shares * z).sum(axis=0)) + (prior * b * b).sum() / 2
        away = (e / total - shares) * w
        by_b = (away @ X).T + prior * b
        slope = solve_triangular(root, by_b, lower=True, check_finite=False)
        return float(value) / n, slope.ravel() / n

    begin = np.zeros((X.shape[1], k)) if start is None else start
    found = minimize(
        loss,
        (root.T @ begin).ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-7, "maxcor": 20},
    )
    return np.asarray(solve_triangular(root, found.x.reshape(-1, k), lower=True, trans="T"))


def _root(line: np.ndarray, n: int, n_smooth: int | None) -> np.ndarray:
    """Return a square root of the prior covariance: a walk along `line`, the rest free."""
    if n_smooth is not None and line.size:
        return _smooth_root(line, n, n_smooth)
    precision = np.eye(n)
    if line.size > 1:
        precision[np.ix_(line, line)] = walk_precision(line.size)
    lower = cholesky(precision, lower=True)
    return np.asarray(solve_triangular(lower, np.eye(n), lower=True).T)


def _smooth_root(line: np.ndarray, n: int, n_smooth: int) -> np.ndarray:
    """Return the walk's smoothest shapes; its mean is left to the level of the segments."""
    values, shapes = np.linalg.eigh(walk_precision(line.size) - 1 / line.size)
    kept = slice(1, min(n_smooth, line.size - 1) + 1)  # the first is the mean, with value 0
    others = np.setdiff1d(np.arange(n), line)
    own = shapes[:, kept] / np.sqrt(values[kept])
    out = np.zeros((n, own.shape[1] + others.size))
    out[line, : own.shape[1]] = own
    out[others, own.shape[1] + np.arange(others.size)] = 1.0
    return out
