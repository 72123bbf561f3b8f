"""A base as a polars LazyFrame: tagged when polars runs it, part by part."""

from collections.abc import Iterator
from typing import Any

from segkit.typing_tool.base.tagger import Tagger

__all__ = ["lazy_batches", "tag_lazy"]


def lazy_batches(frame: Any, batch_rows: int) -> Iterator[Any]:
    """Yield a lazy frame's rows as pyarrow tables.

    Polars before 1.34 cannot hand out parts, so that the whole is collected first.
    """
    if hasattr(frame, "collect_batches"):
        parts = frame.collect_batches(chunk_size=batch_rows, maintain_order=True)
    else:
        parts = frame.collect(engine="streaming").iter_slices(batch_rows)
    for part in parts:
        if part.height:
            yield part.to_arrow()


def tag_lazy(tagger: Tagger, frame: Any, batch_rows: int) -> Any:  # noqa: ARG001
    """Return a lazy frame with the tags at the right; nothing is tagged before it runs."""
    schema = frame.collect_schema()
    empty = frame.clear().collect()
    expected = tagger.tag_part(empty)[0].schema
    return frame.map_batches(
        lambda part: tagger.tag_part(part)[0],
        predicate_pushdown=False,
        projection_pushdown=False,
        slice_pushdown=False,
        schema={**schema, **expected},
        streamable=True,
    )
