"""What days are compared with: counts and sums of the reference, never its rows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._frames import column_names
from segkit._weights import effective_size, weighted_counts
from segkit.diagnostics.counting.counts import Counts
from segkit.diagnostics.counting.groups import UNTAGGED
from segkit.diagnostics.counting.learning import learn_bins
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.counting.table_counts import TableCounts
from segkit.diagnostics.counting.tables import count_table
from segkit.diagnostics.watch.cells import Counted
from segkit.diagnostics.watch.sums import Sums
from segkit.typing_tool.base.tagger import Tagger

__all__ = ["Reference", "as_counts"]


@dataclass(frozen=True)
class Reference:
    """Counts and sums of the reference.

    Attributes
    ----------
    counts : TableCounts
        The counts of each field by segment, over the bins that every day is counted over.
    tags : ndarray of shape (n_segments + 1,)
        Weight by tag, in the tool's order; the last entry is untagged.
    n, n_tagged : float
        Effective numbers of rows, and of tagged rows.
    mean, spread : ndarray of shape (n_segments,), (n_segments, n_segments)
        Mean probabilities, and their sampling covariance.
    sureness : float or None
        The mean probability of the likeliest segment among the tagged; None without any.
    is_base : bool
        Whether it is a base, of which the tool is as sure as of any other; of the respondents
        it learned from it is surer than it should be.
    """

    counts: TableCounts
    tags: np.ndarray
    n: float
    n_tagged: float
    mean: np.ndarray
    spread: np.ndarray
    sureness: float | None
    is_base: bool

    @property
    def bins(self) -> TableBins:
        """How fields are counted."""
        return self.counts.bins

    def by_segment(self, segments: tuple[str, ...]) -> Mapping[str, Counts]:
        """Return the counts of each field, one row a segment in this order, the untagged last."""
        return self.counts.grouped((*segments, UNTAGGED))

    @classmethod
    def of_frame(cls, table: Any, w: np.ndarray, tagger: Tagger) -> "Reference":
        """Tag and count a table, whose rows are then forgotten."""
        names = tagger.model.codes.names
        decision = tagger.decide(tagger.model.codes.encode(table, what="the reference"))
        labels = np.array([*(str(c) for c in tagger.classes.tolist()), None], dtype=object)
        counts = count_table(table, learn_bins(table, names, w), labels[decision.tag], w)
        p, tagged, n = decision.probabilities, decision.kept * w, effective_size(w)
        mean = w @ p / w.sum()
        spread = ((p * w[:, None]).T @ p / w.sum() - np.outer(mean, mean)) / n
        any_tagged = bool(tagged.any())
        return cls(
            counts,
            weighted_counts(decision.tag % labels.size, w, labels.size),
            n,
            effective_size(tagged) if any_tagged else 0.0,
            mean,
            spread,
            float(tagged @ decision.top / tagged.sum()) if any_tagged else None,
            "probability" in column_names(table),  # it was tagged, as no respondents are
        )

    @classmethod
    def of_day(
        cls, bins: TableBins, segments: tuple[str, ...], counted: Counted, sums: Sums
    ) -> "Reference":
        """Take a day's counts as the reference of those that follow."""
        groups = (*segments, UNTAGGED)
        counts = TableCounts(bins, groups, as_counts(bins, counted), sums.n)
        tags = sums.tags.astype(float)
        figures = (float(sums.n), float(tags[:-1].sum()), sums.mean, sums.spread, sums.sureness)
        return cls(counts, tags, *figures, is_base=True)

    def to_json(self) -> str:
        """Return the reference as text."""
        plain = {
            "counts": self.counts.to_dict(),
            "tags": self.tags.tolist(),
            "n": self.n,
            "n_tagged": self.n_tagged,
            "mean": self.mean.tolist(),
            "spread": self.spread.tolist(),
            "sureness": self.sureness,
            "is_base": self.is_base,
        }
        return json.dumps(plain)

    @classmethod
    def from_json(cls, text: str) -> "Reference":
        """Return the reference that `to_json` wrote."""
        plain = json.loads(text)
        tags, mean, spread = (np.array(plain[name]) for name in ("tags", "mean", "spread"))
        figures = [plain[name] for name in ("sureness", "is_base")]
        counts = TableCounts.from_dict(plain["counts"])
        return cls(counts, tags, plain["n"], plain["n_tagged"], mean, spread, *figures)


def as_counts(bins: TableBins, counted: Counted) -> dict[str, Counts]:
    """Return a day's whole-number counts in the form that drift compares.

    Values that the reference never held are named together: their texts are not kept.
    """
    found = {}
    for field in bins.fields:
        cells = counted[field.field].astype(float)
        new = cells[:, -1]
        unseen = {"a value never seen": new} if new.any() and field.kind != "empty" else {}
        found[field.field] = Counts(field, cells, cells.sum(axis=1), unseen)
    return found
