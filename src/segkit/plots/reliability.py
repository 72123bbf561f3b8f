"""Alpha and omega of each scale: points with intervals, beside the customary marks."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import INK, MUTED, axes_or_new, finish

__all__ = ["reliability_plot"]

MARKS = (0.7, 0.8)
"""Customary marks (Nunnally 1978): conventions, not tests."""

_ALPHA = "#0072b2"
_APART = 0.15  # rows between the two points of a scale
_AXIS = "share of the sum's variance that the items hold in common (lines: intervals)"


def reliability_plot(table: Any, ax: Any = None) -> Any:
    """Draw the reliability of each scale.

    Parameters
    ----------
    table : frame
        scale, n_items, n, alpha, low, high, omega_total, omega_low, omega_high,
        omega_hierarchical and n_factors, as `factors.Reliability.frame` gives. Where there are
        omega_categorical, categorical_low and categorical_high, they are drawn in omega's place.
    ax : matplotlib.axes.Axes or None
        Where to draw; a new figure when None.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"scale": ["trust"], "n_items": [4], "n": [200], "alpha": [0.79],
    ...                       "low": [0.74], "high": [0.83], "omega_total": [0.8],
    ...                       "omega_low": [0.75], "omega_high": [0.84],
    ...                       "omega_hierarchical": [0.8], "n_factors": [1]})
    >>> reliability_plot(table).get_title(loc="left")
    'The scale reaches the customary .7'
    """
    columns = nw.from_native(table, eager_only=True).to_dict(as_series=False)
    k = len(columns["scale"])
    ax = axes_or_new(ax, height=1.7 + 0.55 * k)
    y = np.arange(k, dtype=float)
    alpha = [_floats(columns[c]) for c in ("alpha", "low", "high")]
    name, omega = _omega(columns)
    _points(ax, y - _APART, "alpha", alpha, mark="o", color=_ALPHA)
    _points(ax, y + _APART, name, omega, mark="D", color=INK)
    _hierarchical(ax, y + _APART, columns)
    _marks(ax)
    ax.set_yticks(y, _labels(columns))
    ax.set_ylim(k - 0.4, -0.75)
    lowest = np.nanmin([0.5, *np.concatenate([*alpha, *omega])])
    ax.set_xlim(max(lowest - 0.05, -1.0), 1.0)
    finish(ax, title=_title(np.where(np.isnan(omega[0]), alpha[0], omega[0])), x=_AXIS, grid="x")
    ax.spines["left"].set_visible(False)
    _legend(ax)
    return ax


def _floats(values: Any) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in values], dtype=float)


def _omega(columns: dict[str, list]) -> tuple[str, list[np.ndarray]]:
    """Return name, values and bounds of the omega that stands beside alpha."""
    if "omega_categorical" in columns:
        found = ("omega_categorical", "categorical_low", "categorical_high")
    else:
        found = ("omega_total", "omega_low", "omega_high")
    return found[0].replace("_", " "), [_floats(columns[name]) for name in found]


def _points(ax: Any, y: np.ndarray, name: str, figures: Any, *, mark: str, color: str) -> None:
    """Draw values with their bounds, and write the values at the right edge."""
    values, low, high = figures
    ax.hlines(y, low, high, color=color, lw=2.0, alpha=0.75)
    ax.plot(values, y, mark, color=color, ms=5, ls="none", label=name)
    for at, value in zip(y, values, strict=True):
        if np.isfinite(value):
            ax.annotate(
                f"{value:.2f}", (1.0, at), (4, 0), textcoords="offset points", va="center",
                fontsize=8, color=color, xycoords=("axes fraction", "data"), annotation_clip=False,
            )  # fmt: skip


def _hierarchical(ax: Any, y: np.ndarray, columns: dict[str, list]) -> None:
    """Hollow points where a general factor stands above group factors."""
    several = np.array(columns["n_factors"]) > 1
    if several.any():
        ax.plot(
            _floats(columns["omega_hierarchical"])[several], y[several], "D", color=INK, ms=5,
            mfc="white", ls="none", label="omega hierarchical (general factor)",
        )  # fmt: skip


def _marks(ax: Any) -> None:
    for mark in MARKS:
        ax.axvline(mark, color=MUTED, lw=0.9, ls=(0, (4, 3)), zorder=0)
        word = f"{mark:.1f}".lstrip("0")
        ax.text(
            mark, -0.6, word, ha="center", va="center", fontsize=8, color=MUTED,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        )  # fmt: skip


def _legend(ax: Any) -> None:
    """One line under the words of the axis, whatever the height of the figure."""
    from matplotlib.transforms import ScaledTranslation  # heavy: only when something is drawn

    down = ScaledTranslation(0.0, -0.42, ax.figure.dpi_scale_trans)
    ax.legend(
        loc="upper left", bbox_to_anchor=(0.0, 0.0), bbox_transform=ax.transAxes + down,
        frameon=False, fontsize=8.5, ncols=3, handletextpad=0.2, columnspacing=1.2, borderpad=0.0,
    )  # fmt: skip


def _labels(columns: dict[str, list]) -> list[str]:
    rows = zip(columns["scale"], columns["n_items"], columns["n"], strict=True)
    return [f"{scale}\n{items} items, n = {n:,}" for scale, items, n in rows]


def _title(values: np.ndarray) -> str:
    k, good = values.size, int((values >= MARKS[0]).sum())
    if k == 1:
        return f"The scale {'reaches' if good else 'stays below'} the customary .7"
    if good == k:
        return f"{'Both' if k == 2 else f'All {k}'} scales reach the customary .7"
    return f"{good or 'None'} of {k} scales {'reaches' if good < 2 else 'reach'} the customary .7"
