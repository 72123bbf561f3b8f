"""A scorecard: whole points for every code and segment. Add up; the most points win.

The points are the rounded effects of a shrunken multinomial logit (`logit`). How strongly it
is shrunken is chosen by the log loss of cross-validation by respondent; how finely it is
rounded, by what rounding costs. From every code's points the fewest are taken off all
segments, so that none is negative and most tags are made by a few small numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from segkit._resample import stratified_folds
from segkit._threads import one_blas_thread
from segkit._weights import scale_to_effective
from segkit.typing_tool.models.logit import Design, Effects, fit_effects

__all__ = [
    "MAX_POINTS",
    "N_BINS",
    "FittedScorecard",
    "Scorecard",
    "fit_scorecard",
    "log_loss",
    "rounded_enough",
]

N_BINS = 10
"""The most bins of a number on a scorecard."""

SPREADS = (0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1.0, 1.5, 2.5, 4.0)
"""Standard deviations of the prior among which cross-validation chooses."""

LARGEST = (5, 7, 10, 14, 20, 30, 50, 70, 100, 200, 500)
"""The largest points that are tried, coarsest first."""

MAX_POINTS = LARGEST[-1]
"""Nothing gives a segment more."""

NEGLIGIBLE = 0.001  # nats a respondent that rounding may cost, or
NEGLIGIBLE_SHARE = 0.005  # this share of what the fields tell, whichever is more
N_FOLDS = 10  # of the cross-validation inside the fit
PATIENCE = 2  # wider priors that are tried after the loss has begun to rise
BLOCK = 65_536  # rows at a time


@dataclass(frozen=True)
class Scorecard:
    """Points by code and segment.

    Attributes
    ----------
    everyone : ndarray of shape (n_segments,), dtype int64
        Points that everybody starts with.
    points : ndarray of shape (n_fields, 64, n_segments), dtype int64
        What each code of each field adds; zeros beyond a field's codes.
    spread : float
        The standard deviation of the prior behind the points; small: strongly shrunken.
    rounding_loss : float
        What rounding costs, in nats a respondent (log loss on the respondents themselves).

    Examples
    --------
    >>> points = np.zeros((1, 64, 2), dtype=np.int64)
    >>> points[0, 1] = [0, 5]
    >>> card = Scorecard(np.array([2, 0]), points, 1.0, 0.0)
    >>> card.score(np.array([[0], [1]], dtype=np.uint8))
    array([[2, 0],
           [2, 5]])
    """

    everyone: np.ndarray
    points: np.ndarray
    spread: float
    rounding_loss: float

    @property
    def n_segments(self) -> int:
        """The number of segments."""
        return self.everyone.size

    @property
    def furthest(self) -> int:
        """How many points a segment can be behind the best, at most."""
        return int(self.everyone.max() + self.points.max(axis=(1, 2)).sum())

    def with_points(self, added: np.ndarray) -> "Scorecard":
        """Return the card that gives everyone these points of each segment too."""
        everyone = self.everyone + added
        return replace(self, everyone=np.minimum(everyone - everyone.min(), MAX_POINTS))

    def score(self, codes: np.ndarray, n_jobs: int | None = None) -> np.ndarray:
        """Return the points of rows of codes.

        Parameters
        ----------
        codes : ndarray of shape (n_rows, n_fields), dtype uint8
            From `FieldCodes.encode`.
        n_jobs : int, optional
            Not used: reading the codes takes longer than adding points.

        Returns
        -------
        ndarray of shape (n_rows, n_segments), dtype int64
        """
        del n_jobs
        out = np.tile(self.everyone, (len(codes), 1))
        for start in range(0, len(codes), BLOCK):
            part = codes[start : start + BLOCK]
            for f in range(part.shape[1]):
                out[start : start + BLOCK] += np.take(self.points[f], part[:, f], axis=0)
        return out

    def score_one(self, codes: np.ndarray) -> np.ndarray:
        """Return the points of one row of codes, shape (n_segments,)."""
        own = self.points[np.arange(codes.size), codes.astype(np.intp)]
        return np.asarray(self.everyone + own.sum(axis=0))

    def summary(self) -> str:
        """Return what it is in a few words."""
        most = max(int(self.points.max()), int(self.everyone.max()))
        return (
            f"scorecard of whole points, 0 to {most} (prior standard deviation {self.spread:g}, "
            f"chosen by cross-validation; rounding costs {max(self.rounding_loss, 0):.4f} nats)"
        )


@dataclass(frozen=True)
class FittedScorecard:
    """A scorecard and what its respondents got from points that did not know them.

    Attributes
    ----------
    scorecard : Scorecard
        The points.
    unit : float
        The log odds that a point was made to be worth.
    held_out_votes : ndarray of shape (n_respondents, n_segments)
        Each respondent's points, moved by what a fit without them changes (ten folds).
    loss : tuple of float
        The cross-validated log loss of each spread that was tried.
    """

    scorecard: Scorecard
    unit: float
    held_out_votes: np.ndarray
    loss: tuple[float, ...]


def fit_scorecard(
    codes: np.ndarray,
    membership: np.ndarray,
    w: np.ndarray,
    design: Design,
    random_state: Any = 0,
) -> FittedScorecard:
    """Find the points that tell the segments apart.

    Parameters
    ----------
    codes : ndarray of shape (n_respondents, n_fields)
        Codes of the fields, rows in canonical order.
    membership : ndarray of shape (n_respondents, n_segments)
        Each respondent's shares of the segments; rows sum to 1.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    design : Design
        The columns of the codebook.
    random_state : int, RandomState or None
        The seed of the folds.

    Returns
    -------
    FittedScorecard
    """
    X, weight = design.columns(codes), scale_to_effective(w)
    parts = list(_parts(membership, random_state))
    with one_blas_thread():
        spread, held_out, loss = _best_spread(X, membership, weight, parts)
        everyone = fit_effects(X, membership, weight, spread**-2)
    effects = design.effects(everyone)
    card, unit = rounded_enough(effects, codes, membership, weight, spread)
    votes = card.score(codes)
    for (_, test), parameters in zip(parts, held_out, strict=True):
        # what leaving a respondent out changes, on the card as it was rounded: its rounding
        # moves everybody alike, and is part of how it mistakes people
        moved = X[test] @ (parameters - everyone) / unit
        votes[test] = np.rint(votes[test] + np.round(moved, 6)).astype(np.int64)
    return FittedScorecard(card, unit, votes, loss)


def _parts(membership: np.ndarray, random_state: Any) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the respondents to learn from and those left out."""
    n = len(membership)
    folds = stratified_folds(membership.argmax(axis=1), N_FOLDS, np.arange(n), random_state)
    for fold in range(min(N_FOLDS, n)):
        yield np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)


def _best_spread(
    X: np.ndarray, membership: np.ndarray, w: np.ndarray, parts: list[Any]
) -> tuple[float, list[np.ndarray], tuple[float, ...]]:
    """Try wider and wider priors; return the best and what each fold learned under it."""
    losses: list[float] = []
    best: tuple[float, list[np.ndarray]] = (SPREADS[0], [])
    found: list[Any] = [None] * len(parts)
    for spread in SPREADS:
        lost = 0.0
        for i, (train, test) in enumerate(parts):
            start = found[i]
            found[i] = fit_effects(X[train], membership[train], w[train], spread**-2, start)
            lost += log_loss(X[test] @ found[i], membership[test], w[test])
        if not losses or lost < min(losses):
            best = spread, list(found)
        losses.append(lost)
        if len(losses) - int(np.argmin(losses)) > PATIENCE:
            break
    return *best, tuple(v / float(w.sum()) for v in losses)


def rounded_enough(
    effects: Effects, codes: np.ndarray, membership: np.ndarray, w: np.ndarray, spread: float
) -> tuple[Scorecard, float]:
    """Round effects to the coarsest points that cost next to nothing.

    Returns
    -------
    card : Scorecard
        The points.
    unit : float
        The log odds that a point is worth.
    """
    exact = log_loss(effects.log_odds(codes), membership, w) / w.sum()
    blind = log_loss(np.log(w @ membership / w.sum() + 1e-300)[None], membership, w) / w.sum()
    bearable = max(NEGLIGIBLE, NEGLIGIBLE_SHARE * (blind - exact))
    # fields that say nothing of segments of one size: no points at all, whatever they are worth
    widest = max(float(np.ptp(v, axis=-1).max()) for v in (effects.level, effects.codes)) or 1.0
    for largest in LARGEST:
        unit = widest / largest
        card = _rounded(effects, unit, spread)
        cost = log_loss(card.score(codes) * unit, membership, w) / w.sum() - exact
        if cost <= bearable:
            break
    return Scorecard(card.everyone, card.points, spread, float(cost)), unit


def _rounded(effects: Effects, unit: float, spread: float) -> Scorecard:
    level, codes = (v - v.min(axis=-1, keepdims=True) for v in (effects.level, effects.codes))
    # rounding first: effects that are equal but for float noise must stay equal
    everyone, points = (np.rint(np.round(v / unit, 6)).astype(np.int64) for v in (level, codes))
    return Scorecard(everyone, points, spread, 0.0)


def log_loss(z: np.ndarray, membership: np.ndarray, w: np.ndarray) -> float:
    """Return the weighted sum of the log loss of log odds `z`."""
    z = z - z.max(axis=1, keepdims=True)
    total = np.log(np.exp(z).sum(axis=1))
    return float(w @ (total - (membership * z).sum(axis=1)))
