"""What the paper has to say."""

import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.survey import Codebook
from segkit.typing_tool import TypingTool
from segkit.typing_tool.golden.sheet import sheet_of

pd = pytest.importorskip("pandas")
VALUES = {"ease": (1.0, 2.0, 3.0, 4.0)}


@pytest.fixture(scope="module")
def tool():
    rng = np.random.default_rng(0)
    fields = pd.DataFrame(
        {
            "ease": rng.integers(1, 5, 300).astype(float),
            "plan": rng.choice(["basic", "plus"], 300),
            "online": rng.random(300) < 0.5,
        }
    )
    keen = (fields["ease"] + 2 * fields["online"] + rng.random(300) > 4).to_numpy()
    return TypingTool(model="scorecard", n_folds=2).fit(fields, np.where(keen, "keen", "calm"))


def test_every_answer_has_its_points_and_no_answer_too(tool):
    sheet = sheet_of(tool, None, VALUES)
    card, fields = tool.model_.scorecard, tool.model_.codes.fields
    assert sheet.segments == ("calm", "keen")
    assert sheet.everyone == tuple(card.everyone)
    assert [q.item for q in sheet.questions] == ["ease", "plan", "online"]
    words = [[line.words for line in q.lines] for q in sheet.questions]
    assert words[0] == ["1", "2", "3", "4", "no answer"]
    assert sorted(words[1]) == ["basic", "no answer", "plus"]
    for f, (question, field) in enumerate(zip(sheet.questions, fields, strict=True)):
        assert question.lines[-1].points == tuple(card.points[f, field.missing])
    ease = sheet.questions[0].lines
    assert ease[3].points == tuple(card.points[0, fields[0].code_of(4.0)])


def test_the_sums_of_the_example_are_the_points_of_the_tool(tool):
    sheet = sheet_of(tool, None, VALUES)
    told = [q.lines[at].words for q, at in zip(sheet.questions, sheet.example, strict=True)]
    person = {"ease": float(told[0]), "plan": told[1], "online": told[2] == "True"}
    codes = tool.model_.codes.encode(pd.DataFrame([person]))
    assert sheet.totals() == tool.model_.scorecard.score(codes)[0].tolist()
    assert sheet.unit == tool.model_.calibration.unit


def test_numbers_without_known_answers_go_by_their_bins(tool):
    words = [line.words for line in sheet_of(tool, None, {}).questions[0].lines]
    assert words[0].startswith("up to ")
    assert words[-2:] == [words[-2], "no answer"]
    assert words[-2].startswith("above ")


def test_its_accuracy_is_that_of_the_evaluation(tool):
    found = tool.evaluation_
    assert f"{100 * found.accuracy:.0f} % came out" in sheet_of(tool, None, VALUES).accuracy
    assert "Of 300 respondents" in sheet_of(tool, None, VALUES).accuracy


def test_a_codebook_of_another_table_is_refused(tool):
    labels = {"lo": "low", "hi": "high"}
    book = Codebook([{"item": "ease", "labels": labels, "role": "field"}])
    with pytest.raises(SegkitError, match="`ease` has the answer 'hi' in the codebook, but num"):
        sheet_of(tool, book, VALUES)
