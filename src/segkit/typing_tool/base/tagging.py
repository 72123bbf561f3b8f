"""Tags on a whole base, whatever it comes as: a frame, files, or a frame of another engine."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from segkit._checks import check_frame, check_integer, check_unique_in_parts
from segkit._files import as_path, clear_drafts, write_table
from segkit._frames import column_names, lazy_kind, n_rows
from segkit._progress import progress_bar
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_files import BaseFiles, is_path, row_check
from segkit.typing_tool.base.base_sums import BaseSums
from segkit.typing_tool.base.frames.dask_frame import tag_dask
from segkit.typing_tool.base.frames.lazy_frame import lazy_batches, tag_lazy
from segkit.typing_tool.base.frames.relation import relation_batches, tag_relation
from segkit.typing_tool.base.frames.spark_frame import tag_spark
from segkit.typing_tool.base.frames.workers import SavedTool
from segkit.typing_tool.base.opening import open_base
from segkit.typing_tool.base.parts import write_parts
from segkit.typing_tool.base.report import Pass
from segkit.typing_tool.base.tagger import BATCH_ROWS, Tagger
from segkit.typing_tool.base.totals import Totals
from segkit.typing_tool.base.writing import check_target, table_writer
from segkit.typing_tool.coding.fields import fields_frame
from segkit.typing_tool.models.calibration import Decision

__all__ = ["Request", "base_decisions", "sum_base", "tag_base"]

ENGINES = {
    "duckdb": (tag_relation, relation_batches),
    "polars": (tag_lazy, lazy_batches),
}
CLUSTERS = {"pyspark": tag_spark, "dask": tag_dask}


@dataclass(frozen=True)
class Request:
    """How a base is to be tagged; the choices of `TypingTool.tag`.

    Attributes
    ----------
    out : str, Path or None
        A file, or a folder for a base in parts.
    id : str or None
        The column of ids.
    batch_rows : int
        Rows in memory at a time.
    resume : bool
        Go on where a killed run stopped.
    saved : callable
        Returns the tool as the bytes of its file.
    """

    out: str | Path | None
    id: str | None
    batch_rows: int
    resume: bool
    saved: Callable[[], bytes]

    @property
    def target(self) -> Path:
        """Where to write."""
        if self.out is None:
            raise SegkitError("No file to write to was given.")
        return as_path(self.out, what="the path of a file to write")

    @property
    def in_parts(self) -> bool:
        """Whether a folder is to be written."""
        return self.target.is_dir() or not self.target.suffix


def tag_base(tagger: Tagger, base: Any, request: Request) -> Any:
    """Tag a base; return the tagged frame, or the `Pass` where files were written."""
    check_integer(request.batch_rows, name="batch_rows")
    if is_path(base):
        return _tag_files(tagger, base, request)
    kind = lazy_kind(base)
    if kind in CLUSTERS:
        _refuse_options(request, kind)
        sets = tagger.coverage if "set" in tagger.names else None
        return CLUSTERS[kind](tagger, base, SavedTool(request.saved(), sets))
    if kind in ENGINES:
        return _tag_engine(tagger, base, request, kind)
    return _tag_frame(tagger, base, request)


def sum_base(tagger: Tagger, base: Any) -> BaseSums:
    """Sum tags and probabilities of a base, whatever it comes as."""
    n_base, batches = _fields_of(tagger, base)
    totals = tagger.nothing(n_base)
    nobody = np.empty(0, dtype=np.int64)
    for codes in _codes_of(tagger, batches):
        totals = totals.plus(codes, tagger.decide(codes), nobody)
    return totals.sums


def base_decisions(tagger: Tagger, base: Any) -> Iterator[Decision]:
    """Yield the decision on each part of a base, whatever it comes as."""
    return (tagger.decide(codes) for codes in _codes_of(tagger, _fields_of(tagger, base)[1]))


def _codes_of(tagger: Tagger, batches: Iterator[Any]) -> Iterator[np.ndarray]:
    first_row = 0
    for batch in batches:
        yield tagger.model.codes.encode(batch, first_row=first_row)
        first_row += n_rows(batch)


def _fields_of(tagger: Tagger, base: Any) -> tuple[int | None, Iterator[Any]]:
    """Return the rows of a base, where they are known, and its fields a part at a time."""
    book, kind = tagger.model.codes, lazy_kind(base)
    if is_path(base):
        files = open_base(base).in_codes()
        parts = files.frames(BATCH_ROWS, book.names)
        return files.n_rows, (files.fields(part, book) for part in parts)
    if kind in ENGINES:
        return None, ENGINES[kind][1](base, BATCH_ROWS)
    frame = check_frame(fields_frame(base, what="the base"), what="the base")
    return n_rows(frame), iter([frame])


def _tag_frame(tagger: Tagger, base: Any, request: Request) -> Any:
    started = perf_counter()
    frame = check_frame(fields_frame(base, what="the base"), what="the base")
    tagger.refuse_taken(column_names(frame))
    if request.out is not None:
        check_target(request.target, frame=True)
    if request.id is not None:
        check_unique_in_parts(lambda: iter([frame]), name=request.id, what="the base")
    with progress_bar(what="tagging", total=n_rows(frame), unit=" rows") as bar:
        tagged, totals = tagger.tag_part(frame, bar=bar)
    if request.out is None:
        return tagged
    return Pass(write_table(tagged, request.target), totals, perf_counter() - started)


def _tag_engine(tagger: Tagger, base: Any, request: Request, kind: str) -> Any:
    """Tag what another engine holds: within it, or streamed to a file."""
    tag, batches_of = ENGINES[kind]
    started, batches = perf_counter(), partial(batches_of, base, request.batch_rows)
    tagger.refuse_taken(list(base.columns) if kind == "duckdb" else base.collect_schema().names())
    if request.id is not None:
        check_unique_in_parts(batches, name=request.id, what="the base")
    if request.out is None:
        return tag(tagger, base, request.batch_rows)
    if request.in_parts:
        raise SegkitError(
            f"out=`{request.target.name}` is a folder; only a base in files is tagged in parts, "
            "since its rows have an order. Give a file, or write the base to parquet first."
        )
    check_target(request.target)
    with (
        progress_bar(what="tagging", unit=" rows") as bar,
        table_writer(request.target, tagger.types) as write,
    ):
        totals = tagger.tag_stream(batches(), write, tagger.nothing(), bar, coded=True)
        if not totals.n_rows:
            raise SegkitError("The base has 0 rows; expected at least one.")
    return Pass(request.target, totals, perf_counter() - started)


def _refuse_options(request: Request, kind: str) -> None:
    if request.out is not None or request.id is not None:
        raise SegkitError(
            f"out= or id= was given with a frame of {kind}; expected neither: the frame that comes "
            "back is written, and its ids are checked, by the cluster itself, for example "
            "tagged.write.parquet(...)."
        )


def _tag_files(tagger: Tagger, base: Any, request: Request) -> Pass:
    started, files = perf_counter(), open_base(base).in_codes()
    if request.out is None:
        raise SegkitError(
            "The base was given as a file, but no file to write to. Give out=, for example "
            f'tag("{files.paths[0].name}", out="tagged.parquet").'
        )
    target = request.target
    files.refuse_target(target)
    files.check_columns(tagger.model.codes.names)
    tagger.refuse_taken(files.names)
    if request.id is not None:
        parts = partial(files.frames, request.batch_rows, [request.id])
        check_unique_in_parts(parts, name=request.id, what="the base")
    before = 0
    if request.in_parts:
        job = {
            "tool": hashlib.sha256(request.saved()).hexdigest(),
            "sets": tagger.coverage if "set" in tagger.names else None,
        }
        totals, before = write_parts(
            tagger, files, target, job, batch_rows=request.batch_rows, resume=request.resume
        )
    else:
        check_target(target)
        clear_drafts(target)
        totals = _write_file(tagger, files, target, request.batch_rows)
    return Pass(target, totals, perf_counter() - started, before)


def _write_file(tagger: Tagger, files: BaseFiles, target: Path, batch_rows: int) -> Totals:
    batches = (part for _, part in files.parts(batch_rows))
    with (
        progress_bar(what="tagging", total=files.n_rows, unit=" rows") as bar,
        table_writer(target, tagger.types | files.types) as write,
    ):
        nothing = tagger.nothing(files.n_rows)
        totals = tagger.tag_stream(batches, write, nothing, bar, files.fields, coded=True)
        row_check(files, totals.n_rows)
    return totals
