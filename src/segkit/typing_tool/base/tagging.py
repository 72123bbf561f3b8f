"""Tags on a whole base: a frame in memory, or parquet files streamed part by part.

One pure function turns a part of the base into the same part with its tags; it looks at
each row alone, so frames, files and any size of part give the same tags.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from operator import add
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from segkit._checks import check_frame, check_integer, check_unique_in_parts, name_list
from segkit._files import clear_drafts, write_table
from segkit._frames import Nullable, Origin, attach, column_names
from segkit._progress import progress_bar
from segkit._result import Result, percent
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_sums import BaseSums
from segkit.typing_tool.base.parquet import ParquetBase, is_path, parquet_writer
from segkit.typing_tool.base.repeats import decide_once
from segkit.typing_tool.coding.fields import fields_frame
from segkit.typing_tool.evaluation.abstention import prediction_sets, set_texts
from segkit.typing_tool.models.calibration import Decision
from segkit.typing_tool.models.model import Model

__all__ = ["BATCH_ROWS", "REASONS", "TagReport", "Tagger", "base_decisions", "sum_base", "tag_base"]

BATCH_ROWS = 131_072
"""Rows of a base that are in memory at a time."""

REASONS = ("low confidence", "unseen level", "too many gaps")
"""Why a customer is untagged. The confidence was too low; where a field holds a level that no
respondent had, or most fields are missing, that is named as the likely cause."""

MOSTLY = 0.5  # share of gaps from which they are named as the reason


@dataclass(frozen=True)
class Tagger:
    """The pure function from a part of a base to its tags.

    Attributes
    ----------
    model : Model
        The fitted model.
    classes : ndarray of shape (n_segments,)
        The segments: whole numbers, or text.
    cut : int
        The abstention cut.
    n_jobs : int or None
        Threads.
    set_levels : ndarray of shape (1001,), optional
        Levels of prediction sets, where these are asked for.
    coverage : float
        How often a set is to hold the person's own segment.
    """

    model: Model
    classes: np.ndarray
    cut: int = 0
    n_jobs: int | None = None
    set_levels: np.ndarray | None = None
    coverage: float = 0.9

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that tagging adds."""
        shares = tuple(f"probability_{c}" for c in self.classes)
        sets = () if self.set_levels is None else ("set",)
        return ("segment", "probability", "second", *shares, "reason", *sets)

    def decide(self, codes: np.ndarray, bar: Any = None) -> Decision:
        """Return the decision on each row of codes, a slice at a time."""
        parts = []
        for start in range(0, len(codes), BATCH_ROWS):
            rows = codes[start : start + BATCH_ROWS]
            parts.append(decide_once(self._decide, rows, self.model.codes.n_codes))
            if bar is not None:
                bar.update(len(rows))
        return parts[0] if len(parts) == 1 else Decision.joined(parts)

    def _decide(self, codes: np.ndarray) -> Decision:
        return self.model.decide(codes, self.cut, self.n_jobs)

    def columns(self, codes: np.ndarray, decision: Decision) -> dict[str, Any]:
        """Return the new columns of rows of codes."""
        none = np.zeros(len(codes), dtype=bool)
        shares = {
            f"probability_{c}": decision.probabilities[:, s] for s, c in enumerate(self.classes)
        }
        return {
            "segment": Nullable(self.classes[decision.first], ~decision.kept),
            "probability": decision.top,
            "second": Nullable(self.classes[decision.second], none),
            **shares,
            "reason": Nullable(self.reasons(codes), decision.kept),
            **self._sets(decision, none),
        }

    def _sets(self, decision: Decision, none: np.ndarray) -> dict[str, Any]:
        if self.set_levels is None:
            return {}
        sets = prediction_sets(decision.probabilities, self.set_levels, self.coverage)
        return {"set": Nullable(set_texts(sets, self.classes.tolist()), none)}

    def refuse_taken(self, names: Sequence[str]) -> None:
        """Refuse a base that has a column of a name that tagging adds."""
        taken = [name for name in names if name in self.names]
        if taken:
            raise SegkitError(
                f"The base has {name_list(taken)} already, and tagging adds columns of these "
                "names. Rename or drop them first."
            )

    def reasons(self, codes: np.ndarray) -> np.ndarray:
        """Return why each row would be untagged."""
        book = self.model.codes
        at = np.where(book.unseen_rows(codes), 1, 2 * (book.missing_share(codes) > MOSTLY))
        return np.array(REASONS, dtype=object)[at]


@dataclass(frozen=True, repr=False)
class TagReport(Result):
    """What tagging a base into a file did.

    Attributes
    ----------
    table : dict
        Columns ``segment`` ("untagged" too), ``n`` (customers), ``share``.
    path : Path
        The file that was written.
    n_rows : int
        Rows of the base; as many are in the file.
    seconds : float
        How long it took.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> folder = Path(tempfile.mkdtemp())
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> fields.to_parquet(folder / "base.parquet")
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> report = tool.tag(folder / "base.parquet", out=folder / "tagged.parquet")
    >>> report.n_rows
    120
    """

    table: dict[str, list[Any]]
    path: Path
    n_rows: int
    seconds: float
    origin: Origin = field(default_factory=Origin)

    def frame(self) -> Any:
        """Return one row a tag."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw how many customers got each tag."""
        from segkit.plots.tag_counts import plot_tag_counts

        return plot_tag_counts(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one sentence: rows, rate, untagged, where they are."""
        rate = self.n_rows / max(self.seconds, 1e-9)
        return (
            f"{self.n_rows} customers tagged in {self.seconds:.1f} s ({rate:.0f} a second), "
            f"{percent(self.table['share'][-1], 1)} left untagged, written to {self.path.name}. "
            "The shares are counts of tags: segment_mix corrects them for typing error."
        )


def tag_base(
    tagger: Tagger,
    base: Any,
    out: str | Path | None = None,
    *,
    id: str | None = None,
    batch_rows: int = BATCH_ROWS,
) -> Any:
    """Tag a frame, or parquet files; see `TypingTool.tag`."""
    check_integer(batch_rows, name="batch_rows")
    started = perf_counter()
    if is_path(base):
        return _report(tagger, *_tag_files(tagger, base, out, id, batch_rows), started)
    tagged, counts = _tag_frame(tagger, base, id)
    if out is None:
        return tagged
    return _report(tagger, write_table(tagged, out), counts, started)


def sum_base(tagger: Tagger, base: Any) -> BaseSums:
    """Sum tags and probabilities of a base, in a frame or in files."""
    return reduce(add, (BaseSums.of(part, n) for part, n in base_decisions(tagger, base)))


def base_decisions(tagger: Tagger, base: Any) -> Iterator[tuple[Decision, int]]:
    """Yield the decision on each part of a base, and the rows of all parts together."""
    book = tagger.model.codes
    if not is_path(base):
        frame = check_frame(fields_frame(base, what="the base"), what="the base")
        decision = tagger.decide(book.encode(frame))
        yield decision, len(decision.first)
        return
    files = ParquetBase.of(base)
    for row, part in files.parts(BATCH_ROWS, book.names):
        yield tagger.decide(book.encode(part, first_row=row)), files.n_rows


def _counts(decision: Decision, size: int) -> np.ndarray:
    tags = decision.tag
    return np.bincount(np.where(tags < 0, size - 1, tags), minlength=size)


def _tag_frame(tagger: Tagger, base: Any, id: str | None) -> tuple[Any, np.ndarray]:
    frame = check_frame(fields_frame(base, what="the base"), what="the base")
    tagger.refuse_taken(column_names(frame))
    if id is not None:
        check_unique_in_parts(lambda: iter([frame]), name=id, what="the base")
    codes = tagger.model.codes.encode(frame)
    with progress_bar(what="tagging", total=len(codes), unit=" rows") as bar:
        decision = tagger.decide(codes, bar)
    tagged = attach(frame, tagger.columns(codes, decision))
    return tagged, _counts(decision, tagger.classes.size + 1)


def _tag_files(
    tagger: Tagger, base: Any, out: str | Path | None, id: str | None, batch_rows: int
) -> tuple[Path, np.ndarray]:
    files = ParquetBase.of(base)
    if out is None:
        raise SegkitError(
            "The base was given as a file, but no file to write to. Give out=, for example "
            f'tag("{files.paths[0].name}", out="tagged.parquet").'
        )
    target = Path(out)
    files.refuse_target(target)
    files.check_columns(tagger.model.codes.names)
    tagger.refuse_taken(files.names)
    if id is not None:
        parts = partial(files.frames, batch_rows, [id])
        check_unique_in_parts(parts, name=id, what="the base")
    clear_drafts(target)
    return target, _stream(tagger, files, target, batch_rows)


def _stream(tagger: Tagger, files: ParquetBase, target: Path, batch_rows: int) -> np.ndarray:
    counts = np.zeros(tagger.classes.size + 1, dtype=np.int64)
    with (
        progress_bar(what="tagging", total=files.n_rows, unit=" rows") as bar,
        parquet_writer(target) as write,
    ):
        for first_row, part in files.parts(batch_rows):
            codes = tagger.model.codes.encode(part, first_row=first_row)
            decision = tagger.decide(codes, bar)
            counts += _counts(decision, counts.size)
            write(attach(part, tagger.columns(codes, decision)))
        if counts.sum() != files.n_rows:
            raise SegkitError(
                f"The base announces {files.n_rows} rows but {counts.sum()} were read; nothing "
                "was written. Check that the files are whole, and that nobody writes to them."
            )
    return counts


def _report(tagger: Tagger, path: Path, counts: np.ndarray, started: float) -> TagReport:
    n = int(counts.sum())
    table = {
        "segment": [*(str(c) for c in tagger.classes), "untagged"],
        "n": counts.tolist(),
        "share": (counts / n).tolist(),
    }
    return TagReport(table, Path(path), n, perf_counter() - started)
