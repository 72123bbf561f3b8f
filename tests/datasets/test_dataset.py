"""The object that loaders hand over."""

import pytest

from segkit.datasets import Dataset
from segkit.datasets.dataset import registered_dataset
from segkit.exceptions import SegkitError
from segkit.survey import Codebook, Item

ABOUT = {"description": "Mood <of> a class. Two people.", "licence": "CC0.", "source": "A class."}


@pytest.fixture
def data(frame_kind):
    answers = frame_kind.make({"who": ["a", "b"], "calm": [1.0, 5.0], "w": [1.0, 2.0]})
    book = Codebook([Item("who", role="id"), Item("calm", scale=(1, 5)), Item("w", role="weight")])
    diary = frame_kind.make({"who": ["a"]})
    tables = {"answers": answers, "diary": diary}
    return Dataset(name="mood", tables=tables, codebook=book, rules=("Nobody left.",), **ABOUT)


def test_the_first_table_is_the_main_one(data):
    assert data.answers is data["answers"]
    assert (data.id, data.weight) == ("who", "w")
    assert data.title == "Mood <of> a class"


def test_without_a_codebook_there_is_no_id(frame_kind):
    data = Dataset(name="mood", tables={"x": frame_kind.make({"a": [1]})}, **ABOUT)
    assert data.id is None
    assert data.weight is None


def test_it_shows_itself(data):
    assert repr(data) == "Dataset mood: answers 2 x 3, diary 1 x 1"
    assert "Mood &lt;of&gt; a class" in data._repr_html_()
    assert "<li>Nobody left.</li>" in data._repr_html_()
    assert data.summary() == (
        "Mood <of> a class. Two people. Tables: answers 2 x 3, diary 1 x 1. "
        "Source: A class. Licence: CC0."
    )


def test_an_unknown_table_lists_the_known_ones(data):
    with pytest.raises(SegkitError, match=r"`ledger` is not a table .* `answers`, `diary`"):
        data["ledger"]


def test_tables_cannot_be_swapped(data):
    with pytest.raises(TypeError):
        data.tables["answers"] = None


def test_two_are_never_compared_cell_by_cell(data, frame_kind):
    other = Dataset(name="mood", tables={"x": frame_kind.make({"a": [1]})}, **ABOUT)
    assert data == data
    assert data != other


def test_no_tables_is_an_error():
    with pytest.raises(SegkitError, match="has no tables"):
        Dataset(name="mood", tables={}, **ABOUT)


def test_the_registry_gives_source_and_licence(frame_kind):
    data = registered_dataset("bfi", {"answers": frame_kind.make({"a": [1]})})
    assert "GPL" in data.licence
    assert "psych" in data.source
