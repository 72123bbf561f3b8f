"""Distance of people on mixed fields: amounts, ordered levels, categories, gaps.

References
----------
Gower, J. C. (1971). A general coefficient of similarity and some of its properties.
Biometrics 27, 857-871.
Kaufman, L. and Rousseeuw, P. J. (1990). Finding Groups in Data. Wiley, chapter 1 (ordered
levels as codes; the distance of R's daisy).
"""

import warnings
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags

from segkit._checks import (
    check_fitted,
    check_frame,
    check_integer,
    check_number,
    check_option,
    check_same_items,
    name_list,
)
from segkit._frames import Origin, column_names, frame_like, is_frame, matrix, n_rows, typed_column
from segkit._weights import check_weights, weighted_mean
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.agreement import one_hot
from segkit.segments.distances.field_scale import KINDS, FieldScale, learn_scale, steps_code

__all__ = ["Gower"]

CELLS = 2**22
"""Cells of a table of distances that are computed at once."""


class Gower(TransformerMixin, BaseEstimator):
    """Gower's distance of people on fields of any kind, and columns that carry it to k-means.

    The distance of two people is the mean over the fields that both have a value for: 0 for
    equal values, 1 for different categories or the two ends of a range. `transform` writes
    every person as a row of numbers between which *squared Euclidean* distance is Gower's, so
    that k-means, Ward's method and Gaussian mixtures divide people by mixed fields without any
    table of n x n distances. `distances` gives the exact distances themselves.

    Parameters
    ----------
    kinds : dict, optional
        ``{field: "numeric", "ordinal" or "nominal"}`` where the column's type does not say it:
        numbers are numeric, ordered categoricals ordinal, text and yes/no nominal. Ordinal
        numbers are ranked: 1, 2, 5 are one step apart each.
    field_weights : dict, optional
        ``{field: weight}``, 1 for those not named. All weights times a constant change nothing.
    n_steps : int, default 1
        Columns that `transform` gives a numeric field. With 1, differences count squared, as
        k-means does with numbers; with more, they approach Gower's absolute differences, from
        which they are at most ``1 / (2 n_steps)`` of the range away (below them).

    Attributes
    ----------
    fields_ : frame
        field, kind, weight (they sum to 1), low, high (numeric fields), n_levels (others).
    n_missing_ : int
        Missing values in the table of the fit.

    Raises
    ------
    SegkitError
        For dates and other values that are no field, a field without any value, text called
        ordinal whose order is not known.

    Warns
    -----
    SegkitWarning
        When a field has one value only (all agree on it), or a level was not seen in the fit.

    Notes
    -----
    ``d(a, b) = sum_v w_v m_av m_bv |a - b|_v / sum_v w_v m_av m_bv`` over the fields v, with
    weights ``w_v`` and ``m`` 1 where there is a value (Gower 1971, as 1 minus his
    similarity). ``|a - b|_v`` is the difference over the range for numbers (values beyond the
    range of the fit count as its ends), the steps apart over the most steps for ordered
    levels, and 0 or 1 for categories. It equals ``daisy(metric = "gower")`` of R. Yes/no fields
    are categories: two people who both lack something are alike (the symmetric reading).

    `transform` has no pair of people to look at, so a missing value takes the field's mean in
    each column: the person is no nearer to one level than everybody is. A level not seen in
    the fit is read as missing. Its columns: one for numbers (`n_steps` of them), one a step for
    ordered levels (a thermometer), one a level over the square root of 2 for categories,
    each times the square root of the field's weight.

    A category weighs more than it seems: it makes distances of 0 and 1, while ages mostly lie
    near each other. A field of few even levels then decides the segments. Look at the profile,
    and lower its weight. One extreme amount stretches the range and makes all others equal:
    take logarithms or cut amounts off first.

    References
    ----------
    Gower, J. C. (1971). Biometrics 27, 857-871.
    Kaufman, L. and Rousseeuw, P. J. (1990). Finding Groups in Data, chapter 1.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [20, 40, 60], "region": ["north", "south", "south"]})
    >>> gower = Gower().fit(people)
    >>> gower.distances(people)
    array([[0.  , 0.75, 1.  ],
           [0.75, 0.  , 0.25],
           [1.  , 0.25, 0.  ]])

    Mixed fields in k-means:

    >>> from sklearn.cluster import KMeans
    >>> from sklearn.pipeline import make_pipeline
    >>> make_pipeline(Gower(), KMeans(2, n_init=5, random_state=0)).fit_predict(people)[1:]
    array([0, 0], dtype=int32)
    """

    def __init__(
        self,
        kinds: Mapping[str, str] | None = None,
        *,
        field_weights: Mapping[str, float] | None = None,
        n_steps: int = 1,
    ) -> None:
        self.kinds = kinds
        self.field_weights = field_weights
        self.n_steps = n_steps

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:  # noqa: ARG002
        """Learn ranges, levels and means of the fields.

        Parameters
        ----------
        X : frame or array of shape (n, n_fields)
            Fields of any kind; an array holds numbers.
        y : None
            Not used.
        sample_weight : array-like of shape (n,), optional
            Survey weights: for the means that stand for missing values; rows of weight zero
            are not looked at.

        Returns
        -------
        Gower
        """
        check_integer(self.n_steps, name="n_steps")
        frame = _frame(X)
        names = column_names(frame)
        w = check_weights(sample_weight, n_rows(frame))
        check_same_items(self, X, first=True)
        kinds = _by_field(self.kinds, names, "kinds")
        for name, kind in kinds.items():
            check_option(kind, KINDS, name=f"kinds[{name!r}]")
        columns = [typed_column(frame, name, what="X") for name in names]
        self._scales = [learn_scale(c, kinds.get(c.name), w) for c in columns]
        self._field_weights = self._shares(names)
        places = self._places(frame)
        self.n_missing_ = int(np.isnan(places).sum())
        self._means = weighted_mean(self._columns(places), w)
        self._say_what_is_weak()
        self.fields_ = self._table(frame)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Write people as numbers whose squared Euclidean distance is Gower's.

        Parameters
        ----------
        X : frame or array of shape (n, n_fields)
            The fields of the fit.

        Returns
        -------
        ndarray of shape (n, n_columns)
            No gaps: see Notes.
        """
        out = self._columns(self._read(X))
        return np.where(np.isnan(out), self._means, out)

    def distances(self, A: Any, B: Any = None) -> np.ndarray:
        """Return Gower's distance between people, exactly.

        Parameters
        ----------
        A : frame or array of shape (n_a, n_fields)
            People.
        B : frame or array of shape (n_b, n_fields), optional
            Other people; by default those of A.

        Returns
        -------
        ndarray of shape (n_a, n_b)
            From 0 to 1; NaN for two people who share no field with values. It takes
            ``8 n_a n_b`` bytes: give A in parts where that is much.
        """
        a = self._read(A)
        b = a if B is None else self._read(B)
        out = np.empty((len(a), len(b)))
        at_once = max(1, CELLS // max(len(b), 1))
        theirs = self._plain(b)
        for first in range(0, len(a), at_once):
            rows = slice(first, first + at_once)
            out[rows] = self._between(self._plain(a[rows]), theirs)
        return out

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:  # noqa: ARG002
        """Return the names of the columns of `transform`, such as ``age`` and ``region=north``."""
        check_fitted(self)
        names: list[str] = []
        for scale in self._scales:
            if scale.kind == "nominal":
                names += [f"{scale.name}={_text(level)}" for level in scale.levels]
            elif self._n_steps(scale) == 1:
                names.append(scale.name)
            else:
                names += [f"{scale.name}_step_{s + 1}" for s in range(self._n_steps(scale))]
        return np.array(names, dtype=object)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags

    def _shares(self, names: tuple[str, ...]) -> np.ndarray:
        """Return the weight of each field; all together 1."""
        given = _by_field(self.field_weights, names, "field_weights")
        weights = np.array(
            [check_number(given.get(n, 1.0), name=f"field_weights[{n!r}]") for n in names]
        )
        if not weights.any():
            raise SegkitError("field_weights is zero for every field; expected some positive ones.")
        return np.asarray(weights / weights.sum())

    def _read(self, X: Any) -> np.ndarray:
        check_fitted(self)
        frame = _frame(X)
        check_same_items(self, X)
        return self._places(frame)

    def _places(self, frame: Any) -> np.ndarray:
        """Return the place of each person on each field (n, n_fields), NaN where missing."""
        out = np.empty((n_rows(frame), len(self._scales)))
        strange = []
        for j, scale in enumerate(self._scales):
            out[:, j], unknown = scale.place(typed_column(frame, scale.name, what="X"))
            if unknown.any():
                strange.append(scale.name)
        if strange:
            _warn(
                f"{name_list(strange)} in X hold levels that the fit has not seen; they are read "
                "as missing. Fit again, or clean the fields first."
            )
        return out

    def _n_steps(self, scale: FieldScale) -> int:
        return self.n_steps if scale.kind == "numeric" else max(len(scale.levels) - 1, 1)

    def _columns(self, places: np.ndarray) -> np.ndarray:
        """Return the columns of `transform`, NaN where a value is missing."""
        blocks = []
        for scale, share, place in zip(self._scales, self._field_weights, places.T, strict=True):
            if scale.kind == "nominal":
                block = _hot(place, scale) / np.sqrt(2.0)
            else:
                block = steps_code(place, self._n_steps(scale))
            block[np.isnan(place)] = np.nan
            blocks.append(block * np.sqrt(share))
        return np.hstack(blocks)

    def _plain(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return columns whose city-block distance is Gower's, 0 where a value is missing.

        Beside them, where values are there: a column, and a field.
        """
        seen = ~np.isnan(places)
        blocks, there = [], []
        for j, (scale, share) in enumerate(zip(self._scales, self._field_weights, strict=True)):
            place = np.where(seen[:, j], places[:, j], 0.0)
            block = _hot(places[:, j], scale) / 2.0 if scale.kind == "nominal" else place[:, None]
            blocks.append(block * share)
            there.append(np.repeat(seen[:, j : j + 1], block.shape[1], axis=1))
        return np.hstack(blocks), np.hstack(there).astype(float), seen.astype(float)

    def _between(self, a: tuple[np.ndarray, ...], b: tuple[np.ndarray, ...]) -> np.ndarray:
        """Return distances; what only one of two people has is taken off their sum."""
        apart = cdist(a[0], b[0], "cityblock")
        if not (a[2].all() and b[2].all()):
            apart -= (1.0 - a[1]) @ b[0].T + a[0] @ (1.0 - b[1]).T
            shared = (a[2] * self._field_weights) @ b[2].T
            # weights of shared fields that sum to rounding errors are none
            apart = np.divide(apart, shared, out=np.full_like(apart, np.nan), where=shared > 1e-12)
        return np.asarray(np.clip(apart, 0.0, 1.0))

    def _say_what_is_weak(self) -> None:
        names = [scale.name for scale in self._scales if not scale.varies]
        if names:
            _warn(
                f"{name_list(names)} in X has the same value everywhere: it counts as agreement "
                "between all people and makes every distance smaller. Leave it out."
            )

    def _table(self, like: Any) -> Any:
        numeric = [s.kind == "numeric" for s in self._scales]
        columns = {
            "field": [s.name for s in self._scales],
            "kind": [s.kind for s in self._scales],
            "weight": self._field_weights,
            "low": np.where(numeric, [s.low for s in self._scales], np.nan),
            "high": np.where(numeric, [s.high for s in self._scales], np.nan),
            "n_levels": np.array([len(s.levels) for s in self._scales]),
        }
        return frame_like(like, columns)


def _hot(place: np.ndarray, scale: FieldScale) -> np.ndarray:
    return one_hot(np.where(np.isnan(place), -1, place).astype(np.intp), len(scale.levels))


def _frame(X: Any) -> Any:
    """Return a frame with rows and columns; an array's columns are ``x1``, ``x2``, ..."""
    if is_frame(X):
        return check_frame(X, what="X")
    table = matrix(X)
    n, p = table.values.shape
    if n == 0 or p == 0:
        raise SegkitError(
            f"X has {n} sample(s) and {p} feature(s) (shape=({n}, {p})) while a minimum of 1 is "
            "required. Check the file or the filter that made it."
        )
    return Origin().frame({name: table.values[:, j] for j, name in enumerate(table.names)})


def _by_field(given: Any, names: tuple[str, ...], what: str) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise SegkitError(f"{what}={given!r} was given; expected a dict by field.")
    strange = [str(n) for n in given if n not in names]
    if strange:
        raise SegkitError(
            f"{what} names {name_list(strange)}, which X does not have; its fields are "
            f"{name_list(names)}. Correct the name."
        )
    return dict(given)


def _text(level: str | float) -> str:
    return level if isinstance(level, str) else f"{level:g}"


def _warn(text: str) -> None:
    warnings.warn(text, SegkitWarning, stacklevel=4)
