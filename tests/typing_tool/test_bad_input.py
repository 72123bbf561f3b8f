"""Bad input, end to end: an error with a remedy that names the field, or documented behaviour."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool import TypingTool

pd = pytest.importorskip("pandas")
N = 60


@pytest.fixture(scope="module")
def base(people):
    return pd.DataFrame(people(N, seed=3).columns)


def plain(values):
    return [None if v is None or v != v else v for v in values]


DATES = "holds dates .* Turn it into a number first"
KIND = r"`{}` holds {} \(.*\) in the base, but {} \(.*\) in the survey. Convert the column"
REFUSED = {
    "a field less": (lambda b: b.drop(columns="age"), "the base lacks `age`.* Add the column"),
    "numbers as text": (
        lambda b: b.assign(age=b["age"].astype(object).map(str)),
        KIND.format("age", "text", "number"),
    ),
    "numbers as categories": (
        lambda b: b.assign(age=b["age"].astype("Int64").astype("category")),
        KIND.format("age", "text", "number"),
    ),
    "yes/no as numbers": (
        lambda b: b.assign(online=b["online"].astype(int)),
        KIND.format("online", "number", "boolean"),
    ),
    "a name twice": (
        lambda b: pd.concat([b, b[["age"]]], axis=1),
        "The column name `age` occurs more than once.* Rename",
    ),
    "no rows": (lambda b: b.head(0), "(has|with) 0 rows.*Check"),
    "a day": (lambda b: b.assign(age=pd.Timestamp("2020-01-01")), DATES),
    "a day with its zone": (lambda b: b.assign(age=pd.Timestamp("2020-01-01", tz="UTC")), DATES),
    "a span of days": (lambda b: b.assign(age=pd.Timedelta(days=3)), DATES),
    "a day of Python": (lambda b: b.assign(age=dt.date(2020, 1, 1)), DATES),
    "infinity": (
        lambda b: b.assign(age=np.where(np.arange(N) == 7, -np.inf, 1.0)),
        r"`age` in the base holds infinity in row 7 \(1 such rows\).* Replace infinity",
    ),
    "mixed kinds": (lambda b: b.assign(region=[1, "a"] * (N // 2)), "mixes kinds.* into one kind"),
    "numbers beyond 64 bits": (lambda b: b.assign(age=[2**70] * N), "`age` in the base mixes"),
    "lists": (lambda b: b.assign(region=[["a"]] * N), "`region` in the base holds .* leave it out"),
    "half a character": (
        lambda b: b.assign(region=pd.Series(["\ud800"] * N, dtype=object)),
        "`region` in the base mixes kinds of values .*surrogates",
    ),
}
# what a file cannot hold, and categories of numbers, which it holds as numbers
IN_MEMORY = {
    "numbers as categories",
    "a name twice",
    "mixed kinds",
    "numbers beyond 64 bits",
    "half a character",
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_base_that_is_refused(small_tool, base, what, tmp_path):
    change, text = REFUSED[what]
    bad = change(base)
    for call in (small_tool.tag, small_tool.segment_mix):
        with pytest.raises(SegkitError, match=text):
            call(bad)
    with pytest.raises(SegkitError, match=text.replace("the base", "(the base|fields)")):
        small_tool.predict(bad)
    if what in IN_MEMORY:
        return
    path, out = tmp_path / "base.parquet", tmp_path / "out.parquet"
    bad.to_parquet(path)
    with pytest.raises(SegkitError, match=text.replace("the base", "[tT]he base")):
        small_tool.tag(path, out=out)
    assert not out.exists()
    with pytest.raises(SegkitError, match=text.replace("the base", "[tT]he base")):
        small_tool.segment_mix(path)


SAME = {
    "categories": lambda b: b.assign(
        region=b["region"].astype("category"), plan=pd.Categorical(b["plan"], ordered=True)
    ),
    "nullable whole numbers": lambda b: b.assign(age=b["age"].astype("Int64")),
    "decimals": lambda b: b.assign(age=[None if v != v else Decimal(int(v)) for v in b["age"]]),
    "single precision": lambda b: b.assign(age=b["age"].astype("float32")),
    "nullable yes/no": lambda b: b.assign(online=b["online"].astype("boolean")),
    "extra columns": lambda b: b.assign(joined=dt.date(2020, 1, 1), note="x", more=[[1]] * N),
    "another order": lambda b: b[b.columns[::-1]],
    "an index with repeats": lambda b: b.set_index(np.zeros(N, int)),
}


@pytest.mark.parametrize("what", SAME)
def test_a_base_in_another_form_gives_the_same_tags(small_tool, base, what, tmp_path):
    expected = small_tool.tag(base)
    other = SAME[what](base)
    tagged = [small_tool.tag(other)]
    other.reset_index(drop=True).to_parquet(tmp_path / "base.parquet")
    report = small_tool.tag(tmp_path / "base.parquet", out=tmp_path / "out.parquet")
    tagged.append(pd.read_parquet(report.path))
    for found in tagged:
        assert found["segment"].tolist() == expected["segment"].tolist()
        np.testing.assert_array_equal(found["probability"], expected["probability"])


def test_polars_and_arrow_kinds_give_the_same_tags(small_tool, base):
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    expected = small_tool.predict(base).tolist()
    frame = pl.DataFrame({n: plain(base[n].tolist()) for n in base.columns})
    for change in (
        {"region": pl.col("region").cast(pl.Categorical)},
        {"plan": pl.col("plan").cast(pl.Enum(["family", "plus", "basic"]))},
        {"age": pl.col("age").cast(pl.Decimal(10, 2))},
        {"age": pl.col("age").cast(pl.Int16)},
    ):
        assert small_tool.predict(frame.with_columns(**change)).tolist() == expected
    table = frame.to_arrow()
    coded = table.set_column(2, "region", table["region"].dictionary_encode())
    assert small_tool.predict(coded).tolist() == expected
    twice = pa.table([*table.columns, table["age"]], names=[*table.column_names, "age"])
    with pytest.raises(SegkitError, match="The column name `age` occurs more than once"):
        small_tool.tag(twice)


def test_gaps_blanks_and_values_never_heard_of(small_tool, base):
    def tags(**changes):
        return small_tool.predict_proba(base.assign(**changes))

    np.testing.assert_array_equal(tags(plan=""), tags(plan=None))
    np.testing.assert_array_equal(tags(age=np.nan), tags(age=pd.array([None] * N, dtype="Int64")))
    np.testing.assert_array_equal(tags(age=-0.0), tags(age=0))
    np.testing.assert_array_equal(tags(age=2**63 - 1), tags(age=1e300))
    np.testing.assert_array_equal(tags(region="moon"), tags(region=" "))
    assert np.isfinite(tags(region="moon")).all()


@pytest.mark.parametrize(
    "given",
    [(x for x in "ab"), {"age": [1]}, [{"age": 1}], [1, 2], None, 5, {1}, b"base.parquet", []],
    ids=lambda g: type(g).__name__,
)
def test_what_is_no_base(small_tool, given):
    for call in (small_tool.tag, small_tool.segment_mix, small_tool.predict):
        with pytest.raises(SegkitError, match=r"the base|fields"):
            call(given)


def test_ids_are_unique_or_refused(small_tool, base, tmp_path):
    ids = base.assign(customer=np.arange(N) // 2)
    ids.to_parquet(tmp_path / "base.parquet")
    with pytest.raises(SegkitError, match=r"holds 0 more than once \(rows 0 and 1\)"):
        small_tool.tag(ids, id="customer")
    with pytest.raises(SegkitError, match=r"holds 0 more than once \(rows 0 and 1\)"):
        small_tool.tag(tmp_path / "base.parquet", out=tmp_path / "out.parquet", id="customer")


ONE = r"expected (a number|a text|True or False) as in the survey. Give it in that form"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("age", "34"), ("age", True), ("age", dt.date(2020, 1, 1)), ("age", pd.Timestamp("2020")),
        ("age", [34]), ("age", np.zeros(3)), ("age", 1j), ("age", 10**400), ("age", 10**5000),
        ("age", Decimal("sNaN")), ("age", object()), ("age", pd.Series([1, 2])), ("region", 1),
        ("region", b"north"), ("region", np.array(["a", "b"])), ("online", 1), ("online", "yes"),
    ],
    ids=lambda v: str(type(v).__name__),
)  # fmt: skip
def test_one_person_with_an_odd_value(small_tool, base, field, value):
    person = {n: plain(base[n].tolist())[0] for n in base.columns}
    with pytest.raises(SegkitError, match=rf"`{field}` is .*{ONE}"):
        small_tool.score_one({**person, field: value})


def test_one_person_with_values_that_are_fine(small_tool, base):
    person = {n: plain(base[n].tolist())[0] for n in base.columns}
    expected = small_tool.score_one({**person, "age": 40})
    for value in (40.0, np.int8(40), np.float32(40), Decimal(40)):
        assert small_tool.score_one({**person, "age": value}) == expected
    assert small_tool.score_one({**person, "age": 40, "more": object()}) == expected
    gap = small_tool.score_one({**person, "age": None})
    for value in (float("nan"), pd.NA, pd.NaT, Decimal("NaN"), ""):
        assert small_tool.score_one({**person, "age": value}) == gap
    assert small_tool.score_one(pd.Series({**person, "age": 40}, dtype=object)) == expected
    with pytest.raises(SegkitError, match="`age` is infinite"):
        small_tool.score_one({**person, "age": float("inf")})


@pytest.mark.parametrize("given", [[1, 2], None, 5, "age", pd.DataFrame({"age": [1]})], ids=str)
def test_what_is_no_person(small_tool, given):
    with pytest.raises(SegkitError, match=r"The fields are a .*; expected one person's fields by"):
        small_tool.score_one(given)


@pytest.fixture(scope="module")
def study(people):
    made = people(200)
    return pd.DataFrame(made.columns), made.segments


def fit(fields, segments, sample_weight=None, **options):
    return TypingTool(n_trees=3, n_folds=2, **options).fit(fields, segments, sample_weight)


FEW = np.r_[[1, 1, 1], np.zeros(97), np.full(100, 2)]
LABELS = {
    "one segment": (np.zeros(200), "one segment only.*at least two"),
    "a gap": (np.r_[np.nan, FEW[1:]], r"segments is missing in 1 row\(s\) \(first: row 0\).* Drop"),
    "a blank": (["", "b"] * 100, r"segments is blank in 100 row\(s\) \(first: row 0\).* Drop"),
    "mixed": (["a", 1] * 100, "expected whole numbers throughout or text throughout"),
    "yes/no": ([True, False] * 100, r"holds True \(bool\)"),
    "days": ([dt.date(2020, 1, 1), dt.date(2020, 1, 2)] * 100, "expected whole numbers"),
    "short": (FEW[:-1], "segments has 199 rows but fields has 200.* Join"),
    "nothing": (None, "segments is None; expected one label a respondent"),
}


@pytest.mark.parametrize("what", LABELS)
def test_labels_that_are_refused(study, what):
    labels, text = LABELS[what]
    with pytest.raises(SegkitError, match=text):
        fit(study[0], labels)


def test_a_segment_of_three(study):
    with pytest.raises(SegkitError, match=r"Segment 1 has 3 respondent\(s\) of 200.*at least 5"):
        TypingTool(n_trees=3).fit(study[0], FEW)
    assert fit(study[0], FEW).classes_.tolist() == [0, 1, 2]  # two folds need two


WEIGHTS = {
    "negative": (np.r_[-1, np.ones(199)], "sample_weight is -1.0 in row 0"),
    "missing": (np.r_[np.nan, np.ones(199)], "sample_weight is nan in row 0"),
    "infinite": (np.r_[np.inf, np.ones(199)], "sample_weight is inf in row 0"),
    "zero": (np.zeros(200), "sample_weight is zero everywhere"),
    "short": (np.ones(3), r"sample_weight has shape \(3,\)"),
    "text": (["a"] * 200, "does not read as numbers"),
    "too large": (np.full(200, 1e300), "goes from 1e.300 to 1e.300, too large.* by their mean"),
    "too small": (np.full(200, 1e-300), "goes from 1e-300 to 1e-300, too large or too small"),
}


@pytest.mark.parametrize("what", WEIGHTS)
def test_weights_that_are_refused(study, what):
    weights, text = WEIGHTS[what]
    with pytest.raises(SegkitError, match=text):
        fit(*study, weights)


FIELDS = {
    "nothing known": (lambda f: f.assign(age=np.nan), "`age` in fields holds no value at all"),
    "days": (lambda f: f.assign(age=pd.Timestamp("2020", tz="UTC")), DATES),
    "infinity": (lambda f: f.assign(age=np.inf), "`age` in fields holds infinity in row 0"),
    "mixed": (lambda f: f.assign(region=[1, "a"] * 100), "`region` in fields mixes kinds"),
    "too large": (lambda f: f.assign(income=[2**70] * 200), "`income` in fields mixes kinds"),
    "a name twice": (lambda f: pd.concat([f, f[["age"]]], axis=1), "`age` occurs more than once"),
    "no rows": (lambda f: f.head(0), "fields has 0 rows"),
    "a dictionary": (lambda f: f.to_dict("list"), "fields is a dict"),
    "nothing": (lambda f: None, "fields has 0 dimension"),
}


@pytest.mark.parametrize("what", FIELDS)
def test_fields_that_are_refused(study, what):
    change, text = FIELDS[what]
    with pytest.raises(SegkitError, match=text):
        fit(change(study[0]), study[1])


def test_fields_that_are_odd_but_fine(study):
    fields, segments = study
    big = fields["income"].astype(int) + 2**53
    tool = fit(fields.assign(income=big, plan=["", "plus"] * 100), segments)
    assert tool.model_.codes.fields[3].levels == ("plus",)
    with pytest.warns(SegkitWarning, match="`income` in fields holds the same value everywhere"):
        fit(fields.assign(income=[-0.0, 0.0] * 100), segments)
    for n_jobs in (0, "two", 1.5, True):
        with pytest.raises(
            SegkitError, match=r"n_jobs=.* was given; expected a whole number of proc"
        ):
            fit(fields, segments, n_jobs=n_jobs)
