"""Each segment against everybody else where people belong to several, or count negatively.

Somebody stands on both sides of such a comparison, so the two sides are not independent: all
intervals come from what each respondent contributes to a figure (the sandwich).

References
----------
Vermunt, J. K. (2010). Latent class modeling with covariates: two improved three-step
approaches. Political Analysis 18, 450-469, equations 11 to 13 (corrected weights).
Bakk, Z., Tekle, F. B. and Vermunt, J. K. (2013). Estimating the association between latent
class membership and external variables using bias-adjusted three-step approaches.
Sociological Methodology 43, 272-311 (sandwich errors).
Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a
general approach. Statistics in Medicine 27, 1693-1702 (differences of correlated shares).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats as st

from segkit.segments.describing.contrasts import (
    LEVEL,
    Contrasts,
    Group,
    effect_size,
    group_of,
    welch_freedom,
    wilson,
)
from segkit.segments.three_step.bch import share_interval

__all__ = ["soft_contrasts"]


def soft_contrasts(
    values: np.ndarray, is_share: np.ndarray, weights: np.ndarray, w: np.ndarray
) -> Contrasts:
    """Compare each segment with everybody else by the weight of each respondent in it.

    Parameters
    ----------
    values : ndarray of shape (n_respondents, n_columns)
        Numbers, or zeros and ones; missing as NaN.
    is_share : ndarray of bool, shape (n_columns,)
        Which columns hold zeros and ones.
    weights : ndarray of shape (n_respondents, n_segments)
        Survey weight times membership, or weights put right for classification errors, which
        may be negative. What a row lacks to `w` counts among everybody else.
    w : ndarray of shape (n_respondents,)
        Survey weights.

    Returns
    -------
    Contrasts
        ``n`` counts the respondents who belong to the segment by half of their weight or more.

    Notes
    -----
    With v the weights in a segment and u = w - v those outside, the difference is
    ``sum v x / sum v - sum u x / sum u`` and respondent i contributes
    ``v (x - here) / sum v - u (x - rest) / sum u`` to it; its variance is the sum of the
    squared contributions. The weights are taken as known. With weights of zero and one every
    figure is that of `contrasts` (without survey weights also its intervals and p values).
    """
    answered = (~np.isnan(values)).astype(float)
    filled = np.where(np.isnan(values), 0.0, values)
    total = w @ answered
    mean = np.divide(w @ filled, total, out=np.zeros_like(total), where=total > 0)
    # moments of numbers about the overall mean keep their digits
    shift = np.where(is_share, 0.0, mean)
    centred = (filled - shift) * answered
    powers = np.stack([answered, centred, centred**2])
    outside = w[:, None] - weights
    sides = _Sides(
        here=_Side.of(powers, weights, shift, is_share),
        rest=_Side.of(powers, outside, shift, is_share),
        both=(weights * outside).T @ powers,
    )
    here, rest = sides.here.group, sides.rest.group
    value_low, value_high = np.where(is_share, sides.here.share(), sides.here.mean())
    low, high = np.where(is_share, sides.share_interval(), sides.mean_interval())
    member = (weights >= 0.5 * w[:, None]) & (w > 0)[:, None]
    return Contrasts(
        n=member.T @ answered,
        n_effective=here.n,
        value=here.mean,
        overall=np.broadcast_to(np.where(total > 0, mean, np.nan), here.mean.shape),
        sd=np.sqrt(here.variance),
        difference=here.mean - rest.mean,
        low=low,
        high=high,
        value_low=value_low,
        value_high=value_high,
        effect=effect_size(here, rest, is_share),
        p=np.where(is_share, sides.share_test(), sides.mean_test()),
    )


@dataclass(frozen=True)
class _Side:
    """One side of the comparison, each array of shape (n_segments, n_columns).

    Attributes
    ----------
    group : Group
        Its moments.
    total : ndarray
        Sum of its weights.
    centre : ndarray
        Its mean less the shift.
    variance : ndarray
        Sandwich variance of its mean.
    """

    group: Group
    total: np.ndarray
    centre: np.ndarray
    variance: np.ndarray

    @classmethod
    def of(
        cls, powers: np.ndarray, weights: np.ndarray, shift: np.ndarray, is_share: np.ndarray
    ) -> "_Side":
        """Sum the powers 0, 1 and 2 of the values by weights of shape (n, n_segments)."""
        sums, squares = weights.T @ powers, (weights**2).T @ powers
        group = group_of(np.stack([sums[0], squares[0], sums[1], sums[2]]), shift)
        centre = group.mean - shift
        with np.errstate(invalid="ignore", divide="ignore"):
            # shares, like their score interval, are not enlarged by n / (n - 1)
            small = np.where(is_share, 1.0, group.n / np.maximum(group.n - 1, 0.0))
            variance = _about(squares, centre, centre) / sums[0] ** 2 * small
        return cls(group, sums[0], centre, variance)

    def mean(self) -> np.ndarray:
        """Return the interval of the mean, (2, ...)."""
        with np.errstate(invalid="ignore"):
            reach = st.t.ppf(0.5 + LEVEL / 2, self.group.n - 1) * np.sqrt(self.variance)
        return np.stack([self.group.mean - reach, self.group.mean + reach])

    def share(self) -> np.ndarray:
        """Return the interval of the share, (2, ...)."""
        at_end = (self.group.mean == 0) | (self.group.mean == 1)
        return np.where(
            at_end, wilson(self.group), share_interval(self.group.mean, np.sqrt(self.variance))
        )


@dataclass(frozen=True)
class _Sides:
    """A segment, everybody else, and the products of their weights times the powers."""

    here: _Side
    rest: _Side
    both: np.ndarray

    @property
    def difference(self) -> np.ndarray:
        return self.here.group.mean - self.rest.group.mean

    @property
    def covariance(self) -> np.ndarray:
        """The covariance of the two means: people who count on both sides."""
        with np.errstate(invalid="ignore", divide="ignore"):
            shared = _about(self.both, self.here.centre, self.rest.centre)
            return shared / (self.here.total * self.rest.total)

    def mean_interval(self) -> np.ndarray:
        """Return the interval of the difference of means, (2, ...)."""
        se, df = self._error()
        with np.errstate(invalid="ignore"):
            reach = st.t.ppf(0.5 + LEVEL / 2, df) * se
        return np.stack([self.difference - reach, self.difference + reach])

    def mean_test(self) -> np.ndarray:
        """Return the two-sided p value of equal means."""
        se, df = self._error()
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(2 * st.t.sf(np.abs(self.difference) / se, df))

    def share_interval(self) -> np.ndarray:
        """Return the interval of the difference of shares from their own (Zou and Donner)."""
        (low_a, high_a), (low_b, high_b) = self.here.share(), self.rest.share()
        a, b = self.here.group.mean, self.rest.group.mean
        with np.errstate(invalid="ignore", divide="ignore"):
            r = self.covariance / np.sqrt(self.here.variance * self.rest.variance)
        r = np.clip(np.nan_to_num(r), -1.0, 1.0)
        return np.stack(
            [
                self.difference - _hypot(a - low_a, high_b - b, r),
                self.difference + _hypot(high_a - a, b - low_b, r),
            ]
        )

    def share_test(self) -> np.ndarray:
        """Return the two-sided p value of equal shares, with the pooled share."""
        a, b = self.here, self.rest
        with np.errstate(invalid="ignore", divide="ignore"):
            pooled = (a.group.n * a.group.mean + b.group.n * b.group.mean) / (a.group.n + b.group.n)
            spread = 1 / a.group.n + 1 / b.group.n - 2 * self.both[0] / (a.total * b.total)
            se = np.sqrt(np.clip(pooled * (1 - pooled), 0.0, None) * spread)
            return np.asarray(2 * st.norm.sf(np.abs(self.difference) / se))

    def _error(self) -> tuple[np.ndarray, np.ndarray]:
        """Return standard error and (Welch's) degrees of freedom of a difference of means."""
        a, b = self.here, self.rest
        variance = a.variance + b.variance - 2 * self.covariance
        freedom = welch_freedom(a.group, a.variance, b.group, b.variance)
        return np.sqrt(np.maximum(variance, 0.0)), freedom


def _about(sums: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the sum of weight times (x - a)(x - b) from the sums of powers of x."""
    return np.asarray(sums[2] - (a + b) * sums[1] + a * b * sums[0])


def _hypot(a: np.ndarray, b: np.ndarray, r: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum(a**2 + b**2 - 2 * r * a * b, 0.0))
