"""The result: lists by length, tools and texts made of them, figure and paragraph."""

import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool import golden_questions

pd = pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(1)
    items = pd.DataFrame(rng.integers(1, 6, (240, 4)).astype(float), columns=list("abcd"))
    keen = items["b"] + items["d"] + rng.normal(size=240) > 6
    return golden_questions(items, np.where(keen, "keen", "calm"), 3, n_folds=3)


def test_lists_are_read_by_their_length(found):
    assert list(found.lists) == [1, 2, 3]
    assert set(found.items(2)) == {"b", "d"}
    assert found.items() == found.items(found.suggested)
    for wrong in (0, 4, True, "2"):
        with pytest.raises(SegkitError, match="expected the length of a list: 1, 2, 3"):
            found.items(wrong)


def test_the_forms_of_the_contract_are_columns_of_the_table(found):
    table = found.frame()
    assert {"n_questions", "added", "accuracy", "low", "high"} <= set(table.columns)
    assert found.removal_frame()["item"].tolist() == list(found.items())
    assert table["cost"].tolist() == [1, 2, 3]


def test_a_tool_is_fitted_once_and_is_the_scorecard_of_its_items(found):
    tool = found.tool(2)
    assert found.tool(2) is tool
    assert tool.model == "scorecard"
    assert tool.feature_names_in_.tolist() == list(found.items(2))
    one = tool.score_one({"b": 5.0, "d": 5.0})
    assert one["segment"] == "keen"


def test_the_figure_draws_the_table(found):
    axes = found.plot()
    drawn = axes.lines[0].get_ydata()
    scale = 100 if np.max(drawn) > 1 else 1
    wanted = scale * found.frame()["accuracy"].to_numpy()
    assert any(
        len(line.get_ydata()) == 3 and np.allclose(line.get_ydata(), wanted) for line in axes.lines
    )


def test_the_paragraph_has_the_figures_of_the_suggested_list(found):
    text = found.summary()
    at = found.frame().set_index("n_questions").loc[found.suggested]
    assert f"{100 * at['accuracy']:.0f} %" in text
    assert f"kappa {at['kappa']:.2f}" in text
    assert "(n = 240, effective 240; seed 0)" in text


def test_polars_comes_back_as_polars(frame_kind):
    rng = np.random.default_rng(0)
    columns = {c: rng.integers(1, 4, 90).astype(float) for c in "ab"}
    kind = frame_kind.make(columns)
    own = golden_questions(kind, (columns["a"] > 1).astype(int), 1, n_folds=2)
    assert type(own.frame()) is type(kind)
    assert type(own.removal_frame()) is type(kind)
