"""From votes to a tag, a probability and the choice to leave a customer untagged.

Forests that average are under-confident. Votes are multiplied by whole numbers (the class
bias), turned into shares in steps of 1/4096, and each share into a whole weight by one
table (the temperature). A probability is a weight over the sum of weights; the tag is the
largest product of votes and multiplier (ties: the first segment); the abstention cut
compares whole numbers. So every engine reaches the same tag and the same probability.

References
----------
Guo, C., Pleiss, G., Sun, Y. & Weinberger, K. Q. (2017). On calibration of modern neural
networks. ICML, section 4.2 (temperature and bias-corrected scaling).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from segkit._weights import scale_to_effective
from segkit.typing_tool.models.compiled import loops

__all__ = ["STEPS", "Calibration", "Decision", "cut_of", "decision_of", "fit_calibration"]

STEPS = 4096
"""Shares of votes are told apart in steps of one in 4096."""

WEIGHT_BITS = 28  # a weight's largest value; sums and the cut stay below 2**53
CUT_BITS = 20
UNIT = 1024  # the multiplier that changes nothing
MAX_MULTIPLIER = 65535
PRIOR_SD = 0.5  # of the class biases: they need evidence to leave zero


@dataclass(frozen=True)
class Decision:
    """What votes amount to.

    Attributes
    ----------
    first, second : ndarray of shape (n,)
        Positions of the likeliest segment and of the runner-up.
    kept : ndarray of shape (n,)
        False where the likeliest segment is below the abstention cut.
    probabilities : ndarray of shape (n, n_segments)
        Rows sum to 1.
    """

    first: np.ndarray
    second: np.ndarray
    kept: np.ndarray
    probabilities: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence["Decision"]) -> "Decision":
        """Put decisions on consecutive rows together."""
        names = ("first", "second", "kept", "probabilities")
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))

    @property
    def top(self) -> np.ndarray:
        """The probability of the likeliest segment."""
        return np.asarray(np.take_along_axis(self.probabilities, self.first[:, None], 1)[:, 0])

    @property
    def tag(self) -> np.ndarray:
        """Position of the tag, -1 where untagged."""
        return np.where(self.kept, self.first, -1)


@dataclass(frozen=True)
class Calibration:
    """Whole numbers that turn votes into tags and probabilities.

    Attributes
    ----------
    multipliers : ndarray of shape (n_segments,)
        What each segment's votes are multiplied by (1024: nothing changes).
    table : ndarray of shape (4097,)
        The weight of each share of multiplied votes, rising.
    exponent : float
        The inverse temperature behind `table`; above 1, the raw shares were too timid.

    Examples
    --------
    >>> plain = Calibration.neutral(2)
    >>> plain.decide(np.array([[3072, 1024]])).probabilities.round(3)
    array([[0.75, 0.25]])
    """

    multipliers: np.ndarray
    table: np.ndarray
    exponent: float

    @classmethod
    def neutral(cls, n_segments: int) -> "Calibration":
        """Return the calibration that leaves vote shares as they are."""
        return cls(np.full(n_segments, UNIT, dtype=np.int64), _weight_table(1.0), 1.0)

    def decide(self, votes: np.ndarray, cut: int = 0) -> Decision:
        """Turn votes into tags and probabilities.

        Parameters
        ----------
        votes : ndarray of shape (n, n_segments), dtype int64
            From `Forest.score`.
        cut : int
            The abstention cut (`cut_of`); 0 tags everyone.
        """
        kernels = loops(len(votes))
        if kernels is not None:
            whole = np.ascontiguousarray(votes)
            return Decision(*kernels.decide_votes(whole, self.multipliers, self.table, cut))
        product = votes * self.multipliers
        weight = self.table[product * STEPS // product.sum(axis=1, keepdims=True)]
        return decision_of(product, weight, cut)

    def reweighted(self, ratio: np.ndarray) -> "Calibration":
        """Return the calibration under which each segment is as many times likelier as given.

        Parameters
        ----------
        ratio : ndarray of shape (n_segments,)
            What the odds of each segment are multiplied by; positive.

        Returns
        -------
        Calibration
            Whole multipliers again, the largest 65535: the ratios are kept to one in a
            thousand where none is above sixty.

        Examples
        --------
        >>> likelier = Calibration.neutral(2).reweighted(np.array([1.0, 3.0]))
        >>> likelier.decide(np.array([[3072, 1024]])).probabilities.round(2)
        array([[0.5, 0.5]])
        """
        # a weight is (multiplier x votes) to the power of the exponent
        exact = self.multipliers * np.asarray(ratio, dtype=float) ** (1 / self.exponent)
        whole = np.round(exact / exact.max() * MAX_MULTIPLIER)
        return replace(self, multipliers=np.maximum(whole, 1).astype(np.int64))

    def summary(self) -> str:
        """Return one sentence: the exponent."""
        return f"Calibrated with exponent {self.exponent:.2f}."


def decision_of(votes: np.ndarray, weight: np.ndarray, cut: int) -> Decision:
    """Decide by whole votes, and by the whole weights that stand for them.

    Parameters
    ----------
    votes : ndarray of shape (n, n_segments), dtype int64
        The most votes make the tag; ties go to the first segment.
    weight : ndarray of shape (n, n_segments), dtype int64
        Probabilities are shares of these; a segment with more votes has no smaller weight.
    cut : int
        The abstention cut (`cut_of`).
    """
    total = weight.sum(axis=1)
    first = votes.argmax(axis=1)  # the first of equals
    rest = votes.copy()
    np.put_along_axis(rest, first[:, None], np.iinfo(np.int64).min, axis=1)
    best = np.take_along_axis(weight, first[:, None], 1)[:, 0]
    kept = (best << CUT_BITS) >= cut * total
    return Decision(first, rest.argmax(axis=1), kept, weight / total[:, None])


def cut_of(abstain_below: float | None) -> int:
    """Return the abstention cut as a whole number: the probability in steps of 2**-20."""
    return 0 if abstain_below is None else round(abstain_below * (1 << CUT_BITS))


def fit_calibration(votes: np.ndarray, membership: np.ndarray, w: np.ndarray) -> Calibration:
    """Fit temperature and class bias by likelihood on votes of trees that knew nobody.

    Parameters
    ----------
    votes : ndarray of shape (n_respondents, n_segments)
        Out-of-bag votes; rows without any are left out.
    membership : ndarray of shape (n_respondents, n_segments)
        Shares of the segments.
    w : ndarray of shape (n_respondents,)
        Survey weights.

    Returns
    -------
    Calibration

    Notes
    -----
    p_k is proportional to (m_k v_k)^b with votes v, multipliers m and exponent b. The log
    multipliers have a normal prior (sd 0.5) against chance in small samples.
    """
    some = votes.sum(axis=1) > 0
    share = votes[some] / votes[some].sum(axis=1, keepdims=True)
    log_share = np.log((np.floor(share * STEPS) + 0.5) / STEPS)
    weight = scale_to_effective(w[some])
    start = np.zeros(1 + votes.shape[1])
    found = minimize(
        _loss, start, (log_share, membership[some], weight), jac=True, method="L-BFGS-B",
        bounds=[(np.log(0.2), np.log(5.0)), *[(-1.5, 1.5)] * votes.shape[1]],
    )  # fmt: skip
    exponent = float(np.exp(found.x[0]))
    bias = found.x[1:] - found.x[1:].mean()
    multipliers = np.round(UNIT * np.exp(bias / exponent))
    return Calibration(
        np.clip(multipliers, 1, MAX_MULTIPLIER).astype(np.int64), _weight_table(exponent), exponent
    )


def _loss(
    at: np.ndarray, log_share: np.ndarray, membership: np.ndarray, w: np.ndarray
) -> tuple[float, np.ndarray]:
    """Negative log-likelihood with its prior, and its gradient."""
    exponent, bias = np.exp(at[0]), at[1:]
    z = exponent * log_share + bias
    z -= z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    away = (np.exp(log_p) - membership) * w[:, None]
    value = -float(w @ (membership * log_p).sum(axis=1)) + float(bias @ bias) / (2 * PRIOR_SD**2)
    by_bias = away.sum(axis=0) + bias / PRIOR_SD**2
    by_exponent = exponent * float((away * log_share).sum())
    return value, np.concatenate([[by_exponent], by_bias])


def _weight_table(exponent: float) -> np.ndarray:
    middle = (np.arange(STEPS + 1) + 0.5) / (STEPS + 0.5)
    return np.maximum(1, np.round(2**WEIGHT_BITS * middle**exponent)).astype(np.int64)
