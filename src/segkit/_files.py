"""Files and tables: written whole or not at all, under a temporary name, then renamed."""

import glob
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from segkit.exceptions import SegkitError

__all__ = [
    "as_path",
    "clear_drafts",
    "existing_file",
    "read_table",
    "read_yaml",
    "whole_file",
    "write_table",
]


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
    draft = _draft_of(path)
    target = Path(path)
    try:
        yield draft
        # mkstemp makes private files; the result gets the permissions any new file would have
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o666 & ~mask)
        try:
            draft.replace(target)
        except OSError as error:  # on some systems: while another program has it open
            raise _refused(target, error) from error
    finally:
        draft.unlink(missing_ok=True)


def _draft_of(path: str | Path) -> Path:
    """Make an empty temporary file beside `path`."""
    target = as_path(path, what="the path of a file to write")
    try:
        _refuse_folders(target)
        handle, name = tempfile.mkstemp(
            dir=target.parent, prefix=f".{target.name}.", suffix=".part"
        )
    except SegkitError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a zero in the name
        raise _refused(target, error) from error
    os.close(handle)
    return Path(name)


def _refuse_folders(target: Path) -> None:
    if not target.parent.is_dir():
        found = "is a file" if target.parent.exists() else "does not exist"
        raise SegkitError(
            f"The folder `{target.parent}` {found}, so `{target.name}` cannot be written. "
            "Create the folder first."
        )
    if target.is_dir():
        raise SegkitError(f"`{target}` is a folder; expected the path of a file to write.")


def _refused(target: Path, error: Exception) -> SegkitError:
    why = getattr(error, "strerror", None) or error
    return SegkitError(
        f"`{target}` cannot be written ({why}). Check that you may write there, that no other "
        "program has the file open, and the name; or write to another folder."
    )


def clear_drafts(path: str | Path, *, older_than: float = 3600.0) -> list[Path]:
    """Remove what killed runs left of `path` (``.name.*.part`` beside it).

    Parameters
    ----------
    path : str or Path
        The file that was to be written.
    older_than : float
        Seconds since a draft was last written; a run still at work writes all the time.

    Returns
    -------
    list of Path
        The drafts that were removed.
    """
    target = Path(path)
    drafts = [
        p
        for p in target.parent.glob(f".{glob.escape(target.name)}.*.part")
        if time.time() - p.stat().st_mtime > older_than
    ]
    for draft in drafts:
        draft.unlink(missing_ok=True)
    return drafts


def as_path(path: Any, *, what: str) -> Path:
    """Return a path; `what` says what it is the path of."""
    if not isinstance(path, str | os.PathLike) or isinstance(os.fspath(path), bytes):
        given = repr(path) if len(repr(path)) <= 80 else f"A {type(path).__name__}"
        raise SegkitError(
            f"{given} was given as {what}; expected text or a Path, for example "
            "'folder/name.ending'."
        )
    return Path(path)


def existing_file(path: str | Path, *, what: str) -> Path:
    """Return the path of a file that exists."""
    found = as_path(path, what=f"the path of {what[0].lower()}{what[1:]}")
    if not found.is_file():
        raise SegkitError(
            f"{what} `{found}` is not a file that can be read. Check the path and its spelling."
        )
    return found


def read_table(path: str | Path, *, what: str) -> Any:
    """Read a .parquet or .csv file as a pandas frame.

    Parameters
    ----------
    path : str or Path
        The file.
    what : str
        How messages call it ("The base", ...).

    Raises
    ------
    SegkitError
        When the file is absent, of another kind, or cannot be decoded.
    """
    found = existing_file(path, what=what)
    readers = {".parquet": nw.read_parquet, ".csv": nw.read_csv}
    if found.suffix.lower() not in readers:
        raise SegkitError(
            f"{what} `{found.name}` ends in `{found.suffix}`; expected .parquet or .csv. "
            "Save it as one of these."
        )
    try:
        return readers[found.suffix.lower()](str(found), backend="pandas").to_native()
    except (ValueError, OSError) as error:
        raise SegkitError(
            f"{what} `{found.name}` cannot be read as {found.suffix}: {error}. Check that the file "
            "is whole and not of another kind."
        ) from error


def write_table(data: Any, path: str | Path) -> Path:
    """Write a frame as .parquet or .csv, whole or not at all."""
    import pyarrow as pa  # heavy: only where a table is written

    frame = nw.from_native(data, eager_only=True)
    with whole_file(path) as draft:
        if Path(path).suffix.lower() == ".csv":
            frame.write_csv(str(draft))
            return Path(path)
        try:
            frame.write_parquet(str(draft))
        except pa.ArrowException as error:
            raise SegkitError(
                f"`{Path(path).name}` cannot be written as parquet: {error}. Turn the column into "
                "one kind of value."
            ) from error
    return Path(path)


def read_yaml(path: str | Path, *, what: str, expected: str) -> Any:
    """Read a YAML file of plain values: nothing in it is run, and no key stands twice.

    Parameters
    ----------
    path : str or Path
        The file.
    what : str
        How messages call it ("The codebook", ...).
    expected : str
        What it should hold, for messages.

    Raises
    ------
    SegkitError
        When the file is absent, is no YAML, asks for anything but plain values, or gives one
        key twice in a mapping.
    """
    import yaml  # only where such a file is read

    class Plain(yaml.SafeLoader):
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            keys = [key.value for key, _ in node.value if isinstance(key.value, str)]
            twice = [k for k in dict.fromkeys(keys) if k != "<<" and keys.count(k) > 1]
            if twice:
                line = node.start_mark.line + 1
                raise yaml.YAMLError(f"`{twice[0]}` stands twice in the entry of line {line}")
            return super().construct_mapping(node, deep)

    found = existing_file(path, what=what)
    try:
        return yaml.load(found.read_text(encoding="utf-8-sig"), Loader=Plain)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise SegkitError(
            f"{what} `{found}` does not read as YAML with plain values "
            f"({_first_line(error)}); expected {expected}."
        ) from error


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:120] if lines else type(error).__name__
