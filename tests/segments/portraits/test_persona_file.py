"""The file of personas: words edited by hand, figures kept, tricks refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import SegkitError, SegkitWarning
from segkit.segments import Persona, personas, profile, read_personas, write_personas
from segkit.survey import opportunity

RNG = np.random.default_rng(2)
LABELS = np.repeat([0, 1], 60)
WANTS = pd.DataFrame(
    {
        "quick": np.where(LABELS == 0, 5, 2) - RNG.integers(0, 2, 120),
        "safe": np.where(LABELS == 1, 5, 2) - RNG.integers(0, 2, 120),
    }
)
HOSTILE = [
    "<script>alert('x')</script>",
    "!!python/object/apply:os.system ['true']",
    "yes",
    "007",
    "- a: {b: [c]}",
    "'\"\\# &anchor *alias",
    "two\nlines\tand\x85more",
    "\u202e\U0001f600 \u00e9",
]


def made(labels=LABELS, **changes):
    unmet = opportunity(WANTS, 6 - WANTS, segments=labels, n_boot=5)
    return personas(profile(WANTS, labels, ["quick", "safe"]), unmet, members=labels, **changes)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "personas.yaml"


def edit(path, before, after, count=1):
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, count), "utf-8")


def test_words_and_figures_are_read_back(path):
    found = made()
    assert write_personas(found, path) == found
    assert read_personas(path) == found
    read = read_personas(path)[0]
    pd.testing.assert_frame_equal(read.frame(), found[0].frame())
    pd.testing.assert_frame_equal(read.landscape(), found[0].landscape())


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_people_write_is_read_back_as_text(path, text):
    texts = [f"{text} this is long enough for a quotation in a booklet"] * 120
    found = made(verbatims=texts, names=[text, "b"])
    assert write_personas(found, path)[0].quotes == found[0].quotes
    assert read_personas(path) == found
    assert write_personas(found, path)[0].edited == ()


@given(lines=st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=3))
def test_any_edited_text_is_read_back(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("yaml") / "personas.yaml"
    trimmed = tuple(line.strip() for line in lines if line.strip())
    write_personas([Persona(0, "A", job=trimmed)], path)
    assert read_personas(path)[0].job == trimmed


def test_edits_are_kept_and_everything_else_is_brought_up_to_date(path):
    write_personas(made(), path)
    edit(path, "name: Segment 0", "name: Hurried & <co>")
    edit(path, "notes: []", "notes: [Ask the call centre]")
    fewer = personas(profile(WANTS[10:], LABELS[10:], ["quick", "safe"]), members=LABELS[10:])
    kept = write_personas(fewer, path)
    assert [p.name for p in kept] == ["Hurried & <co>", "Segment 1"]
    assert kept[0].notes == ("Ask the call centre",)
    assert [p.n for p in kept] == [50, 60]
    assert read_personas(path) == kept
    assert kept[0].edited == ("name",)


def test_a_file_is_written_only_when_something_changed(path):
    write_personas(made(), path)
    path.write_text(path.read_text() + "# a comment\n")
    commented = path.read_text()
    write_personas(made(), path)
    assert path.read_text() != commented
    before = path.stat().st_mtime_ns
    write_personas(made(), path)
    assert path.stat().st_mtime_ns == before


def test_words_without_a_group_are_set_aside_and_stay_there(path):
    write_personas(made(), path)
    edit(path, "name: Segment 0", "name: Hurried")
    careful = made()[1:]
    with pytest.warns(SegkitWarning, match=r"`Hurried` in `personas.yaml` has edited words but no"):
        assert write_personas(careful, path) == careful
    aside = "set_aside:\n- name: Hurried\n"
    assert path.read_text("utf-8").endswith(aside)
    write_personas(careful, path)
    assert path.read_text("utf-8").endswith(aside)


def test_lost_figures_lose_no_words(path):
    write_personas(made(), path)
    edit(path, "name: Segment 0", "name: Hurried")
    path.write_text(path.read_text().partition("figures:")[0])
    kept = write_personas(made(), path)
    assert kept[0].name == "Hurried"
    assert kept[0].edited == ("name",)
    assert kept[0].statements == made()[0].statements


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("name: Segment 0", "name: yes", r"Entry 1 of the personas has the name True.*in quotes"),
        ("name: Segment 0", "name: ''", r"Entry 1 of the personas has the name ''"),
        ("name: Segment 0", "nmae: A", r"Persona 1 has the unknown key `nmae`"),
        ("name: Segment 0", "name: Segment 1", r"Two personas have the name 'Segment 1'"),
        ("segment: 1", "segment: 0", r"Two personas have the segment '0'"),
        ("segment: 0", "segment: [0]", r"has the segment \[0\]; expected the number or name"),
        ("  - quick", "  - quick: now", r"`job` of Persona Segment 0 is .*expected texts"),
        ("  - quick", "  - 7", r"`job` of Persona Segment 0 is \[7\].*in quotes"),
        ("name: Segment 0", "name: A\n  name: B", r"`name` stands twice in the entry of line"),
        ("name: Segment 0", "name: !!python/name:os.system", r"does not read as YAML"),
        ("n: 60", "n: sixty", r"`figures` in .* cannot be read .*Delete `figures`"),
        ("unit: respondent", "unt: respondent", r"`figures` in .* cannot be read"),
        ("personas:", "portraits:", r"holds no list `personas`"),
        ("figures:", "figure:", r"has the unknown key `figure`"),
    ],
)
def test_a_slip_is_named_and_the_file_left_as_it_was(path, before, after, message):
    write_personas(made(), path)
    edit(path, before, after)
    spoiled = path.read_bytes()
    for use in (lambda: read_personas(path), lambda: write_personas(made(), path)):
        with pytest.raises(SegkitError, match=message):
            use()
    assert path.read_bytes() == spoiled
    assert [p.name for p in path.parent.iterdir()] == ["personas.yaml"]


def test_no_code_runs_from_a_file(path, tmp_path):
    trace = tmp_path / "trace"
    path.write_text(f"personas: !!python/object/apply:pathlib.Path.touch ['{trace}']\n")
    with pytest.raises(SegkitError, match="does not read as YAML with plain values"):
        read_personas(path)
    assert not trace.exists()


def test_a_text_that_repeats_itself_without_end_is_no_text(path):
    write_personas(made(), path)
    edit(path, "  gains: []", "  gains: &g [*g]")
    with pytest.raises(SegkitError, match=r"`gains` of Persona Segment 0"):
        read_personas(path)
