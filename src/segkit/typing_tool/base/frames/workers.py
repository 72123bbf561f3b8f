"""A tool on the machines of a cluster: its file travels, and each worker reads it once."""

import tempfile
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from segkit.typing_tool.base.tagger import Tagger

__all__ = ["SavedTool"]


@dataclass(frozen=True)
class SavedTool:
    """A tool as the bytes of its file: numbers and text, never code.

    Attributes
    ----------
    data : bytes
        What `TypingTool.save` writes.
    coverage : float or None
        The coverage of prediction sets, where these are asked for.
    """

    data: bytes
    coverage: float | None = None

    def tagger(self) -> Tagger:
        """Return what tags, read once a process; one thread, for the cluster runs many tasks."""
        return _read(self)


@lru_cache(maxsize=2)
def _read(tool: SavedTool) -> Tagger:
    from segkit.typing_tool.files.saving import load_state

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tool.segkit")
        path.write_bytes(tool.data)
        state, _ = load_state(path)
    tagger = Tagger(state.model, state.classes, state.cut, n_jobs=1)
    if tool.coverage is None:
        return tagger
    return replace(tagger, set_levels=state.set_levels, coverage=tool.coverage)
