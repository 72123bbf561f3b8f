"""What a day that was sent to a monitor amounted to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from segkit._frames import Origin
from segkit._result import Result, count_text
from segkit.diagnostics.change.field_change import FieldChange
from segkit.diagnostics.watch.alarms import Alarm, FieldRecoding
from segkit.diagnostics.watch.budget import Budget
from segkit.diagnostics.watch.daily import Sent
from segkit.plots.drift import plot_drift

__all__ = ["EXIT_CODES", "MonitorUpdate"]

EXIT_CODES = {"keep": 0, "recalibrate": 10, "resegment": 11}
"""What a scheduler gets to see; 2 is an error."""

MANY_GONE = 0.2
"""A base without a fifth of yesterday's customers may not be whole."""

REPAIR = (
    "A recoded field is read wrongly by the tool: undo the recoding in the base and send the day "
    "again, or fit the tool on the new coding, before sizes are read."
)

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
    recodings : tuple of FieldRecoding
        Fields that are recorded otherwise, since when, how, and by which evidence.
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
    recodings: tuple[FieldRecoding, ...]
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
            found.recodings,
            found.n_tests,
            sent.settings.budget,
            origin,
        )

    @property
    def exit_code(self) -> int:
        """What a scheduler gets: 0 keep, 10 recalibrate, 11 resegment."""
        return EXIT_CODES[self.verdict]

    @property
    def doubt(self) -> str:
        """What makes the day's base look incomplete; empty where nothing does."""
        before = self.customers - self.new + self.gone
        if not before or self.gone < MANY_GONE * before:
            return ""
        return f"{self.gone:,} of {before:,} are gone: is the base whole?"

    @property
    def status(self) -> str:
        """The day in one line."""
        flows = (
            f"{self.new:,} new, {self.changed:,} changed, {self.gone:,} gone, {self.moved:,} moved"
        )
        note = {"known": " [known already]", "replaced": " [replaced]"}.get(self.outcome, "")
        note += f" [{self.doubt}]" if self.doubt else ""
        recoded = "".join(f"{r.words}; " for r in self.recodings)
        return (
            f"{self.verdict} {self.day}: {recoded}{count_text(self.customers, 'customer')} "
            f"({flows}); {_alarms_text(self.alarms)}; tool version {self.version}{note}"
        )

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
        if self.recodings:
            words = f"{words} {REPAIR}"
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
            f"of {count_text(self.budget.updates, 'day')}.{done}{self._doubted()}"
        )

    def _doubted(self) -> str:
        return f" Of the customers of the day before {self.doubt}" if self.doubt else ""


def _alarms_text(alarms: Sequence[Alarm]) -> str:
    """Count the open alarms, and those among them that a recoding is likely to have made."""
    if not alarms:
        return "no alarm"
    following = sum(bool(a.because) for a in alarms)
    likely = f", {following} of them likely because of it" if following else ""
    return count_text(len(alarms), "open alarm") + likely
