"""Edited words meet new figures: kept, named when their ground moved, never lost."""

from dataclasses import replace

from segkit.segments.portraits.persona import Persona
from segkit.segments.portraits.persona_edits import edited_words, keep_edits


def persona(segment, marks, job="See all bills", **changes):
    words = {"name": f"Segment {segment}", "job": (job,)}
    return Persona(segment, marks=marks, suggested=words, **words | changes)


QUICK, SAFE = {"quick": 0.9, "safe": -0.7}, {"quick": -0.8, "safe": 0.9}


def test_what_nobody_edited_is_brought_up_to_date():
    kept, gone = keep_edits([persona(0, QUICK, "Pay at once")], [persona(0, QUICK)])
    assert kept == [persona(0, QUICK, "Pay at once")]
    assert gone == []


def test_an_edited_word_stays_and_is_named_once_its_ground_moved():
    old = replace(persona(0, QUICK), name="Hurried", job=("Pay before the bus comes",))
    same, _ = keep_edits([persona(0, QUICK)], [old])
    assert (same[0].name, same[0].look_again) == ("Hurried", ())
    moved, _ = keep_edits([persona(0, QUICK, "Pay at once")], [old])
    assert moved[0].job == ("Pay before the bus comes",)
    assert moved[0].look_again == ("job",)
    assert moved[0].suggested["job"] == ("Pay at once",)
    again, _ = keep_edits([persona(0, QUICK, "Pay at once")], moved)
    assert again[0].look_again == ("job",)
    looked, _ = keep_edits([persona(0, QUICK, "Pay at once")], [replace(moved[0], look_again=())])
    assert looked[0].look_again == ()
    assert looked[0].job == ("Pay before the bus comes",)


def test_notes_stay():
    kept, _ = keep_edits([persona(0, QUICK)], [persona(0, QUICK, notes=("Ask Friday",))])
    assert kept[0].notes == ("Ask Friday",)


def test_an_edit_in_memory_comes_before_one_in_the_file():
    new = replace(persona(0, QUICK), name="Mine")
    assert keep_edits([new], [replace(persona(0, QUICK), name="Theirs")])[0][0].name == "Mine"


def test_words_follow_their_group_and_not_its_number():
    old = [replace(persona(0, QUICK), name="Hurried"), replace(persona(1, SAFE), name="Careful")]
    new = [persona(0, {"quick": -0.7, "safe": 0.8}), persona(1, {"quick": 0.8, "safe": -0.8})]
    kept, gone = keep_edits(new, old)
    assert [p.name for p in kept] == ["Careful", "Hurried"]
    assert gone == []


def test_edited_words_of_a_group_that_is_gone_are_given_back():
    old = [
        replace(persona(0, QUICK), name="Hurried"),
        replace(persona(1, SAFE), name="Careful"),
        persona(2, {"cheap": 1.0}),
    ]
    kept, gone = keep_edits([persona(0, QUICK)], old)
    assert [p.name for p in kept] == ["Hurried"]
    assert [p.name for p in gone] == ["Careful"]


def test_without_figures_the_segment_decides_and_only_other_words_are_edits():
    old = replace(persona(0, {}), name="Hurried", suggested={})
    new = persona(0, QUICK)
    assert edited_words(old, new) == ["name"]
    assert keep_edits([new], [old])[0][0].name == "Hurried"
    assert keep_edits([new], [])[0] == [new]
