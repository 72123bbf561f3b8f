"""What the sizes of segments and the tool's accuracy need of all customers: sums, exact.

Probabilities are kept in steps of one in ten thousand, as whole numbers. Sums of these can
be added to and subtracted from for years and stay what counting everybody anew would give.
"""

import json
from dataclasses import dataclass

import numpy as np

__all__ = ["STEPS", "Sums", "as_steps"]

STEPS = 10_000


@dataclass(frozen=True)
class Sums:
    """Whole-number sums over customers.

    Attributes
    ----------
    tags : ndarray of shape (n_segments + 1,)
        Customers by tag; the last entry is untagged.
    total : ndarray of shape (n_segments,)
        Sums of probabilities, in steps.
    products : ndarray of shape (n_segments, n_segments)
        Sums of their products.
    top : int
        Sum of the likeliest segment's probability over the tagged, in steps.
    """

    tags: np.ndarray
    total: np.ndarray
    products: np.ndarray
    top: int

    @classmethod
    def of(cls, shares: np.ndarray, groups: np.ndarray) -> "Sums":
        """Sum over customers.

        Parameters
        ----------
        shares : ndarray of shape (n, n_segments)
            Probabilities in steps (`as_steps`).
        groups : ndarray of shape (n,)
            The tag of each; n_segments: untagged.
        """
        k = shares.shape[1]
        p = shares.astype(np.float64)  # products of steps stay below 2**53: exact
        tagged = groups < k
        products = np.zeros((k, k), dtype=np.int64)
        for start in range(0, len(p), 1 << 20):
            part = p[start : start + (1 << 20)]
            products += (part.T @ part).astype(np.int64)
        return cls(
            np.bincount(groups, minlength=k + 1).astype(np.int64),
            shares.sum(axis=0, dtype=np.int64),
            products,
            int(shares[tagged].max(axis=1, initial=0).sum(dtype=np.int64)),
        )

    @classmethod
    def nothing(cls, n_segments: int) -> "Sums":
        """Return the sums of nobody."""
        return cls.of(np.zeros((0, n_segments), dtype=np.uint16), np.zeros(0, dtype=np.int64))

    @property
    def n(self) -> int:
        """The customers."""
        return int(self.tags.sum())

    @property
    def mean(self) -> np.ndarray:
        """Mean probabilities of the segments."""
        return np.asarray(self.total / (self.n * STEPS))

    @property
    def spread(self) -> np.ndarray:
        """Sampling covariance of `mean`."""
        second = self.products / (self.n * float(STEPS) ** 2)
        return np.asarray((second - np.outer(self.mean, self.mean)) / self.n)

    @property
    def sureness(self) -> float | None:
        """The mean probability of the likeliest segment among the tagged; None without any."""
        tagged = int(self.tags[:-1].sum())
        return self.top / (tagged * STEPS) if tagged else None

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.tags + other.tags,
            self.total + other.total,
            self.products + other.products,
            self.top + other.top,
        )

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(
            self.tags - other.tags,
            self.total - other.total,
            self.products - other.products,
            self.top - other.top,
        )

    def to_json(self) -> str:
        """Return the sums as text."""
        plain = {"tags": self.tags, "total": self.total, "products": self.products}
        return json.dumps({k: v.tolist() for k, v in plain.items()} | {"top": self.top})

    @classmethod
    def from_json(cls, text: str) -> "Sums":
        """Return the sums that `to_json` wrote."""
        plain = json.loads(text)
        tags, total, products = (np.array(plain[k]) for k in ("tags", "total", "products"))
        return cls(tags, total, products, int(plain["top"]))


def as_steps(probabilities: np.ndarray) -> np.ndarray:
    """Return probabilities as whole numbers of steps.

    Examples
    --------
    >>> as_steps(np.array([[0.25, 0.75]]))
    array([[2500, 7500]], dtype=uint16)
    """
    return np.rint(probabilities * STEPS).astype(np.uint16)
