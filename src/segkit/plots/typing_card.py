"""A typing tool on one page: quality by segment, confusion, probabilities, lists."""

from typing import Any

from segkit._frames import column, numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK
from segkit.plots.confusion import plot_confusion
from segkit.plots.lift_curve import plot_lift_curve
from segkit.plots.reliability_diagram import plot_reliability_diagram
from segkit.plots.typing_quality import plot_typing_quality

__all__ = ["plot_typing_card"]

PAGE = (11.7, 8.3)  # A4, landscape


def plot_typing_card(table: Any, confusion: Any, reliability: Any, lift: Any) -> Any:
    """Draw four panels on a page of A4, landscape.

    Parameters
    ----------
    table, confusion, reliability, lift : frame
        The frames of `Evaluation` and of its parts.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> len(tool.evaluation_.plot_card().axes)
    4
    """
    import matplotlib.pyplot as plt  # heavy: only when something is drawn

    figure, axes = plt.subplots(2, 2, figsize=PAGE, layout="constrained")
    plot_typing_quality(table, axes[0, 0])
    plot_confusion(confusion, axes[0, 1])
    plot_reliability_diagram(reliability, axes[1, 0])
    plot_lift_curve(lift, axes[1, 1])
    for ax in axes.flat:
        ax.title.set_fontsize(9.5)
        for label in (ax.xaxis.label, ax.yaxis.label):
            label.set_fontsize(8)
    figure.suptitle(_headline(table), x=0.01, ha="left", fontsize=12.5, color=INK)
    return figure


def _headline(table: Any) -> str:
    metric, value = column(table, "metric"), numeric_column(table, "value")
    at = {name: int((metric == name).argmax()) for name in ("accuracy", "majority")}
    return (
        f"The tool agrees with the survey for {percent(value[at['accuracy']])} of people it had "
        f"not seen; naming the largest segment would for {percent(value[at['majority']])}"
    )
