import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool
from segkit.typing_tool.base.text_base import TextBase

TEXT = """id,age,region,online,note
007,41,north,true,"two
lines"
008,,NA,False,
009, 35.5 ,east,TRUE,"a, b"
"""


@pytest.fixture(scope="module")
def book(people):
    pandas = pytest.importorskip("pandas")
    made = people(300)
    fields = pandas.DataFrame(made.columns)[["age", "region", "online"]]
    return TypingTool(n_trees=3, n_folds=2).fit(fields, made.segments).model_.codes


def test_columns_stay_the_text_they_are(tmp_path):
    (tmp_path / "base.csv").write_text(TEXT)
    base = TextBase.of(tmp_path / "base.csv")
    assert (base.names, base.n_rows) == (("id", "age", "region", "online", "note"), None)
    (table,) = [t for _, t in base.parts(100)]
    assert table["id"].to_pylist() == ["007", "008", "009"]
    assert table["age"].to_pylist() == ["41", None, " 35.5 "]
    assert table["note"].to_pylist() == ["two\nlines", None, "a, b"]


def test_fields_are_read_as_what_they_are(tmp_path, book):
    (tmp_path / "base.csv").write_text(TEXT)
    base = TextBase.of(tmp_path / "base.csv")
    fields = base.fields(next(base.parts(100))[1], book)
    assert fields.to_pydict() == {
        "age": [41, None, 35.5],
        "region": ["north", None, "east"],
        "online": [True, False, True],
    }


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_the_separator_is_seen_and_files_may_be_compressed(tmp_path, separator):
    text = TEXT.replace(", b", " b").replace(",", separator)
    with gzip.open(tmp_path / "base.csv.gz", "wt") as file:
        file.write(text)
    base = TextBase.of(tmp_path)
    assert base.names == ("id", "age", "region", "online", "note")
    parts = list(base.frames(2, ["id"]))
    assert [p["id"].to_pylist() for p in parts] == [["007", "008"], ["009"]]


def test_what_is_wrong_is_named(tmp_path, book):
    path = tmp_path / "base.csv"
    for text, message in (
        ("age,region,online\n4x,a,true\n", r"`age` in the base holds .* numbers with a decimal p"),
        ("age,region,online\n41,a,maybe\n", r"`online` in the base holds .* true or false \("),
    ):
        path.write_text(text)
        base = TextBase.of(path)
        with pytest.raises(SegkitError, match=message):
            base.fields(next(base.parts(100))[1], book)
    path.write_text("a,b\n1,2\n1,2,3\n")
    with pytest.raises(SegkitError, match=r"The base `base.csv` is damaged, or no csv file: "):
        list(TextBase.of(path).parts(100))
    path.write_text("")
    with pytest.raises(SegkitError, match=r"The base `base.csv` is damaged, or no csv file: "):
        TextBase.of(path)
    path.write_text("a,a\n1,2\n")
    with pytest.raises(SegkitError, match="The column name `a` occurs more than once"):
        TextBase.of(path)
    path.write_text("a,b\n1,2\n")
    (tmp_path / "other.csv").write_text("a,c\n1,2\n")
    with pytest.raises(SegkitError, match=r"`other.csv` has other columns than `base.csv`"):
        TextBase.of(tmp_path)


def test_tags_from_text_are_those_from_parquet(small_tool, people, tmp_path):
    pandas = pytest.importorskip("pandas")
    made = pandas.DataFrame({"id": [f"{i:04d}" for i in range(900)], **people(900, seed=3).columns})
    made.to_csv(tmp_path / "base.csv", index=False)
    made.to_parquet(tmp_path / "base.parquet")
    small_tool.tag(tmp_path / "base.csv", tmp_path / "a.parquet", batch_rows=250)
    small_tool.tag(tmp_path / "base.parquet", tmp_path / "b.parquet")
    a, b = (pq.read_table(tmp_path / name) for name in ("a.parquet", "b.parquet"))
    for name in ("id", "segment", "probability", "second", "reason"):
        assert a[name].combine_chunks().equals(b[name].combine_chunks().cast(a[name].type))
    assert a.schema.field("age").type == pa.string()
    report = small_tool.tag(tmp_path / "base.csv", tmp_path / "c.csv")
    assert report.n_rows == 900
    written = (tmp_path / "c.csv").read_text().splitlines()
    assert written[0].replace('"', "").startswith("id,age,income,region,plan,online,segment")
    assert written[2].startswith('"0001",')
