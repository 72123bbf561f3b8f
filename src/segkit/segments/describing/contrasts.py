"""Each segment against everybody else: means and shares, intervals, effects, tests.

The labels are held fixed: intervals say how well a figure is known for these segments,
not how else the segments could have come out.

References
----------
Welch, B. L. (1947). The generalization of Student's problem when several different
population variances are involved. Biometrika 34, 28-35.
Newcombe, R. G. (1998). Interval estimation for the difference between independent
proportions. Statistics in Medicine 17, 873-890, method 10.
Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
inference. JASA 22, 209-212.
Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd ed., chapters
2 (d) and 6 (h).
Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57,
289-300.
Kish, L. (1965). Survey Sampling. Wiley. Section 8.2 (effective n).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats as st

from segkit.segments.agreement import one_hot

__all__ = [
    "LEVEL",
    "Contrasts",
    "Group",
    "Sums",
    "Z",
    "adjusted",
    "contrasts",
    "effect_size",
    "group_of",
    "newcombe",
    "share_test",
    "t_interval",
    "welch",
    "welch_freedom",
    "welch_test",
    "wilson",
    "within",
]

LEVEL = 0.95
Z = float(st.norm.ppf(0.5 + LEVEL / 2))
"""Standard errors from an estimate to the ends of its interval."""


@dataclass(frozen=True)
class Group:
    """Weighted moments of some people's answers.

    Attributes
    ----------
    n : ndarray
        Kish's effective number of answers.
    mean : ndarray
        Weighted mean (the share, for zeros and ones).
    variance : ndarray
        Weighted variance, with the denominator n - 1.
    """

    n: np.ndarray
    mean: np.ndarray
    variance: np.ndarray


@dataclass(frozen=True)
class Sums:
    """Sums over some groups of people, for each column of numbers.

    Attributes
    ----------
    counts : ndarray of shape (n_groups, n_columns)
        Answers of people with a positive weight.
    sums : ndarray of shape (4, n_groups, n_columns)
        Of weights, squared weights, values and squared values, about `shift`.
    shift : ndarray of shape (n_columns,)
        What was taken off every value.
    """

    counts: np.ndarray
    sums: np.ndarray
    shift: np.ndarray

    @property
    def base(self) -> np.ndarray:
        """The sum of weights behind each figure."""
        return np.asarray(self.sums[0])

    @property
    def groups(self) -> Group:
        """The weighted moments of each group."""
        return group_of(self.sums, self.shift)


@dataclass(frozen=True)
class Contrasts:
    """Each segment (row) against everybody else, for each column of numbers.

    Attributes
    ----------
    n, n_effective : ndarray of shape (n_segments, n_columns)
        Answers in the segment; Kish's effective number of them.
    value, overall : ndarray of shape (n_segments, n_columns)
        Weighted mean or share in the segment; among everybody.
    sd : ndarray of shape (n_segments, n_columns)
        Weighted standard deviation in the segment.
    difference, low, high : ndarray of shape (n_segments, n_columns)
        Segment minus everybody else, with its 95 % interval.
    value_low, value_high : ndarray of shape (n_segments, n_columns)
        95 % interval of the value.
    effect : ndarray of shape (n_segments, n_columns)
        Cohen's d (means) or h (shares).
    p : ndarray of shape (n_segments, n_columns)
        Two-sided p value of no difference.
    """

    n: np.ndarray
    n_effective: np.ndarray
    value: np.ndarray
    overall: np.ndarray
    sd: np.ndarray
    difference: np.ndarray
    low: np.ndarray
    high: np.ndarray
    value_low: np.ndarray
    value_high: np.ndarray
    effect: np.ndarray
    p: np.ndarray


def contrasts(
    values: np.ndarray, is_share: np.ndarray, codes: np.ndarray, n_segments: int, w: np.ndarray
) -> Contrasts:
    """Compare each segment with everybody else.

    Parameters
    ----------
    values : ndarray of shape (n_respondents, n_columns)
        Numbers, or zeros and ones; missing as NaN.
    is_share : ndarray of bool, shape (n_columns,)
        Which columns hold zeros and ones.
    codes : ndarray of shape (n_respondents,)
        The segment of each respondent; negative is none.
    n_segments : int
        The number of segments.
    w : ndarray of shape (n_respondents,)
        Weights.

    Returns
    -------
    Contrasts
    """
    found = within(values, is_share, one_hot(codes, n_segments).T, np.where(codes >= 0, w, 0.0))
    total = found.sums.sum(axis=1, keepdims=True)
    here, rest, everybody = (
        group_of(sums, found.shift) for sums in (found.sums, total - found.sums, total)
    )
    low, high = np.where(is_share, newcombe(here, rest), welch(here, rest))
    value_low, value_high = np.where(is_share, wilson(here), t_interval(here))
    return Contrasts(
        n=found.counts,
        n_effective=here.n,
        value=here.mean,
        overall=np.broadcast_to(everybody.mean, here.mean.shape),
        sd=np.sqrt(here.variance),
        difference=here.mean - rest.mean,
        low=low,
        high=high,
        value_low=value_low,
        value_high=value_high,
        effect=effect_size(here, rest, is_share),
        p=np.where(is_share, share_test(here, rest), welch_test(here, rest)),
    )


def within(values: np.ndarray, is_share: np.ndarray, inside: np.ndarray, w: np.ndarray) -> Sums:
    """Sum answers within groups of people, which may overlap.

    Parameters
    ----------
    values : ndarray of shape (n_respondents, n_columns)
        Numbers, or zeros and ones; missing as NaN.
    is_share : ndarray of bool, shape (n_columns,)
        Which columns hold zeros and ones.
    inside : ndarray of shape (n_groups, n_respondents)
        One where somebody belongs to a group.
    w : ndarray of shape (n_respondents,)
        Weights; zero leaves somebody out.

    Returns
    -------
    Sums
    """
    answered = (~np.isnan(values)).astype(float)
    total = w @ answered
    filled = np.where(np.isnan(values), 0.0, values)
    centre = np.divide(w @ filled, total, out=np.zeros_like(total), where=total > 0)
    # moments about the overall mean keep their digits
    centred = np.where(is_share, filled, (filled - centre) * answered)
    weighted = inside * w
    sums = np.stack(
        [
            weighted @ answered,
            (weighted * w) @ answered,
            weighted @ centred,
            weighted @ centred**2,
        ]
    )
    counts = (inside * (w > 0)) @ answered
    return Sums(counts, sums, np.where(is_share, 0.0, centre))


def welch(a: Group, b: Group) -> np.ndarray:
    """Return the interval of a difference of means with unequal variances, (2, ...)."""
    se, df = _welch_error(a, b)
    with np.errstate(invalid="ignore"):
        reach = st.t.ppf(0.5 + LEVEL / 2, df) * se
    return np.stack([a.mean - b.mean - reach, a.mean - b.mean + reach])


def t_interval(a: Group) -> np.ndarray:
    """Return the 95 % interval of a mean, (2, ...)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        reach = st.t.ppf(0.5 + LEVEL / 2, a.n - 1) * np.sqrt(a.variance / a.n)
    return np.stack([a.mean - reach, a.mean + reach])


def welch_test(a: Group, b: Group) -> np.ndarray:
    """Return the two-sided p value of equal means, with unequal variances."""
    se, df = _welch_error(a, b)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * st.t.sf(np.abs(a.mean - b.mean) / se, df))


def wilson(a: Group) -> np.ndarray:
    """Return the score interval of a share, (2, ...).

    Examples
    --------
    >>> wilson(Group(np.array(10.0), np.array(0.0), np.array(0.0))).round(3)
    array([0.   , 0.278])
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = 1 + Z**2 / a.n
        middle = (a.mean + Z**2 / (2 * a.n)) / scale
        reach = Z / scale * np.sqrt(a.mean * (1 - a.mean) / a.n + Z**2 / (4 * a.n**2))
    return np.clip(np.stack([middle - reach, middle + reach]), 0.0, 1.0)


def newcombe(a: Group, b: Group) -> np.ndarray:
    """Return the interval of a difference of shares from their score intervals, (2, ...)."""
    (low_a, high_a), (low_b, high_b) = wilson(a), wilson(b)
    difference = a.mean - b.mean
    return np.stack(
        [
            difference - np.hypot(a.mean - low_a, high_b - b.mean),
            difference + np.hypot(high_a - a.mean, b.mean - low_b),
        ]
    )


def share_test(a: Group, b: Group) -> np.ndarray:
    """Return the two-sided p value of equal shares: the z test with the pooled share."""
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (a.n * a.mean + b.n * b.mean) / (a.n + b.n)
        se = np.sqrt(pooled * (1 - pooled) * (1 / a.n + 1 / b.n))
        return np.asarray(2 * st.norm.sf(np.abs(a.mean - b.mean) / se))


def effect_size(a: Group, b: Group, is_share: np.ndarray) -> np.ndarray:
    """Return Cohen's h of shares and d of means, a minus b.

    Examples
    --------
    >>> a, b = (Group(np.array([50.0]), np.array([m]), np.array([4.0])) for m in (3.0, 2.0))
    >>> effect_size(a, b, np.array([False]))
    array([0.5])
    """
    return np.where(is_share, _cohen_h(a, b), _cohen_d(a, b))


def welch_freedom(a: Group, va: np.ndarray, b: Group, vb: np.ndarray) -> np.ndarray:
    """Return the degrees of freedom of a difference of means whose variances are va and vb."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((va + vb) ** 2 / (va**2 / (a.n - 1) + vb**2 / (b.n - 1)))


def adjusted(p: np.ndarray) -> np.ndarray:
    """Adjust p values for their number (Benjamini and Hochberg); missing ones stay missing.

    Examples
    --------
    >>> adjusted(np.array([0.01, np.nan, 0.04]))
    array([0.02,  nan, 0.04])
    """
    out = np.full(p.shape, np.nan)
    known = ~np.isnan(p)
    if known.any():
        out[known] = st.false_discovery_control(p[known])
    return out


def group_of(sums: np.ndarray, shift: np.ndarray) -> Group:
    """Return moments from sums of weights, squared weights, values and squared values."""
    total, squares, first, second = sums
    with np.errstate(invalid="ignore", divide="ignore"):
        n = np.where(total > 0, total**2 / squares, 0.0)
        mean = first / total
        variance = np.maximum(second / total - mean**2, 0.0) * n / (n - 1)
    return Group(n, mean + shift, np.where(n > 1, variance, np.nan))


def _welch_error(a: Group, b: Group) -> tuple[np.ndarray, np.ndarray]:
    """Return standard error and degrees of freedom of a difference of means."""
    with np.errstate(invalid="ignore", divide="ignore"):
        va, vb = a.variance / a.n, b.variance / b.n
        return np.sqrt(va + vb), welch_freedom(a, va, b, vb)


def _cohen_d(a: Group, b: Group) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = ((a.n - 1) * a.variance + (b.n - 1) * b.variance) / (a.n + b.n - 2)
        return (a.mean - b.mean) / np.sqrt(pooled)


def _cohen_h(a: Group, b: Group) -> np.ndarray:
    angle_a, angle_b = (np.arcsin(np.sqrt(np.clip(g.mean, 0.0, 1.0))) for g in (a, b))
    return 2 * angle_a - 2 * angle_b
