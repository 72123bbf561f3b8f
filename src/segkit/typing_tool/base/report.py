"""What a pass over a base found and did, told from its sums."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from segkit._frames import Origin
from segkit._result import Result, percent
from segkit.typing_tool.base.mix import SegmentMix, segment_mix
from segkit.typing_tool.base.reweighting import refuse_reweighted
from segkit.typing_tool.base.tagger import REASONS, Tagger
from segkit.typing_tool.base.totals import Totals, shift_table
from segkit.typing_tool.base.typing_error import TypingError
from segkit.typing_tool.coding.codes import FieldCodes

__all__ = ["Pass", "TagReport"]


@dataclass(frozen=True)
class Pass:
    """A finished pass over a base.

    Attributes
    ----------
    path : Path
        What was written.
    totals : Totals
        The sums.
    seconds : float
        How long it took.
    n_before : int
        Rows that an earlier run had tagged.
    """

    path: Path
    totals: Totals
    seconds: float
    n_before: int = 0


@dataclass(frozen=True, repr=False)
class TagReport(Result):
    """What tagging a base into files did.

    Attributes
    ----------
    table : dict
        Columns ``segment`` ("untagged" too), ``n`` (customers), ``share``.
    path : Path
        The file or the folder of parts that was written.
    n_rows : int
        Rows of the base; as many were written.
    seconds : float
        How long this run took.
    n_before : int
        Rows that an earlier run, which was interrupted, had tagged.
    totals : Totals
        The sums of the pass, from which `mix` and `shift` are told without another.
    codes : FieldCodes
        The tool's codebook.
    error : TypingError
        How the tool mistakes people of each segment.
    classes : tuple
        The segments.
    sizes : ndarray of shape (n_segments,), optional
        What a re-weighted tool was re-weighted to.

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
    n_before: int
    totals: Totals
    codes: FieldCodes
    error: TypingError
    classes: tuple[Any, ...]
    sizes: np.ndarray | None = None
    origin: Origin = field(default_factory=Origin)

    @classmethod
    def of(
        cls, done: "Pass", tagger: Tagger, error: TypingError, sizes: np.ndarray | None = None
    ) -> "TagReport":
        """Say what a pass over a base did."""
        counts = done.totals.sums.counts
        table = {
            "segment": [*(str(c) for c in tagger.classes), "untagged"],
            "n": counts.tolist(),
            "share": (counts / counts.sum()).tolist(),
        }
        return cls(
            table, done.path, done.totals.n_rows, done.seconds, done.n_before,
            done.totals, tagger.model.codes, error, tuple(tagger.classes.tolist()), sizes,
        )  # fmt: skip

    @property
    def reasons(self) -> dict[str, int]:
        """Untagged customers by reason."""
        return dict(zip(REASONS, self.totals.reasons.tolist(), strict=True))

    @property
    def rate(self) -> float:
        """Rows a second of this run."""
        return (self.n_rows - self.n_before) / max(self.seconds, 1e-9)

    def mix(self) -> SegmentMix:
        """Return the sizes of the segments, counted and corrected; see `segment_mix`."""
        refuse_reweighted(self.sizes, what="mix")
        return segment_mix(self.totals.sums, self.error, self.classes, origin=self.origin)

    def shift(self) -> Any:
        """Return how the base's fields differ from the respondents', code by code.

        Returns
        -------
        frame
            Columns ``field``, ``code``, ``meaning``, ``customers`` and ``respondents``: shares
            of each field's codes; `respondents` is missing in a tool that does not know them.
        """
        return self.origin.frame(shift_table(self.codes, self.totals.codes))

    def frame(self) -> Any:
        """Return one row a tag."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw how many customers got each tag."""
        from segkit.plots.tag_counts import plot_tag_counts

        return plot_tag_counts(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one sentence: rows, rate, untagged, where they are."""
        untagged = percent(self.table["share"][-1], 1)
        causes = ", ".join(f"{n} {reason}" for reason, n in self.reasons.items() if n)
        before = f" ({self.n_before} of them by an earlier run)" if self.n_before else ""
        rate = f" ({self.rate:.0f} a second)" if self.n_rows > self.n_before else ""
        return (
            f"{self.n_rows} customers tagged{before} in {self.seconds:.1f} s{rate}, {untagged} "
            f"left untagged{f' ({causes})' if causes else ''}, written to {self.path.name}. The "
            "shares are counts of tags: segment_mix corrects them for typing error."
        )
