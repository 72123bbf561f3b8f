"""Raw files read as text, and made into clean tables by a codebook.

Everything is read as text first: codes keep their leading zeros and no value is guessed.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from segkit._checks import check_option, name_list
from segkit._frames import Nullable, Origin, attach
from segkit.exceptions import SegkitError
from segkit.survey import Codebook

__all__ = [
    "OUTPUTS",
    "build",
    "check_output",
    "codebook_of",
    "days",
    "flags",
    "integers",
    "numbers",
    "read_texts",
    "texts",
    "tidy",
    "translated",
    "without_fraction",
]

OUTPUTS = ("pandas", "polars")
"""The kinds of table a loader can give."""


def read_texts(content: bytes, separator: str = ",") -> dict[str, np.ndarray]:
    r"""Read a delimited table as columns of text, blank cells as None.

    Parameters
    ----------
    content : bytes
        The file, in UTF-8.
    separator : str
        What stands between two cells.

    Returns
    -------
    dict of str to ndarray of object
        Texts without blanks around them.

    Examples
    --------
    >>> read_texts(b"id,answer\n007, 3\n008,\n")["answer"].tolist()
    ['3', None]
    """
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    text = content.removeprefix(b"\xef\xbb\xbf")
    head = io.TextIOWrapper(io.BytesIO(text[: text.index(b"\n") + 1]), encoding="utf-8")
    names = next(csv.reader(head, delimiter=separator))
    table = arrow_csv.read_csv(
        io.BytesIO(text),
        parse_options=arrow_csv.ParseOptions(delimiter=separator),
        convert_options=arrow_csv.ConvertOptions(column_types={n: pa.string() for n in names}),
    )
    return {name.strip(): _stripped(table.column(i)) for i, name in enumerate(names)}


def _stripped(column: Any) -> np.ndarray:
    values = [v.strip() or None for v in column.to_pylist()]
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def numbers(texts: Iterable[Any], *, name: str, missing: Iterable[str] = ()) -> np.ndarray:
    """Read texts as floats; blanks and the given codes become NaN.

    Examples
    --------
    >>> numbers(["3", None, "999"], name="days", missing=["999"]).tolist()
    [3.0, nan, nan]
    """
    gone = {None, *missing}
    values = list(texts)
    try:
        return np.array([np.nan if v in gone else float(v) for v in values], dtype=float)
    except ValueError as error:
        raise SegkitError(
            f"`{name}` holds a text where a number was expected ({error}). The file is not the "
            "one this loader was written for."
        ) from error


def integers(values: Iterable[Any], *, name: str) -> np.ndarray:
    """Read texts as whole numbers; a blank or a fraction is an error.

    Examples
    --------
    >>> integers(["3", "40.0"], name="id").tolist()
    [3, 40]
    """
    read = numbers(values, name=name)
    if not np.array_equal(read, np.round(read)):
        raise SegkitError(
            f"`{name}` holds a blank or a fraction where a whole number was expected. The file is "
            "not the one this loader was written for."
        )
    return read.astype(np.int64)


def texts(values: Iterable[Any]) -> np.ndarray:
    """Return values as an array of objects, one an entry."""
    entries = list(values)
    out = np.empty(len(entries), dtype=object)
    out[:] = entries
    return out


def without_fraction(values: Iterable[Any]) -> np.ndarray:
    """Take the fraction off whole numbers that were stored as floats.

    Examples
    --------
    >>> without_fraction(["1930571429.0", "0", None]).tolist()
    ['1930571429', '0', None]
    """
    return texts(None if v is None else v.removesuffix(".0") for v in values)


def translated(values: Iterable[Any], words: Mapping[str, Any], *, name: str) -> np.ndarray:
    """Translate every text; blanks stay missing, a text without translation is an error.

    Examples
    --------
    >>> translated(["PRIJEM", None], {"PRIJEM": "credit"}, name="type").tolist()
    ['credit', None]
    """
    entries = list(values)
    strange = sorted({v for v in entries if v is not None and v not in words})
    if strange:
        raise SegkitError(
            f"`{name}` holds {name_list(strange)}; expected {name_list(list(words), 12)}. The file "
            "is not the one this loader was written for."
        )
    return texts(None if v is None else words[v] for v in entries)


def flags(values: Iterable[Any], *, name: str, true: str = "Yes", false: str = "No") -> np.ndarray:
    """Read two texts, none of them missing, as True and False.

    Examples
    --------
    >>> flags(["Yes", "No"], name="disputed").tolist()
    [True, False]
    """
    return translated(values, {true: True, false: False}, name=name).astype(bool)


def days(values: Iterable[Any]) -> np.ndarray:
    """Read texts such as 2017-10-31 as dates to the microsecond, the unit both libraries keep.

    Examples
    --------
    >>> days(["2017-10-31", None]).astype("datetime64[D]").tolist()
    [datetime.date(2017, 10, 31), None]
    """
    return np.array(["NaT" if v is None else v for v in values], dtype="datetime64[us]")


@cache
def codebook_of(name: str) -> Codebook:
    """Return a codebook of the package by its file's name."""
    return Codebook.from_yaml(Path(__file__).parent / "codebooks" / f"{name}.yaml")


def check_output(output: str) -> None:
    """Refuse an unknown kind of table, before anything is read or downloaded."""
    check_option(output, OUTPUTS, name="output")


def build(columns: Mapping[str, Any], output: str) -> Any:
    """Build a table of the asked kind from columns by name."""
    check_output(output)
    # attached, because that makes a missing number NaN in pandas and null in polars
    gaps = {n: v for n, v in columns.items() if isinstance(v, Nullable) or _is_float(v)}
    plain = {n: v.values if isinstance(v, Nullable) else v for n, v in columns.items()}
    return attach(Origin(output).frame(plain), gaps)


def _is_float(values: Any) -> bool:
    return getattr(values, "dtype", None) == np.float64


def tidy(columns: Mapping[str, Any], output: str, *books: Codebook) -> Any:
    """Build a table whose columns are translated and checked by codebooks.

    Codes become floats, fields become their labels and missing codes missing; answers
    keep the direction they were asked in. The columns come in the order of the codebooks;
    further ones follow as they are.
    """
    declared = [item for book in books for item in book]
    absent = [item.item for item in declared if item.item not in columns]
    if absent:
        raise SegkitError(
            f"The raw file lacks {name_list(absent)}; it is not the one this loader was "
            "written for."
        )
    order = dict.fromkeys([*(item.item for item in declared), *columns])
    read = {name: columns[name] for name in order}
    read.update({item.item: _coded(read[item.item]) for item in declared if item.scale})
    asked = Codebook([replace(item, reversed=False) for item in declared])
    return asked.clean(build(read, output))


def _coded(values: Any) -> Any:
    """Read codes as numbers, which clean faster; answers in words stay as they are."""
    try:
        return np.array([np.nan if v is None else float(v) for v in values], dtype=float)
    except ValueError:
        return values
