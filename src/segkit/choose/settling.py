"""Worlds are drawn until the verdict no longer hangs on the draw, or so many that it stands.

References
----------
Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in
the case of the binomial. Biometrika 26, 404-413.
Gandy, A. (2009). Sequential implementation of Monte Carlo tests with uniformly bounded
resampling risk. Journal of the American Statistical Association 104, 1504-1511 (the purpose:
that another seed gives the same verdict; the rule here is simpler).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import beta

from segkit._progress import progress_bar
from segkit.choose.verdicts import LEVEL

__all__ = ["Exceeding", "is_borderline", "settle", "totals"]

LOOK = 0.95
"""How sure a verdict must be at the end of a round."""

ANY_TIME = 0.999
"""How sure it must be that p is above the level to stop within a round."""


@dataclass(frozen=True)
class Exceeding:
    """How many worlds have as much as the answers.

    Attributes
    ----------
    n : int
        Worlds.
    count : int
        Those with at least as much as the answers.
    least, most : int
        The same if the figure of the answers is too low, or too high, by its Monte-Carlo error.
    """

    n: int
    count: int
    least: int
    most: int

    @property
    def p(self) -> float:
        """The Monte-Carlo p value."""
        return (self.count + 1) / (self.n + 1)

    def interval(self, confidence: float = LOOK) -> tuple[float, float]:
        """Return between what values p would settle with worlds and halves without end.

        Examples
        --------
        >>> low, high = Exceeding(n=99, count=0, least=0, most=0).interval()
        >>> low, round(high, 3)
        (0.0, 0.037)
        """
        tail = (1 - confidence) / 2
        low = beta.ppf(tail, self.least, self.n - self.least + 1) if self.least else 0.0
        high = beta.ppf(1 - tail, self.most + 1, self.n - self.most) if self.most < self.n else 1.0
        return float(low), float(high)

    @property
    def is_open(self) -> bool:
        """Whether p may lie on either side of the level."""
        low, high = self.interval()
        return low <= LEVEL <= high

    @property
    def may_pass(self) -> bool:
        """Whether p may be at most the level."""
        return self.interval()[0] <= LEVEL

    @property
    def is_surely_large(self) -> bool:
        """Whether p is above the level, so surely that it can be asked after every world."""
        return self.interval(ANY_TIME)[0] > LEVEL


def is_borderline(stability: Exceeding, separation: Exceeding) -> bool:
    """Say whether another seed might give another verdict.

    Examples
    --------
    >>> sure, open_ = Exceeding(99, 0, 0, 0), Exceeding(99, 4, 3, 5)
    >>> is_borderline(sure, open_), is_borderline(Exceeding(99, 50, 45, 55), open_)
    (True, False)
    """
    return stability.is_open or (stability.may_pass and separation.is_open)


def totals(n_null: int, max_null: int) -> list[int]:
    """Return how many worlds there are after each round: twice as many as after the last.

    One is added before doubling and taken off again, so that p can be exactly .05.

    Examples
    --------
    >>> totals(99, 799), totals(19, 50), totals(19, 19)
    ([99, 199, 399, 799], [19, 39, 50], [19])
    """
    rounds = [n_null]
    while rounds[-1] < max_null:
        rounds.append(min(2 * (rounds[-1] + 1) - 1, max_null))
    return rounds


def settle(
    rounds: Sequence[int],
    *,
    halve: Callable[[int], Any],
    draw: Callable[[int, bool], Any],
    first: Callable[[], Exceeding],
    second: Callable[[], Exceeding],
) -> None:
    """Draw worlds, round by round, until the verdict is sure.

    Parameters
    ----------
    rounds : sequence of int
        Worlds after each round (`totals`).
    halve : callable
        Called with the number of the round: halves the people of the answers more often, so
        that their figure gets as sure as that of the worlds.
    draw : callable
        Called with the number of the world, from 0, and whether its people are to be halved.
    first, second : callable
        Return the test of stability, and that of separation, which matters beyond the first.

    Notes
    -----
    A round ends the drawing when the 95 % interval of p does not hold the level. Within a round it
    ends when the 99.9 % interval of the first p lies above the level. Where the first is sure
    but the second open, the worlds that follow are not halved, which costs little.
    """
    with progress_bar(what="worlds without segments", total=rounds[0]) as bar:
        sure, drawn = _settle_first(rounds, halve, draw, first, bar)
        for total in rounds:
            if sure or total < drawn:
                continue
            bar.total = total
            for number in range(drawn, total):
                draw(number, False)
                bar.update()
            drawn = total
            sure = not second().is_open


def _settle_first(
    rounds: Sequence[int],
    halve: Callable[[int], Any],
    draw: Callable[[int, bool], Any],
    first: Callable[[], Exceeding],
    bar: Any,
) -> tuple[bool, int]:
    """Return whether the verdict is sure by the first test alone, and how many were drawn."""
    drawn = 0
    for number, total in enumerate(rounds):
        bar.total = total
        halve(number)
        while drawn < total:
            draw(drawn, True)
            bar.update()
            drawn += 1
            if first().is_surely_large:
                return True, drawn
        if not first().is_open:
            break
    return not first().may_pass, drawn
