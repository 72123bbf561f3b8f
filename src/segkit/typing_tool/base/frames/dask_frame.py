"""A base as a Dask frame: one partition after the other, on whichever worker holds it."""

from typing import Any

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.frames.workers import SavedTool
from segkit.typing_tool.base.tagger import Tagger

__all__ = ["tag_dask"]


def tag_dask(tagger: Tagger, frame: Any, saved: SavedTool) -> Any:
    """Return a Dask frame with the tags at the right; nothing is tagged before it runs."""
    tagger.refuse_taken([str(c) for c in frame.columns])
    expected = tagger.tag_part(frame._meta)[0]
    return frame.map_partitions(_tag_partition, saved, meta=expected)


def _tag_partition(part: Any, tool: SavedTool) -> Any:
    tagged = tool.tagger().tag_part(part)[0]
    if len(tagged) != len(part):
        raise SegkitError(f"A partition had {len(part)} rows and {len(tagged)} tags.")
    return tagged
