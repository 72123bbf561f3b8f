"""Numbers in a mixture: each segment has a mean and a variance for each item.

Items are independent within a segment (diagonal variances), so a missing answer is
integrated out by leaving its term out: full-information maximum likelihood.

References
----------
Vermunt, J. K. and Magidson, J. (2002). Latent class cluster analysis. In Hagenaars and
McCutcheon (eds), Applied Latent Class Analysis, 89-106 (local independence, diagonal
variances).
"""

from dataclasses import dataclass

import numpy as np

from segkit._weights import weighted_moments

__all__ = ["GaussianItems", "gaussian_items"]

LOG_2PI = float(np.log(2 * np.pi))
START_VARIANCE = 0.5


@dataclass(frozen=True)
class GaussianItems:
    """A block of numeric items, standardised with the moments of the fit.

    Attributes
    ----------
    centre, scale : ndarray of shape (p,)
        Mean and standard deviation of each item over everybody.
    spread : ndarray of shape (p, p)
        Square root of the correlation matrix: the cloud from which starts are drawn.
    shared : bool
        One variance an item for all segments, or one each.
    floor : float
        Smallest variance, as a share of the item's variance over everybody.
    """

    centre: np.ndarray
    scale: np.ndarray
    spread: np.ndarray
    shared: bool
    floor: float

    @property
    def by_segment(self) -> tuple[str, ...]:
        """The parameters with one row a segment."""
        return ("mean",) if self.shared else ("mean", "log_variance")

    @property
    def n_features(self) -> int:
        """Answered, value and squared value of each item."""
        return 3 * self.centre.size

    @property
    def of_item(self) -> np.ndarray:
        """Which features belong to which item, zeros and ones (p, d)."""
        return np.tile(np.eye(self.centre.size), 3)

    def features(self, answers: np.ndarray) -> np.ndarray:
        """Return answered (0, 1), value and squared value of each item, shape (3 p, n)."""
        z = (answers - self.centre).T / self.scale[:, None]
        answered = ~np.isnan(z)
        z[~answered] = 0.0
        return np.concatenate([answered.astype(float), z, z * z])

    def log_scale(self, answers: np.ndarray) -> np.ndarray:
        """Return what standardising adds to each respondent's log density, to be taken off."""
        return ~np.isnan(answers) @ np.log(self.scale)

    def start(self, rng: np.random.Generator, n_segments: int) -> dict[str, np.ndarray]:
        """Draw means from a normal cloud with the items' correlations."""
        p = self.centre.size
        mean = rng.standard_normal((n_segments, p)) @ self.spread
        rows = 1 if self.shared else n_segments
        return {"mean": mean, "log_variance": np.full((rows, p), np.log(START_VARIANCE))}

    def loadings(self, params: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Write the log density as a sum of features times loadings (..., K, 3 p)."""
        mean = params["mean"]
        log_variance = np.broadcast_to(params["log_variance"], mean.shape)
        precision = np.exp(-log_variance)
        constant = -0.5 * (LOG_2PI + log_variance + mean * mean * precision)
        columns = np.concatenate([constant, mean * precision, -0.5 * precision], axis=-1)
        return columns, np.zeros(mean.shape[:-1])

    def update(self, stats: np.ndarray, params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """M-step: weighted moments; a segment without answers keeps its own."""
        n, first, second = np.split(stats, 3, axis=-1)
        some = n > 1e-10
        mean = np.divide(first, n, out=params["mean"].copy(), where=some)
        squares = second - 2 * mean * first + mean * mean * n
        if self.shared:
            squares, n = squares.sum(axis=-2, keepdims=True), n.sum(axis=-2, keepdims=True)
            some = n > 1e-10
        old = np.exp(params["log_variance"])
        variance = np.divide(squares, n, out=old, where=some)
        return {"mean": mean, "log_variance": np.log(np.maximum(variance, self.floor))}

    def repair(
        self,
        guess: dict[str, np.ndarray],
        inside: dict[str, np.ndarray],  # noqa: ARG002 one signature for all kinds
    ) -> dict[str, np.ndarray]:
        """Keep an extrapolated variance above the floor."""
        log_variance = np.clip(guess["log_variance"], np.log(self.floor), 50.0)
        return {"mean": guess["mean"], "log_variance": log_variance}

    def n_parameters(self, n_segments: int) -> int:
        """Count means and variances."""
        return self.centre.size * (n_segments + (1 if self.shared else n_segments))


def gaussian_items(
    answers: np.ndarray, w: np.ndarray, *, shared: bool, floor: float
) -> GaussianItems:
    """Measure the moments of a block of numeric items.

    Parameters
    ----------
    answers : ndarray of shape (n, p)
        Numbers, missing as NaN.
    w : ndarray of shape (n,)
        Weights.
    shared, floor : bool, float
        As in `GaussianItems`.
    """
    centre, scale = weighted_moments(answers, w)
    # an item that varies among people without weight only
    scale = np.where(scale > 0, scale, 1.0)
    return GaussianItems(centre, scale, _spread((answers - centre) / scale, w), shared, floor)


def _spread(z: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Square root of the pairwise weighted correlation matrix."""
    answered = (~np.isnan(z)).astype(float)
    filled = np.where(np.isnan(z), 0.0, z)
    both = (answered * w[:, None]).T @ answered
    cross = (filled * w[:, None]).T @ filled
    together = np.divide(cross, both, out=np.zeros_like(cross), where=both > 0)
    values, vectors = np.linalg.eigh(together)
    # pairwise correlations may be slightly indefinite
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
