import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pyarrow as pa

from segkit._frames import Nullable, attach, column, column_names

COLUMNS = {"age": [34.0, None, 51.0], "plan": ["a", None, "b"]}


def test_columns_are_attached_and_replaced_where_they_stand(frame_kind):
    frame = frame_kind.make(COLUMNS)
    out = attach(frame, {"tag": np.array([0, 1, 0]), "age": [1.0, 2.0, np.nan]})
    assert column_names(out) == ("age", "plan", "tag")
    assert column(out, "age").tolist() == [1.0, 2.0, None]
    assert column(frame, "age").tolist() == [34.0, None, 51.0]


def test_a_pandas_index_does_not_shift_attached_columns():
    frame = pd.DataFrame({"a": [1, 2, 3]}, index=[2, 0, 1])
    assert attach(frame, {"b": np.array([10, 20, 30])})["b"].tolist() == [10, 20, 30]


def test_whole_numbers_texts_and_yes_or_no_with_gaps_are_attached(frame_kind):
    gaps = np.array([False, True, False])
    new = {
        "segment": Nullable(np.array([3, 0, 1]), gaps),
        "second": Nullable(np.array(["x", "", "y"], dtype=object), gaps),
        "used": Nullable(np.array([True, True, False]), gaps),
    }
    out = attach(frame_kind.make(COLUMNS), new)
    assert nw.from_native(out)["segment"].dtype.is_integer()
    assert column(out, "segment").tolist() == [3, None, 1]
    assert column(out, "second").tolist() == ["x", None, "y"]
    assert nw.from_native(out)["used"].dtype == nw.Boolean
    assert column(out, "used").tolist() == [True, None, False]


def test_texts_may_be_given_as_positions(frame_kind):
    gaps = np.array([False, True, False])
    levels = Nullable(np.array([1, 0, 0]), gaps, ("low", "high"))
    out = attach(frame_kind.make({"a": [1, 2, 3]}), {"reason": levels})
    assert column(out, "reason").tolist() == ["high", None, "low"]
    assert levels.to_arrow().to_pylist() == ["high", None, "low"]
    assert Nullable(np.array([5, 6, 7]), gaps).to_arrow().to_pylist() == [5, None, 7]
    texts = Nullable(np.array(["x", "", "y"], dtype=object), gaps)
    assert texts.to_arrow().to_pylist() == ["x", None, "y"]
    assert Nullable(np.array([True, False, False]), gaps).to_arrow().to_pylist() == [
        True,
        None,
        False,
    ]


def test_an_arrow_table_gets_texts_of_a_few_levels_as_codes_where_asked():
    table = pa.table({"id": [1, 2, 3], "share": [9.0, 9.0, 9.0]})
    table = table.replace_schema_metadata({"a": "b"})
    tags = Nullable(np.array([1, 0, 0]), np.array([False, True, False]), ("x", "y"))
    columns = {"share": np.array([0.5, np.nan, 1.0]), "tag": tags}
    plain, coded = attach(table, columns), attach(table, columns, coded=True)
    assert plain.column_names == coded.column_names == ["id", "share", "tag"]
    assert plain.schema.metadata == coded.schema.metadata == {b"a": b"b"}
    assert plain["share"].to_pylist() == [0.5, None, 1.0]
    assert (plain["tag"].type, coded["tag"].type.value_type) == (pa.string(), pa.string())
    assert plain["tag"].to_pylist() == coded["tag"].to_pylist() == ["y", None, "x"]
