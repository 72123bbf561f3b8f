import numpy as np
import pytest

from segkit._frames import column, numeric_column
from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool, compare_tools

pandas = pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def fields(people):
    return people(600)


@pytest.fixture(scope="module")
def fitted(fields):
    known = {}

    def fit(**options):
        key = tuple(sorted(options.items()))
        if key not in known:
            tool = TypingTool(n_trees=20, n_folds=2, **options)
            known[key] = tool.fit(pandas.DataFrame(fields.columns), fields.segments)
        return known[key]

    return fit


@pytest.fixture(scope="module")
def base(people):
    frame = pandas.DataFrame(people(3000, seed=4).columns)
    return frame.assign(customer=np.arange(3000) + 7)


def test_a_tool_and_itself(fitted, base):
    found = compare_tools(fitted(), fitted(), base)
    assert found.changed == 0
    table = found.frame()
    assert (table.loc[table["first"] == table["second"], "share"] == 1).all()
    assert (found.fields["association"] == 0).all()
    assert "0.0 % [0.0 %, 0.1 %] get another tag" in found.summary()
    assert "Codebooks are the same." in found.summary()
    assert found.plot().get_title(loc="left") == "None of 3,000 customers changes tag"


def test_counts_and_customers_are_those_of_tag(fitted, base):
    first, second = fitted(abstain_below=0.5), fitted(random_state=1)
    found = compare_tools(first, second, base, id="customer")
    a, b = (t.tag(base, id="customer") for t in (first, second))
    told = [t["segment"].astype("string").fillna("untagged") for t in (a, b)]
    expected = pandas.crosstab(told[0], told[1])
    table = found.frame()
    for f, s, n in zip(table["first"], table["second"], table["n"], strict=True):
        assert expected.loc[f, s] == n
    assert table["n"].sum() == 3000
    each = found.customers
    assert each["customer"].tolist() == base["customer"].tolist()
    for name, tagged in (("first", a), ("second", b)):
        assert each[name].isna().tolist() == tagged["segment"].isna().tolist()
        np.testing.assert_array_equal(each[f"probability_{name}"], tagged["probability"])
    moves = each["move"].value_counts()
    assert 1 - moves["same"] / 3000 == pytest.approx(found.changed)
    assert moves["tagged"] == table.loc[table["first"] == "untagged", "n"].sum()
    moved = table["first"] != table["second"]
    assert moves["borderline"] == table.loc[moved, "borderline"].sum()
    assert f"{moves['borderline']} borderline flips" in found.summary()
    assert f"{moves['real']} real moves" in found.summary()
    assert found.low < found.changed < found.high


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"abstain_below": 0.6}, "abstention cut"),
        ({"calibrate": False}, "calibration"),
        ({"random_state": 1, "calibrate": False}, "votes"),
    ],
)
def test_why_is_the_part_that_was_exchanged(fitted, base, change, part):
    plain = fitted(calibrate=False) if "random_state" in change else fitted()
    found = compare_tools(plain, fitted(**change), base)
    assert found.changed > 0
    share = dict(zip(found.parts["part"], found.parts["share"], strict=True))
    assert share[part] == pytest.approx(1)
    assert f"{part} 100 %" in found.summary()


def test_the_field_that_tells_changers_apart(fitted, people, base):
    made = people(600)
    # the new wave: who is online and was in segment 1 is now in segment 0
    moved = np.where((made.segments == 1) & made.columns["online"], 0, made.segments)
    second = TypingTool(n_trees=20, n_folds=2).fit(pandas.DataFrame(made.columns), moved)
    found = compare_tools(fitted(), second, base)
    assert found.fields["field"][0] == "online"
    assert found.fields["value"][0] == "True"
    assert found.fields["changed"][0] > found.changed
    assert "Fields that tell the changers apart (Cramér's V): online" in found.summary()


def test_frames_files_and_the_order_of_rows_agree(fitted, base, frame_kind, tmp_path, monkeypatch):
    tools = fitted(), fitted(random_state=1)
    expected = compare_tools(*tools, base, id="customer")
    columns = {n: [None if v != v else v for v in base[n].tolist()] for n in base.columns}
    given = compare_tools(*tools, frame_kind.make(columns), id="customer")
    assert type(given.frame()).__module__.startswith(frame_kind.name)
    base.to_parquet(tmp_path / "base.parquet")
    for module in ("steps", "comparison"):
        monkeypatch.setattr(f"segkit.typing_tool.comparison.{module}.BATCH_ROWS", 700)
    streamed = compare_tools(*tools, tmp_path / "base.parquet", id="customer")
    turned = compare_tools(*tools, base.iloc[::-1])
    for other in (given, streamed, turned):
        assert other.table == expected.table
        assert other.summary() == expected.summary()
    for other in (given, streamed):
        for name in ("customer", "first", "move"):
            assert (
                column(other.customers, name).tolist() == column(expected.customers, name).tolist()
            )
        np.testing.assert_array_equal(
            numeric_column(other.customers, "probability_first"),
            expected.customers["probability_first"],
        )


def test_tools_of_other_fields_and_segments(fitted, fields, base):
    names = np.array(["Planners", "Avoiders", "Others"])[fields.segments]
    fewer = pandas.DataFrame(fields.columns).drop(columns="region")
    other = TypingTool(n_trees=5, n_folds=2).fit(fewer, names)
    found = compare_tools(fitted(), other, base)
    assert found.parts["part"].tolist() == ["different fields and calibration", "abstention cut"]
    assert set(found.frame()["second"]) <= {"Planners", "Avoiders", "Others"}
    assert "region" in found.fields["field"].tolist()
    assert "region (dropped)" in found.summary()


def test_bad_input_is_refused_by_name(fitted, base):
    tool = fitted()
    with pytest.raises(SegkitError, match="second is a str; expected a fitted TypingTool"):
        compare_tools(tool, "tool.segkit", base)
    with pytest.raises(SegkitError, match="the base lacks `plan`"):
        compare_tools(tool, tool, base.drop(columns="plan"))
    with pytest.raises(SegkitError, match="holds 7 more than once"):
        compare_tools(tool, tool, base.assign(customer=7), id="customer")
    with pytest.raises(SegkitError, match="id=`first` is the name of a column of `customers`"):
        compare_tools(tool, tool, base.rename(columns={"customer": "first"}), id="first")
    with pytest.raises(SegkitError, match="not fitted yet"):
        compare_tools(TypingTool(), tool, base)
