"""How a figure approaches its limit as respondents grow in number: an inverse power law.

References
----------
Figueroa, R. L., Zeng-Treitler, Q., Kandula, S. & Ngo, L. H. (2012). Predicting sample size
required for classification performance. BMC Medical Informatics and Decision Making 12, 8,
equation 1.
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["PowerLaw", "fit_power_law"]

EXPONENTS = np.linspace(0.1, 1.5, 29)


@dataclass(frozen=True)
class PowerLaw:
    """Curves a - b n^-c, one a draw.

    Attributes
    ----------
    a, b, c : ndarray of shape (n_draws,)
        Limit, distance from it and speed.

    Examples
    --------
    >>> law = PowerLaw(np.array([0.6]), np.array([1.0]), np.array([0.5]))
    >>> law.at(100).round(2), law.at(400).round(2)
    (array([0.5]), array([0.55]))
    """

    a: np.ndarray
    b: np.ndarray
    c: np.ndarray

    def at(self, n: float) -> np.ndarray:
        """Return the figure of each draw at n respondents."""
        return np.asarray(self.a - self.b * float(n) ** -self.c)


def fit_power_law(sizes: np.ndarray, values: np.ndarray) -> PowerLaw:
    """Fit a - b n^-c to each row of values by weighted least squares.

    Parameters
    ----------
    sizes : ndarray of shape (n_sizes,)
        Numbers of respondents, at least three of them.
    values : ndarray of shape (n_draws, n_sizes)
        The figure at each number.

    Returns
    -------
    PowerLaw

    Notes
    -----
    For each exponent c of a grid from 0.1 to 1.5, a and b have a closed form; the c of the
    smallest squared error is taken. Sizes weigh by themselves: large ones are less noisy and
    nearer to what is asked for. b may be negative, as for a loss, which falls.

    Examples
    --------
    >>> sizes = np.array([100, 200, 400, 800])
    >>> law = fit_power_law(sizes, 0.6 - 2 * sizes[None] ** -0.5)
    >>> law.a.round(3), law.b.round(3), law.c.round(3)
    (array([0.6]), array([2.]), array([0.5]))
    """
    share = sizes / sizes.sum()
    falls = -((float(sizes.max()) / sizes) ** EXPONENTS[:, None])  # (n_exponents, n_sizes)
    x = falls - (falls @ share)[:, None]
    mean = values @ share
    y = values - mean[:, None]
    slope = (y * share) @ x.T / (np.square(x) @ share)  # (n_draws, n_exponents)
    error = np.square(y[:, None, :] - slope[:, :, None] * x) @ share
    best = error.argmin(axis=1)
    c, b = EXPONENTS[best], slope[np.arange(len(values)), best]
    a = mean - b * (falls @ share)[best]
    return PowerLaw(a, b * float(sizes.max()) ** c, c)
