"""How many false alarms a year are allowed, and what that asks of each single test."""

from dataclasses import dataclass

from scipy.stats import norm

__all__ = ["Budget"]


@dataclass(frozen=True)
class Budget:
    """False alarms a year, and days a year that are looked at.

    Attributes
    ----------
    false_alarms : float
        Expected false alarms a year, at most.
    updates : float
        Days a year that the monitor is sent.
    """

    false_alarms: float = 1.0
    updates: float = 365.0

    def level(self, n_tests: int) -> float:
        """Return the level of each of the tests of a day.

        Notes
        -----
        ``level = false_alarms / (updates x n_tests)`` (Bonferroni). The expected number of
        false alarms is then at most the sum of the levels, ``false_alarms``, however much the
        tests depend on each other: expectations add up.

        Examples
        --------
        >>> Budget(false_alarms=1.0, updates=365).level(100)
        2.73973e-05
        """
        return min(0.05, self.false_alarms / (self.updates * n_tests))

    def z(self, n_tests: int) -> float:
        """Return how many standard errors one side of a test must pass."""
        return float(norm.isf(self.level(n_tests)))
