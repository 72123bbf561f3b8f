"""A persona on the page: figures beside lines that nobody changed, none beside edited ones."""

from dataclasses import replace

import pytest

from segkit.reports.portrait import told
from segkit.reports.wording import PREFERENCES, WISHES
from segkit.segments import Persona
from segkit.segments.portraits.persona import Need, Statement


def statement(part, text, measure="mean", value=4.04, others=-0.04):
    return Statement(part, text, "imp_1", None, measure, value, others, 0.9, 0.1, 0.2, 80)


PERSONA = Persona(
    0,
    "Planners",
    n=80,
    job=("See all",),
    gains=("Be quick",),
    pains=("See all", "Less satisfied than others: Be quick"),
    statements=(
        statement("job", "See all"),
        statement("gains", "Be quick"),
        statement("pains", "See all", "opportunity", 13.9),
        statement("pains", "Less satisfied than others: Be quick", value=2.2, others=3.1),
    ),
    needs=(Need("imp_1", "See all", 8.5, 3.2, 13.9, 13.3, 14.5, 80),),
)


def test_wants_are_told_with_their_figures():
    page = told(PERSONA, WISHES)
    assert page["more"] == [
        {"text": "See all", "figure": "4.0, others 0.0"},
        {"text": "Be quick", "figure": "4.0, others 0.0"},
    ]
    assert told(PERSONA, PREFERENCES)["more"][0]["figure"] == "+4.0, others +0.0"


def test_pains_are_told_with_their_opportunity_or_satisfaction():
    first, second = told(PERSONA, WISHES)["pains"]
    assert first["need"] == {
        "important": "85 %",
        "satisfied": "32 %",
        "opportunity": "13.9",
        "interval": "13.3 to 14.5",
    }
    assert (second["need"], second["figure"]) == (None, "2.2, others 3.1")


def test_an_edited_line_stands_without_a_figure():
    page = told(replace(PERSONA, gains=("Be very quick",), pains=("Mine",)), WISHES)
    assert page["more"][1] == {"text": "Be very quick", "figure": ""}
    assert page["pains"] == [{"text": "Mine", "figure": "", "need": None}]


@pytest.mark.parametrize(("n", "told_n", "few"), [(80, "80", False), (12, "12", True)])
def test_how_many_stand_behind_it_is_told(n, told_n, few):
    page = told(replace(PERSONA, n=n), WISHES)
    assert (page["respondents"], page["few"], page["hidden"]) == (told_n, few, False)
    assert told(replace(PERSONA, n=None), WISHES)["respondents"] == "fewer than 10"
