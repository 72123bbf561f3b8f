import copy
import pickle
from datetime import date

import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool import load


def test_a_card_is_the_text_it_always_was(told):
    assert isinstance(told.card, str)
    assert told.card.splitlines()[0].startswith("Types customers into 3 segments (")
    assert "Groups by `<u>half</u>`" in told.card


def test_it_can_be_copied_and_sent(told):
    for other in (copy.deepcopy(told.card), pickle.loads(pickle.dumps(told.card))):
        assert other == told.card
        assert other.markdown() == told.card.markdown()


def test_markdown_is_written_as_it_is_returned_and_shown(told, tmp_path):
    path = told.card.to_markdown(tmp_path / "card.md", title="A *card*")
    text = path.read_text(encoding="utf-8")
    assert text == told.card.markdown("A *card*")
    assert text.startswith("# A \\*card\\*\n\n## What it is\n")
    assert told.card._repr_markdown_().startswith("# Typing tool: model card\n")


def test_a_date_stands_on_the_card_when_it_is_given(told):
    assert "| Date |" not in told.tool.card().markdown()
    for given in (date(2026, 11, 26), "2026-11-26"):
        assert "| Date | 2026-11-26 |" in told.tool.card(date=given).markdown()


def test_a_loaded_tool_has_the_same_card(told, tmp_path):
    again = load(told.tool.save(tmp_path / "tool.segkit"))
    assert again.card(told.groups).markdown() == told.card.markdown()


@pytest.mark.parametrize("title", [3, b"card", ["card"]])
def test_a_title_is_text(told, title, tmp_path):
    for write in (told.card.to_html, told.card.to_markdown):
        with pytest.raises(SegkitError, match=r"title=.* was given; expected text, or None"):
            write(tmp_path / "card", title=title)
    with pytest.raises(SegkitError, match=r"title=.* was given; expected text, or None"):
        told.card.markdown(title)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("method", ["to_html", "to_markdown"])
def test_a_folder_that_is_not_there_is_named(told, method, tmp_path):
    with pytest.raises(SegkitError, match="nowhere"):
        getattr(told.card, method)(tmp_path / "nowhere" / "card")
    assert list(tmp_path.iterdir()) == []
