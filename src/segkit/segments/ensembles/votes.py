"""What many divisions of the same people say together, without a table of pairs of people.

Each division votes: it puts a person into one of its own segments, or says nothing. All
votes stand in one table of people x segments of all divisions, and everything here is a
matrix product with it.

References
----------
Wu, J., Liu, H., Xiong, H., Cao, J. and Chen, J. (2015). K-means-based consensus clustering: a
unified view. IEEE Transactions on Knowledge and Data Engineering 27, 155-169.
Senbabaoglu, Y., Michailidis, G. and Li, J. Z. (2014). Critical limitations of consensus
clustering in class discovery. Scientific Reports 4, 6207 (ambiguously clustered pairs).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit.segments.agreement import adjusted_rand, contingency
from segkit.segments.reduced.reduced_search import best_division
from segkit.segments.reduced.reduced_space import Answers

__all__ = ["Votes"]

AMBIGUOUS = (0.1, 0.9)
"""A pair put together by a share of the divisions between these is ambiguous."""

AT_ONCE = 2**15
"""People whose votes are written out at once."""


@dataclass(frozen=True)
class Votes:
    """The divisions of the same people.

    Attributes
    ----------
    codes : ndarray of shape (n, n_members)
        The segment of each person in each division, from 0; -1 where it says nothing.
    sizes : tuple of int
        The number of segments of each division.
    """

    codes: np.ndarray
    sizes: tuple[int, ...]

    @property
    def hot(self) -> np.ndarray:
        """One where a person is in a segment: (n, segments of all divisions)."""
        columns = [
            code[:, None] == np.arange(size)
            for code, size in zip(self.codes.T, self.sizes, strict=True)
        ]
        return np.hstack(columns).astype(float)

    @property
    def owner(self) -> np.ndarray:
        """The division of each column of `hot`."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def divide(self, w: np.ndarray, n_segments: int, *, n_init: int, seed: Any) -> np.ndarray:
        """Divide people so that those who share votes are together (utility consensus).

        Parameters
        ----------
        w : ndarray of shape (n,)
            Weights; every person has one and some vote.
        n_segments : int
            The number of segments K.
        n_init : int
            Starts.
        seed : int
            The seed of the starts.

        Returns
        -------
        ndarray of shape (n,)
            Segments from 0.

        Notes
        -----
        K-means on the table of votes. Its loss falls as the consensus segments agree with the
        divisions, measured by the category utility function (Wu et al. 2015);
        divisions that say nothing of somebody are left out of the distances.
        """
        hot = self.hot
        spoke = (self.codes >= 0)[:, self.owner]
        table = Answers(hot, None if spoke.all() else spoke.astype(float), w)
        found, _ = best_division(
            table,
            n_segments,
            min(n_segments, hot.shape[1]),
            n_init=n_init,
            max_iter=500,
            tol=1e-9,
            random_state=seed,
        )
        return np.asarray(table.distances(found.centres[0]).argmin(axis=1))

    def profile(self, segment: np.ndarray, w: np.ndarray, n_segments: int) -> np.ndarray:
        """Return how the people of each consensus segment are spread over each division.

        Parameters
        ----------
        segment : ndarray of shape (n,)
            Consensus segments from 0.
        w : ndarray of shape (n,)
            Weights.
        n_segments : int
            The number of consensus segments K.

        Returns
        -------
        ndarray of shape (n_segments, segments of all divisions)
            Shares that sum to 1 over the segments of each division.
        """
        parts = [
            contingency(segment, code, n_segments, size, w)
            for code, size in zip(self.codes.T, self.sizes, strict=True)
        ]
        together = np.hstack(parts)
        first = np.flatnonzero(np.diff(self.owner, prepend=-1))
        total = np.add.reduceat(together, first, axis=1)[:, self.owner]
        return np.divide(together, total, out=np.zeros_like(together), where=total > 0)

    def memberships(self, profile: np.ndarray) -> np.ndarray:
        """Return each person's membership in the consensus segments: the mean of all votes.

        A vote for segment s of a division counts for consensus segment k in proportion to the
        share of k's people who are in s, so that large segments draw no more than small ones.

        Parameters
        ----------
        profile : ndarray of shape (n_segments, segments of all divisions)
            From `profile`.

        Returns
        -------
        ndarray of shape (n, n_segments)
            Rows sum to 1; equal where no division says anything.
        """
        total = profile.sum(axis=0)
        vote = np.divide(profile, total, out=np.zeros_like(profile), where=total > 0)
        sums = np.vstack([part.hot @ vote.T for part in self._parts()])
        spoken = sums.sum(axis=1, keepdims=True)
        return np.divide(sums, spoken, out=np.full_like(sums, 1.0 / len(profile)), where=spoken > 0)

    def agreement(self, w: np.ndarray) -> np.ndarray:
        """Return the adjusted Rand index of each pair of divisions.

        Parameters
        ----------
        w : ndarray of shape (n,)
            Weights; whole numbers mean repeated people.

        Returns
        -------
        ndarray of shape (n_members, n_members)
            Over the people of whom both say something; 1 on the diagonal.
        """
        counts = np.zeros((len(self.owner), len(self.owner)))
        for first, part in enumerate(self._parts()):
            hot = part.hot
            counts += (hot * w[first * AT_ONCE : (first + 1) * AT_ONCE, None]).T @ hot
        ends = np.cumsum(self.sizes)
        parts = [slice(end - size, end) for end, size in zip(ends, self.sizes, strict=True)]
        out = np.ones((len(parts), len(parts)))
        for a in range(len(parts)):
            for b in range(a):
                out[a, b] = out[b, a] = adjusted_rand(counts[parts[a], parts[b]])
        return out

    def ambiguity(self, w: np.ndarray, n_pairs: int, seed: int) -> float:
        """Return the share of pairs of people on whom the divisions are split (PAC).

        Parameters
        ----------
        w : ndarray of shape (n,)
            Weights.
        n_pairs : int
            Pairs to sample.
        seed : int
            The seed of the sample.

        Returns
        -------
        float
            Share of the sampled pairs that more than a tenth, but fewer than nine tenths, of
            the divisions put together; NaN when no division speaks of both of any pair.
        """
        rng = np.random.default_rng(seed)
        total = np.cumsum(w)
        drawn = np.searchsorted(total, rng.random((2, n_pairs)) * total[-1])
        a, b = self.codes[np.minimum(drawn, len(w) - 1)]
        both = (a >= 0) & (b >= 0)
        speaking = both.sum(axis=1)
        together = ((a == b) & both).sum(axis=1)[speaking > 0] / speaking[speaking > 0]
        if together.size == 0:
            return float("nan")
        low, high = AMBIGUOUS
        return float(((together > low) & (together < high)).mean())

    def _parts(self) -> Iterator["Votes"]:
        """Yield the people a part at a time; at least once."""
        for first in range(0, max(len(self.codes), 1), AT_ONCE):
            yield Votes(self.codes[first : first + AT_ONCE], self.sizes)
