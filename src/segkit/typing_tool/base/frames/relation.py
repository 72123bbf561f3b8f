"""A base as a DuckDB relation: read in batches, handed back as a relation."""

from collections.abc import Iterator
from typing import Any

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.tagger import Tagger

__all__ = ["relation_batches", "tag_relation"]


def relation_batches(relation: Any, batch_rows: int) -> Iterator[Any]:
    """Yield a relation's rows as pyarrow tables, in the order in which DuckDB gives them."""
    import pyarrow as pa

    # older versions have another name for it
    read = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
    for batch in read(batch_rows):
        if batch.num_rows:
            yield pa.Table.from_batches([batch])


def tag_relation(tagger: Tagger, relation: Any, batch_rows: int) -> Any:
    """Return a relation of the same connection with the tags at the right.

    It stands on a table in memory: DuckDB cannot read and answer a query on one connection at a
    time. A base that does not fit is tagged to a file.
    """
    import pyarrow as pa

    parts: list[Any] = []
    tagger.tag_stream(relation_batches(relation, batch_rows), parts.append, tagger.nothing())
    if not parts:
        raise SegkitError("The base has 0 rows; expected at least one. Check the query.")
    tagged = pa.concat_tables(parts)  # noqa: F841 - DuckDB finds it here by its name
    return relation.query("segkit_base", "SELECT * FROM tagged")
