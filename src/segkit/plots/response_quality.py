"""How many respondents each quality rule flags, alone and together with other rules."""

from typing import Any

import numpy as np

from segkit._frames import column
from segkit._result import percent
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["response_quality_plot"]

_WORDS = {
    "longstring": "same answer on and on",
    "alternating": "back and forth",
    "irv": "hardly any variation",
    "mahalanobis": "far from everybody",
    "even_odd": "odd and even items disagree",
    "synonyms": "near-synonyms disagree",
    "seconds_per_item": "too fast",
    "missing": "few answers",
}


def response_quality_plot(table: Any, ax: Any = None) -> Any:
    """Draw one bar a rule: respondents flagged by it alone, then together with others.

    Parameters
    ----------
    table : frame
        ``ResponseQuality.frame()``; the columns flagged and reason are read.
    ax : matplotlib Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"flagged": [True, False], "reason": ["irv", ""]})
    >>> response_quality_plot(table).get_xlabel()
    'respondents flagged (of 2)'
    """
    reasons = [text.split("; ") for text in column(table, "reason") if text]
    n = len(column(table, "flagged"))
    rules = [rule for rule in _WORDS if any(rule in broken for broken in reasons)]
    alone = np.array([sum(broken == [rule] for broken in reasons) for rule in rules], dtype=int)
    every = np.array([sum(rule in broken for broken in reasons) for rule in rules], dtype=int)
    order = np.argsort(-every, kind="stable")[::-1]  # the longest bar on top
    ax = axes_or_new(ax, height=1.4 + 0.45 * max(len(rules), 2))
    at = np.arange(len(rules))
    ax.barh(at, alone[order], color=SEGMENT_COLORS[0], label="by this rule alone")
    rest = every - alone
    ax.barh(at, rest[order], left=alone[order], color=SEGMENT_COLORS[4], label="with others")
    for y, k in enumerate(order):
        label = f" {every[k]}  ({percent(every[k] / n, 1)})"
        ax.text(every[k], y, label, va="center", fontsize=8.5, color=INK)
    ax.set_yticks(at, [_WORDS[rules[k]] for k in order])
    ax.set_xlim(0, 1.25 * max(every.max(initial=0), 1))
    if rules:
        ax.legend(frameon=False, fontsize=8.5, loc="lower right")
    else:
        ax.text(0.5, 0.5, "nobody flagged", transform=ax.transAxes, ha="center", color=MUTED)
    title = f"{len(reasons)} of {n} respondents ({percent(len(reasons) / n, 1)}) are flagged"
    return finish(ax, title=title, x=f"respondents flagged (of {n})", grid="x")
