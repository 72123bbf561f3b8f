"""Items made comparable: the weighted mean becomes 0, the weighted standard deviation 1."""

from dataclasses import dataclass

import numpy as np

from segkit._checks import name_list
from segkit._frames import Matrix
from segkit._weights import weighted_mean, weighted_sd
from segkit.exceptions import SegkitError

__all__ = ["Scaling"]


@dataclass(frozen=True)
class Scaling:
    """Where each item is centred and what its unit is.

    Attributes
    ----------
    centre, spread : ndarray of shape (n_items,)
        Weighted mean, and the unit in which distance from it is measured.
    """

    centre: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, table: Matrix, w: np.ndarray, *, standardise: bool = True) -> "Scaling":
        """Measure the items among the respondents with weight.

        Parameters
        ----------
        table : Matrix
            Items, missing as NaN.
        w : ndarray of shape (n,)
            Weights.
        standardise : bool
            Take the standard deviation as the unit; otherwise 1.

        Returns
        -------
        Scaling

        Raises
        ------
        SegkitError
            When respondents with weight gave an item one answer only, or none.
        """
        spread = weighted_sd(table.values, w)
        # a standard deviation of rounding errors is none
        flat = ~(spread > 1e-12 * np.abs(np.nanmax(np.abs(table.values), axis=0)))
        names = [name for name, is_flat in zip(table.names, flat, strict=True) if is_flat]
        if names:
            raise SegkitError(
                f"{name_list(names)} in X has fewer than two different answers among the "
                "respondents with weight; expected at least two. Leave it out: nothing can be "
                "learned from it."
            )
        return cls(weighted_mean(table.values, w), spread if standardise else np.ones(len(spread)))

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Centre and scale answers (n, n_items); missing stays NaN."""
        return np.asarray((values - self.centre) / self.spread)
