"""The paper says what the scorecard says, whatever words it is given."""

import re
from html import unescape

import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.survey import Codebook
from segkit.typing_tool import golden_questions

pd = pytest.importorskip("pandas")

NASTY = "<script>alert('x')</script> & \"q\" | *b* `c` [l](http://x)"


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(0)
    items = pd.DataFrame(rng.integers(1, 5, (300, 4)).astype(float), columns=["a", "b", "c", "d"])
    pull = np.column_stack([items["a"], 5 - items["b"]]) + rng.gumbel(size=(300, 2))
    return golden_questions(items, np.array(["calm", "keen"])[pull.argmax(axis=1)], 2, n_folds=3)


@pytest.fixture
def codebook():
    labels = {1: "not at all", 4: "fully"}
    return Codebook(
        [
            {"item": "a", "wording": NASTY, "scale": (1, 4), "labels": labels},
            {"item": "b", "wording": "Am I\ncalm?", "scale": (1, 4), "labels": labels,
             "reversed": True, "missing": (9,)},
        ]
    )  # fmt: skip


def rows(page, caption):
    """The words and points of one table of the page."""
    table = re.search(rf"<caption>[^<]*{caption}.*?</table>", page, re.DOTALL)[0]
    cells = re.findall(r'<th scope="row">(.*?)</th>((?:<td class="n">\d+</td>)+)', table)
    return {
        unescape(w): [int(p) for p in re.findall(r"\d+", c.replace('"n"', ""))] for w, c in cells
    }


def test_every_answer_has_the_points_of_the_tool(found, codebook):
    tool, page = found.tool(2), found.paper(2, codebook)
    card, book = tool.model_.scorecard, tool.model_.codes
    asked = rows(page, "Am I")
    f = book.names.index("b")
    assert list(asked) == ["1 not at all", "2", "3", "4 fully", "no answer"]
    for code, words in enumerate(list(asked)[:4], start=1):
        # a reverse keyed item was turned before: what is asked as 1 stands in the table as 4
        assert asked[words] == card.points[f, book.fields[f].code_of(5.0 - code)].tolist()
    raw = rows(found.paper(2, codebook, turned=False), "Am I")
    assert [raw[w] for w in list(raw)[:4]] == [asked[w] for w in list(asked)[3::-1]]


def test_the_worked_example_is_typed_as_the_tool_types_it(found):
    page = found.paper(2)
    example = rows(page, "Somebody in the middle")
    parts = [p for words, p in example.items() if words != "sum"]
    assert np.sum(parts, axis=0).tolist() == example["sum"]
    tag = found.tool(2).predict(pd.DataFrame({"a": [3.0], "b": [3.0]}))[0]
    assert f"<p>{tag} " in page


def test_words_of_others_stay_words(found, codebook):
    page = found.paper(2, codebook, title=NASTY)
    assert "<script>" not in page
    assert unescape(re.search(r"<h1>(.*?)</h1>", page)[1]) == NASTY
    text = found.paper(2, codebook, form="markdown", title=NASTY)
    assert "<script" not in text.replace("\\<script", "")
    assert r"\| \*b\* \`c\` \[l\](http\://x)" in text
    assert all(line.count("|") - line.count(r"\|") in (0, 4) for line in text.splitlines())


def test_the_page_stands_alone(found):
    page = found.paper(2)
    assert not re.search(r"(src|href)=|https?://|@import|url\(", page)
    assert page.startswith("<!DOCTYPE html>")


def test_without_a_codebook_answers_are_the_numbers_that_were_given(found):
    assert next(iter(rows(found.paper(1), ""))) == "everybody begins with"
    item = found.items(1)[0]
    assert "( ) 4\n" in found.questionnaire(1)
    assert f"1. {item} [{item}]" in found.questionnaire(1)


def test_the_questionnaire_has_wordings_and_scales(found, codebook):
    text = found.questionnaire(2, codebook)
    assert text.startswith("2 questions. Please choose one answer to each.")
    assert "Am I calm? [b]\n   ( ) 1 not at all\n   ( ) 2\n   ( ) 3\n   ( ) 4 fully\n" in text


def test_ties_and_steps_are_told(found):
    page = found.paper(2)
    assert "take the one that stands first in this order: calm, keen" in page
    with pytest.raises(SegkitError, match="form='pdf' is not known"):
        found.paper(2, form="pdf")


def test_a_codebook_of_words_does_not_fit_numbers(found):
    labels = {"lo": "low", "hi": "high"}
    words = Codebook([{"item": i, "labels": labels, "role": "field"} for i in ("a", "b")])
    with pytest.raises(SegkitError, match="has the answer 'hi' in the codebook, but numbers"):
        found.paper(2, words)


def test_text_is_asked_in_its_own_words():
    rng = np.random.default_rng(0)
    plan = rng.choice(["basic", "plus"], 200)
    items = pd.DataFrame({"plan": plan, "yes": rng.random(200) < 0.5})
    segments = (plan == "plus").astype(int)
    found = golden_questions(items, segments, 2, n_folds=3)
    assert {"basic", "plus", "no answer"} <= set(rows(found.paper(1), "plan"))
    assert "Answer: ________" in found.questionnaire(1)
