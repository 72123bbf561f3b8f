"""Codes of an Arrow table's columns, taken from their buffers: no value is copied or spelled out.

A base in files comes as such tables. Numbers are binned where they lie, texts that come as codes
of a dictionary are translated level by level. What is not plain is left to the reading that
frames of every kind go through, which also words what is wrong.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from segkit._frames import kind_of_type
from segkit.typing_tool.coding.field_code import FieldCode

__all__ = ["arrow_codes"]

DIRECT = ("int32", "int64", "double")  # numbers that are binned as they are; others as double
TEXTS = ("string", "large_string")


def arrow_codes(fields: Sequence[FieldCode], table: Any) -> np.ndarray | None:
    """Return the codes of an Arrow table's rows.

    Parameters
    ----------
    fields : sequence of FieldCode
        The codes of each field.
    table : object
        The table.

    Returns
    -------
    ndarray of shape (n_rows, n_fields), dtype uint8, or None
        None where it is no Arrow table, or a field is absent or not as the tool expects it.
    """
    import pyarrow as pa

    if not isinstance(table, pa.Table):
        return None
    # one line a field: each is read and written from start to end
    lines = np.empty((len(fields), table.num_rows), dtype=np.uint8)
    for field, line in zip(fields, lines, strict=True):
        at = table.schema.get_field_index(field.name)  # -1 as well where two have the name
        if at < 0 or not _coded(field, table.column(at).chunks, line):
            return None
    return lines.T


def _coded(field: FieldCode, chunks: Sequence[Any], line: np.ndarray) -> bool:
    """Write the codes of a column's chunks; say whether all of them could be read."""
    start = 0
    for chunk in chunks:
        codes = _chunk_codes(field, chunk)
        if codes is None:
            return False
        line[start : start + len(chunk)] = codes
        start += len(chunk)
    return True


def _chunk_codes(field: FieldCode, chunk: Any) -> np.ndarray | None:
    if chunk.null_count == len(chunk):
        return np.full(len(chunk), field.missing, dtype=np.uint8)
    if kind_of_type(chunk.type) != field.kind:
        return None
    of_kind = {"number": _number_codes, "text": _text_codes, "boolean": _boolean_codes}
    codes = of_kind[field.kind](field, chunk)
    if codes is not None and chunk.null_count:
        codes[_bits(chunk, 0) == 0] = field.missing
    return codes


def _number_codes(field: FieldCode, chunk: Any) -> np.ndarray | None:
    import pyarrow as pa

    if str(chunk.type) not in DIRECT:
        chunk = chunk.cast(pa.float64(), safe=False)
    values = _values(chunk)
    if values.dtype.kind == "f" and np.isinf(values).any():
        return None
    return field.of_numbers(values)


def _text_codes(field: FieldCode, chunk: Any) -> np.ndarray | None:
    import pyarrow as pa

    is_coded = pa.types.is_dictionary(chunk.type)
    if str(chunk.type.value_type if is_coded else chunk.type) not in TEXTS:
        return None
    coded = chunk if is_coded else chunk.dictionary_encode()
    if coded.dictionary.null_count:
        return None
    codes = field.of_levels(coded.dictionary.to_pylist())
    # what stands where there is no value may be any number
    return np.take(codes, _values(coded.indices), mode="clip")


def _boolean_codes(field: FieldCode, chunk: Any) -> np.ndarray:
    return field.of_levels(["False", "True"])[_bits(chunk, 1)]


def _values(chunk: Any) -> np.ndarray:
    """Return the values of an array of numbers where they lie; gaps hold anything."""
    values = np.frombuffer(chunk.buffers()[1], dtype=chunk.type.to_pandas_dtype())
    return np.require(values[chunk.offset : chunk.offset + len(chunk)], requirements="A")


def _bits(chunk: Any, buffer: int) -> np.ndarray:
    """Return one buffer of an array, a bit a row, as zeros and ones."""
    packed = np.frombuffer(chunk.buffers()[buffer], dtype=np.uint8)
    end = chunk.offset + len(chunk)
    return np.unpackbits(packed, count=end, bitorder="little")[chunk.offset :]
