"""Progress on anything that takes over two seconds; silent before that.

The bar goes to the error stream. ``TQDM_DISABLE=1`` silences it everywhere.
"""

import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import TypeVar

if find_spec("ipywidgets") is None:
    # tqdm.auto would warn in every notebook that there are no widgets
    from tqdm import tqdm
else:
    from tqdm.auto import tqdm

__all__ = ["PATIENCE", "progress_bar", "track"]

PATIENCE = 2.0
"""Seconds before a bar appears."""

T = TypeVar("T")


def _interval() -> float:
    """Seconds between updates: few where the bar cannot overwrite itself (a log, a pipe)."""
    return 0.1 if sys.stderr.isatty() else 5.0


def track(items: Iterable[T], *, what: str, total: int | None = None) -> Iterator[T]:
    """Yield the items, showing progress when it takes over two seconds.

    Examples
    --------
    >>> sum(track([1, 2, 3], what="adding"))
    6
    """
    yield from tqdm(
        items, desc=what, total=total, delay=PATIENCE, mininterval=_interval(), leave=False
    )


def progress_bar(
    *, what: str, total: int | None = None, unit: str = "it", initial: int = 0
) -> "tqdm":
    """Return a bar to be updated by hand; it appears after two seconds.

    What was done before (`initial`) counts for the bar, not for its rate.
    """
    return tqdm(
        desc=what,
        total=total,
        initial=initial,
        unit=unit,
        unit_scale=True,
        delay=PATIENCE,
        mininterval=_interval(),
        leave=False,
    )
