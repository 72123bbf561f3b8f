"""Files are written whole or not at all: under a temporary name, then renamed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from segkit.exceptions import SegkitError

__all__ = ["existing_file", "whole_file"]


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; rename it to `path` when the block ends well.

    When the block fails or is interrupted, the temporary file is removed and whatever
    stood at `path` before is untouched.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> with whole_file(folder / "note.txt") as draft:
    ...     _ = draft.write_text("whole")
    >>> [p.name for p in folder.iterdir()]
    ['note.txt']
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise SegkitError(
            f"The folder `{target.parent}` does not exist, so `{target.name}` cannot be written. "
            "Create the folder first."
        )
    if target.is_dir():
        raise SegkitError(f"`{target}` is a folder; expected the path of a file to write.")
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        # mkstemp makes private files; the result gets the permissions any new file would have
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o666 & ~mask)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def existing_file(path: str | Path, *, what: str) -> Path:
    """Return the path of a file that exists."""
    found = Path(path)
    if not found.is_file():
        raise SegkitError(
            f"{what} `{found}` is not a file that can be read. Check the path and its spelling."
        )
    return found
