"""What was computed from what: digests of inputs, and of the code that works on them."""

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from segkit._frames import column, column_names, is_frame
from segkit._version import __version__

__all__ = ["code_digest", "fingerprint"]


@functools.cache
def code_digest() -> str:
    """Digest segkit itself: what other code computed, of any version, is computed again."""
    folder = Path(__file__).parent
    digest = hashlib.sha256(__version__.encode())
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
