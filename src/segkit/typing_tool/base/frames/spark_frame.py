"""A base as a Spark frame: Arrow batches through the tool, on whichever executor holds them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.frames.workers import SavedTool
from segkit.typing_tool.base.tagger import Tagger

__all__ = ["tag_spark"]


def tag_spark(tagger: Tagger, frame: Any, saved: SavedTool) -> Any:
    """Return a Spark frame with the tags at the right; nothing is tagged before it runs."""
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
    from pyspark.sql.types import StructType

    tagger.refuse_taken(frame.columns)
    tagger.model.codes.check_schema(to_arrow_schema(frame.schema))
    added = from_arrow_schema(tagger.schema)
    schema = StructType([*frame.schema.fields, *added.fields])
    return frame.mapInArrow(_TagBatches(saved, tuple(schema.names)), schema)


@dataclass(frozen=True)
class _TagBatches:
    """What runs on an executor: it carries the tool's file and finds segkit installed there."""

    tool: SavedTool
    names: tuple[str, ...]

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        tagger = self.tool.tagger()
        for batch in batches:
            tagged = tagger.tag_batch(batch)
            if tagged.num_rows != batch.num_rows or tuple(tagged.schema.names) != self.names:
                raise SegkitError(
                    f"A batch of {batch.num_rows} rows came back with {tagged.num_rows} rows and "
                    f"the columns {tagged.schema.names}; expected {list(self.names)}."
                )
            yield tagged
