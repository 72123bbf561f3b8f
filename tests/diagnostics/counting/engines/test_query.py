import pyarrow as pa
import pytest

from segkit.diagnostics import count_table, learn_bins
from segkit.exceptions import SegkitError

pytest.importorskip("sqlglot")
duckdb = pytest.importorskip("duckdb")

from segkit.diagnostics.counting.engines.query import (  # noqa: E402
    TABLE,
    Database,
    count_database,
)

REFERENCE = pa.table(
    {"x": [float(i) for i in range(20)], "rating": [1, 2] * 10, "plan": ["a", "b"] * 10}
)
BINS = learn_bins(REFERENCE)
NOW = pa.table(
    {
        "x": [0.5, None, 19.0, 3.0, float("nan")],
        "rating": [1, 2, 5, None, 2],
        "plan": ["a", "new", "", None, "b"],
        "tag": ["s", None, "", "t", "s"],
        "w": [1.0, 0.0, 2.5, 1.0, 0.5],
    }
)


class Asked:
    """A database that keeps what it was asked."""

    def __init__(self, table, dialect="duckdb"):
        self.connection = duckdb.connect()  # some versions close it with its last name
        self.relation = self.connection.from_arrow(table)
        self.schema, self.dialect, self.queries = table.schema, dialect, []

    def run(self, query):
        self.queries.append(query)
        return self.relation.query(TABLE, query).fetchall()

    def count(self, segments=None, sample_weight=None, bins=BINS):
        columns = (segments, sample_weight)
        return count_database(Database(self.run, self.dialect, self.schema, *columns), bins)


@pytest.mark.parametrize("segments", [None, "tag"])
@pytest.mark.parametrize("weight", [None, "w"])
def test_a_database_counts_like_a_frame(same, segments, weight):
    same(Asked(NOW).count(segments, weight), count_table(NOW, BINS, segments, weight))


def test_one_query_counts_and_only_unseen_values_take_two_more_a_field():
    known = Asked(NOW.filter(pa.array([True, False, False, False, True])))
    known.count()
    assert len(known.queries) == 1
    new = Asked(NOW)
    counts = new.count()
    assert {name for name, c in counts.fields.items() if c.unseen} == {"rating", "plan"}
    assert len(new.queries) == 5
    assert not [q for q in new.queries if "LIMIT" not in q and "GROUP BY" not in q][1:]


def test_values_of_weight_zero_are_not_named():
    counts = Asked(NOW).count(None, "w")
    assert counts.fields["plan"].unseen == {}
    assert counts.fields["rating"].holders == {"5": 1}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"w": ["1"] * 5}, r"sample_weight \(`w`\) holds text values \(string\); expected one"),
        ({"w": [1, 1, 1, 1, -1.0]}, r"\(`w`\) is missing, infinite, negative, .* in 1 row; expect"),
        ({"w": [1, None, float("nan"), float("inf"), 1e-200]}, r"squared and summed in 4 rows"),
        ({"tag": pa.nulls(5, pa.date32())}, r"segments \(`tag`\) of the table holds date values"),
        ({"x": ["1"] * 5}, r"`x` holds number values in the reference but text values \(string\)"),
        ({"x": [float("inf")] * 5}, "`x` in the table holds infinity in 5 rows; expected finite"),
        ({"x": pa.array([1] * 5).cast(pa.date64())}, "`x` in the table holds date values"),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(columns, message):
    table = pa.table({**{n: NOW[n] for n in NOW.column_names}, **columns})
    with pytest.raises(SegkitError, match=message):
        Asked(table).count("tag", "w")


def test_an_id_is_refused_before_the_table_is_counted():
    many = pa.table({"x": [1.0] * 3000, "id": range(3000)})
    asked = Asked(many)
    with pytest.raises(SegkitError, match="more than 1000 different values"):
        asked.count("id", bins=learn_bins(REFERENCE, ["x"]))
    assert len(asked.queries) == 1


def test_names_are_quoted_by_the_rules_of_each_database():
    names = {"plan `a`": ["a", "b"] * 10, 'what "is"': [1, 2] * 10}
    bins = learn_bins(pa.table(names))
    for dialect, quoted in (
        ("duckdb", ('"plan `a`"', '"what ""is"""')),
        ("spark", ("`plan ``a```", '`what "is"`')),
    ):
        queries = []

        def run(query, queries=queries):
            queries.append(query)
            return [(20, 20, *[0] * 11)]

        count_database(Database(run, dialect, pa.table(names).schema, None, None), bins)
        assert all(q in queries[0] for q in quoted)
