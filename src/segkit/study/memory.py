"""What was computed from what: a step is kept while the fingerprint of its inputs is unchanged."""

import functools
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import segkit
from segkit._files import whole_file
from segkit._frames import column, column_names, is_frame

__all__ = ["Memory", "fingerprint"]


class Memory:
    """The fingerprints of finished steps, in one JSON file.

    Parameters
    ----------
    path : Path
        Where the fingerprints are kept; a file that cannot be read counts as empty, so a
        damaged memory costs time and never a wrong answer.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._now: dict[str, str] = {}
        try:
            kept = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            kept = {}
        self._kept: dict[str, str] = kept if isinstance(kept, dict) else {}

    def holds(self, step: str, inputs: Sequence[Any], outputs: Sequence[Path]) -> bool:
        """Say whether the step ran on these inputs and its outputs are still what it wrote."""
        self._now[step] = fingerprint([code_digest(), *inputs])
        made = self._kept.get(f"{step} wrote")
        self._outputs = list(outputs)
        return (
            self._kept.get(step) == self._now[step]
            and all(p.is_file() for p in outputs)
            and made == fingerprint(list(outputs))
        )

    def keep(self, step: str) -> None:
        """Record that the step has finished and what it wrote."""
        self._kept[step] = self._now[step]
        self._kept[f"{step} wrote"] = fingerprint(self._outputs)
        with whole_file(self.path) as draft:
            draft.write_text(json.dumps(self._kept, indent=1, sort_keys=True), "utf-8")


@functools.cache
def code_digest() -> str:
    """Digest segkit itself: what other code computed, of any version, is computed again."""
    folder = Path(segkit.__file__).parent
    digest = hashlib.sha256(segkit.__version__.encode())
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\x00" + path.read_bytes())
    return digest.hexdigest()


def fingerprint(inputs: Sequence[Any]) -> str:
    """Digest frames, arrays, files (by content) and plain values into one text.

    Examples
    --------
    >>> fingerprint([1, "a"]) == fingerprint([1, "a"]) != fingerprint([1, "b"])
    True
    """
    digest = hashlib.sha256()
    for value in inputs:
        if isinstance(value, Path):
            with value.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        elif is_frame(value):
            for name in column_names(value):
                digest.update(repr((name, column(value, name).tolist())).encode())
        elif isinstance(value, np.ndarray):
            digest.update(repr((value.dtype.str, value.shape)).encode() + value.tobytes())
        else:
            digest.update(repr(value).encode())
        digest.update(b"\x00")
    return digest.hexdigest()
