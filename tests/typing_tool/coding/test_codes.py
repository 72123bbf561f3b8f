import numpy as np
import pytest

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool import FieldCodes


def codes_of(frame_kind, made):
    return FieldCodes.fit(frame_kind.make(made.columns))


def test_pandas_and_polars_give_the_same_codes(people):
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    made, base = people(200), people(100, seed=1)
    out = [
        FieldCodes.fit(fitted.DataFrame(made.columns)).encode(asked.DataFrame(base.columns))
        for fitted in (pandas, polars)
        for asked in (pandas, polars)
    ]
    for other in out[1:]:
        np.testing.assert_array_equal(out[0], other)


def test_one_person_gets_the_codes_of_their_row(frame_kind, people):
    codes, base = codes_of(frame_kind, people(200)), people(30, seed=1)
    matrix = codes.encode(frame_kind.make(base.columns))
    for row in range(30):
        person = {name: values[row] for name, values in base.columns.items()}
        np.testing.assert_array_equal(codes.encode_one(person), matrix[row])
    with pytest.raises(SegkitError, match="The fields lack `age`, `plan`"):
        codes.encode_one({"income": 1.0, "region": "east", "online": True})


def test_other_columns_and_orders_do_not_matter(frame_kind, people):
    made = people(200)
    codes = codes_of(frame_kind, made)
    turned = dict(reversed(made.columns.items())) | {"customer_id": np.arange(200)}
    np.testing.assert_array_equal(
        codes.encode(frame_kind.make(turned)), codes.encode(frame_kind.make(made.columns))
    )


def test_an_absent_field_is_named(frame_kind, people):
    made = people(100)
    codes = codes_of(frame_kind, made)
    rest = {name: v for name, v in made.columns.items() if name != "plan"}
    with pytest.raises(SegkitError, match="the base lacks `plan`; it has `age`, `income`"):
        codes.encode(frame_kind.make(rest))


def test_categories_of_either_library_are_text():
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    values = ["lo", "hi", None, "mid", "hi"]
    plain = FieldCodes.fit(polars.DataFrame({"t": values}))
    base = polars.DataFrame({"t": values})
    for kind in (polars.Categorical, polars.Enum(["lo", "mid", "hi"])):
        asked = base.with_columns(polars.col("t").cast(kind))
        np.testing.assert_array_equal(plain.encode(asked), plain.encode(base))
    ordered = pandas.Categorical(values, categories=["lo", "mid", "hi"], ordered=True)
    field = FieldCodes.fit(pandas.DataFrame({"t": ordered})).fields[0]
    assert field.code_of("lo") < field.code_of("mid") < field.code_of("hi")


def test_missing_integers_and_nullable_types():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {"n": pandas.array([1, None, 3], dtype="Int64"), "b": pandas.array([True, None, False])}
    )
    codes = FieldCodes.fit(frame)
    assert codes.encode(frame)[1].tolist() == [f.missing for f in codes.fields]


def test_anchors_keep_resting_codes_with_their_host(frame_kind):
    codes = FieldCodes.fit(frame_kind.make({"t": ["a", "b", "b", "c"]}))
    field = codes.fields[0]
    host, anchors = field.code_of("b"), codes.anchors()[0]
    assert anchors[host] == max(field.unseen, field.missing)
    assert anchors[field.code_of("a")] == field.code_of("a")


def test_rows_with_unheard_of_levels_and_gaps_are_found(frame_kind):
    codes = FieldCodes.fit(frame_kind.make({"t": ["a", "b", None], "n": [1.0, 2.0, None]}))
    base = codes.encode(frame_kind.make({"t": ["z", "a", None], "n": [1.0, None, None]}))
    assert codes.unseen_rows(base).tolist() == [True, False, False]
    assert codes.missing_share(base).tolist() == [0.0, 0.5, 1.0]


def test_the_table_and_the_summary_say_it_all(frame_kind):
    names = [f"town {i:03d}" for i in range(70)]
    frame = frame_kind.make({"town": names * 2, "age": list(range(140))})
    codes = FieldCodes.fit(frame)
    table = codes.frame(frame)
    assert type(table) is type(frame)
    assert len(table) == codes.n_codes.sum()
    assert "`town` keeps its 60 most common levels; the other 10 share one" in codes.summary()


def test_fields_that_cannot_be_used(frame_kind):
    with pytest.raises(SegkitError, match="fields has 0 rows and 1 columns"):
        FieldCodes.fit(frame_kind.make({"a": []}))
    with pytest.raises(SegkitError, match="`a` in fields holds no value at all"):
        FieldCodes.fit(frame_kind.make({"a": [None, None], "b": [1, 2]}))
    with pytest.warns(SegkitWarning, match="`a` in fields holds the same value everywhere"):
        FieldCodes.fit(frame_kind.make({"a": [1, 1], "b": [1, 2]}))


def test_a_million_rows_take_seconds(people):
    import time

    pandas = pytest.importorskip("pandas")
    made = people(5000)
    codes = FieldCodes.fit(pandas.DataFrame(made.columns))
    big = pandas.DataFrame(made.columns).iloc[np.arange(200_000) % 5000]
    start = time.process_time()
    codes.encode(big)
    assert time.process_time() - start < 2  # 200,000 rows; measured 0.1
