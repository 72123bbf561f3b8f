"""A tagged base in parts: one file a stretch of the base, and a manifest of what is finished.

Each part is written whole under another name and renamed; then the manifest is. A run that was
killed goes on at the first part the manifest does not hold, and ends with the same bytes.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from segkit._files import whole_file
from segkit._progress import progress_bar
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_files import BaseFiles, Piece, row_check
from segkit.typing_tool.base.tagger import Tagger
from segkit.typing_tool.base.totals import Totals
from segkit.typing_tool.base.writing import table_writer

__all__ = ["MANIFEST", "PART_ROWS", "TaggedParts", "write_parts"]

MANIFEST = "_segkit.json"
"""The manifest in a folder of parts; readers of such folders skip names that begin so."""

PART_ROWS = 1_000_000
"""Rows of a part: so many are tagged again when a run was killed."""

FORMAT = "segkit tagged base 2"
OURS = re.compile(r"part-\d{6}\.parquet")
ANEW = "Give another folder, or resume=False (--no-resume) to begin anew in this one."


@dataclass(frozen=True)
class TaggedParts:
    """What a folder of parts holds.

    Attributes
    ----------
    job : dict
        The tool, the base and the settings: what another run must share to go on.
    parts : tuple of dict
        Of each finished part: ``name``, ``piece`` (the number of the piece of the base), ``of``
        (what the piece is called), ``rows``, ``bytes``.
    totals : Totals
        The sums over the finished parts.
    """

    job: dict[str, Any]
    parts: tuple[dict[str, Any], ...]
    totals: Totals

    @property
    def n_rows(self) -> int:
        """The rows that are tagged."""
        return sum(part["rows"] for part in self.parts)

    def rows_of(self, piece: int) -> int:
        """Return how many rows of a piece of the base are tagged."""
        return sum(part["rows"] for part in self.parts if part["piece"] == piece)

    def plus(self, part: dict[str, Any], totals: Totals) -> "TaggedParts":
        """Return the manifest with one part more, and the sums up to it."""
        return TaggedParts(self.job, (*self.parts, part), totals)

    def save(self, folder: Path) -> None:
        """Write the manifest, whole or not at all."""
        totals = self.totals.entry()
        content = {"format": FORMAT, "job": self.job, "parts": self.parts, "totals": totals}
        try:
            with whole_file(folder / MANIFEST) as draft:
                draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        except OSError as error:
            raise SegkitError(
                f"`{folder / MANIFEST}` could not be written: {error}. Check the free space and "
                "the permissions of the folder; the parts that are finished are kept."
            ) from error

    @classmethod
    def read(cls, folder: Path) -> "TaggedParts | None":
        """Read the manifest of a folder; None where there is none."""
        path = folder / MANIFEST
        if not path.is_file():
            return None
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            totals = Totals.read(content["totals"])
            found = cls(content["job"], tuple(content["parts"]), totals)
            fits = content["format"] == FORMAT and found.n_rows == totals.n_rows
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SegkitError(f"`{path}` does not read ({error}). {ANEW}") from error
        if not fits:
            raise SegkitError(f"`{path}` is no manifest that this segkit reads. {ANEW}")
        return found

    def check_files(self, folder: Path) -> None:
        """Make sure that the finished parts are there as they were written."""
        for part in self.parts:
            path = folder / part["name"]
            if not (path.is_file() and path.stat().st_size == part["bytes"]):
                raise SegkitError(
                    f"`{path}` is not as it was written: it is absent or of another size. {ANEW}"
                )


def write_parts(
    tagger: Tagger,
    files: BaseFiles,
    folder: Path,
    job: dict[str, Any],
    *,
    batch_rows: int,
    resume: bool,
) -> tuple[Totals, int]:
    """Tag a base into a folder, part by part; return the sums and the rows found done.

    A piece of the base is one part; one whose rows show only when it is read (a text file) is
    divided into parts while it is.

    Parameters
    ----------
    tagger : Tagger
        What tags.
    files : BaseFiles
        The base.
    folder : Path
        Where the parts go; it is made where it does not exist.
    job : dict
        What identifies the run besides the base: another run goes on only where it is the same.
    batch_rows : int
        Rows in memory at a time.
    resume : bool
        Go on where a killed run stopped; if not, what it left is removed.

    Returns
    -------
    Totals, int
    """
    with _held(folder):
        full_job = {**job, "batch_rows": batch_rows, "base": _identity(files)}
        done = _begun(folder, TaggedParts(full_job, (), tagger.nothing(files.n_rows)), resume)
        before = done.n_rows
        writing = _Writing(tagger, files, folder, batch_rows)
        with progress_bar(what="tagging", total=files.n_rows, unit=" rows", initial=before) as bar:
            for number, piece in enumerate(files.pieces(PART_ROWS)):
                for stretch in writing.stretches(piece, done.rows_of(number)):
                    at = len(done.parts)
                    entry, totals = writing.part(stretch, at, done.totals, bar)
                    done = done.plus({"piece": number, "of": piece.label, **entry}, totals)
                    done.save(folder)
        row_check(files, done.n_rows)
    return done.totals, before


@dataclass(frozen=True)
class _Writing:
    """What all parts of a run share."""

    tagger: Tagger
    files: BaseFiles
    folder: Path
    batch_rows: int

    def stretches(self, piece: Piece, done: int) -> Iterator[Iterator[Any]]:
        """Yield what is left of a piece after the rows that are done, the batches of each part."""
        if piece.n_rows is not None:  # known to be one part
            if piece.n_rows > done:
                yield self.files.batches(piece, self.batch_rows)
            return
        batches = self.files.batches(piece, self.batch_rows)
        while done > 0:
            done -= next(batches).num_rows
        for first in batches:
            yield _up_to(PART_ROWS, chain([first], batches))

    def part(
        self, batches: Iterator[Any], number: int, before: Totals, bar: Any
    ) -> tuple[dict[str, Any], Totals]:
        """Write one part; return its entry in the manifest, and the sums up to it."""
        path = self.folder / f"part-{number:06d}.parquet"
        with table_writer(path, self.tagger.types | self.files.types) as write:
            totals = self.tagger.tag_stream(
                batches, write, before, bar, self.files.fields, coded=True
            )
        rows = totals.n_rows - before.n_rows
        return {"name": path.name, "rows": rows, "bytes": path.stat().st_size}, totals


def _up_to(rows: int, batches: Iterator[Any]) -> Iterator[Any]:
    """Yield batches until there are so many rows, and leave the others."""
    for batch in batches:
        yield batch
        rows -= batch.num_rows
        if rows <= 0:
            return


def _identity(files: BaseFiles) -> list[list[Any]]:
    """Tell a base apart from one that was written anew: names, sizes and times of its files."""
    stats = [(path, path.stat()) for path in files.paths]
    return [[path.name, stat.st_size, stat.st_mtime_ns] for path, stat in stats]


def _begun(folder: Path, new: TaggedParts, resume: bool) -> TaggedParts:
    """Return what is finished already, and clear away what is not."""
    found = TaggedParts.read(folder) if resume else None
    written = (folder / MANIFEST).is_file()  # before any part is
    strange = [p.name for p in folder.iterdir() if not (written and _is_ours(p))]
    if strange:
        raise SegkitError(
            f"The folder `{folder}` holds `{min(strange)}`, which is no part of a tagged base. "
            "Give an empty folder, or one that does not exist yet."
        )
    if found is not None and found.job != new.job:
        differs = [name for name in new.job if found.job.get(name) != new.job[name]]
        raise SegkitError(
            f"The folder `{folder}` holds parts of another run: {', '.join(differs)} differ. {ANEW}"
        )
    if found is not None:
        found.check_files(folder)
    kept = {MANIFEST, *(part["name"] for part in found.parts)} if found else set()
    for path in folder.iterdir():
        if path.name not in kept:
            path.unlink()
    if found is None:
        new.save(folder)
    return found or new


def _is_ours(path: Path) -> bool:
    """Say whether a run made this file: a part, the manifest, or a draft of either."""
    name = path.name.removeprefix(".") if path.name.endswith(".part") else path.name
    return path.is_file() and (name.startswith(MANIFEST) or OURS.match(name) is not None)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Make the folder and keep other runs out of it; a killed run lets go by itself."""
    try:
        folder.mkdir(parents=False, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise SegkitError(
            f"The folder `{folder}` cannot be made or opened: {error}. Check that its parent "
            "exists, and its permissions."
        ) from error
    try:
        _lock(handle, folder)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # not on every system
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise SegkitError(
            f"Another run writes into the folder `{folder}` right now. Wait for it, or give "
            "another folder."
        ) from error
    except OSError:  # a file system without locks
        return
