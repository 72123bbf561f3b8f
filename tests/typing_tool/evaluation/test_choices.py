import numpy as np
import pytest

from segkit.typing_tool import TypingTool, load
from segkit.typing_tool.evaluation.choices import choices_of
from segkit.typing_tool.models.choice import Choice


@pytest.fixture(scope="module")
def choices():
    own = Choice(("age", "plan"), 15.0)
    parts = [
        Choice(("age", "plan"), 15.0),
        Choice(("age", "city"), 5.0, 3),
        own,
        Choice(("age",), 5),
    ]
    return choices_of(own, ["city", "age", "plan"], parts)


def test_the_table_counts_training_parts(choices):
    table = choices.frame()
    assert list(table.columns) == ["choice", "value", "used", "share"]
    fields = table[table["choice"] == "field"]
    assert fields["value"].tolist() == ["city", "age", "plan"]
    assert fields["used"].tolist() == [False, True, True]
    assert fields["share"].tolist() == [0.25, 1.0, 0.5]
    leaves = table[table["choice"] == "smallest leaf"]
    assert dict(zip(leaves["value"], leaves["share"], strict=True)) == {
        "15 respondents": 0.5,
        "5 respondents": 0.5,
    }
    splits = table[(table["choice"] == "fields a split") & table["used"]]
    assert splits["value"].tolist() == ["the root of their number"]
    assert splits["share"].tolist() == [0.75]


def test_the_summary_says_what_is_shaky(choices):
    text = choices.summary()
    assert "2 of 3 fields are in use: age, plan. Each was chosen by 50 % to 100 % of the 4" in text
    assert "smallest leaf 15 respondents" in text
    own = Choice(("city",), 5.0)
    shaky = choices_of(own, ["city", "age"], [Choice(("age",), 5.0)] * 3 + [own]).summary()
    assert "Fewer than half of them chose city." in shaky
    assert "Left out, though half of them or more chose it: age." in shaky


def test_the_figure_draws_each_field(choices):
    ax = choices.plot()
    assert ax.get_title(loc="left").startswith("2 of 3 fields are in use; 1 of them was chosen")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["age", "plan", "city"]


@pytest.fixture(scope="module")
def sparing(people):
    """A tool that may ask for two fields, and the people it was made from."""
    pandas = pytest.importorskip("pandas")
    made = people(400)
    fields = pandas.DataFrame(made.columns)
    options = {"n_trees": 30, "n_folds": 3, "max_fields": 2, "tune": True}
    return TypingTool(**options).fit(fields, made.segments), fields, made


def test_a_base_needs_the_chosen_fields_only(sparing, frame_kind):
    tool, fields, made = sparing
    assert 1 <= len(tool.fields_) <= 2
    assert tool.fields_ == tool.model_.codes.names
    assert list(tool.feature_names_in_) == list(fields.columns)
    assert tool.n_features_in_ == 5
    few = frame_kind.make({name: made.columns[name] for name in tool.fields_})
    np.testing.assert_array_equal(tool.predict_proba(few), tool.predict_proba(fields))
    assert len(tool.tag(few)) == 400
    one = {name: fields[name].iloc[0] for name in tool.fields_}
    assert tool.score_one(one)["segment"] == tool.predict(fields.iloc[:1])[0]
    importance = tool.importance_.frame().set_index("field")["loss_rise"]
    chosen = tool.choices_.frame().query("choice == 'field'").set_index("value")["share"]
    assert set(importance.index) == set(fields.columns)
    assert importance[chosen[chosen == 0].index].to_numpy() == pytest.approx(0, abs=1e-15)


def test_the_choice_returns_from_a_file(sparing, tmp_path):
    tool, fields, _ = sparing
    again = load(tool.save(tmp_path / "tool.segkit"))
    assert again.fields_ == tool.fields_
    assert list(again.feature_names_in_) == list(tool.feature_names_in_)
    assert again.get_params()["max_fields"] == 2
    assert again.get_params()["tune"] is True
    assert again.choices_.frame().equals(tool.choices_.frame())
    np.testing.assert_array_equal(again.predict_proba(fields), tool.predict_proba(fields))
    assert again.choices_.summary() in again.summary()


def test_by_default_all_fields_are_in_use(small_tool):
    assert small_tool.fields_ == tuple(small_tool.feature_names_in_)
    assert small_tool.choices_.summary().startswith("All 5 fields are in use.")
    assert small_tool.choices_.frame()["share"].tolist() == [1.0] * 7


def test_an_array_chooses_too():
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(200, 4)), np.arange(200) % 2
    x[:, 2] += 3 * labels
    tool = TypingTool(n_trees=20, n_folds=2, max_fields=1).fit(x, labels)
    assert tool.fields_ == ("x3",)
    assert tool.n_features_in_ == 4
    assert (tool.predict(x) == labels).mean() > 0.85


def test_the_order_of_rows_does_not_matter_to_the_choice(people):
    pandas = pytest.importorskip("pandas")
    made = people(200)
    order = np.random.default_rng(1).permutation(200)
    turned = made.take(order)
    options = {"n_trees": 20, "n_folds": 2, "max_fields": "auto", "tune": True}
    one, other = (
        TypingTool(**options).fit(pandas.DataFrame(m.columns), m.segments) for m in (made, turned)
    )
    assert one.choices_.frame().equals(other.choices_.frame())
    fresh = pandas.DataFrame(people(100, seed=3).columns)
    np.testing.assert_array_equal(one.predict_proba(fresh), other.predict_proba(fresh))


def test_a_scorecard_chooses_its_fields_too(people, tmp_path):
    pandas = pytest.importorskip("pandas")
    made = people(300)
    fields = pandas.DataFrame(made.columns)
    tool = TypingTool(model="scorecard", n_folds=2, max_fields=2).fit(fields, made.segments)
    assert 1 <= len(tool.fields_) <= 2
    assert set(tool.choices_.frame()["choice"]) == {"field"}
    again = load(tool.save(tmp_path / "tool.segkit"))
    few = fields[list(tool.fields_)]
    np.testing.assert_array_equal(again.predict_proba(few), tool.predict_proba(fields))
