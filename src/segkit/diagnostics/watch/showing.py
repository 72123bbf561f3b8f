"""What a monitor shows of its store: days, sizes, alarms, tags, the last day in one line."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from segkit._files import whole_file
from segkit._frames import Origin
from segkit.diagnostics.watch.daily import last_day
from segkit.diagnostics.watch.duckdb_store import DuckStore
from segkit.diagnostics.watch.page import page_of
from segkit.diagnostics.watch.postgres_store import PostgresStore
from segkit.diagnostics.watch.tables import check_format
from segkit.diagnostics.watch.update_result import MonitorUpdate
from segkit.diagnostics.watch.views import (
    alarm_columns,
    event_columns,
    history_columns,
    mix_columns,
    tag_columns,
)
from segkit.exceptions import SegkitError
from segkit.plots.segment_history import plot_segment_history

__all__ = ["ShowsStore", "as_day", "as_ids"]


class ShowsStore:
    """The methods of `Monitor` that read the store and change nothing."""

    _store: DuckStore | PostgresStore

    @property
    def store(self) -> str:
        """What the store is called; never shows a password."""
        return self._store.shown

    def history(self) -> Any:
        """Return one row a day.

        Returns
        -------
        pandas.DataFrame
            day, version, customers, new, changed, gone, moved, untagged, accuracy (estimated),
            accuracy_low, accuracy_high, n_alarms (open), verdict, reasons.
        """
        return self._view(history_columns)

    def mix(self) -> Any:
        """Return the sizes of the segments, one row a day and segment.

        Returns
        -------
        pandas.DataFrame
            day, version, segment, n (tags), counted (share of tags), share (corrected for
            typing error), low, high (its 95 % interval).
        """
        return self._view(mix_columns)

    def alarms(self) -> Any:
        """Return one row an alarm, those that have ended too.

        Returns
        -------
        pandas.DataFrame
            opened, closed (missing: open), segment, field, kind, detail, effect, effect_unit, p,
            because (what it is likely to follow from, such as a recoded field).
        """
        return self._view(alarm_columns)

    def events(self) -> Any:
        """Return what was done to the store: number, day, what, detail."""
        return self._view(event_columns)

    def tags(self, day: str | date | None = None) -> Any:
        """Return every customer's tag, as of a day or now.

        Returns
        -------
        pandas.DataFrame
            customer_id (text), first_day and until (in which nothing about the customer changed;
            until is missing where that is now), since (the day from which on the customer has
            this segment), segment (missing: untagged), probability, margin (to the
            runner-up), version.
        """
        return self._view(tag_columns, None if day is None else as_day(day))

    def trail(self, customer_ids: Any) -> Any:
        """Return all tags that customers have had, with the columns of `tags`."""
        return self._view(tag_columns, None, as_ids(customer_ids))

    def status(self) -> str:
        """Return the last day in one line, its verdict first."""
        return self._last().status

    def exit_code(self) -> int:
        """Return what a scheduler gets: 0 keep, 10 recalibrate, 11 resegment.

        A recoded field is 10, and the status line names it. `segkit monitor` ends with the same
        codes, and with 2 on an error.
        """
        return self._last().exit_code

    def plot(self, ax: Any = None) -> Any:
        """Draw the sizes of the segments over days, with intervals."""
        return plot_segment_history(self.mix(), ax)

    def report(self, out: str | Path | None = None) -> str | Path:
        """Return the report as HTML, or write it to a file.

        Parameters
        ----------
        out : str or Path, optional
            The file to write, whole or not at all.

        Returns
        -------
        str or Path
            One page without outside parts: verdict, alarms, sizes, fields, days, what was done
            to the store. It names no customer.
        """
        tables = (self.history(), self.mix(), self.alarms(), self.events())
        page = page_of(self.store, self._last(), *tables)
        if out is None:
            return page
        with whole_file(out) as draft:
            draft.write_text(page, "utf-8")
        return Path(out)

    def latest(self) -> MonitorUpdate:
        """Return the last day again, as `update` did."""
        return self._last()

    def _last(self) -> MonitorUpdate:
        with self._store.session(write=False) as session:
            return MonitorUpdate.of(last_day(session), Origin())

    def _view(self, columns: Callable[..., dict[str, list[Any]]], *given: Any) -> Any:
        with self._store.session(write=False) as session:
            check_format(session)
            return Origin().frame(columns(session, *given))


def as_ids(given: Any) -> list[str]:
    """Return ids as the texts that the store knows them by.

    Examples
    --------
    >>> as_ids(7), as_ids(["a", 8])
    (['7'], ['a', '8'])
    """
    return [str(v) for v in ([given] if np.ndim(given) == 0 else given)]


def as_day(day: Any) -> date:
    """Return a date, or a text like 2026-11-22 as one."""
    try:
        if isinstance(day, datetime):
            return day.date()
        return day if isinstance(day, date) else date.fromisoformat(str(day))
    except ValueError as error:
        raise SegkitError(
            f"day={day!r} was given; expected a date, or a text like '2026-11-22'."
        ) from error
