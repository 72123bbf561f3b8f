"""What a day that was sent to a monitor amounted to."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from segkit._frames import Origin
from segkit._result import Result, count_text
from segkit.diagnostics.change.field_change import FieldChange
from segkit.diagnostics.watch.budget import Budget
from segkit.diagnostics.watch.daily import Sent
from segkit.diagnostics.watch.judging import Alarm
from segkit.plots.drift import plot_drift

__all__ = ["EXIT_CODES", "MonitorUpdate", "status_line"]

EXIT_CODES = {"keep": 0, "recalibrate": 10, "resegment": 11}
"""What a scheduler gets to see; 2 is an error."""

COLUMNS = (
    "segment",
    "field",
    "psi",
    "psi_null_95",
    "effect",
    "effect_unit",
    "p",
    "p_adjusted",
    "kind",
    "detail",
    "missing_before",
    "missing_after",
    "n_before",
    "n_after",
)


@dataclass(frozen=True, repr=False)
class MonitorUpdate(Result):
    """A day in the store of a `Monitor`, against the reference.

    Attributes
    ----------
    day : date
        The day.
    version : int
        The version of the typing tool that tagged it.
    customers, new, changed, gone, moved : int
        Customers in all; those new, with another value in a field, no longer there; and
        those changed whose tag is another now.
    outcome : {"added", "known", "replaced"}
        Whether the day was new to the store, there already (nothing was done), or there with
        other content.
    verdict : {"keep", "recalibrate", "resegment"}
        recalibrate: an alarm is open; resegment: one on the tool's accuracy.
    alarms, opened : tuple of Alarm
        The alarms open on this day, and those among them that it opened.
    mix : frame
        Segment sizes of reference and day, as `Drift.mix`.
    changes : tuple of FieldChange
        Every field in everybody and each segment; `frame` shows them.
    n_tests : int
        The tests of a day.
    budget : Budget
        False alarms a year.
    origin : Origin
        The kind of frame to hand out.

    See Also
    --------
    Monitor : Whose `update` returns it.

    Examples
    --------
    >>> MonitorUpdate.exit_code.__doc__.split(":")[0]
    'What a scheduler gets'
    """

    day: date
    version: int
    customers: int
    new: int
    changed: int
    gone: int
    moved: int
    outcome: str
    verdict: str
    alarms: tuple[Alarm, ...]
    opened: tuple[Alarm, ...]
    mix: Any
    changes: tuple[FieldChange, ...]
    n_tests: int
    budget: Budget
    origin: Origin = field(default_factory=Origin)

    @classmethod
    def of(cls, sent: Sent, origin: Origin) -> "MonitorUpdate":
        """Tell what became of a day."""
        row, found = sent.row, sent.judgement
        flows = row.flows
        figures = (flows.customers, flows.new, flows.changed, flows.gone, flows.moved)
        mix = {name: found.mix[name].to_numpy() for name in found.mix.columns}
        opened = tuple(a for a in found.alarms if a.opened == row.day)
        return cls(
            row.day,
            row.version,
            *figures,
            sent.outcome,
            row.verdict,
            found.alarms,
            opened,
            origin.frame(mix),
            found.changes,
            found.n_tests,
            sent.settings.budget,
            origin,
        )

    @property
    def exit_code(self) -> int:
        """What a scheduler gets: 0 keep, 10 recalibrate, 11 resegment."""
        return EXIT_CODES[self.verdict]

    @property
    def status(self) -> str:
        """The day in one line."""
        flows = (
            f"{self.new:,} new, {self.changed:,} changed, {self.gone:,} gone, {self.moved:,} moved"
        )
        note = {"known": " [known already]", "replaced": " [replaced]"}.get(self.outcome, "")
        line = status_line(self.day, self.verdict, self.customers, flows, self.alarms, self.version)
        return line + note

    def frame(self) -> Any:
        """Return one row a segment (``all`` for everybody) and field.

        Returns
        -------
        frame
            segment, field, psi, psi_null_95, effect, effect_unit, p, p_adjusted (for all
            tests of a day: Bonferroni), kind (stable, unless an alarm is open), detail,
            missing_before, missing_after, n_before, n_after.
        """
        columns = {name: [getattr(c, name) for c in self.changes] for name in COLUMNS}
        columns["detail"] = [c.detail if c.kind != "stable" else "" for c in self.changes]
        return self.origin.frame(columns)

    def plot(self, ax: Any = None, segment: str = "all") -> Any:
        """Draw the PSI of each field beside what chance alone would give."""
        return plot_drift(self.frame(), ax, segment=segment)

    def summary(self) -> str:
        """Return one paragraph: the day, its alarms, and what the alarms mean."""
        words = " ".join(a.words + f" (since {a.opened})" for a in self.alarms)
        done = {
            "added": "",
            "known": " The day was in the store already: nothing was changed.",
            "replaced": " The day was in the store with other content, which was replaced.",
        }[self.outcome]
        level = self.budget.level(self.n_tests)
        return (
            f"Verdict of {self.day}: {self.verdict}. {words or 'No alarm is open.'} "
            f"{count_text(self.customers, 'customer')} ({self.new:,} new, {self.changed:,} "
            f"changed, {self.gone:,} gone, {self.moved:,} with another tag), tagged by version "
            f"{self.version} of the tool. {count_text(self.n_tests, 'test')} a day, each at "
            f"{level:.1e}, allow {count_text(self.budget.false_alarms, 'false alarm')} in a year "
            f"of {count_text(self.budget.updates, 'day')}.{done}"
        )


def status_line(
    day: date, verdict: str, customers: int, flows: str, alarms: tuple[Any, ...], version: int
) -> str:
    """Word a day for a log: the verdict first."""
    alarmed = count_text(len(alarms), "open alarm") if alarms else "no alarm"
    return (
        f"{verdict} {day}: {count_text(customers, 'customer')} ({flows}); {alarmed}; tool version "
        f"{version}"
    )
