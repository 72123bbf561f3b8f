"""What was computed from what: a step is kept while the fingerprint of its inputs is unchanged."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from segkit._files import whole_file
from segkit._fingerprint import code_digest, fingerprint

__all__ = ["Memory"]


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
