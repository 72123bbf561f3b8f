"""The pure function from a part of a base to the same part with its tags.

It looks at each row alone, so a frame, a batch of a file, and a part on another machine all get
the same tags, for any size of part.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import name_list
from segkit._frames import Nullable, attach, n_rows
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.repeats import decide_once
from segkit.typing_tool.base.totals import Totals
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.evaluation.abstention import prediction_sets, set_texts
from segkit.typing_tool.models.calibration import Decision
from segkit.typing_tool.models.model import Model

__all__ = ["BATCH_ROWS", "REASONS", "Tagger"]

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

    @property
    def schema(self) -> Any:
        """The columns that tagging adds, as an Arrow schema."""
        import pyarrow as pa

        label = pa.string() if self.classes.dtype == object else pa.int64()
        kinds = {"segment": label, "second": label, "reason": pa.string(), "set": pa.string()}
        return pa.schema([(name, kinds.get(name, pa.float64())) for name in self.names])

    @property
    def types(self) -> dict[str, Any]:
        """The types that the columns of text have in files."""
        import pyarrow as pa

        return {field.name: field.type for field in self.schema if field.type == pa.string()}

    def tag_batch(self, batch: Any, first_row: int = 0) -> Any:
        """Return an Arrow record batch with its tags at the right.

        Parameters
        ----------
        batch : pyarrow.RecordBatch
            Holds the tool's fields; other columns pass through.
        first_row : int
            The number of its first row in the whole base, for messages.

        Returns
        -------
        pyarrow.RecordBatch
            As many rows, in the same order.
        """
        import pyarrow as pa

        whole = pa.Table.from_batches([batch])
        codes = self.model.codes.encode(whole, first_row=first_row)
        decision = self.decide(codes)
        added = self.columns(decision, self.reasons(codes, ~decision.kept))
        tagged = attach(whole, added).combine_chunks()
        return pa.RecordBatch.from_arrays(
            [c.chunk(0) if c.num_chunks else pa.array([], c.type) for c in tagged.columns],
            schema=tagged.schema,
        )

    def tag_part(
        self,
        part: Any,
        totals: Totals | None = None,
        bar: Any = None,
        fields: Any = None,
        *,
        coded: bool = False,
    ) -> tuple[Any, Totals]:
        """Return a part of a base, a frame of any kind, with its tags; and the sums so far.

        Parameters
        ----------
        part : frame
            The part.
        totals : Totals, optional
            The sums over the rows before it; by default there are none.
        bar : tqdm, optional
            Is told of the rows.
        fields : frame, optional
            Holds the fields where the part itself has them in another form.
        coded : bool
            In an Arrow table, give texts of a few levels as codes: for a file, see `types`.
        """
        before = totals or self.nothing(n_rows(part))
        read = part if fields is None else fields
        codes = self.model.codes.encode(read, first_row=before.n_rows)
        decision = self.decide(codes, bar)
        reasons = self.reasons(codes, ~decision.kept)
        tagged = attach(part, self.columns(decision, reasons), coded=coded)
        return tagged, before.plus(codes, decision, reasons)

    def tag_stream(
        self,
        batches: Iterable[Any],
        write: Callable[[Any], None],
        totals: Totals,
        bar: Any = None,
        read: Callable[[Any, FieldCodes], Any] | None = None,
        *,
        coded: bool = False,
    ) -> Totals:
        """Tag batches of a base and hand each to `write`; return the sums so far.

        `read` gives the fields of a batch that has them in another form; `coded` as in `tag_part`.
        """
        for batch in batches:
            fields = batch if read is None else read(batch, self.model.codes)
            tagged, totals = self.tag_part(batch, totals, bar, fields, coded=coded)
            write(tagged)
        return totals

    def nothing(self, n_base: int | None = None) -> Totals:
        """Return the sums of no customer, of a base of so many (None: not known)."""
        codes = np.empty((0, len(self.model.codes.names)), dtype=np.uint8)
        return Totals.of(codes, self.decide(codes), np.empty(0, dtype=np.int64), n_base)

    def decide(self, codes: np.ndarray, bar: Any = None) -> Decision:
        """Return the decision on each row of codes, a slice at a time."""
        parts = []
        for start in range(0, len(codes), BATCH_ROWS):
            rows = codes[start : start + BATCH_ROWS]
            parts.append(decide_once(self._decide, rows, self.model.codes.n_codes))
            if bar is not None:
                bar.update(len(rows))
        if len(parts) == 1:
            return parts[0]
        return Decision.joined(parts) if parts else self._decide(codes)

    def columns(self, decision: Decision, reasons: np.ndarray) -> dict[str, Any]:
        """Return the new columns of decided rows; `reasons` are those of the untagged."""
        none = np.zeros(decision.kept.size, dtype=bool)
        reason = np.zeros(decision.kept.size, dtype=np.int64)
        reason[~decision.kept] = reasons
        shares = {
            f"probability_{c}": decision.probabilities[:, s] for s, c in enumerate(self.classes)
        }
        return {
            "segment": self._labels(decision.first, ~decision.kept),
            "probability": decision.top,
            "second": self._labels(decision.second, none),
            **shares,
            "reason": Nullable(reason, decision.kept, REASONS),
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

    def reasons(self, codes: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return why each of the rows of a mask is untagged, as positions in `REASONS`."""
        book, untagged = self.model.codes, codes[rows]
        gaps = 2 * (book.missing_share(untagged) > MOSTLY)
        return np.where(book.unseen_rows(untagged), 1, gaps)

    def _decide(self, codes: np.ndarray) -> Decision:
        return self.model.decide(codes, self.cut, self.n_jobs)

    def _labels(self, at: np.ndarray, missing: np.ndarray) -> Nullable:
        if self.classes.dtype == object:
            return Nullable(at, missing, tuple(self.classes))
        return Nullable(self.classes[at], missing)
