"""Is one segment more worth having? The observed likelihood ratio among those of samples."""

from typing import Any

import numpy as np

from segkit._frames import numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import segment_color

__all__ = ["plot_likelihood_ratio"]


def plot_likelihood_ratio(table: Any, ax: Any = None) -> Any:
    """Draw the likelihood ratios of bootstrap samples, a dot each, and the observed one.

    Parameters
    ----------
    table : frame
        Columns sample (0: the answers), n_segments, ratio.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"sample": [0, 1, 2, 3], "n_segments": [3] * 4,
    ...                       "ratio": [40.0, 8.0, 12.0, 10.0]})
    >>> plot_likelihood_ratio(table).get_title(loc="left")
    '3 against 2 segments: the gain exceeds that of all 3 samples of 2 segments'
    """
    ratio = numeric_column(table, "ratio")
    made = numeric_column(table, "sample") > 0
    k = int(numeric_column(table, "n_segments")[0])
    observed, samples = float(ratio[~made][0]), ratio[made]
    ax = axes_or_new(ax, height=3.0)
    ends = np.append(samples, observed)
    bins = np.linspace(ends.min(), ends.max() + 1e-9, 41)
    height = _stacked(samples, bins)
    ax.plot(samples, height, "o", color=MUTED, ms=4.5, alpha=0.9)
    ax.axvline(observed, color=segment_color(0), lw=2.2)
    ax.annotate(
        f"observed {observed:.1f}", (observed, 0.95), (-6, 0), xycoords=("data", "axes fraction"),
        textcoords="offset points", ha="right", va="top", fontsize=9, color=INK,
    )  # fmt: skip
    ax.set_ylim(0, max(height.max() + 2.0, 6.0))
    ax.set_yticks([])
    ax = finish(
        ax,
        title=_title(k, int((samples >= observed).sum()), samples.size),
        x=f"likelihood ratio of {k} against {k - 1} segments\n"
        f"(dots: {samples.size} samples in which {k - 1} segments are the truth)",
    )
    ax.spines["left"].set_visible(False)
    return ax


def _stacked(values: np.ndarray, bins: np.ndarray) -> np.ndarray:
    """Return the height of each dot in a pile of those in the same bin."""
    bin_of = np.digitize(values, bins)
    order = np.argsort(bin_of, kind="stable")
    height = np.empty(values.size)
    first = np.searchsorted(bin_of[order], bin_of[order])
    height[order] = np.arange(values.size) - first + 1.0
    return height


def _title(k: int, as_large: int, n: int) -> str:
    start = f"{k} against {k - 1} segments: "
    if as_large == 0:
        return f"{start}the gain exceeds that of all {n} samples of {k - 1} segments"
    return f"{start}{as_large} of {n} samples of {k - 1} segments gain as much"
