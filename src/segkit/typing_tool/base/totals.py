"""What a pass over a base adds up: tags, probabilities, reasons, codes. Nothing of one customer.

Sums of parts, added in the order of the base, are the sums of the whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from segkit.typing_tool.base.base_sums import SAMPLE, BaseSums
from segkit.typing_tool.coding.codes import MAX_CODES, FieldCodes
from segkit.typing_tool.models.calibration import Decision

__all__ = ["Totals", "shift_table"]


@dataclass(frozen=True)
class Totals:
    """Sums over customers.

    Attributes
    ----------
    sums : BaseSums
        Tags and probabilities, for `segment_mix`.
    reasons : ndarray of shape (n_reasons,)
        Untagged customers by reason (`REASONS`).
    codes : ndarray of shape (n_fields, 64)
        Customers by field and code.
    n_base : int or None
        Rows of the whole base, where that is known.
    """

    sums: BaseSums
    reasons: np.ndarray
    codes: np.ndarray
    n_base: int | None

    @classmethod
    def of(
        cls, codes: np.ndarray, decision: Decision, reasons: np.ndarray, n_base: int | None
    ) -> "Totals":
        """Sum over rows: their codes, what was decided, and the reason of each untagged one.

        `n_base` is the size of the whole base, None where it shows at the end only.
        """
        sums = BaseSums.of(decision, SAMPLE if n_base is None else n_base)
        counts = [np.bincount(column, minlength=MAX_CODES) for column in codes.T]
        return cls(sums, np.bincount(reasons, minlength=3), np.stack(counts), n_base)

    def plus(self, codes: np.ndarray, decision: Decision, reasons: np.ndarray) -> "Totals":
        """Return the sums with further rows."""
        if self.n_base is not None:
            return self + Totals.of(codes, decision, reasons, self.n_base)
        # a sample as dense as it is so far, thinned out when it grows too large
        foreseen = max(SAMPLE, round(self.n_rows * SAMPLE / max(1, len(self.sums.sample))))
        both = self + replace(Totals.of(codes, decision, reasons, foreseen), n_base=None)
        step = -(-len(both.sums.sample) // (2 * SAMPLE))
        return replace(both, sums=replace(both.sums, sample=both.sums.sample[:: max(1, step)]))

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.sums + other.sums,
            self.reasons + other.reasons,
            self.codes + other.codes,
            self.n_base,
        )

    @property
    def n_rows(self) -> int:
        """The customers."""
        return int(self.sums.counts.sum())

    def entry(self) -> dict[str, Any]:
        """Return the sums as plain numbers for JSON, to the last bit."""
        sums = {f.name: getattr(self.sums, f.name).tolist() for f in fields(BaseSums)}
        return {
            **sums,
            "reasons": self.reasons.tolist(),
            "codes": self.codes.tolist(),
            "n_base": self.n_base,
        }

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> "Totals":
        """Return the sums that `entry` wrote."""
        sums = {f.name: np.array(entry[f.name]) for f in fields(BaseSums)}
        sums["sample"] = sums["sample"].reshape(-1, sums["total"].size)
        return cls(
            BaseSums(**sums), np.array(entry["reasons"]), np.array(entry["codes"]), entry["n_base"]
        )


def shift_table(codes: FieldCodes, counts: np.ndarray) -> dict[str, list[Any]]:
    """Return one row a field and code: shares of customers and of respondents.

    Parameters
    ----------
    codes : FieldCodes
        The codebook, with the respondents' shares where it knows them.
    counts : ndarray of shape (n_fields, 64)
        Customers by field and code.
    """
    names = ("field", "code", "meaning", "customers", "respondents")
    table: dict[str, list[Any]] = {name: [] for name in names}
    for field, counted in zip(codes.fields, counts, strict=True):
        n = field.n_codes
        known = field.shares or (float("nan"),) * n
        table["field"] += [field.name] * n
        table["code"] += list(range(n))
        table["meaning"] += field.meanings()
        table["customers"] += (counted[:n] / max(1, counted.sum())).tolist()
        table["respondents"] += list(known)
    return table
