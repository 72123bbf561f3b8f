"""The report of a monitor: one HTML page without outside parts, and without a customer."""

import re
from typing import Any

from segkit._checks import name_list
from segkit._result import percent
from segkit.diagnostics.watch.alarms import Alarm
from segkit.diagnostics.watch.update_result import REPAIR, MonitorUpdate
from segkit.plots._pictures import svg
from segkit.plots.palette import segment_name
from segkit.plots.segment_history import plot_segment_history

__all__ = ["page_of"]

MOST_DAYS = 60
WORDS = {
    "keep": "The segments still hold",
    "recalibrate": "Something changed: look, and recalibrate the typing tool",
    "resegment": "The typing tool loses its grip: ask people again",
}
MEANS = {
    "keep": "No change beyond the budget of false alarms is open.",
    "recalibrate": "The base changed beyond chance and by a size that matters, but the tool is "
    "still as sure as it was. Check whether a field was recoded; if people changed, fit the tool "
    "again on a base that looks like today's.",
    "resegment": "The tool's estimated accuracy fell by five points or more, beyond chance. New "
    "answers are needed to tell whether the segments themselves still hold.",
}


def page_of(
    store: str,
    last: MonitorUpdate,
    history: Any,
    mix: Any,
    alarms: Any,
    events: Any,
) -> str:
    """Return the page as text.

    Parameters
    ----------
    store : str
        What the store is called.
    last : MonitorUpdate
        The last day.
    history, mix, alarms, events : pandas.DataFrame
        As `Monitor` shows them.
    """
    from matplotlib import pyplot as plt  # heavy: only where a page is written

    ax = plot_segment_history(mix)
    try:
        picture = svg(ax)
    finally:
        plt.close(ax.figure)
    return _template().render(
        store=store,
        last=last,
        title=_title(last),
        means=REPAIR if last.recodings else MEANS[last.verdict],
        recodings=last.recodings,
        sizes_note=_sizes_note(last),
        open_alarms=[_alarm(a) for a in last.alarms],
        picture=picture,
        picture_words=ax.get_title(loc="left").replace("\\$", "$"),
        sizes=_sizes(last, mix),
        fields=_fields(last),
        days=_days(history),
        n_days=len(history),
        past=[_past(row) for row in _rows(alarms) if _there(row["closed"])],
        events=[{**row, "day": row["day"] if _there(row["day"]) else ""} for row in _rows(events)],
        summary=last.summary(),
    )


def _title(last: MonitorUpdate) -> str:
    if not last.recodings:
        return WORDS[last.verdict]
    recoded = [r.field for r in last.recodings]
    return f"{name_list(recoded)} {'is' if len(recoded) == 1 else 'are'} recoded: repair that first"


def _sizes_note(last: MonitorUpdate) -> str:
    if not last.recodings:
        return ""
    told = " and ".join(r.short for r in last.recodings)
    return f"As {told}, the tool reads it wrongly: sizes from then on are not those of people."


def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # only where a page is written

    environment = Environment(
        loader=PackageLoader("segkit.diagnostics.watch", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_unbroken,
    )
    return environment.get_template("monitor.html")


def _unbroken(value: Any) -> Any:
    """Keep a percentage and its sign on one line; quote names as a reader does."""
    if type(value) is not str:  # a picture is markup that is left alone
        return value
    return re.sub(r"`([^`]*)`", "\u201c\\1\u201d", value).replace(" %", "\u00a0%")


def _there(value: Any) -> bool:
    return value is not None and value == value


def _rows(frame: Any) -> list[dict[str, Any]]:
    names = list(frame.columns)
    return [dict(zip(names, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {
        "since": alarm.opened,
        "words": alarm.words,
        "effect": _effect(alarm.effect, alarm.effect_unit),
        "p": _p(alarm.p),
    }


def _past(row: dict[str, Any]) -> dict[str, Any]:
    words = Alarm(
        row["opened"], row["segment"], row["field"], row["kind"], row["detail"], row["effect"],
        row["effect_unit"], row["p"], because=row["because"],
    ).words  # fmt: skip
    return {"opened": row["opened"], "closed": row["closed"], "words": words}


def _effect(value: float, unit: str) -> str:
    return f"{100 * value:.1f} points" if unit == "share" else f"{value:.2f} {unit}"


def _p(p: float) -> str:
    return "below 1e-12" if p < 1e-12 else f"{p:.2g}"


def _sizes(last: MonitorUpdate, mix: Any) -> list[dict[str, Any]]:
    today = {r["segment"]: r for r in _rows(mix) if r["day"] == last.day}
    rows = []
    for r in _rows(last.mix):
        now = today[r["segment"]]
        rows.append(
            {
                "name": segment_name(r["segment"]),
                "n": f"{now['n']:,}",
                "counted": percent(now["counted"], 1),
                "share": _share(now["share"]),
                "interval": f"{_share(now['low'])} to {_share(now['high'])}",
                "before": _share(r["before"]),
                "change": f"{100 * r['change']:+.1f}" if _there(r["change"]) else "",
            }
        )
    return rows


def _share(value: float) -> str:
    return percent(value, 1) if _there(value) else ""


def _fields(last: MonitorUpdate) -> list[dict[str, Any]]:
    """Return every field in everybody, and in segments where an alarm is open."""
    shown = [c for c in last.changes if c.segment == "all" or c.kind != "stable"]
    return [
        {
            "field": c.field,
            "where": "everybody" if c.segment == "all" else segment_name(c.segment),
            "psi": f"{c.psi:.4f}",
            "chance": f"{c.psi_null_95:.4f}",
            "effect": _effect(c.effect, c.effect_unit),
            "missing": f"{percent(c.missing_before, 1)} / {percent(c.missing_after, 1)}",
            "state": f"{c.kind}: {c.detail}" if c.kind != "stable" else "no alarm",
        }
        for c in shown
    ]


def _days(history: Any) -> list[dict[str, Any]]:
    rows = _rows(history)[::-1][:MOST_DAYS]
    return [
        {
            **row,
            **{n: f"{row[n]:,}" for n in ("customers", "new", "changed", "gone", "moved")},
            "untagged": f"{row['untagged']:,}",
            "accuracy": _share(row["accuracy"]),
        }
        for row in rows
    ]
