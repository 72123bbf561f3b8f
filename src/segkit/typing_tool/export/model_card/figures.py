"""The tables of figures of the card."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from segkit._result import interval_text, percent
from segkit.typing_tool.evaluation.evaluation import Evaluation
from segkit.typing_tool.evaluation.groups import GroupFigures
from segkit.typing_tool.evaluation.importance import FieldImportance
from segkit.typing_tool.export.model_card.sections import Table

__all__ = [
    "coverage_table",
    "figure_table",
    "group_table",
    "importance_table",
    "segment_table",
]

METRICS = {
    "accuracy": "Agreement with the survey's segment, of the tagged",
    "majority": "The largest segment for everybody",
    "ceiling": "Ceiling: what hardly any tool could pass",
    "kappa": "Kappa (0: chance, 1: always right)",
    "kappa_shuffled": "Kappa when taught from shuffled labels",
    "abstained": "Left untagged",
    "macro_recall": "Found again, mean over segments",
    "log_loss": "Log loss (nats a person)",
    "brier": "Brier score",
    "brier_skill": "Brier skill (0: chance, 1: perfect)",
    "calibration_error": "Mean error of the probabilities",
}
"""What the figures are called, in the order of the table."""

NUMBERS = {"kappa", "kappa_shuffled", "log_loss", "brier", "brier_skill"}
"""Those that are no shares."""

TAGGED = (1.0, 0.75, 0.5, 0.25)
"""Shares of people tagged that the table of abstention shows, or the nearest to them."""

Row = Mapping[str, Any]


def figure_table(figures: Evaluation) -> Table:
    """Return the figures of everybody, with intervals and chance."""
    found = {r["metric"]: r for r in _rows(figures.table) if r["segment"] == "all"}
    rows = tuple(
        (
            words,
            _number(found[name]["value"], name),
            _interval(found[name], name),
            _number(found[name]["chance"], name),
        )
        for name, words in METRICS.items()
        if name in found
    )
    caption = "Honest figures: respondents that the models had not seen."
    return Table(caption, ("Figure", "Value", "95 % interval", "At chance"), rows)


def segment_table(figures: Evaluation) -> Table:
    """Return what is known of each segment."""
    known = {(r["metric"], r["segment"]): r for r in _rows(figures.table)}
    size = _sizes(figures)
    rows = tuple(
        (
            segment,
            percent(share),
            _with_interval(known["recall", segment]),
            _with_interval(known["precision", segment]),
            _lift(known["lift", segment]),
        )
        for segment, share in size.items()
    )
    caption = (
        "By segment, with 95 % intervals. Lift: of the tenth of people likeliest in the segment, "
        "how many times its share truly is."
    )
    columns = ("Segment", "Of respondents", "Found again", "Right where tagged", "Lift")
    return Table(caption, columns, rows)


def coverage_table(figures: Evaluation) -> Table:
    """Return what leaving the unsure untagged buys."""
    table = figures.coverage.table
    tagged = np.array(table["tagged"])
    places = dict.fromkeys(int(np.argmin(np.abs(tagged - share))) for share in TAGGED)
    rows = tuple(
        (
            f"{table['cut'][i]:.2f}",
            percent(tagged[i]),
            percent(table["accuracy"][i]),
            _span(table["low"][i], table["high"][i]),
        )
        for i in places
    )
    caption = "What leaving the unsure untagged buys (abstain_below)."
    return Table(caption, ("Untagged below", "Tagged", "Right of these", "95 % interval"), rows)


def importance_table(importance: FieldImportance) -> Table:
    """Return what each field contributes, most important first."""
    rows = tuple(
        (r["field"], _rise(r, "loss_rise", ""), _rise(r, "conditional_rise", "conditional_"))
        for r in _rows(importance.table)
    )
    caption = (
        "What shuffling a field costs, in log loss (nats a person, 95 % intervals): among "
        "everyone, and among people alike in the other fields."
    )
    return Table(caption, ("Field", "The tool leans on it", "It adds to the others"), rows)


def group_table(groups: GroupFigures) -> Table:
    """Return how people of each group are typed."""
    rows = tuple(
        (
            r["by"],
            r["group"] + (" (too few to be tested)" if r["few"] else ""),
            f"{r['n']:,}",
            _with_interval(r),
            percent(r["rest"]),
            "" if math.isnan(r["p_adjusted"]) else f"{r['p_adjusted']:.3f}",
        )
        for r in _rows(groups.table)
        if r["metric"] == "accuracy"
    )
    caption = "Agreement with the survey's segment by group, beside everyone else's."
    columns = ("Groups by", "Group", "n", "Right", "Rest", "Adjusted p")
    return Table(caption, columns, rows, n_text=2)


def _rows(table: Mapping[str, list[Any]]) -> Iterator[Row]:
    for cells in zip(*table.values(), strict=True):
        yield dict(zip(table, cells, strict=True))


def _sizes(figures: Evaluation) -> dict[str, float]:
    """Return the segments' shares of the respondents, in order."""
    size: dict[str, float] = {}
    for row in _rows(figures.confusion.table):
        size[row["segment"]] = size.get(row["segment"], 0.0) + row["n"]
    total = sum(size.values())
    return {segment: n / total for segment, n in size.items()}


def _number(value: float, metric: str) -> str:
    if value is None or math.isnan(value):
        return ""
    return f"{round(value, 2) + 0.0:.2f}" if metric in NUMBERS else percent(value)


def _interval(row: Row, metric: str) -> str:
    if math.isnan(row["low"]):
        return ""
    return f"{_number(row['low'], metric)} to {_number(row['high'], metric)}"


def _span(low: float, high: float) -> str:
    return "" if math.isnan(low) else f"{percent(low)} to {percent(high)}"


def _with_interval(row: Row) -> str:
    if math.isnan(row["value"]):
        return "nobody"
    return f"{percent(row['value'])} ({_span(row['low'], row['high'])})"


def _lift(row: Row) -> str:
    return f"{row['value']:.1f} ({row['low']:.1f} to {row['high']:.1f})"


def _rise(row: Row, name: str, prefix: str) -> str:
    if row[name] is None or math.isnan(row[name]):
        return "not known"
    return interval_text(row[name], row[f"{prefix}low"], row[f"{prefix}high"], digits=3)
