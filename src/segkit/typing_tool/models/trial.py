"""Small forests on trial: what respondents say of candidates that they did not teach.

Candidates (other settings, fewer fields) share the codebook, the bootstrap samples and the
respondents, so that their out-of-bag losses are compared person by person.

References
----------
Breiman, L., Friedman, J. H., Olshen, R. A. & Stone, C. J. (1984). Classification and
Regression Trees. Wadsworth. Section 3.4.3 (the rule of one standard error).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segkit._weights import effective_size, weighted_mean, weighted_sd
from segkit.typing_tool.models.calibration import Calibration, fit_calibration
from segkit.typing_tool.models.forest import BATCH, GrownForest, grow_forest

__all__ = ["Growth", "Trial", "simplest"]

N_TREES = 2 * BATCH
"""Trees of a forest on trial: enough to rank candidates, not to be used."""


@dataclass(frozen=True)
class Growth:
    """How the trees of a forest are grown.

    Attributes
    ----------
    max_leaves : int
        The most leaves of a tree.
    min_leaf : float
        The least weight of a leaf, in respondents of average weight.
    split_fields : int or None
        How many fields a split may choose from; the root of their number by default.
    """

    max_leaves: int
    min_leaf: float
    split_fields: int | None = None


@dataclass(frozen=True)
class Trial:
    """Respondents on whom candidates are tried.

    Attributes
    ----------
    codes : ndarray of shape (n_respondents, n_fields)
        Codes of the fields, rows in canonical order.
    anchors : ndarray of shape (n_fields, 64)
        Codes that no threshold may part.
    membership : ndarray of shape (n_respondents, n_segments)
        Shares of the segments.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    n_trees : int
        The most trees of the forest that is to be fitted; a trial takes fewer.
    seed : int
        The seed of the bootstrap samples that all candidates share.
    n_jobs : int or None
        Threads.
    """

    codes: np.ndarray
    anchors: np.ndarray
    membership: np.ndarray
    w: np.ndarray
    n_trees: int
    seed: int
    n_jobs: int | None = None

    def grow(self, fields: Sequence[int], growth: Growth) -> GrownForest:
        """Grow a small forest on some of the fields."""
        at = np.asarray(fields, dtype=np.intp)
        return grow_forest(
            self.codes[:, at], self.membership, self.w, self.anchors[at],
            n_trees=min(N_TREES, self.n_trees), max_leaves=growth.max_leaves,
            min_leaf=growth.min_leaf, split_fields=growth.split_fields,
            random_state=self.seed, n_jobs=self.n_jobs,
        )  # fmt: skip

    def calibration(self, votes: np.ndarray) -> Calibration:
        """Return the calibration of out-of-bag votes."""
        if not votes.any():
            return Calibration.neutral(votes.shape[1])
        return fit_calibration(votes, self.membership, self.w)

    def losses(self, votes: np.ndarray, calibration: Calibration) -> np.ndarray:
        """Return each respondent's log loss under calibrated out-of-bag votes.

        Parameters
        ----------
        votes : ndarray of shape (n_respondents, n_segments)
            Out-of-bag votes.
        calibration : Calibration
            What turns them into probabilities.

        Returns
        -------
        ndarray of shape (n_respondents,)
            NaN for respondents whom every tree saw.
        """
        some = votes.any(axis=1)
        share = calibration.decide(votes[some]).probabilities
        out = np.full(len(votes), np.nan)
        out[some] = -(self.membership[some] * np.log(share)).sum(axis=1)
        return out

    def own_losses(self, grown: GrownForest) -> np.ndarray:
        """Return each respondent's log loss under a forest's calibrated out-of-bag votes."""
        return self.losses(grown.oob_votes, self.calibration(grown.oob_votes))


def simplest(losses: np.ndarray, w: np.ndarray) -> int:
    """Return the first candidate that is within one standard error of the best.

    Parameters
    ----------
    losses : ndarray of shape (n_candidates, n_respondents)
        Losses of the candidates, the simplest first; NaN where a respondent has none.
    w : ndarray of shape (n_respondents,)
        Survey weights.

    Returns
    -------
    int

    Notes
    -----
    The standard error is that of the difference from the best candidate over the same
    respondents, with Kish's effective number: people who are hard to type are so for all
    candidates alike, and that cancels.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> best = rng.normal(1, 0.3, 400)
    >>> near, far = best + rng.normal(0, 0.2, 400), best + rng.normal(0.1, 0.2, 400)
    >>> simplest(np.stack([far, near, best]), np.ones(400))
    1
    """
    seen = ~np.isnan(losses).any(axis=0)
    if not seen.any():
        return 0
    losses, w = losses[:, seen], w[seen]
    best = int(np.argmin(weighted_mean(losses.T, w)))
    behind = (losses - losses[best]).T
    error = weighted_sd(behind, w) / np.sqrt(effective_size(w))
    return int(np.flatnonzero(weighted_mean(behind, w) <= error)[0])
