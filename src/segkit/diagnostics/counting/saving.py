"""The file of counts: JSON with a format number and a checksum, read without trust.

1. Bins, groups, rows, sums of squared weights, and of each field its cells and unseen values.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from segkit._files import existing_file, whole_file
from segkit._version import __version__
from segkit.exceptions import SegkitError

__all__ = ["FORMAT", "VERSION", "read_counts", "write_counts"]

FORMAT = "segkit counts"
VERSION = 1
MAX_BYTES = 64 * 2**20

T = TypeVar("T")


def write_counts(path: str | Path, plain: dict[str, Any]) -> Path:
    """Write plain values with format, version and checksum, whole or not at all."""
    head = {"format": FORMAT, "version": VERSION, "written_by": f"segkit {__version__}"}
    text = json.dumps(
        {**head, "sha256": _checksum(plain), "counts": plain},
        indent=1, allow_nan=False, ensure_ascii=False,
    )  # fmt: skip
    with whole_file(path) as draft:
        draft.write_text(text, encoding="utf-8")
    return Path(path)


def read_counts(path: str | Path, read: Callable[[Any], T]) -> T:
    """Return what `read` makes of a file's plain values, once these are as they were written.

    Raises
    ------
    SegkitError
        When the file is absent, cut short, edited, of another kind or of a later version.
    """
    found = existing_file(path, what="The file of counts")
    try:
        return read(_content(found))
    except (SegkitError, ValueError, RecursionError) as error:
        raise SegkitError(
            f"`{found.name}` holds no counts that can be used: {error}. Expected a file written "
            "by TableCounts.save. Fetch it anew, or count the table again."
        ) from error


def _content(path: Path) -> Any:
    if path.stat().st_size > MAX_BYTES:
        raise SegkitError("it is larger than any counts")
    plain = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise SegkitError("it is of another format")
    version = plain.get("version")
    if type(version) is not int or not 1 <= version <= VERSION:
        writer = str(plain.get("written_by", "an unknown program"))[:40]
        raise SegkitError(
            f"its version is {str(version)[:20]}, written by {writer}, and this segkit reads up "
            f"to {VERSION}; update segkit"
        )
    if _checksum(plain.get("counts")) != plain.get("sha256"):
        raise SegkitError("it does not have its checksum: it was edited or damaged")
    return plain["counts"]


def _checksum(plain: Any) -> str:
    text = json.dumps(plain, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _no_number(word: str) -> float:
    raise SegkitError(f"it holds {word}")
