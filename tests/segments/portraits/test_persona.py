"""A persona is frozen, knows what was edited, and tells itself in one paragraph."""

from dataclasses import FrozenInstanceError, replace

import pytest

from segkit.segments.portraits.persona import Persona

WORDS = {"name": "Segment 0", "job": ("See all bills",)}
PERSONA = Persona(0, n=1200, share=0.4, low=0.37, high=0.43, suggested=WORDS, smallest=10, **WORDS)


def test_what_was_edited_is_known():
    assert PERSONA.edited == ()
    assert replace(PERSONA, name="Planners", do=("Call",)).edited == ("name", "do")
    with pytest.raises(FrozenInstanceError):
        PERSONA.name = "Planners"


def test_the_summary_tells_size_job_edits_and_what_is_left_out():
    text = replace(PERSONA, name="Planners", suppressed=("Two figures are not told.",)).summary()
    assert text == (
        "Planners: 1,200 respondents, 40 % of all (95 % interval 37 % to 43 %). "
        "Job: See all bills. Edited by hand: name. Two figures are not told."
    )
    assert "fewer than 10 respondents" in Persona(1, "Few").summary()


def test_an_empty_persona_has_empty_tables():
    assert list(PERSONA.frame().columns)[:3] == ["part", "text", "item"]
    assert len(PERSONA.frame()) == len(PERSONA.landscape()) == 0
    assert "<table" in PERSONA._repr_html_()


def test_units_have_their_plural():
    units = [Persona(0, "A", unit=unit).units for unit in ("account", "company", "survey")]
    assert units == ["accounts", "companies", "surveys"]
