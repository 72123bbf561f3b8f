"""Respondents from whom a list of questions is learned, and the scorers that are tried on them.

A scorer is a shrunken multinomial logit in which an item with an order has a slope and a bend:
few numbers to fit, hence fast, and hardly worse than a free effect for every answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from segkit._frames import Column
from segkit._resample import stratified_folds
from segkit._weights import scale_to_effective
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.models.logit import Design, fit_effects
from segkit.typing_tool.models.scorecard import N_BINS, SPREADS, Scorecard, log_loss, rounded_enough

__all__ = ["Fit", "Part", "prepare"]

N_SMOOTH = 2  # a slope and a bend
N_INNER = 3  # folds on which lists are compared
START = SPREADS.index(0.7)


@dataclass(frozen=True)
class Fit:
    """Scorers on the same items: one a inner fold, and what they lose on those left out.

    Attributes
    ----------
    items : tuple of int
        The items.
    parameters : tuple of ndarray of shape (n_columns, n_segments)
        For each fold; zeros at items that are not asked.
    loss : float
        Log loss of respondents left out, in nats each.
    """

    items: tuple[int, ...]
    parameters: tuple[np.ndarray, ...]
    loss: float


@dataclass(frozen=True)
class Part:
    """Respondents to learn from, as numbers.

    Attributes
    ----------
    book : FieldCodes
        The codebook, learned from them.
    design : Design
        The columns of each item.
    codes : ndarray of shape (n_respondents, n_items)
        Their answers.
    X : ndarray of shape (n_respondents, n_columns)
        Their design.
    membership : ndarray of shape (n_respondents, n_segments)
        Shares of the segments.
    w : ndarray of shape (n_respondents,)
        Weights, in respondents.
    folds : tuple of (ndarray, ndarray)
        Whom each inner fold learns from, and whom it leaves out.
    """

    book: FieldCodes
    design: Design
    codes: np.ndarray
    X: np.ndarray
    membership: np.ndarray
    w: np.ndarray
    folds: tuple[tuple[np.ndarray, np.ndarray], ...]
    starts: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", self.design.starts())

    @property
    def n_items(self) -> int:
        """The number of items."""
        return len(self.design.roots)

    def columns(self, items: Sequence[int]) -> np.ndarray:
        """Return the columns of a scorer on these items; the first is one throughout."""
        own = [np.arange(self.starts[i], self.starts[i + 1]) for i in items]
        return np.concatenate([[0], *own]).astype(np.intp)

    def parameters(
        self, items: Sequence[int], spread: int, start: np.ndarray, rows: np.ndarray | None = None
    ) -> np.ndarray:
        """Fit a scorer on these items, on some of the respondents or on all.

        Parameters
        ----------
        items : sequence of int
            The items.
        spread : int
            The position of the prior's standard deviation in `SPREADS`.
        start : ndarray of shape (n_columns, n_segments)
            Where the search begins.
        rows : ndarray, optional
            The respondents.
        """
        at, who = self.columns(items), slice(None) if rows is None else rows
        X = self.X[who][:, at]
        found = fit_effects(X, self.membership[who], self.w[who], SPREADS[spread] ** -2, start[at])
        out = np.zeros_like(start)
        out[at] = found
        return out

    def compared(self, items: tuple[int, ...], spread: int, near: Fit | None) -> Fit:
        """Fit scorers on the inner folds and lose on those left out."""
        at = self.columns(items)
        zero = np.zeros((self.X.shape[1], self.membership.shape[1]))
        found, lost = [], 0.0
        for f, (train, test) in enumerate(self.folds):
            start = zero if near is None else near.parameters[f]
            found.append(self.parameters(items, spread, start, train))
            z = self.X[test][:, at] @ found[-1][at]
            lost += log_loss(z, self.membership[test], self.w[test])
        return Fit(items, tuple(found), lost / float(self.w.sum()))

    def tuned(self, fit: Fit, spread: int) -> tuple[Fit, int]:
        """Return the fit under the prior, wider or narrower, that loses least."""
        for step in (-1, 1):
            best, moved = spread, False
            while 0 <= best + step < len(SPREADS):
                other = self.compared(fit.items, best + step, fit)
                if other.loss >= fit.loss:
                    break
                fit, best, moved = other, best + step, True
            if moved:
                return fit, best
        return fit, spread

    def card(
        self, items: Sequence[int], parameters: np.ndarray, spread: int
    ) -> tuple[Scorecard, float]:
        """Return a scorer as whole points, and what a point is worth."""
        design = self.design.of_fields(items)
        effects = design.effects(parameters[self.columns(items)])
        codes = self.codes[:, list(items)]
        return rounded_enough(effects, codes, self.membership, self.w, SPREADS[spread])


def prepare(columns: Sequence[Column], membership: np.ndarray, w: np.ndarray, seed: int) -> Part:
    """Learn the codebook and deal respondents out to the inner folds.

    Parameters
    ----------
    columns : sequence of Column
        Their answers, rows in canonical order.
    membership : ndarray of shape (n_respondents, n_segments)
        Shares of the segments.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    seed : int
        The seed of the inner folds.
    """
    book = FieldCodes.from_columns(columns, w, membership, n_bins=N_BINS)
    design = Design.of(book, [c.kind == "number" or c.ordered for c in columns], N_SMOOTH)
    codes = book.encode_columns(columns, what="items")
    n = len(w)
    fold = stratified_folds(membership.argmax(axis=1), N_INNER, np.arange(n), seed)
    folds = tuple((np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(N_INNER))
    return Part(
        book, design, codes, design.columns(codes), membership, scale_to_effective(w), folds
    )
