"""Axes to draw on and the marks that every figure shares. No global state is touched."""

from typing import Any

__all__ = ["axes_or_new", "finish", "literal"]

INK = "#222222"
MUTED = "#8a8a8a"
GRID = "#e6e6e6"


def axes_or_new(ax: Any = None, *, width: float = 7.0, height: float = 4.2) -> Any:
    """Return `ax`, or the Axes of a new figure of the given size in inches."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt  # heavy: only when something is drawn

    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def finish(
    ax: Any, *, title: str, x: str = "", y: str = "", grid: str | None = None, wrap: bool = True
) -> Any:
    """Set title and axis words, remove what carries no information, return the Axes.

    A title wraps to the figure's edge, measured while the layout is sought; figures whose
    marks leave the first layout no room must break their title themselves (`wrap=False`).
    """
    ax.set_title(title, loc="left", fontsize=11, color=INK, wrap=wrap)
    ax.set_xlabel(x, fontsize=9, color=INK)
    ax.set_ylabel(y, fontsize=9, color=INK)
    ax.tick_params(labelsize=8.5, colors=INK, length=0)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(MUTED)
    if grid:
        ax.grid(axis=grid, color=GRID, linewidth=0.8)
        ax.set_axisbelow(True)
    return ax


def literal(text: str) -> str:
    """Return a text that people wrote so that a figure shows it as it is: $ begins no formula.

    Examples
    --------
    >>> literal("Save $5 of $10") == "Save " + chr(92) + "$5 of " + chr(92) + "$10"
    True
    """
    return text.replace("$", r"\$")
