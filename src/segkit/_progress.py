"""Progress on anything that takes over two seconds; silent before that.

The bar goes to the error stream. ``TQDM_DISABLE=1`` silences it everywhere.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm.auto import tqdm

__all__ = ["PATIENCE", "progress_bar", "track"]

PATIENCE = 2.0
"""Seconds before a bar appears."""

T = TypeVar("T")


def track(items: Iterable[T], *, what: str, total: int | None = None) -> Iterator[T]:
    """Yield the items, showing progress when it takes over two seconds.

    Examples
    --------
    >>> sum(track([1, 2, 3], what="adding"))
    6
    """
    yield from tqdm(items, desc=what, total=total, delay=PATIENCE, leave=False)


def progress_bar(*, what: str, total: int | None = None, unit: str = "it") -> "tqdm":
    """Return a bar to be updated by hand; it appears after two seconds."""
    return tqdm(desc=what, total=total, unit=unit, unit_scale=True, delay=PATIENCE, leave=False)
