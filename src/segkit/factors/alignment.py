"""Give a model the factors of another one: their order, signs, names and, for scores, their metric.

References
----------
Tucker, L. R. (1951). A method for synthesis of factor analysis studies.
Schonemann, P. H. (1966). A generalized solution of the orthogonal Procrustes problem.
    Psychometrika 31. Browne, M. W. (1972). Oblique rotation to a partially specified target.
    British Journal of Mathematical and Statistical Psychology 25.
Lorenzo-Seva, U. & ten Berge, J. M. F. (2006). Tucker's congruence coefficient as a meaningful
    index of factor similarity. Methodology 2.
"""

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from segkit._checks import check_fitted, check_option, name_list
from segkit._frames import frame_like, is_frame, matrix, select
from segkit._result import Result, count_text
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors.congruence import tucker
from segkit.factors.loadings import factor_names
from segkit.factors.model import FactorModel
from segkit.factors.rotations.rotation import Rotation, rotate

__all__ = ["Alignment", "align"]

_FAIR, _EQUAL = 0.85, 0.95


@dataclass(frozen=True, eq=False, repr=False)
class Alignment(Result):
    """A model whose factors are those of another one.

    Attributes
    ----------
    model : FactorModel
        The aligned model: fitted, its factors in the order and with the signs of the other one.
    congruence : ndarray of shape (n_factors,)
        Tucker's congruence of each factor with its counterpart.
    was : tuple of str
        What each factor was called before it was aligned; empty after a rotation.
    turned : ndarray of bool of shape (n_factors,)
        Factors whose sign changed.
    mean, sd : ndarray of shape (n_factors,)
        Mean and standard deviation of each factor in the aligned model's sample, in units of the
        other model's: 0 and 1 where nothing moved. NaN where one was fitted from correlations.
    rotation : str or None
        "orthogonal", "oblique" or None.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit import factors
    >>> rng = np.random.default_rng(0)
    >>> X = np.repeat(rng.normal(size=(500, 2)), 3, axis=1) + rng.normal(size=(500, 6))
    >>> old = factors.FactorModel(2, correlation="pearson").fit(X)
    >>> found = factors.align(factors.FactorModel(2, correlation="pearson").fit(X), old)
    >>> found.congruence.round(3)
    array([1., 1.])
    """

    model: FactorModel
    congruence: np.ndarray
    was: tuple[str, ...]
    turned: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    rotation: str | None

    def frame(self) -> Any:
        """Return factor, was, turned, congruence, reading, mean, sd: one row a factor."""
        k = self.congruence.size
        return frame_like(
            self.model.loadings_,
            {
                "factor": factor_names(k),
                "was": list(self.was) or [""] * k,
                "turned": self.turned.tolist(),
                "congruence": self.congruence,
                "reading": [_reading(c) for c in self.congruence],
                "mean": self.mean,
                "sd": self.sd,
            },
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw the congruence of each factor against the limits."""
        from segkit.plots.alignment import alignment_plot

        return alignment_plot(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph: how factors were aligned and how well they agree."""
        how = f"after an {self.rotation} Procrustes rotation" if self.rotation else "by matching"
        named = zip(factor_names(self.congruence.size), self.congruence, strict=True)
        values = ", ".join(f"{name} {c:.3f}" for name, c in named)
        weak = _weak(self.congruence)
        text = (
            f"{count_text(self.congruence.size, 'factor')} aligned {how} to those of another "
            f"model; Tucker's congruence: {values} (from {_FAIR} fairly similar, from {_EQUAL} "
            "equal)."
        )
        return f"{text} {name_list(weak)} should not be compared." if weak else text

    def transform(self, X: Any) -> Any:
        """Score people on the metric of the other model.

        Parameters
        ----------
        X : frame or array of shape (n_people, n_items)
            Answers to the items of the aligned model.

        Returns
        -------
        frame or ndarray of shape (n_people, n_factors)
            mean + sd times the score of the aligned model: a person whose needs did not move keeps
            the score that the other model would give.

        Raises
        ------
        SegkitError
            When one of the models was fitted from correlations, so that its metric is not known.
        """
        if np.isnan(self.mean).any():
            raise SegkitError(
                "One of the models was fitted from a correlation matrix, so the two metrics cannot "
                "be linked; expected models fitted to answers. Use .model.transform(X) for "
                "scores with mean 0 in their own sample."
            )
        scores = self.model.transform(X)
        values = self.mean + self.sd * matrix(scores, what="scores").values
        if not is_frame(X):
            return values
        columns = dict(zip(factor_names(self.mean.size), values.T, strict=True))
        return frame_like(X, columns, same_rows=True)


def align(model: FactorModel, to: FactorModel, rotation: str | None = None) -> Alignment:
    """Give the factors of a model the order, signs and names of another model's.

    Parameters
    ----------
    model : FactorModel
        A fitted model, say of the new wave.
    to : FactorModel
        A fitted model of the same items with as many factors, say of the old wave.
    rotation : {None, "orthogonal", "oblique"}
        None matches factor with factor and turns nothing: the solution keeps its own simple
        structure. The others turn the factors as near as possible to those of `to`.

    Returns
    -------
    Alignment

    Raises
    ------
    SegkitError
        For models of other items or another number of factors.

    Notes
    -----
    Two ways of following needs from wave to wave. *Score the new wave with the old model*
    (``old.transform(new_answers)``) when the questionnaire and its scale are the same and
    `invariance` finds the loadings and intercepts shared: scores are then comparable person by
    person, and cuts and typing tools made on them stay valid. *Fit again and align* when
    items, scale or loadings have changed somewhat and the new wave is to be described by its own
    answers. Alignment makes factors comparable in name; it does not make them the same:
    congruence below .85 is warned of, and such a factor should not be compared.

    Scores of the aligned model have mean 0 in their own wave, so a need that grew does not show.
    ``Alignment.transform`` puts them on the metric of `to`: the standard deviation a_j of factor j
    is sum_i b_ij c_ij / sum_i b_ij^2, b and c the loadings of `to` and of `model` in units of the
    items; the means are the weighted least squares solution of (m - m_to) = B mean, weights the
    inverse residual variances of `to`. This takes the loadings as equal and all moves of the
    items as moves of the factors; one item that moved by itself misleads it; `invariance` finds
    it.

    A rotation to the other solution raises congruence, by chance too and most with many factors
    and few items; say which was used. "orthogonal" is Schonemann's (1966), "oblique" the target
    rotation of `FactorModel` with every loading of `to` as target (Browne 1972).

    References
    ----------
    Tucker, L. R. (1951). Schonemann, P. H. (1966). Psychometrika 31. Browne, M. W. (1972). British
    Journal of Mathematical and Statistical Psychology 25. Lorenzo-Seva, U. & ten Berge, J. M. F.
    (2006). Methodology 2.

    Examples
    --------
    A need that grew by half a standard deviation shows on the old metric only:

    >>> import numpy as np
    >>> from segkit import factors
    >>> rng = np.random.default_rng(0)
    >>> def wave(mean):
    ...     needs = rng.normal(size=(2000, 2)) + mean
    ...     return np.repeat(needs, 4, axis=1) + rng.normal(size=(2000, 8))
    >>> old_answers, new_answers = wave([0.0, 0.0]), wave([0.0, 0.5])
    >>> old = factors.FactorModel(2, correlation="pearson").fit(old_answers)
    >>> new = factors.FactorModel(2, correlation="pearson").fit(new_answers)
    >>> found = factors.align(new, old)
    >>> bool(found.transform(new_answers).mean(axis=0).max() > 0.4)
    True
    >>> bool(abs(found.model.transform(new_answers).mean()) < 1e-6)
    True
    """
    check_option(rotation, (None, "orthogonal", "oblique"), name="rotation")
    for given, what in ((model, "model"), (to, "to")):
        if not isinstance(given, FactorModel):
            raise SegkitError(f"{what} is a {type(given).__name__}; expected a fitted FactorModel.")
        check_fitted(given)
    target = _target(model, to)
    loadings, phi = _pattern(model), model.factor_correlations_
    before = model._rotated
    if rotation is not None:
        before = Rotation(loadings, phi)  # what is told of the starts was of another rotation
        loadings, phi = _nearest(loadings @ np.linalg.cholesky(phi), target, rotation)
    order, signs, values = match_factors(loadings, target)
    loadings = loadings[:, order] * signs
    phi = phi[np.ix_(order, order)] * np.outer(signs, signs)
    _warn(values)
    mean, sd = _link(model, to, loadings, target)
    return Alignment(
        model=model.with_factors(
            replace(before, loadings=loadings, factor_correlations=phi), reordered=rotation is None
        ),
        congruence=values,
        was=() if rotation else tuple(factor_names(len(order))[j] for j in order),
        turned=signs < 0,
        mean=mean,
        sd=sd,
        rotation=rotation,
    )


def match_factors(
    loadings: np.ndarray, target: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find who is who: the assignment with the largest sum of absolute congruence.

    Parameters
    ----------
    loadings, target : ndarray of shape (n_items, n_factors)
        Two solutions.

    Returns
    -------
    order : ndarray of int of shape (n_factors,)
        The column of `loadings` that stands for each column of `target`.
    signs : ndarray of shape (n_factors,)
        1 or -1: what makes their congruence positive.
    congruence : ndarray of shape (n_factors,)
        The congruence after that.
    """
    values = tucker(target, loadings)
    rows, order = linear_sum_assignment(-np.abs(values))
    matched = values[rows, order]
    return order, np.where(matched < 0, -1.0, 1.0), np.abs(matched)


def _pattern(model: FactorModel) -> np.ndarray:
    names = model.get_feature_names_out().tolist()
    return matrix(select(model.loadings_, names), what="loadings_").values


def _target(model: FactorModel, to: FactorModel) -> np.ndarray:
    """Return the loadings of `to` with its items in the order of `model`."""
    lacking = sorted(set(model.items_) ^ set(to.items_))
    if lacking:
        raise SegkitError(
            f"{name_list(lacking)} stand in only one of the two models; expected the same items in "
            "both. Fit both on the items they share."
        )
    place = {item: row for row, item in enumerate(to.items_)}
    target = _pattern(to)[[place[item] for item in model.items_]]
    mine = _pattern(model).shape[1]
    if mine != target.shape[1]:
        raise SegkitError(
            f"The model has {count_text(mine, 'factor')} and the one to align to has "
            f"{target.shape[1]}; expected as many. Fit the model with that number of factors."
        )
    return target


def _nearest(plain: np.ndarray, target: np.ndarray, rotation: str) -> tuple[np.ndarray, np.ndarray]:
    """Turn uncorrelated factors as near as possible to the target; loadings and correlations."""
    if rotation == "oblique":
        found = rotate(plain, "target", target=target)
        return found.loadings, found.factor_correlations
    left, _, right = np.linalg.svd(plain.T @ target)
    return plain @ left @ right, np.eye(target.shape[1])


def _link(
    model: FactorModel, to: FactorModel, loadings: np.ndarray, target: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of the factors in units of the other model's."""
    own, other = model._scale, to._scale
    if own is None or other is None:
        unknown = np.full(loadings.shape[1], np.nan)
        return unknown, unknown
    place = {item: row for row, item in enumerate(to.items_)}
    there = np.array([place[item] for item in model.items_])
    unit = other.spread[there] * other.reach[there]
    c = loadings * (own.spread * own.reach)[:, None]
    b = target * unit[:, None]
    sd = (b * c).sum(axis=0) / np.square(b).sum(axis=0)
    unique = np.sqrt(np.maximum(to.uniquenesses_[there], 0.005)) * other.spread[there]
    moved = own.centre - other.centre[there]
    mean = np.linalg.lstsq(b / unique[:, None], moved / unique, rcond=None)[0]
    return mean, sd


def _reading(value: float) -> str:
    return "equal" if value >= _EQUAL else "fair" if value >= _FAIR else "different"


def _weak(congruence: np.ndarray) -> list[str]:
    names = factor_names(congruence.size)
    return [name for name, value in zip(names, congruence, strict=True) if value < _FAIR]


def _warn(congruence: np.ndarray) -> None:
    weak = _weak(congruence)
    if weak:
        warnings.warn(
            f"{name_list(weak)} have a congruence below {_FAIR} (lowest {congruence.min():.2f}): "
            "these factors are not those of the other model, and their scores should not be "
            "compared. Look at both loadings, or fit another number of factors.",
            SegkitWarning,
            stacklevel=3,
        )
