"""Going back: to how the store stood after a day, or to an earlier version of the tool."""

from datetime import date

from segkit._result import count_text
from segkit.diagnostics.watch import ledger
from segkit.diagnostics.watch.daily import Wish, take_back, take_version
from segkit.diagnostics.watch.databases import Session
from segkit.diagnostics.watch.settings import kept_from
from segkit.diagnostics.watch.tables import bring_up, make_tables
from segkit.diagnostics.watch.versions import Version, all_versions, segments_of, set_current
from segkit.exceptions import SegkitError

__all__ = ["roll_back_to_day", "roll_back_to_version", "use_tool"]


def use_tool(session: Session, wish: Wish) -> int:
    """Use a tool from the next day that is sent; return the number of its version."""
    session.hold()
    make_tables(session)
    tool = wish.tool or b""
    asked = Version(0, tool, segments_of(tool))
    known = [v.number for v in all_versions(session) if v.digest == asked.digest]
    if not known:
        return take_version(session, wish).number
    if wish.reference is not None:
        raise SegkitError(
            f"The tool is version {known[0]} of the store already, with a reference of its own; "
            "expected no other reference for it. Leave reference out."
        )
    roll_back_to_version(session, known[0])
    return known[0]


def roll_back_to_version(session: Session, number: int) -> None:
    """Use a version of the tool that the store knows, from the next day that is sent."""
    session.hold()
    bring_up(session)
    known = [v.number for v in all_versions(session)]
    if number not in known:
        has = ", ".join(map(str, known))
        raise SegkitError(
            f"Version {number} of the tool is not in the store; it has {has}. Give one of these, "
            "or a day as text ('2026-11-22')."
        )
    set_current(session, number)
    ledger.note(session, None, "tool", f"Version {number} of the typing tool is in use again.")


def roll_back_to_day(session: Session, day: date | None) -> int:
    """Bring the store back to how it stood after a day (None: before the first).

    Returns
    -------
    int
        How many days were taken back.
    """
    session.hold()
    bring_up(session)
    days = ledger.all_days(session)
    row = next((d for d in days if d.day == day), None)
    if day is not None and row is None:
        has = f"it has {days[0].day} to {days[-1].day}" if days else "it has none"
        raise SegkitError(
            f"The day {day} is not in the store; {has}. Give one of its days, or 'start'."
        )
    cut = kept_from(session)
    if cut is not None and (day is None or day < cut):
        raise SegkitError(
            f"Tags before {cut} were dropped (retain), so that the store cannot go back to "
            f"{day or 'its start'}; expected {cut} or a later day."
        )
    take_back(session, day)
    if row is not None:
        set_current(session, row.version)
    n = sum(day is None or d.day > day for d in days)
    taken = count_text(n, "day")
    ledger.note(session, day, "rollback", f"Back to {day or 'the start'}: {taken} taken back.")
    return n
