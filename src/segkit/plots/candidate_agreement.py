"""How far candidates agree: a heat map of the adjusted Rand index of every pair."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, axes_or_new, finish, literal

__all__ = ["plot_candidate_agreement"]

MOST_TEXT = 16
"""With more candidates the cells have no room for figures."""


def plot_candidate_agreement(table: Any, ax: Any = None) -> Any:
    """Draw the agreement of all pairs of candidates.

    Parameters
    ----------
    table : frame
        Columns input_a, model_a, n_segments_a, input_b, model_b, n_segments_b, ari; one row a
        pair, every candidate with every one.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"input_a": "x", "model_a": "KMeans", "n_segments_a": [2, 2, 3, 3],
    ...                       "input_b": "x", "model_b": "KMeans", "n_segments_b": [2, 3, 2, 3],
    ...                       "ari": [1.0, 0.6, 0.6, 1.0]})
    >>> plot_candidate_agreement(table).get_title(loc="left")
    'Agreement of 2 candidates: adjusted Rand index 0.60 to 0.60'
    """
    ari = numeric_column(table, "ari")
    n = round(float(np.sqrt(ari.size)))
    grid = ari.reshape(n, n)
    names = _names(table, n)
    side = 2.6 + 0.36 * n
    ax = axes_or_new(ax, width=side + 1.2, height=side)
    image = ax.imshow(grid, cmap="Blues", vmin=0, vmax=1, aspect="equal")
    if n <= MOST_TEXT:
        for i, j in np.ndindex(n, n):
            ax.text(
                j, i, f"{grid[i, j]:z.2f}".lstrip("0"), ha="center", va="center", fontsize=7,
                color="white" if grid[i, j] > 0.55 else INK,
            )  # fmt: skip
    else:
        ax.figure.colorbar(image, ax=ax, shrink=0.6, label="adjusted Rand index")
    ax.set_yticks(range(n), names)
    ax.set_xticks(range(n), names, rotation=90)
    pairs = grid[~np.eye(n, dtype=bool)] if n > 1 else grid.ravel()
    finish(
        ax,
        title=f"Agreement of {n} candidates: adjusted Rand index {pairs.min():z.2f} to "
        f"{pairs.max():z.2f}",
    )
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _names(table: Any, n: int) -> list[str]:
    """Name the candidates by what tells them apart."""
    parts = [column(table, f"{field}_b")[:n] for field in ("input", "model", "n_segments")]
    told = [p for p in parts[:2] if len(set(p)) > 1]
    return [literal(" ".join(map(str, (*(p[i] for p in told), parts[2][i])))) for i in range(n)]
