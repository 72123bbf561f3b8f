"""Who lives in the made world: six archetypes, of which a world holds three to six.

The numbers here give directions only (who values what, who looks like what in the
customer base). How hard the world is follows from the two scales in `world`, which
were calibrated against oracles.
"""

from dataclasses import dataclass

__all__ = ["CASTS", "SHARES", "Archetype"]


@dataclass(frozen=True)
class Archetype:
    """One kind of customer.

    Attributes
    ----------
    name, job : str
        A short name, and the job this customer wants done when a bill has to be paid.
    satisfaction : tuple of 5 floats
        Direction of the means of the satisfaction factors, in the order control,
        simplicity, security, speed, saving.
    stage : tuple of 4 floats
        Log odds of the life stages young, family, midlife, senior.
    region, household, method : tuple of floats
        Log odds of the levels of these fields, in the order of `fields`.
    tenure, products, bills, reminders, amount, logins : float
        Shift of the log mean (of the log odds of a long stay for `tenure`).
    app, autopay : float
        Log odds of having the app and of having an automatic agreement.
    habit : tuple of 4 floats
        Payment habit: share of invoices paid on a fixed day of the month, mean and
        standard deviation of the days from due to paid otherwise, share disputed.
    """

    name: str
    job: str
    satisfaction: tuple[float, ...]
    stage: tuple[float, ...]
    region: tuple[float, ...]
    household: tuple[float, ...]
    method: tuple[float, ...]
    tenure: float
    products: float
    bills: float
    reminders: float
    amount: float
    logins: float
    app: float
    autopay: float
    habit: tuple[float, float, float, float]


AUTOMATIC = Archetype(
    name="Set and forget",
    job="Have the bills pay themselves, so that I never have to think of them",
    satisfaction=(0.20, -0.45, 0.15, 0.10, 0.15),
    stage=(-0.2, 0.7, 0.1, -0.6),
    region=(0.1, 0.0, 0.1, 0.0, 0.2, -0.2, 0.0),
    household=(-0.3, 0.2, 0.5, -0.1),
    method=(1.3, 0.3, -0.6, -0.3, 0.1, -1.0),
    tenure=0.1,
    products=0.10,
    bills=0.25,
    reminders=-0.5,
    amount=0.10,
    logins=-0.7,
    app=0.1,
    autopay=1.6,
    habit=(0.05, -1.0, 1.5, 0.01),
)
OVERVIEW = Archetype(
    name="Overview keeper",
    job="Know at any moment what I owe, what is coming and what is left",
    satisfaction=(-0.50, 0.15, 0.15, 0.10, 0.10),
    stage=(-0.3, 0.2, 0.6, -0.1),
    region=(-0.1, 0.1, 0.0, 0.1, 0.0, 0.0, 0.1),
    household=(0.0, 0.3, 0.1, 0.0),
    method=(-0.4, 1.2, 0.3, 0.0, -0.3, -0.4),
    tenure=0.3,
    products=0.35,
    bills=0.20,
    reminders=-0.7,
    amount=0.25,
    logins=0.6,
    app=0.7,
    autopay=-0.3,
    habit=(0.75, -4.0, 3.0, 0.03),
)
CAREFUL = Archetype(
    name="Careful checker",
    job="Be sure that the right sum reaches the right company, and that nobody cheats me",
    satisfaction=(0.10, 0.10, -0.50, 0.15, 0.15),
    stage=(-0.7, -0.5, 0.2, 1.0),
    region=(0.1, 0.1, 0.0, 0.1, -0.1, -0.3, 0.1),
    household=(0.2, 0.1, -0.3, -0.1),
    method=(-0.4, -0.2, 0.7, -0.8, -0.5, 1.3),
    tenure=0.5,
    products=-0.20,
    bills=-0.05,
    reminders=-0.8,
    amount=0.0,
    logins=-0.3,
    app=-1.2,
    autopay=-0.8,
    habit=(0.25, -7.0, 4.0, 0.06),
)
MOVER = Archetype(
    name="On the move",
    job="Get a bill out of the way in seconds, the moment it crosses my mind",
    satisfaction=(0.10, 0.15, 0.15, -0.50, 0.05),
    stage=(1.0, 0.2, -0.5, -0.9),
    region=(-0.1, -0.1, -0.1, -0.1, 0.2, 0.5, -0.1),
    household=(0.3, -0.1, -0.1, 0.1),
    method=(-0.8, -0.5, -0.4, 1.3, 0.6, -0.9),
    tenure=-0.4,
    products=-0.05,
    bills=-0.20,
    reminders=1.0,
    amount=-0.15,
    logins=0.8,
    app=1.0,
    autopay=-0.6,
    habit=(0.10, 4.0, 8.0, 0.02),
)
SAVER = Archetype(
    name="Bargain seeker",
    job="Pay not a cent more than I must, and get something back for paying",
    satisfaction=(0.10, 0.10, 0.10, 0.10, -0.55),
    stage=(0.4, 0.5, -0.3, -0.4),
    region=(0.2, 0.1, 0.1, 0.0, -0.1, -0.3, 0.1),
    household=(0.1, -0.2, 0.3, 0.4),
    method=(-0.3, -0.4, 0.2, 0.1, 1.3, -0.3),
    tenure=-0.6,
    products=-0.30,
    bills=0.10,
    reminders=0.4,
    amount=-0.35,
    logins=0.2,
    app=0.3,
    autopay=-0.4,
    habit=(0.30, 0.0, 3.0, 0.08),
)
UNTROUBLED = Archetype(
    name="Untroubled",
    job="Pay when a bill comes; it is no matter to worry about",
    satisfaction=(0.20, 0.20, 0.20, 0.20, 0.20),
    stage=(0.0, -0.4, 0.2, 0.2),
    region=(0.0, 0.0, 0.1, 0.0, 0.0, 0.0, 0.0),
    household=(0.5, 0.1, -0.5, 0.0),
    method=(-0.3, -0.3, 1.2, -0.1, -0.3, 0.1),
    tenure=0.0,
    products=-0.45,
    bills=-0.60,
    reminders=0.2,
    amount=-0.20,
    logins=-0.9,
    app=-0.6,
    autopay=-0.1,
    habit=(0.10, 1.0, 5.0, 0.01),
)

CASTS: dict[int, tuple[Archetype, ...]] = {
    3: (AUTOMATIC, OVERVIEW, CAREFUL),
    4: (AUTOMATIC, OVERVIEW, CAREFUL, MOVER),
    5: (AUTOMATIC, OVERVIEW, CAREFUL, MOVER, SAVER),
    6: (AUTOMATIC, OVERVIEW, CAREFUL, UNTROUBLED, MOVER, SAVER),
}
"""The archetypes of the world with so many segments, the largest first."""

SHARES: dict[int, tuple[float, ...]] = {
    3: (0.38, 0.34, 0.28),
    4: (0.33, 0.27, 0.23, 0.17),
    5: (0.27, 0.23, 0.20, 0.17, 0.13),
    6: (0.24, 0.20, 0.17, 0.15, 0.13, 0.11),
}
"""Share of each segment among the customers."""

NEED_PATTERNS: dict[int, tuple[tuple[float, ...], ...]] = {
    3: (
        (-0.5, 1.0, -0.5, 0.9, -0.8),
        (1.0, -0.5, -0.5, 0.0, 0.9),
        (-0.5, -0.5, 1.0, -0.8, 0.0),
    ),
    4: (
        (-0.35, 1.0, -0.3, -0.3, -0.6),
        (1.0, -0.3, -0.35, -0.35, 0.6),
        (-0.3, -0.35, 1.0, -0.35, -0.55),
        (-0.35, -0.3, -0.35, 1.0, 0.55),
    ),
    5: (
        (-0.3, 1.0, -0.25, -0.2, -0.25),
        (1.0, -0.25, -0.2, -0.3, -0.25),
        (-0.2, -0.25, 1.0, -0.3, -0.25),
        (-0.25, -0.2, -0.3, 1.0, -0.25),
        (-0.25, -0.3, -0.25, -0.2, 1.0),
    ),
    6: (
        (-0.05, 1.0, 0.0, 0.05, 0.0),
        (1.0, 0.0, 0.05, -0.05, 0.0),
        (0.05, 0.0, 1.0, -0.05, 0.0),
        (-0.3, -0.3, -0.3, -0.3, -0.3),
        (0.0, 0.05, -0.05, 1.0, 0.05),
        (0.0, -0.05, 0.0, 0.05, 1.0),
    ),
}
