"""A tagged base as arrays: ids as numbers, tags as positions, probabilities, weights."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from segkit._checks import check_frame, name_list
from segkit._frames import column_names, kind_of_type, to_arrow
from segkit._weights import read_weights
from segkit.diagnostics.moves.keys import Keys, keys_of
from segkit.diagnostics.moves.text_columns import ids_as_numbers, with_numbers
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_files import is_path
from segkit.typing_tool.base.opening import open_base
from segkit.typing_tool.base.tagger import BATCH_ROWS
from segkit.typing_tool.base.text_base import TextBase

__all__ = [
    "ENTRANTS",
    "LEAVERS",
    "UNTAGGED",
    "Tagged",
    "read_tagged",
    "segments_of",
    "with_like_ids",
]

UNTAGGED, ENTRANTS, LEAVERS = "untagged", "entrants", "leavers"
PROBABILITY = "probability_"
MOST_SEGMENTS = 10_000


@dataclass(frozen=True)
class Tagged:
    """One tagged base.

    Attributes
    ----------
    tags : ndarray of shape (n_rows,), dtype int16
        Positions in `segments`; -1 is untagged.
    segments : tuple of str
        The segments that occur.
    probabilities : dict of str to ndarray of shape (n_rows,)
        The probability of each segment that has a column of its own, as floats of 4 bytes.
    weights : ndarray of shape (n_rows,) or None
        Weights; None: everybody counts once.
    keys : Keys or None
        Ids as numbers.
    ids : pyarrow.ChunkedArray or None
        Ids as they were given.
    of_text : bool
        It was read from .csv files, which tell no numbers from texts.
    """

    tags: np.ndarray
    segments: tuple[str, ...]
    probabilities: dict[str, np.ndarray]
    weights: np.ndarray | None
    keys: Keys | None
    ids: Any
    of_text: bool = False

    @property
    def n(self) -> int:
        """The number of rows."""
        return int(self.tags.size)


def read_tagged(
    base: Any, *, segment: str, ids: str | None, sample_weight: Any, what: str
) -> Tagged:
    """Read what a comparison needs of a tagged base.

    Parameters
    ----------
    base : frame, path or list of paths
        A tagged base.
    segment, ids : str
        The columns of the tag and of the id (None: rows are told by their place).
    sample_weight : str, array-like or None
        A column, or one number a row.
    what : str
        What messages call the base.
    """
    if not isinstance(segment, str) or not isinstance(ids, str | None):
        raise SegkitError(
            f"segment is a {type(segment).__name__} and ids a {type(ids).__name__}; expected the "
            "names of columns that both tables have. Put the values into a column, and name it."
        )
    weight = sample_weight if isinstance(sample_weight, str) else None
    wanted = [segment, *([ids] if ids else []), *([weight] if weight else [])]
    table, of_text = _table(base, wanted, weight, what)
    tags, segments = _tags(table[segment], segment, what)
    shares = [c for c in table.column_names if c.startswith(PROBABILITY)]
    w = None if sample_weight is None else read_weights(table, sample_weight, what=what)
    return Tagged(
        tags=tags,
        segments=segments,
        probabilities={c.removeprefix(PROBABILITY): _shares(table[c], c, what) for c in shares},
        weights=w,
        keys=keys_of(table[ids], ids, what=what) if ids else None,
        ids=table[ids] if ids else None,
        of_text=of_text,
    )


def with_like_ids(tables: tuple[Tagged, Tagged], ids: str) -> tuple[Tagged, Tagged]:
    """Return both bases; ids of .csv files are whole numbers where the other base has numbers."""
    before, after = (
        _numbered_ids(table, other, ids, what)
        for table, other, what in ((*tables, "before"), (*tables[::-1], "after"))
    )
    return before, after


def _numbered_ids(table: Tagged, other: Tagged, ids: str, what: str) -> Tagged:
    if table.keys is None or other.keys is None or not table.of_text:
        return table
    is_apart = (table.keys.kind, other.keys.kind) == ("text", "number")
    numbers = ids_as_numbers(table.ids, ids, what=what) if is_apart else None
    return table if numbers is None else replace(table, keys=numbers)


def segments_of(tables: Sequence[Tagged]) -> tuple[str, ...]:
    """Return all segments: numbers in order, text as the probabilities stand, then as found."""
    found = dict.fromkeys(s for t in tables for s in (*t.probabilities, *t.segments))
    clash = [s for s in found if s in (UNTAGGED, ENTRANTS, LEAVERS)]
    if clash:
        raise SegkitError(
            f"A segment is called {name_list(clash)}, which stands for people without one. Give "
            "it another name."
        )
    if all(s.lstrip("-").isdigit() for s in found):
        return tuple(sorted(found, key=int))
    return tuple(found)


def _table(base: Any, wanted: list[str], weight: str | None, what: str) -> tuple[Any, bool]:
    """Return what is needed and all probabilities as an Arrow table, and whether of .csv files."""
    import pyarrow as pa

    if is_path(base):
        files = open_base(base)
        names = _needed(files.names, wanted, what)
        table = pa.concat_tables([part for _, part in files.parts(BATCH_ROWS, names)])
        of_text = isinstance(files, TextBase)
        if of_text:
            numbers = [name for name in names if name == weight or name.startswith(PROBABILITY)]
            table = with_numbers(table, numbers, what=what)
        return check_frame(table, what=what), of_text
    check_frame(base, what=what)
    return to_arrow(base, _needed(column_names(base), wanted, what), what=what), False


def _needed(have: Sequence[str], wanted: list[str], what: str) -> list[str]:
    lacking = [name for name in wanted if name not in have]
    if lacking:
        raise SegkitError(
            f"{what} lacks {name_list(lacking)}; it has {name_list(have)}. Give the frame that "
            "`tool.tag` returns, or name the columns with segment=, ids= and sample_weight=."
        )
    return list(dict.fromkeys([*wanted, *(c for c in have if c.startswith(PROBABILITY))]))


def _tags(values: Any, name: str, what: str) -> tuple[np.ndarray, tuple[str, ...]]:
    kind = "empty" if values.null_count == len(values) else kind_of_type(values.type)
    if kind == "empty":
        return np.full(len(values), -1, dtype=np.int16), ()
    if kind == "number":
        return _numbered(values, name, what)
    if kind != "text":
        raise SegkitError(
            f"`{name}` of {what} holds {values.type}; expected segments as whole numbers or text."
        )
    return _named(values)


def _numbered(values: Any, name: str, what: str) -> tuple[np.ndarray, tuple[str, ...]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = np.asarray(pc.unique(values.drop_null()).cast(pa.float64(), safe=False))
    found = np.sort(found[~np.isnan(found)])
    if not found.size:
        return np.full(len(values), -1, dtype=np.int16), ()
    broken = found[found % 1 != 0]
    span = float(found[-1] - found[0])
    if broken.size or span > MOST_SEGMENTS:
        shown = f"{broken[0]:g}" if broken.size else f"numbers from {found[0]:g} to {found[-1]:g}"
        raise SegkitError(
            f"`{name}` of {what} holds {shown}; expected whole numbers that name segments. Name "
            "the column of the tags with segment=."
        )
    # gaps get a number of their own, below all others
    gap = int(found[0]) - 1
    filled = values.cast(pa.float64()) if pa.types.is_floating(values.type) else values
    filled = pc.if_else(pc.is_nan(filled), gap, filled) if filled is not values else filled
    numbers = np.asarray(filled.fill_null(gap).cast(pa.int32(), safe=False))
    place = np.full(int(span) + 2, -1, dtype=np.int16)
    place[found.astype(np.int64) - gap] = np.arange(found.size)
    return place[numbers - gap], tuple(str(int(v)) for v in found)


def _named(values: Any) -> tuple[np.ndarray, tuple[str, ...]]:
    import pyarrow as pa

    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if isinstance(whole, pa.ChunkedArray):  # an Arrow that keeps its parts
        whole = pa.concat_arrays(whole.unify_dictionaries().chunks)
    coded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    at = np.asarray(coded.indices.cast(pa.int64()).fill_null(-1)).astype(np.int16)
    levels = [str(v) for v in coded.dictionary.to_pylist()]
    used = sorted(levels[i] for i in np.unique(at[at >= 0]).tolist())
    place = np.array([*(used.index(v) if v in used else -1 for v in levels), -1], dtype=np.int16)
    return place[at], tuple(used)


def _shares(values: Any, name: str, what: str) -> np.ndarray:
    import pyarrow as pa

    if kind_of_type(values.type) != "number":
        raise SegkitError(f"`{name}` of {what} holds {values.type}; expected probabilities.")
    return np.asarray(values.cast(pa.float32(), safe=False))
