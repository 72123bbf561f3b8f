"""Rotation: turn the factors so that each item loads on few of them.

A rotation minimises a criterion of simple structure (`criteria`) by gradient projection
(`gradient_projection`) from many starts: the unrotated axes, then random ones. Starts that end
at different values have found different optima; the best is kept, and the result says how many
starts reached it and whether another optimum is nearly as good (Hattori, Zhang & Preacher 2017).

References
----------
Hattori, M., Zhang, G. & Preacher, K. J. (2017). Multiple local solutions and geomin rotation.
    Multivariate Behavioral Research 52.
Kaiser, H. F. (1958). The varimax criterion for analytic rotation in factor analysis.
    Psychometrika 23 (rows of length 1).
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from segkit._checks import check_boolean, check_integer, check_option
from segkit._resample import spawn_seeds
from segkit._result import percent
from segkit.exceptions import SegkitError
from segkit.factors.rotations.criteria import CRITERIA, Criterion, partial_target
from segkit.factors.rotations.gradient_projection import Surface, descend, polish
from segkit.factors.rotations.promax import promax

__all__ = ["ROTATIONS", "Rotation", "check_rotation", "rotate"]

ROTATIONS = (
    None,
    "oblimin",
    "varimax",
    "promax",
    "quartimin",
    "quartimax",
    "equamax",
    "geomin",
    "bifactor",
    "target",
)

_ROUGHLY, _ENOUGH = 1e-4, 1e-8  # steepness: of all starts, of the one that is kept
_SAME_OPTIMUM = 1e-6
_NEARLY_AS_GOOD = 0.01
_TARGET_STARTS = 100


@dataclass(frozen=True, eq=False)
class Rotation:
    """Rotated loadings.

    Attributes
    ----------
    loadings : ndarray of shape (n_items, n_factors)
        The pattern: positive column sums, largest sum of squares first. The general factor of
        a bifactor rotation stays first, and a target's factors stay where the target has them.
    factor_correlations : ndarray of shape (n_factors, n_factors)
        Ones on the diagonal; the identity after an orthogonal rotation.
    converged : bool
        Whether the search ended by itself.
    criterion : float
        The value that was reached; lower is simpler. NaN without rotation.
    n_starts : int
        How many starts there were.
    n_optima : int
        How many different optima they reached (1 with a single start).
    share_at_best : float
        The share of starts that reached the one that was kept.
    rival : float
        The value of the next best optimum where it is within 1 %; else NaN.
    """

    loadings: np.ndarray
    factor_correlations: np.ndarray
    converged: bool = True
    criterion: float = np.nan
    n_starts: int = 1
    n_optima: int = 1
    share_at_best: float = 1.0
    rival: float = np.nan

    @property
    def structure(self) -> np.ndarray:
        """Correlations of items and factors."""
        return self.loadings @ self.factor_correlations

    @property
    def account(self) -> str:
        """A sentence on the starts, with a space before it; empty where there was a single one."""
        if self.n_starts == 1:
            return ""
        if self.n_optima == 1:
            return f" All {self.n_starts} starts of the rotation agree."
        return (
            f" {percent(self.share_at_best)} of the rotation's {self.n_starts} starts reached the "
            f"solution shown, the best of {self.n_optima} found."
        )

    @property
    def dispute(self) -> str:
        """A sentence on another optimum that is nearly as good; empty where there is none."""
        if np.isnan(self.rival):
            return ""
        return (
            f"another solution is nearly as good: its criterion is {self.rival:.4g} against "
            f"{self.criterion:.4g} of the one shown, which {percent(self.share_at_best)} of "
            f"{self.n_starts} starts reached"
        )


def check_rotation(
    method: Any, n_factors: int, n_starts: Any = None, kaiser: Any = None, target: Any = None
) -> None:
    """Refuse settings of a rotation that do not go together.

    Parameters
    ----------
    method : str or None
        One of `ROTATIONS`.
    n_factors : int
        The number of factors.
    n_starts : int or None
        The number of starts.
    kaiser : bool or None
        Whether rows are scaled to length 1.
    target : object
        The target, or None.
    """
    check_option(method, ROTATIONS, name="rotation")
    if kaiser is not None:
        check_boolean(kaiser, name="kaiser")
    if n_starts is not None:
        check_integer(n_starts, name="n_starts")
    faults = {
        "rotation='bifactor' was asked of 2 factors: a general one and a single other have no "
        "simple structure to look for; expected 3 factors or more. Raise n_factors, or take "
        "another rotation.": method == "bifactor" and n_factors == 2,
        f"target was given with rotation={method!r}, which does not use it; expected "
        "rotation='target'. Change the one or leave out the other.": (
            target is not None and method != "target"
        ),
        "kaiser=True was given with rotation='target'; expected None or False: the target's "
        "numbers are loadings of rows as they are. Leave kaiser out.": (
            bool(kaiser) and method == "target"
        ),
    }
    for text, fault in faults.items():
        if fault:
            raise SegkitError(text)


def rotate(
    loadings: np.ndarray,
    method: str | None,
    n_starts: int | None = None,
    random_state: Any = 0,
    *,
    kaiser: bool | None = None,
    target: np.ndarray | None = None,
) -> Rotation:
    """Rotate, reflect and sort the factors.

    Parameters
    ----------
    loadings : ndarray of shape (n_items, n_factors)
        Unrotated loadings.
    method : str or None
        One of `ROTATIONS`.
    n_starts : int or None
        Starts: the unrotated axes, then random ones. None takes 100 for geomin, bifactor and
        target, where local optima are common, and 10 for the others.
    random_state : int, RandomState or None
        The seed of the random starts.
    kaiser : bool or None
        Whether rows are scaled to length 1 while rotating; None does so for varimax and promax.
    target : ndarray of shape (n_items, n_factors) or None
        For "target": loadings to come near to, NaN where free.

    Returns
    -------
    Rotation
    """
    k = loadings.shape[1]
    if method is None or k == 1:
        return _arrange(Rotation(loadings, np.eye(k)), n_fixed=0)
    way = _way(method, target)
    scaled = way.kaiser if kaiser is None else kaiser
    length = _row_lengths(loadings) if scaled else np.ones((loadings.shape[0], 1))
    starts = _starts(k, n_starts or way.n_starts, random_state)
    found = _best(Surface(loadings / length, way.function, way.oblique), starts)
    if method == "promax":
        pattern, phi = promax(found.loadings)
        found = replace(found, loadings=pattern, factor_correlations=phi)
    found = replace(found, loadings=found.loadings * length)
    if method == "target" and target is not None:
        return _arrange(found, n_fixed=k, signed=(np.nan_to_num(target) != 0.0).any(axis=0))
    return _arrange(found, n_fixed=int(method == "bifactor"))


def _way(method: str, target: np.ndarray | None) -> Criterion:
    if method == "target" and target is not None:
        return Criterion(partial_target(target), oblique=True, n_starts=_TARGET_STARTS)
    return CRITERIA["varimax" if method == "promax" else method]


def _row_lengths(loadings: np.ndarray) -> np.ndarray:
    length = np.sqrt(np.square(loadings).sum(axis=1, keepdims=True))
    return np.where(length > 0, length, 1.0)


def _starts(k: int, n: int, random_state: Any) -> np.ndarray:
    """Return axes of shape (n, k, k): the unrotated ones, then uniformly random ones."""
    rng = np.random.default_rng(spawn_seeds(random_state, 1)[0])
    turns, sizes = np.linalg.qr(rng.normal(size=(n - 1, k, k)))
    # without the signs of the triangle's diagonal some directions would never be drawn
    turns *= np.sign(np.einsum("skk->sk", sizes))[:, None, :]
    return np.concatenate([np.eye(k)[None], turns])


def _best(surface: Surface, starts: np.ndarray) -> Rotation:
    """Go down from all starts roughly, then to the end from the first that came lowest."""
    # values are compared of several starts only; one may be polished from farther away
    rough = descend(surface, starts, _ROUGHLY if starts.shape[0] > 1 else 10.0 * _ROUGHLY)
    any_settled = rough.settled.any()
    levels = np.where(rough.settled, rough.values, np.inf) if any_settled else rough.values
    same = _SAME_OPTIMUM * max(abs(float(levels.min())), 1.0)
    at_best = levels <= levels.min() + same
    others = np.sort(levels[np.isfinite(levels) & ~at_best])
    kept = int(np.argmax(at_best))
    near_end = polish(surface, rough.axes[kept : kept + 1], _ENOUGH)
    end = descend(surface, near_end, _ENOUGH)
    value, axes = float(end.values[0]), end.axes[0]
    near = others.size and others[0] - value <= _NEARLY_AS_GOOD * abs(value)
    return Rotation(
        loadings=surface.patterns(axes[None])[0],
        factor_correlations=axes.T @ axes if surface.oblique else np.eye(axes.shape[0]),
        converged=bool(end.settled[0]),
        criterion=value,
        n_starts=starts.shape[0],
        n_optima=1 + int(bool(others.size)) + int((np.diff(others) > same).sum()),
        share_at_best=float(at_best.mean()),
        rival=float(others[0]) if near else np.nan,
    )


def _arrange(rotation: Rotation, n_fixed: int, signed: np.ndarray | None = None) -> Rotation:
    """Reflect columns to a positive sum, then sort them by their share diag(Phi L'L).

    The first `n_fixed` columns keep their place, and those that are `signed` their sign.
    """
    pattern, phi = rotation.loadings, rotation.factor_correlations
    negative = pattern.sum(axis=0) < 0
    signs = np.where(negative if signed is None else negative & ~signed, -1.0, 1.0)
    share = np.round(np.diag(phi @ pattern.T @ pattern), 8)
    share[:n_fixed] = np.inf
    leading = np.round(np.abs(pattern), 8).argmax(axis=0)  # equal shares: the earlier item
    leading[:n_fixed] = np.arange(n_fixed)
    order = np.lexsort((leading, -share))
    phi = phi * np.outer(signs, signs)
    return replace(
        rotation,
        loadings=(pattern * signs)[:, order],
        factor_correlations=phi[np.ix_(order, order)],
    )
