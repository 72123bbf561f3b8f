import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool


@pytest.fixture(scope="module")
def tool(people):
    pandas = pytest.importorskip("pandas")
    made = people(400)
    names = np.array(["Planners", "Drifters", "Avoiders"])[made.segments]
    return TypingTool(model="scorecard", n_folds=2).fit(pandas.DataFrame(made.columns), names)


def test_somebody_can_be_typed_on_paper(tool, people):
    pandas = pytest.importorskip("pandas")
    table = tool.points().frame()
    base = pandas.DataFrame(people(40, seed=8).columns)
    codes = tool.model_.codes.encode(base)
    names = [f"points_{c}" for c in tool.classes_]
    for row, predicted in zip(codes, tool.predict(base), strict=True):
        meanings = [f.meanings()[c] for f, c in zip(tool.model_.codes.fields, row, strict=True)]
        total = table.loc[table["field"] == "everyone", names].sum()
        for field, meaning in zip(tool.model_.codes.names, meanings, strict=True):
            line = table[(table["field"] == field) & (table["meaning"] == meaning)]
            assert len(line) == 1
            total += line[names].iloc[0]
        assert names[int(np.argmax(total.to_numpy()))] == f"points_{predicted}"


def test_gaps_and_levels_never_heard_of_stand_last(tool):
    table = tool.points().frame()
    plan = table.loc[table["field"] == "plan", "meaning"].tolist()
    assert set(plan[:3]) == {"basic", "plus", "family"}
    assert set(plan[3:]) == {"unseen", "missing"}


def test_frames_come_back_as_they_came(frame_kind, people):
    made = people(200)
    tool = TypingTool(model="scorecard", n_folds=2).fit(
        frame_kind.make(made.columns), made.segments
    )
    assert type(tool.points().frame()).__module__.startswith(frame_kind.name)


def test_a_paragraph_says_how_to_use_it(tool):
    text = tool.points().summary()
    assert text.startswith("Scorecard for Avoiders, Drifters, Planners: begin with the points of")
    assert "add one row for each of 5 fields, and take the segment with most points" in text
    assert "It is a scorecard of whole points, 0 to " in text
    assert tool.points().plot().get_title(loc="left").split(" moves most: up to ")[0] in text


def test_a_forest_has_no_points(small_tool):
    with pytest.raises(SegkitError, match=r"has no points: it is a random forest of 30 trees"):
        small_tool.points()


def test_a_scorecard_has_no_forest(tool):
    with pytest.raises(SegkitError, match="has no forest: it is a scorecard of whole points"):
        _ = tool.model_.forest
    assert tool.model_.scorecard is tool.model_.voter
