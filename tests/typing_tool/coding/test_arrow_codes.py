import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.coding import field_code
from segkit.typing_tool.coding.arrow_codes import arrow_codes
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.coding.fields import read_fields

N = 1000


@pytest.fixture(scope="module")
def book():
    rng = np.random.default_rng(0)
    people = pd.DataFrame(
        {
            "age": rng.integers(18, 90, N).astype(float),
            "spent": rng.lognormal(3, 1, N),
            "plan": np.array(["basic", "plus", None], dtype=object)[rng.integers(0, 3, N)],
            "online": rng.random(N) < 0.5,
        }
    )
    return FieldCodes.fit(people)


def slow_codes(book, table):
    """The codes by the reading that frames of every kind go through."""
    return book.encode_columns(read_fields(table, book.names), what="the base")


def base_of(seed, n=N):
    """A base with gaps, levels never heard of, and an empty text."""
    rng = np.random.default_rng(seed)
    gap = rng.random((4, n)) < 0.1
    plans = np.array(["plus", "basic", "", "unheard of"], dtype=object)[rng.integers(0, 4, n)]
    return pa.table(
        {
            "age": pa.array(rng.integers(0, 120, n), pa.int32(), mask=gap[0]),
            "id": np.arange(n),
            "spent": pa.array(np.where(gap[3], np.nan, rng.lognormal(3, 2, n)), mask=gap[1]),
            "plan": pa.array(plans, mask=gap[2]),
            "online": pa.array(rng.random(n) < 0.5, mask=gap[3]),
        }
    )


def changed(table, name, column):
    return table.set_column(table.column_names.index(name), name, column)


NUMBERS = ("int8", "int16", "int32", "int64", "uint8", "uint32", "float", "double")


def variants():
    """The same kinds of columns in every form in which Arrow may hold them."""
    base = base_of(1)
    for kind in NUMBERS:
        yield kind, changed(base, "age", base["age"].cast(kind))
    yield "decimal", changed(base, "age", base["age"].cast(pa.decimal128(12, 2)))
    yield "large_string", changed(base, "plan", base["plan"].cast("large_string"))
    coded = base["plan"].combine_chunks().dictionary_encode()
    yield "dictionary", changed(base, "plan", coded)
    small = pa.DictionaryArray.from_arrays(coded.indices.cast("uint8"), coded.dictionary)
    yield "small dictionary", changed(base, "plan", small)
    other = changed(base_of(2), "plan", base_of(2)["plan"].combine_chunks().dictionary_encode())
    yield "two dictionaries", pa.concat_tables([changed(base, "plan", coded), other])
    yield "chunks", pa.concat_tables([base_of(3, 7), base_of(4).slice(0, 0), base_of(5, 300)])
    yield "a slice", pa.concat_tables([base_of(3, 70), base_of(5, 300)]).slice(13, 200)
    yield "no rows", base.slice(0, 0)
    for name in ("age", "spent", "plan", "online"):
        yield f"no {name} known", changed(base, name, pa.nulls(N))
    yield "no gaps", base.drop_null()


FORMS = dict(variants())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("compiled", [True, False])
def test_the_same_codes_as_by_the_slow_way(monkeypatch, book, form, compiled):
    table = FORMS[form]
    kernels = field_code.loops(10**6)
    expected = slow_codes(book, table)
    monkeypatch.setattr(field_code, "loops", lambda n: kernels if compiled else None)
    np.testing.assert_array_equal(book.encode(table), expected)
    assert arrow_codes(book.fields, table) is not None


def test_what_is_not_plain_is_left_to_the_slow_way(book):
    base = base_of(1)
    for table in (
        base.to_pandas(),
        base.drop_columns("plan"),
        changed(base, "age", base["age"].cast("string")),
        changed(base, "spent", pa.array([np.inf] * N)),
        pa.table([base["age"], *base.columns], ["age", *base.column_names]),
    ):
        assert arrow_codes(book.fields, table) is None
    with pytest.raises(SegkitError, match="`spent` in the base holds infinity in row 7"):
        book.encode(changed(base, "spent", pa.array([np.nan] * 7 + [np.inf] * (N - 7))))


def test_what_stands_under_a_gap_does_not_matter(book):
    base = base_of(1)
    known = pa.py_buffer(np.packbits(np.arange(N) % 2, bitorder="little"))
    for name, kind, fill in (("spent", pa.float64(), np.inf), ("age", pa.int32(), -(2**31))):
        values = np.where(np.arange(N) % 2, 30, fill).astype(kind.to_pandas_dtype())
        column = pa.Array.from_buffers(kind, N, [known, pa.py_buffer(values)])
        table = changed(base, name, column)
        np.testing.assert_array_equal(book.encode(table), slow_codes(book, table))
    places = pa.py_buffer(np.where(np.arange(N) % 2, 1, 10**6).astype(np.int32))
    column = pa.DictionaryArray.from_arrays(
        pa.Array.from_buffers(pa.int32(), N, [known, places]),
        pa.array(["plus", "basic"]),
        safe=False,
    )
    codes = book.encode(changed(base, "plan", column))[:, book.names.index("plan")]
    field = book.fields[book.names.index("plan")]
    expected = np.where(np.arange(N) % 2, field.code_of("basic"), field.missing)
    np.testing.assert_array_equal(codes, expected)
