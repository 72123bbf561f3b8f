"""The few choices that a store remembers."""

from dataclasses import dataclass, field
from datetime import date

from segkit._checks import check_number
from segkit.diagnostics.watch.budget import Budget
from segkit.diagnostics.watch.databases import Session

__all__ = ["Settings", "kept_from", "read_settings", "write_kept_from", "write_settings"]


@dataclass(frozen=True)
class Settings:
    """Choices of a monitor.

    Attributes
    ----------
    id : str
        The column of customer ids.
    budget : Budget
        False alarms a year, and days a year.
    """

    id: str = "customer_id"
    budget: Budget = field(default_factory=Budget)

    def changed(
        self, id: str | None, false_alarms: float | None, updates: float | None
    ) -> "Settings":
        """Return the settings with what is given in place of what was."""
        old = self.budget
        budget = Budget(
            old.false_alarms
            if false_alarms is None
            else check_number(false_alarms, name="false_alarms_a_year", low=0.001),
            old.updates if updates is None else check_number(updates, name="updates_a_year", low=1),
        )
        return Settings(self.id if id is None else id, budget)


def read_settings(session: Session) -> Settings:
    """Return the choices of a store, or the usual ones in a new one."""
    known = dict(session.rows("SELECT name, value FROM monitor"))
    usual = Settings()
    return Settings(
        known.get("id", usual.id),
        Budget(
            float(known.get("false alarms a year", usual.budget.false_alarms)),
            float(known.get("updates a year", usual.budget.updates)),
        ),
    )


def write_settings(session: Session, settings: Settings) -> None:
    """Remember choices."""
    plain = {
        "id": settings.id,
        "false alarms a year": repr(float(settings.budget.false_alarms)),
        "updates a year": repr(float(settings.budget.updates)),
    }
    for name, value in plain.items():
        session.run("DELETE FROM monitor WHERE name = ?", [name])
        session.run("INSERT INTO monitor VALUES (?, ?)", [name, value])


def kept_from(session: Session) -> date | None:
    """Return the day from which on every customer's tags are kept; None: from the first."""
    found = session.rows("SELECT value FROM monitor WHERE name = 'kept from'")
    return date.fromisoformat(found[0][0]) if found else None


def write_kept_from(session: Session, day: date) -> None:
    """Remember from which day on every customer's tags are kept."""
    session.run("DELETE FROM monitor WHERE name = 'kept from'")
    session.run("INSERT INTO monitor VALUES ('kept from', ?)", [day.isoformat()])
