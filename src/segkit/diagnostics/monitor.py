"""A store of daily counts and tags that says, day by day, whether the segments still hold."""

import warnings
from datetime import date
from pathlib import Path
from typing import Any

from segkit._checks import check_integer
from segkit._frames import Origin, lazy_kind, origin_of
from segkit.diagnostics.watch.daily import Wish, send_day
from segkit.diagnostics.watch.duckdb_store import DuckStore
from segkit.diagnostics.watch.forgetting import drop_older, forget_customers
from segkit.diagnostics.watch.postgres_store import PostgresStore
from segkit.diagnostics.watch.rolling_back import roll_back_to_day, roll_back_to_version, use_tool
from segkit.diagnostics.watch.showing import ShowsStore, as_day, as_ids
from segkit.diagnostics.watch.update_result import MonitorUpdate
from segkit.diagnostics.watch.versions import saved_tool
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool.base.base_files import is_path

__all__ = ["Monitor"]

SERVERS = ("postgresql://", "postgres://")


class Monitor(ShowsStore):
    """Watches a customer base: tags who changed, counts every day, raises few false alarms.

    Parameters
    ----------
    path : str or Path
        The store: a DuckDB file, made by the first update; or the address of a PostgreSQL
        database (``postgresql://user@host/database``).
    tool : TypingTool or path, optional
        The fitted typing tool, or its file. Needed once; the store keeps it. One that the
        store does not know becomes its next version.
    reference : frame or path, optional
        What days are compared with: the respondents' fields, or an earlier base; a .parquet or
        .csv file is read when it is needed. Without it the first day is.
    sample_weight : array-like of shape (n_rows,), optional
        Weights of the reference.
    id : str, optional
        The column of customer ids ("customer_id").
    false_alarms_a_year : float, optional
        The expected number of false alarms a year, at most, over all fields, segments and days
        (1).
    updates_a_year : float, optional
        How many days a year are sent (365).
    schema : str
        PostgreSQL: the schema that holds the tables. Another name is another monitor.

    Attributes
    ----------
    store : str
        What the store is called; never shows a password.

    See Also
    --------
    drift : Compares two tables once.

    Notes
    -----
    The store holds, for each customer, the id, the tag, its probability, and in which bin each
    field lies; for each day sums over customers. It holds no field's value and no row of the
    reference. A customer whose fields did not change is not tagged again; days' counts are
    yesterday's with old bins subtracted and new ones added, in whole numbers, so that they equal
    counting everybody.

    **Days** are sent in order. A day is one transaction: killed at any moment, the store is as
    it was, and the same call again ends where it would have. The same day sent twice changes
    nothing; the last day with other content is replaced. An earlier day with other content is
    refused: `rollback` first.

    **Alarms.** Each of the T tests of a day (every field in everybody and in each segment, the
    sizes of the segments, the tool's accuracy) is made at the level ``k / (T U)``, with ``k``
    the false alarms allowed a year and ``U`` the updates a year. Expectations add up whatever
    depends on what (it is mostly the same customers every day, and fields go together), so that
    a year without drift has at most ``k`` false alarms on average. A change must also be of
    a size that matters: .1 sd, V of .05, 2 % of the rows, 3 points of a segment's share, 5 points
    of accuracy. An alarm stays one alarm until its change is within chance (5 %) or below half
    that size. Against a reference of other people (a survey), what differs from the first
    day on is an alarm on that day; against the first day of the base, only what changes later is.

    **Recoding.** A field under alarm is looked at for having been recorded otherwise: each customer
    against the bin they were in on the day before (a code of which nine of ten holders are found
    at one other code; one factor or constant that takes nine of ten back where they were); on a
    tool's first day, against the reference, by the forms that `drift` names and that counts can
    show. Where the field's alarm opened on the day of the recoding it says so, and so opened
    alarms on sizes, accuracy and changes within segments are shown as its likely consequence; of
    earlier and later ones it explains none. A recoding ends on the day on which nine of ten of
    those whom it moved are back in their bins, or the field is under alarm no more. The budget does
    not depend on it: no alarm is added or taken away. What is recoded little by little, over days,
    is not told from people; what the business changes for everybody at once is told as a recoding.

    **Accuracy** is the mean probability of the tags: right where probabilities come true. It
    is compared with that of the reference where this is a base (a day, or a table that the tool
    tagged); of the respondents it learned from the tool is surer than it should be, so that there
    the accuracy it was validated at stands in, if it is smaller.

    **Verdict.** *resegment*: an alarm on the accuracy, unless it opened on the day of a recoding;
    *recalibrate*: any other; else *keep*.
    A new meaning of the segments among people with the same fields is not seen: only new
    labels would tell.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> base = fields.assign(customer_id=range(120))
    >>> monitor = Monitor(f"{tempfile.mkdtemp()}/monitor.duckdb", tool)
    >>> monitor.update(base, "2026-11-21").status
    'keep 2026-11-21: 120 customers (120 new, 0 changed, 0 gone, 0 moved); no alarm; tool version 1'
    >>> base.loc[0, "age"] = 70
    >>> day = monitor.update(base, "2026-11-22")
    >>> day.changed, day.moved, monitor.update(base, "2026-11-22").outcome
    (1, 1, 'known')
    """

    def __init__(
        self,
        path: str | Path,
        tool: Any = None,
        reference: Any = None,
        *,
        sample_weight: Any = None,
        id: str | None = None,
        false_alarms_a_year: float | None = None,
        updates_a_year: float | None = None,
        schema: str = "segkit_monitor",
    ) -> None:
        self._store = _store_at(path, schema)
        if reference is not None and tool is None:
            raise SegkitError(
                "reference was given without a tool; expected the tool that tags it. Give both: "
                "Monitor(path, tool, reference)."
            )
        self._wish = Wish(
            None if tool is None else saved_tool(tool),
            reference,
            sample_weight,
            id,
            false_alarms_a_year,
            updates_a_year,
        )

    def __repr__(self) -> str:
        return f"Monitor({self.store!r})"

    def update(self, base: Any, day: str | date) -> MonitorUpdate:
        """Send a day: the whole base as it is on it.

        Parameters
        ----------
        base : frame, path, or list of paths
            What `TypingTool.tag` takes, in memory or streamed: a pandas, polars or pyarrow table;
            a polars LazyFrame; a DuckDB relation; .parquet, .csv or .arrow files. It has the
            tool's fields and the ids.
        day : str or date
            The day, as ``2026-11-22`` or a date.

        Returns
        -------
        MonitorUpdate

        Raises
        ------
        SegkitError
            For a day out of order; a missing or repeated id; an absent field or one of another
            kind; a damaged store, with the copy that still reads.

        Warns
        -----
        SegkitWarning
            Where a fifth of the customers of the day before or more are gone, on a day that the
            store did not know already.
        """
        when = as_day(day)
        with self._store.session(write=True) as session:
            sent = send_day(session, base, when, self._wish)
        lazy = is_path(base) or lazy_kind(base)
        found = MonitorUpdate.of(sent, Origin() if lazy else Origin(origin_of(base).kind))
        if found.doubt and found.outcome != "known":
            warnings.warn(
                f"Of the customers of the day before {when} {found.doubt} If not, send the whole "
                "base for the same day: it takes this one's place.",
                SegkitWarning,
                stacklevel=2,
            )
        return found

    def use(self, tool: Any, reference: Any = None, *, sample_weight: Any = None) -> int:
        """Use another tool from the next day on, or one that was used before.

        Parameters
        ----------
        tool : TypingTool or path
            The fitted tool.
        reference : frame, optional
            What the days it tags are compared with; by default the first of them.
        sample_weight : array-like of shape (n_rows,), optional
            Weights of the reference.

        Returns
        -------
        int
            The number of its version. With the next day everybody is tagged by it.
        """
        wish = Wish(saved_tool(tool), reference, sample_weight)
        with self._store.session(write=True) as session:
            return use_tool(session, wish)

    def rollback(self, to: int | str | date) -> None:
        """Go back to a version of the tool, or to how the store stood after a day.

        Parameters
        ----------
        to : int, or str or date
            The number of a version: it tags everybody with the next day that is sent; or a
            day of the store: all that came after it is taken back; or "start".

        Raises
        ------
        SegkitError
            For a version or a day that is not in the store, or a day whose tags were dropped.
        """
        with self._store.session(write=True) as session:
            if isinstance(to, int):
                roll_back_to_version(session, to)
            else:
                roll_back_to_day(session, None if to == "start" else as_day(to))

    def forget(self, customer_ids: Any) -> int:
        """Forget customers: their ids, tags and history, and their part in counts and sizes.

        Parameters
        ----------
        customer_ids : sequence, or one id
            The ids; those the store does not know are passed over.

        Returns
        -------
        int
            How many customers were forgotten.

        Raises
        ------
        SegkitError
            When nobody would be left of a day while others are in the store.

        Notes
        -----
        Counts of days whose tags `retain` dropped stay as they are, as do verdicts and alarms.
        A file is written anew, and its copy too, so that nothing of the customers is left in
        them. Take the customers out of the base first: the next update would meet them as new.
        Where nobody is left, the store has no day any more; its tools stay.
        """
        with self._store.session(write=True) as session:
            n = forget_customers(session, as_ids(customer_ids))
        if n:
            self._store.compact()
        return n

    def retain(self, days: int) -> int:
        """Drop the tags that ended so many days or more before the last day.

        Daily counts, sizes, verdicts and alarms stay, and so does every customer's present tag.

        Parameters
        ----------
        days : int
            How many days are kept in detail.

        Returns
        -------
        int
            How many tags were dropped.
        """
        check_integer(days, name="days", low=0)
        with self._store.session(write=True) as session:
            n = drop_older(session, days)
        if n:
            self._store.compact()
        return n


def _store_at(path: str | Path, schema: str) -> DuckStore | PostgresStore:
    if isinstance(path, str) and path.startswith(SERVERS):
        return PostgresStore(path, schema)
    if isinstance(path, str | Path) and "://" not in str(path):
        return DuckStore(Path(path))
    raise SegkitError(
        "path is neither a file nor a postgresql:// address; expected, for example, "
        "'monitor.duckdb' or 'postgresql://user@host/database'. Correct it."
    )
