"""The codes of one field, and how a value finds its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from segkit._frames import Column, is_missing
from segkit.exceptions import SegkitError
from segkit.typing_tool.models.compiled import loops

__all__ = ["FieldCode"]

FAR, MANY = 2**30, 4096  # whole numbers: how large, and how many, those with a table may be

_A_VALUE = {"number": "a number", "text": "a text", "boolean": "True or False"}


@dataclass(frozen=True)
class FieldCode:
    """The codes of one field.

    Attributes
    ----------
    name, kind, dtype : str
        The field, its kind ("number", "text", "boolean"), and the type it had in the survey.
    levels : tuple of str
        The levels of a text or yes/no field.
    edges : ndarray
        Upper edges of a number's bins, but the last: bin ``i`` holds values up to and
        including ``edges[i]``.
    codes : ndarray of int
        The code of each level or bin.
    missing : int
        The code of a gap.
    unseen : int
        The code of a level that no respondent had; of "other" where rare levels are pooled;
        -1 for numbers.
    n_codes : int
        The number of codes.
    resting : tuple of int
        Codes that no respondent had.
    n_pooled : int
        How many rare levels share the code of "other".
    shares : tuple of float
        The respondents' weighted share of each code; empty where it is not known.
    """

    name: str
    kind: str
    dtype: str
    levels: tuple[str, ...]
    edges: np.ndarray
    codes: np.ndarray
    missing: int
    unseen: int
    n_codes: int
    resting: tuple[int, ...] = ()
    n_pooled: int = 0
    shares: tuple[float, ...] = ()

    def encode(self, field: Column, *, what: str) -> np.ndarray:
        """Return the code of each row (dtype uint8)."""
        if field.kind == "empty":
            return np.full(field.values.size, self.missing, dtype=np.uint8)
        self._check_kind(field, what)
        if self.kind == "number":
            return self.of_numbers(field.values)
        # a missing value has position -1, hence reads the last entry
        return self.of_levels([*field.levels, None])[field.values]

    def of_numbers(self, values: np.ndarray) -> np.ndarray:
        """Return the code of each number (dtype uint8); NaN is a gap."""
        if values.dtype.kind == "i" and self._whole_codes is not None:
            first, codes = self._whole_codes
            at = np.clip(values, first, first + codes.size - 1) - first
            return np.take(codes, at, mode="clip")  # within anyway: "clip" only spares the check
        kernels = loops(values.size)
        if kernels is not None:
            values = values.view()
            values.flags.writeable = False  # as Arrow's are: compiled once for both
            return np.asarray(kernels.bin_numbers(values, *self._padded_bins))
        codes = np.append(self.codes, self.missing).astype(np.uint8)
        at = np.searchsorted(self.edges, values, side="left")
        return codes[np.where(np.isnan(values), self.codes.size, at)]

    def of_levels(self, levels: Iterable[str | None]) -> np.ndarray:
        """Return the code of each level (dtype uint8); None and an empty text are gaps."""
        known = dict(zip(self.levels, self.codes.tolist(), strict=True))
        codes = [known.get(level, self.unseen) if level else self.missing for level in levels]
        return np.array(codes, dtype=np.uint8)

    @cached_property
    def _whole_codes(self) -> tuple[int, np.ndarray] | None:
        """The first whole number that matters, and the codes from there on; None if too many."""
        if not self.edges.size or np.abs(self.edges).max() > FAR or np.ptp(self.edges) > MANY:
            return None
        numbers = np.arange(np.floor(self.edges[0]), np.floor(self.edges[-1]) + 2)
        at = np.searchsorted(self.edges, numbers, side="left")
        return int(numbers[0]), self.codes[at].astype(np.uint8)

    @cached_property
    def _padded_bins(self) -> tuple[np.ndarray, np.ndarray]:
        """Edges filled up to 63, which no number lies above, and codes to match; last: a gap."""
        edges, codes = np.full(63, np.inf), np.full(65, self.missing, dtype=np.uint8)
        edges[: self.edges.size], codes[: self.codes.size] = self.edges, self.codes
        return edges, codes

    def code_of(self, value: Any) -> int:
        """Return the code of one value."""
        try:
            if is_missing(value) or (isinstance(value, str) and not value):
                return self.missing
            if self.kind == "number" and not isinstance(value, str | bool | np.bool_):
                return self._code_of_number(float(value))
        except SegkitError:
            raise
        except (TypeError, ValueError, ArithmeticError) as error:
            raise self._refusal(value) from error
        fits = isinstance(value, bool | np.bool_ if self.kind == "boolean" else str)
        if self.kind == "number" or not fits:
            raise self._refusal(value)
        at = self.levels.index(str(value)) if str(value) in self.levels else -1
        return int(self.codes[at]) if at >= 0 else self.unseen

    def meanings(self) -> list[str]:
        """Return what each code stands for, in the order of the codes."""
        words = [""] * self.n_codes
        for code, word in zip(self.codes.tolist(), self._words(), strict=True):
            words[code] = word
        if self.unseen >= 0:
            words[self.unseen] = "other" if self.n_pooled else "unseen"
        words[self.missing] = "missing"
        return words

    def _code_of_number(self, value: float) -> int:
        if np.isinf(value):
            raise SegkitError(
                f"`{self.name}` is infinite; expected a finite number. Give None where it is "
                "not known."
            )
        return int(self.codes[np.searchsorted(self.edges, value, side="left")])

    def _refusal(self, value: Any) -> SegkitError:
        plain = isinstance(value, str | bool | float | np.generic | list)
        plain = plain or (isinstance(value, int) and abs(value) < 10**30)
        shown = repr(value)[:60] if plain else f"a {type(value).__name__}"
        return SegkitError(
            f"`{self.name}` is {shown}; expected {_A_VALUE[self.kind]} as in the survey. "
            "Give it in that form, or None where it is not known."
        )

    def _check_kind(self, field: Column, what: str) -> None:
        if field.kind != self.kind:
            raise SegkitError(
                f"`{self.name}` holds {field.kind} ({field.dtype}) in {what}, but {self.kind} "
                f"({self.dtype}) in the survey. Convert the column of {what} to {self.dtype}, "
                "or fit the tool on fields of the same type."
            )

    def _words(self) -> list[str]:
        if self.kind != "number":
            return list(self.levels)
        if not self.edges.size:
            return ["any number"]
        shown = [f"{edge:.6g}" for edge in self.edges]
        between = [f"{low} to {high}" for low, high in pairwise(shown)]
        return [f"up to {shown[0]}", *between, f"above {shown[-1]}"]
