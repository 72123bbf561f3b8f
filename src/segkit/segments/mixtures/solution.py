"""A fitted mixture: segments in order of size, memberships, log densities."""

from dataclasses import dataclass

import numpy as np

from segkit._weights import weighted_counts
from segkit.segments.mixtures.class_profile import item_means
from segkit.segments.mixtures.em import membership
from segkit.segments.mixtures.gaussian_items import GaussianItems
from segkit.segments.mixtures.mixture import Mixture, Params
from segkit.segments.numbering import size_order
from segkit.segments.patterns import Patterns

__all__ = ["Solution", "in_order_of_size"]

AT_ONCE = 2**15
"""Rows whose features are held at once when people are assigned."""


@dataclass(frozen=True)
class Solution:
    """A mixture with its parameters.

    Attributes
    ----------
    mixture : Mixture
        The model.
    params : dict of ndarray
        Parameters; the first axis has length one.
    """

    mixture: Mixture
    params: Params

    def memberships(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Assign people, a chunk at a time.

        Parameters
        ----------
        values : ndarray of shape (n, n_items)
            Answers, missing as NaN.

        Returns
        -------
        probabilities : ndarray of shape (n, K)
            The shares of the segments for somebody without any answer.
        log_density : ndarray of shape (n,)
            0 for somebody without any answer.
        """
        loadings = self.mixture.loadings(self.params)[0]
        probabilities = np.empty((len(values), self.mixture.n_segments))
        log_density = np.empty(len(values))
        for first in range(0, len(values), AT_ONCE):
            rows = slice(first, first + AT_ONCE)
            part = values[rows]
            probabilities[rows], log_density[rows] = membership(
                self.mixture.features(part), loadings
            )
            log_density[rows] -= self._log_scale(part)
        return probabilities, log_density

    def _log_scale(self, values: np.ndarray) -> np.ndarray:
        """Return what standardising the numeric items added to the log densities."""
        out = np.zeros(len(values))
        for block in self.mixture.blocks:
            if isinstance(block.kind, GaussianItems):
                out += block.kind.log_scale(values[:, block.columns])
        return out


def in_order_of_size(mixture: Mixture, params: Params, patterns: Patterns) -> Solution:
    """Give the segments numbers by the weight of the people assigned to them, largest first.

    Ties are broken by the model's share, then by the mean of the first item, the second, ...
    """
    found = Solution(mixture, params)
    labels = found.memberships(patterns.values)[0].argmax(axis=1)
    sizes = weighted_counts(labels, patterns.weights, mixture.n_segments)
    means = item_means(mixture, params, patterns.values.shape[1])[0]
    order = size_order(sizes, params["shares"][0], *means.T)
    return Solution(mixture, mixture.reorder(params, order))
