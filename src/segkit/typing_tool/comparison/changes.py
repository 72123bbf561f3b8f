"""Sums over a base of who changed tag: parts of the base add up, so none needs to be kept."""

from dataclasses import dataclass

import numpy as np

from segkit.typing_tool.models.calibration import Decision

__all__ = ["NARROW", "Changes", "association", "margins"]

NARROW = 0.1
"""A customer whose two likeliest segments lie closer than this in probability is borderline."""


@dataclass(frozen=True)
class Changes:
    """What the comparison needs of a base, in sums.

    Attributes
    ----------
    counts : ndarray of shape (n_tags, n_tags)
        Customers by first and second tag; the last is untagged.
    borderline : ndarray of shape (n_tags, n_tags)
        Of them, those tagged by both tools with a small margin in both.
    by_part : ndarray of shape (n_parts,)
        Customers who changed, by the part whose exchange settled their second tag.
    by_code : tuple of ndarray of shape (n_codes, 2)
        For each field, customers by code: all of them, and those who changed.
    """

    counts: np.ndarray
    borderline: np.ndarray
    by_part: np.ndarray
    by_code: tuple[np.ndarray, ...]

    @classmethod
    def of(
        cls,
        tags: list[np.ndarray],
        narrow: np.ndarray,
        fields: list[tuple[np.ndarray, int]],
        n_tags: int,
    ) -> "Changes":
        """Sum over rows.

        Parameters
        ----------
        tags : list of ndarray of shape (n,)
            Positions of tags (the last: untagged): of the first tool, then after the exchange of
            each part.
        narrow : ndarray of shape (n,)
            Whether the margin is small in both tools.
        fields : list of (ndarray of shape (n,), int)
            Codes of each field, and how many codes it has.
        n_tags : int
            The number of tags.
        """
        before, after = tags[0], tags[-1]
        changed = before != after
        narrow = narrow & (before < n_tags - 1) & (after < n_tags - 1)
        pair = before * n_tags + after
        shape = (n_tags, n_tags)
        return cls(
            np.bincount(pair, minlength=n_tags**2).reshape(shape),
            np.bincount(pair[narrow], minlength=n_tags**2).reshape(shape),
            np.bincount(_settled(tags)[changed], minlength=len(tags) - 1),
            tuple(_by_code(codes, changed, size) for codes, size in fields),
        )

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(
            self.counts + other.counts,
            self.borderline + other.borderline,
            self.by_part + other.by_part,
            tuple(a + b for a, b in zip(self.by_code, other.by_code, strict=True)),
        )


def margins(decision: Decision) -> np.ndarray:
    """Return by how much the likeliest segment's probability exceeds the runner-up's."""
    runner_up = np.take_along_axis(decision.probabilities, decision.second[:, None], 1)[:, 0]
    return np.asarray(np.abs(decision.top - runner_up))


def association(cells: np.ndarray) -> float:
    """Return Cramér's V of a field's codes with changing, corrected for chance.

    Parameters
    ----------
    cells : ndarray of shape (n_codes, 2)
        Customers by code: all, and those who changed.

    References
    ----------
    Bergsma, W. (2013). A bias-correction for Cramér's V and Tschuprow's T. Journal of the
    Korean Statistical Society 42, 323-328.

    Examples
    --------
    >>> association(np.array([[50, 50], [50, 0]])) > 0.98
    True
    >>> association(np.array([[50, 10], [50, 10]]))
    0.0
    """
    n, changed = cells.sum(axis=0)
    used = cells[cells[:, 0] > 0]
    if len(used) < 2 or changed in (0, n):
        return 0.0
    share = changed / n
    expected = used[:, 0] * share
    phi2 = ((used[:, 1] - expected) ** 2 / (expected * (1 - share))).sum() / n
    excess = len(used) - 1
    phi2 = max(0.0, phi2 - excess / (n - 1))
    most = min(1 - 1 / (n - 1), excess - excess**2 / (n - 1))
    return float(np.sqrt(phi2 / most)) if most > 0 else 0.0


def _settled(tags: list[np.ndarray]) -> np.ndarray:
    """Return the last part whose exchange changed the tag; what came before was undone by it."""
    at = np.zeros(len(tags[0]), dtype=np.int64)
    for part in range(1, len(tags)):
        at[tags[part] != tags[part - 1]] = part - 1
    return at


def _by_code(codes: np.ndarray, changed: np.ndarray, size: int) -> np.ndarray:
    every = np.bincount(codes, minlength=size)
    return np.stack([every, np.bincount(codes[changed], minlength=size)], axis=1)
