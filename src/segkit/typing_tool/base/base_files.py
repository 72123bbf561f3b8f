"""A base in files, whatever their form: pieces in a fixed order, read a batch at a time."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segkit._checks import name_list
from segkit._files import existing_file
from segkit.exceptions import SegkitError
from segkit.typing_tool.coding.codes import FieldCodes

__all__ = ["BaseFiles", "Piece", "files_of", "is_path", "rebatched", "row_check", "says_damaged"]


def is_path(base: Any) -> bool:
    """Say whether `base` is a path, or a list of paths."""
    if isinstance(base, list | tuple):
        return bool(base) and all(isinstance(b, str | Path) for b in base)
    return isinstance(base, str | Path)


@dataclass(frozen=True)
class Piece:
    """A stretch of a base: what becomes one part of a tagged base in parts.

    Attributes
    ----------
    path : Path
        The file it stands in.
    groups : tuple of int, optional
        Its row groups, where it is a stretch of the file only.
    n_rows : int, optional
        Its rows, where the file tells without being read.
    """

    path: Path
    groups: tuple[int, ...] | None = None
    n_rows: int | None = None

    @property
    def label(self) -> str:
        """What messages and manifests call it."""
        if self.groups is None:
            return self.path.name
        first, last = self.groups[0], self.groups[-1]
        span = f"row group {first}" if first == last else f"row groups {first}-{last}"
        return f"{self.path.name}, {span}"


@dataclass(frozen=True)
class BaseFiles(ABC):
    """Files with the same columns, in order.

    Attributes
    ----------
    paths : tuple of Path
        The files.
    names : tuple of str
        Their columns.
    n_rows : int, optional
        Their rows, all together, where the files tell without being read.
    """

    paths: tuple[Path, ...]
    names: tuple[str, ...]
    n_rows: int | None = None

    @abstractmethod
    def batches(
        self, piece: Piece, batch_rows: int, columns: Sequence[str] | None = None
    ) -> Iterator[Any]:
        """Yield a piece as pyarrow tables of at most `batch_rows` rows."""

    @property
    def types(self) -> dict[str, Any]:
        """The Arrow types that columns have in the files, where parts hold them in codes."""
        return {}

    def in_codes(self) -> "BaseFiles":
        """Return the same base, read with repeating texts as codes where its form has them."""
        return self

    def pieces(self, rows: int | None = None) -> list[Piece]:  # noqa: ARG002
        """Return the pieces of about so many rows: whole files where the form has no smaller."""
        return [Piece(path) for path in self.paths]

    def fields(self, part: Any, book: FieldCodes) -> Any:  # noqa: ARG002
        """Return a part with the tool's fields as the kinds they are."""
        return part

    def parts(
        self, batch_rows: int, columns: Sequence[str] | None = None
    ) -> Iterator[tuple[int, Any]]:
        """Yield the number of the first row and a part of the base as a pyarrow table."""
        if columns is not None:
            self.check_columns(columns)
        first_row = 0
        for piece in self.pieces():
            for part in self.batches(piece, batch_rows, columns):
                yield first_row, part
                first_row += part.num_rows

    def frames(self, batch_rows: int, columns: Sequence[str]) -> Iterator[Any]:
        """Yield parts without their row numbers."""
        for _, part in self.parts(batch_rows, columns):
            yield part

    def check_columns(self, columns: Sequence[str]) -> None:
        """Make sure that the files hold the columns."""
        lacking = [c for c in columns if c not in self.names]
        if lacking:
            raise SegkitError(
                f"The base lacks {name_list(lacking)}; it has {name_list(self.names)}. Add the "
                "column, or correct the name."
            )

    def refuse_target(self, target: Path) -> None:
        """Refuse to write onto a file, or into a folder, that is being read."""
        if any(target.exists() and target.samefile(p) for p in self.paths):
            raise SegkitError(
                f"out=`{target.name}` is the base itself. Give another file: the base is left as "
                "it is."
            )
        if target.is_dir() and any(p.parent.samefile(target) for p in self.paths):
            raise SegkitError(
                f"out=`{target.name}` is the folder of the base. Give another folder: the parts "
                "would become files of the base."
            )


def files_of(base: Any, suffixes: Iterable[str]) -> tuple[Path, ...]:
    """Return the files of a path or a list of paths; of a folder those with one of the suffixes.

    Raises
    ------
    SegkitError
        When a file is absent, or a folder holds none.
    """
    known = tuple(suffixes)
    if isinstance(base, list | tuple):
        return tuple(p for b in base for p in files_of(b, known))
    if not Path(base).is_dir():
        return (existing_file(base, what="The base"),)
    inside = tuple(sorted(p for p in Path(base).iterdir() if _is_data(p, known)))
    if not inside:
        raise SegkitError(
            f"The folder `{base}` holds no {', '.join(known)} file; expected "
            "the base's files in it. Check the path."
        )
    return inside


def rebatched(batches: Iterable[Any], batch_rows: int) -> Iterator[Any]:
    """Yield tables of `batch_rows` rows (the last may be shorter), however they come."""
    import pyarrow as pa

    waiting: list[Any] = []
    n = 0
    for batch in batches:
        waiting.append(batch)
        n += batch.num_rows
        if n < batch_rows:
            continue
        table, at = pa.Table.from_batches(waiting), 0
        while n - at >= batch_rows:
            yield table.slice(at, batch_rows)
            at += batch_rows
        waiting, n = table.slice(at).to_batches(), n - at
    if n:
        yield pa.Table.from_batches(waiting)


@contextmanager
def says_damaged(path: Path, form: str) -> Iterator[None]:
    """Turn whatever a reader says of a file that it cannot decode into a clear error."""
    import pyarrow as pa

    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise SegkitError(
            f"The base `{path.name}` is damaged, or no {form} file: {error}. Write the file anew."
        ) from error


def row_check(files: BaseFiles, n: int) -> None:
    """Make sure that all rows were read, and that there were some."""
    if files.n_rows is not None and n != files.n_rows:
        raise SegkitError(
            f"The base announces {files.n_rows} rows but {n} were read; nothing was written. "
            "Check that the files are whole, and that nobody writes to them."
        )
    if not n:
        raise SegkitError(
            f"The base `{files.paths[0].name}` has 0 rows; expected at least one. Check the query "
            "that made it."
        )


def read_under(reading: Callable[[], Iterator[Any]], path: Path, form: str) -> Iterator[Any]:
    """Pass on what a reader yields; a part that cannot be decoded becomes a clear error."""
    with says_damaged(path, form):
        batches = reading()
    while True:
        with says_damaged(path, form):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def _is_data(path: Path, suffixes: tuple[str, ...]) -> bool:
    # what begins so is a note of whoever wrote the folder, or half-written
    return path.is_file() and path.name[0] not in "._" and path.name.lower().endswith(suffixes)
