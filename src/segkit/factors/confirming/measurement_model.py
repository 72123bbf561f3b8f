"""The measurement model: what given factors make of the items' means and covariances.

A group's items have the covariances L P L' + T and the means v + L a: loadings L, covariances P
of the factors, T of the residuals, intercepts v, means a of the factors. Any entry of these
matrices is fixed, or a parameter that groups may share. A parameter b moves the covariances by
s (x y' + y x') and the means by m; these few vectors are all that likelihood, information
and score tests need, so that no derivative matrix is ever formed.

References
----------
Joreskog, K. G. (1969). A general approach to confirmatory maximum likelihood factor analysis.
    Psychometrika 34. Joreskog, K. G. (1971). Simultaneous factor analysis in several populations.
    Psychometrika 36.
Sorbom, D. (1974). A general method for studying differences in factor means and factor structure
    between groups. British Journal of Mathematical and Statistical Psychology 27.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

__all__ = ["Directions", "Entries", "GroupMoments", "Matrices", "information_of"]


@dataclass(frozen=True, eq=False)
class GroupMoments:
    """What a group's answers tell the model.

    Attributes
    ----------
    mean : ndarray of shape (n_items,)
        Weighted means.
    covariance : ndarray of shape (n_items, n_items)
        Weighted covariances (denominator: the sum of weights).
    n : float
        Respondents, as Kish's effective number.
    """

    mean: np.ndarray
    covariance: np.ndarray
    n: float


@dataclass(frozen=True, eq=False)
class Entries:
    """Entries of a group's matrices, and the parameter that stands in each.

    Attributes
    ----------
    block : ndarray of str of shape (n_entries,)
        "loadings", "factor_covariances", "residual_covariances", "intercepts", "factor_means".
    row, col : ndarray of int of shape (n_entries,)
        The place in the matrix; `col` is 0 in a vector; symmetric entries are named once.
    parameter : ndarray of int of shape (n_entries,)
        The number of the parameter; no parameter stands twice in one group.
    """

    block: np.ndarray
    row: np.ndarray
    col: np.ndarray
    parameter: np.ndarray

    @classmethod
    def of(cls, listed: Sequence[tuple[str, int, int, int]]) -> Self:
        """Build from (block, row, col, parameter)."""
        block, row, col, parameter = zip(*listed, strict=True) if listed else ((), (), (), ())
        whole = (np.array(v, dtype=int) for v in (row, col, parameter))
        return cls(np.array(block, dtype=object), *whole)

    def part(self, which: slice | np.ndarray) -> Self:
        """Return some of the entries."""
        return type(self)(
            self.block[which], self.row[which], self.col[which], self.parameter[which]
        )

    def where(self, block: str) -> np.ndarray:
        """Return the positions of the entries of one block."""
        return self._places.get(block, np.empty(0, dtype=int))

    @cached_property
    def _places(self) -> dict[str, np.ndarray]:
        return {name: np.flatnonzero(self.block == name) for name in set(self.block.tolist())}


@dataclass(frozen=True, eq=False)
class Matrices:
    """The matrices of a group at some parameters.

    Attributes
    ----------
    loadings : ndarray of shape (n_items, n_factors)
        In units of the items.
    factor_covariances : ndarray of shape (n_factors, n_factors)
        Covariances of the factors.
    residual_covariances : ndarray of shape (n_items, n_items)
        Uniquenesses on the diagonal.
    intercepts : ndarray of shape (n_items,)
        Means of the items where every factor is 0.
    factor_means : ndarray of shape (n_factors,)
        Means of the factors.
    """

    loadings: np.ndarray
    factor_covariances: np.ndarray
    residual_covariances: np.ndarray
    intercepts: np.ndarray
    factor_means: np.ndarray

    def with_parameters(self, entries: Entries, theta: np.ndarray) -> "Matrices":
        """Return a copy whose entries hold the parameters."""
        blocks = {name: np.array(getattr(self, name)) for name in self.__dataclass_fields__}
        for name, block in blocks.items():
            at = entries.where(name)
            row, col, value = entries.row[at], entries.col[at], theta[entries.parameter[at]]
            if block.ndim == 1:
                block[row] = value
                continue
            block[row, col] = value
            if name != "loadings":
                block[col, row] = value
        return Matrices(**blocks)

    def parameters(self, entries: Entries, theta: np.ndarray) -> np.ndarray:
        """Write the values of the entries into a copy of theta."""
        out = theta.copy()
        for name in self.__dataclass_fields__:
            at, block = entries.where(name), getattr(self, name)
            place = (entries.row[at],) if block.ndim == 1 else (entries.row[at], entries.col[at])
            out[entries.parameter[at]] = block[place]
        return out

    def covariance(self) -> np.ndarray:
        """Return L P L' + T."""
        common = self.loadings @ self.factor_covariances @ self.loadings.T
        return np.asarray(common + self.residual_covariances)

    def mean(self) -> np.ndarray:
        """Return v + L a."""
        return np.asarray(self.intercepts + self.loadings @ self.factor_means)


@dataclass(frozen=True, eq=False)
class Directions:
    """How each entry moves covariances, by s (x y' + y x'), and means, by m.

    Attributes
    ----------
    x, y, m : ndarray of shape (n_items, n_entries)
        One column an entry.
    s : ndarray of shape (n_entries,)
        1, or 1/2 on the diagonal of a symmetric matrix.
    """

    x: np.ndarray
    y: np.ndarray
    m: np.ndarray
    s: np.ndarray

    @classmethod
    def of(cls, at: Matrices, entries: Entries) -> Self:
        """Differentiate a group's moments."""
        p, size = at.loadings.shape[0], entries.row.size
        x, y, m, s = np.zeros((p, size)), np.zeros((p, size)), np.zeros((p, size)), np.ones(size)
        unit, common = np.eye(p), at.loadings @ at.factor_covariances
        for name in ("loadings", "factor_covariances", "residual_covariances"):
            k = entries.where(name)
            row, col = entries.row[k], entries.col[k]
            left = at.loadings if name == "factor_covariances" else unit
            right = common if name == "loadings" else left
            x[:, k], y[:, k] = left[:, row], right[:, col]
            s[k] = 1.0 if name == "loadings" else np.where(row == col, 0.5, 1.0)
        k = entries.where("loadings")
        m[entries.row[k], k] = at.factor_means[entries.col[k]]
        k = entries.where("intercepts")
        m[entries.row[k], k] = 1.0
        k = entries.where("factor_means")
        m[:, k] = at.loadings[:, entries.row[k]]
        return cls(x, y, m, s)

    def slope(self, residual: np.ndarray, offset: np.ndarray) -> np.ndarray:
        """Return 1/2 tr(Omega dSigma) + r' dmu of every entry.

        Parameters
        ----------
        residual : ndarray of shape (n_items, n_items)
            Omega = Sigma^-1 (S + d d' - Sigma) Sigma^-1, with d the difference of the means.
        offset : ndarray of shape (n_items,)
            r = Sigma^-1 d.
        """
        return np.asarray(self.s * (self.x * (residual @ self.y)).sum(axis=0) + offset @ self.m)

    def information(self, inverse: np.ndarray, other: Self | None = None) -> np.ndarray:
        """Return the expected information of one respondent, entry by entry.

        It is 1/2 tr(Sigma^-1 dSigma_a Sigma^-1 dSigma_b) + dmu_a' Sigma^-1 dmu_b.

        Parameters
        ----------
        inverse : ndarray of shape (n_items, n_items)
            Sigma^-1.
        other : Directions or None
            What the columns are by; these entries themselves when None.
        """
        them = self if other is None else other
        ax, ay = inverse @ them.x, inverse @ them.y
        second = (self.x.T @ ax) * (self.y.T @ ay) + (self.x.T @ ay) * (self.y.T @ ax)
        return np.asarray(np.outer(self.s, them.s) * second + self.m.T @ inverse @ them.m)

    def own_information(self, inverse: np.ndarray) -> np.ndarray:
        """Return the diagonal of the information."""
        ax, ay = inverse @ self.x, inverse @ self.y
        second = (self.x * ax).sum(axis=0) * (self.y * ay).sum(axis=0)
        second += np.square((self.x * ay).sum(axis=0))
        return np.asarray(self.s**2 * second + (self.m * (inverse @ self.m)).sum(axis=0))


def information_of(
    parts: Sequence[tuple[Directions, Entries, np.ndarray, float]], n_parameters: int
) -> np.ndarray:
    """Add up the information of the groups.

    Parameters
    ----------
    parts : sequence of (Directions, Entries, inverse covariances, share)
        One a group; the shares add up to 1.
    n_parameters : int
        The number of parameters.

    Returns
    -------
    ndarray of shape (n_parameters, n_parameters)
        The expected information of one respondent.
    """
    out = np.zeros((n_parameters, n_parameters))
    for directions, entries, inverse, share in parts:
        place = np.ix_(entries.parameter, entries.parameter)
        out[place] += share * directions.information(inverse)
    return out
