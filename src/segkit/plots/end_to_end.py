"""How many respondents change their segment when one stage, or all, see a sample only."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import INK, axes_or_new, finish
from segkit.plots.palette import segment_color

__all__ = ["plot_end_to_end"]


def plot_end_to_end(table: Any, ax: Any = None) -> Any:
    """Draw the share of respondents that is lost by each stage alone and by all together.

    Parameters
    ----------
    table : frame
        Columns redone, answer, n, kept, low, high; the rows of the last answer are drawn beside
        those of the one before.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"redone": ["needs", "segments", "all"], "answer": ["segments"] * 3,
    ...                       "n": [90] * 3, "kept": [0.9, 0.8, 0.75], "low": [0.88, 0.7, 0.7],
    ...                       "high": [0.92, 0.9, 0.8]})
    >>> plot_end_to_end(table).get_title(loc="left")
    '25 % change their segment in another sample, most because of segments'
    """
    columns = nw.from_native(table, eager_only=True).to_dict(as_series=False)
    answers = list(dict.fromkeys(columns["answer"]))
    stages = [*dict.fromkeys(r for r in columns["redone"] if r != "all"), "all"]
    lost, low, high = (1.0 - np.array(columns[c], dtype=float) for c in ("kept", "high", "low"))
    ax = axes_or_new(ax, height=1.7 + 0.75 * len(stages))
    width = 0.7 / len(answers)
    for place, answer in enumerate(answers):
        rows = [i for i, a in enumerate(columns["answer"]) if a == answer]
        y = np.array([stages.index(columns["redone"][i]) for i in rows]) + width * (
            place - (len(answers) - 1) / 2
        )
        ax.barh(
            y, lost[rows], height=0.92 * width, color=segment_color(place), label=f"at {answer}"
        )
        ax.errorbar(
            lost[rows], y, xerr=[lost[rows] - low[rows], high[rows] - lost[rows]], fmt="none",
            ecolor=INK, capsize=3, lw=1.3,
        )  # fmt: skip
        for at, row in zip(y, rows, strict=True):
            ax.annotate(
                f"{100 * lost[row]:.1f} %", (high[row], at), (6, 0), textcoords="offset points",
                va="center", fontsize=8.5, color=INK,
            )  # fmt: skip
    names = [f"{stage} alone" for stage in stages[:-1]] + ["all stages"]
    ax.set_yticks(range(len(stages)), names)
    ax.set_ylim(len(stages) - 0.45, -0.55)
    ax.set_xlim(0, 1.18 * max(float(high.max()), 0.01))
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    if len(answers) > 1:
        ax.legend(frameon=False, fontsize=8.5, loc="upper right")
    return finish(
        ax,
        title=_title(columns, lost, answers[-1]),
        x=f"respondents who change their segment (n = {columns['n'][0]:,})\n"
        "fitted to a sample: the stage named; fitted to everybody: the others\n"
        "(line: 95 % interval of the mean over samples)",
    )


def _title(columns: dict[str, list], lost: np.ndarray, last: str) -> str:
    rows = [i for i, answer in enumerate(columns["answer"]) if answer == last]
    whole = next(lost[i] for i in rows if columns["redone"][i] == "all")
    most = max((i for i in rows if columns["redone"][i] != "all"), key=lambda i: lost[i])
    said = f"{100 * whole:.0f} % change their segment in another sample"
    if lost[most] <= 0:
        return said
    return f"{said}, most because of {columns['redone'][most]}"
