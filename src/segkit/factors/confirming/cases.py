"""The respondents of a group: their moments, and what each of them adds to the moments."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from segkit._checks import name_list
from segkit._weights import effective_size, weighted_mean
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors.confirming.measurement_model import Directions, GroupMoments
from segkit.factors.correlations.repair import refuse_singular, smooth

__all__ = ["Cases"]

_MOST_NUMBERS = 4_000_000  # held at once


@dataclass(frozen=True, eq=False)
class Cases:
    """The respondents of a group.

    Attributes
    ----------
    values : ndarray of shape (n_respondents, n_items)
        Answers, missing as NaN.
    w : ndarray of shape (n_respondents,)
        Weights.
    person : ndarray of int of shape (n_respondents,) or None
        Who it is, where somebody may be in several groups; nobody is twice in one group.
    """

    values: np.ndarray
    w: np.ndarray
    person: np.ndarray | None = None

    @classmethod
    def of(cls, values: np.ndarray, w: np.ndarray, person: np.ndarray | None = None) -> Self:
        """Leave out respondents who answered nothing."""
        there = ~np.isnan(values).all(axis=1)
        return cls(values[there], w[there], None if person is None else person[there])

    def moments(self, names: Sequence[str], where: str = "X") -> GroupMoments:
        """Means and covariances; each pair over those who answered both.

        Parameters
        ----------
        names : sequence of str
            The items.
        where : str
            How messages call these respondents.

        Raises
        ------
        SegkitError
            For a constant item, two items that nobody answered both, items that repeat each other.
        """
        deviations, _, pairs = self._deviations()
        _refuse_unseen(self.values, pairs, names, where)
        cross = deviations.T @ (deviations * self.share[:, None]) / pairs
        sd = np.sqrt(np.diag(cross))
        estimated = cross / np.outer(sd, sd)
        matrix, smallest = smooth(estimated)
        if matrix is not estimated:
            _warn_repaired(smallest, where)
        refuse_singular(matrix, names)
        n = effective_size(self.w)
        return GroupMoments(weighted_mean(self.values, self.w), matrix * np.outer(sd, sd), n)

    @property
    def share(self) -> np.ndarray:
        """Each respondent's share of all weight."""
        return self.w / self.w.sum()

    def contributions(
        self,
        moments: GroupMoments,
        inverse: np.ndarray,
        directions: Directions,
        *,
        with_means: bool,
    ) -> tuple[np.ndarray, float]:
        """Say what each respondent adds to the slopes, and how far the moments vary by chance.

        Parameters
        ----------
        moments : GroupMoments
            The moments of these respondents.
        inverse : ndarray of shape (n_items, n_items)
            Inverse of the covariances that the model implies.
        directions : Directions
            What the slopes are by.
        with_means : bool
            Whether the means are part of the model.

        Returns
        -------
        slopes : ndarray of shape (n_respondents, n_entries)
            With the respondent's share of weight as a factor.
        size : float
            Expected size of the chance part of the moments in the metric of the likelihood.
        """
        deviations, seen, pairs = self._deviations()
        if seen.all():
            slopes, sizes = _complete(deviations, moments.covariance, inverse, directions)
        else:
            slopes, sizes = _in_part(
                deviations, seen, pairs, moments.covariance, inverse, directions
            )
        if with_means:
            offset = (deviations / np.diag(pairs)) @ inverse
            slopes += offset @ directions.m
            sizes += np.einsum("ij,ij->i", offset, deviations / np.diag(pairs))
        return slopes * self.share[:, None], float(np.square(self.share) @ sizes)

    def _deviations(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Deviations from the means (0 where missing), who answered, and the share of each pair."""
        seen = ~np.isnan(self.values)
        deviations = np.where(seen, self.values - weighted_mean(self.values, self.w), 0.0)
        if seen.all():
            return deviations, seen, np.ones((seen.shape[1], seen.shape[1]))
        mask = seen.astype(float)
        return deviations, seen, mask.T @ (mask * self.share[:, None])


def _refuse_unseen(values: np.ndarray, pairs: np.ndarray, names: Sequence[str], where: str) -> None:
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    constant = [name for name, same in zip(names, ~(high > low), strict=True) if same]
    if constant:
        raise SegkitError(
            f"{name_list(constant)} in {where} has the same answer everywhere (a constant item); "
            "expected at least two different answers. Leave it out."
        )
    first, second = np.nonzero(pairs == 0.0)
    if first.size:
        raise SegkitError(
            f"Nobody in {where} answered both `{names[first[0]]}` and `{names[second[0]]}`; "
            "expected respondents who answered both items of every pair. Leave one of them out."
        )


def _warn_repaired(smallest: float, where: str) -> None:
    warnings.warn(
        f"The pairwise covariances of {where} do not fit together (smallest eigenvalue of the "
        f"correlations {smallest:.2g}) and were repaired; the tests are rough. Use "
        "missing='listwise', or leave out items with many missing answers.",
        SegkitWarning,
        stacklevel=5,
    )


def _complete(
    deviations: np.ndarray, covariance: np.ndarray, inverse: np.ndarray, directions: Directions
) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and sizes where everybody answered everything."""
    x, y = inverse @ directions.x, inverse @ directions.y
    expected = (x * (covariance @ y)).sum(axis=0)
    slopes = directions.s * ((deviations @ x) * (deviations @ y) - expected)
    whole = inverse @ covariance
    turned = deviations @ inverse
    own = np.einsum("ij,ij->i", turned, deviations)
    crossed = np.einsum("ij,ij->i", turned @ covariance, turned)
    return slopes, 0.5 * (own**2 - 2.0 * crossed + float((whole * whole.T).sum()))


def _in_part(
    deviations: np.ndarray,
    seen: np.ndarray,
    pairs: np.ndarray,
    covariance: np.ndarray,
    inverse: np.ndarray,
    directions: Directions,
) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and sizes where each pair rests on those who answered both items."""
    n, p = deviations.shape
    x, y = inverse @ directions.x, inverse @ directions.y
    products = (directions.s * x[:, None, :] * y[None, :, :]).reshape(p * p, -1)
    slopes, sizes = np.empty((n, products.shape[1])), np.empty(n)
    step = max(1, _MOST_NUMBERS // (p * p))
    for first in range(0, n, step):
        rows = slice(first, first + step)
        d, mask = deviations[rows], seen[rows]
        both = mask[:, :, None] & mask[:, None, :]
        part = np.where(both, (d[:, :, None] * d[:, None, :] - covariance) / pairs, 0.0)
        slopes[rows] = part.reshape(d.shape[0], -1) @ products
        turned = inverse @ part
        sizes[rows] = 0.5 * np.einsum("ijk,ikj->i", turned, turned)
    return slopes, sizes
