"""A persona as the booklet prints it: each line with its figure while nobody changed its words."""

from typing import Any

from segkit._result import percent
from segkit.reports.wording import Words
from segkit.segments import Persona

__all__ = ["told"]

FEW = 30
"""Below so many people a portrait is to be read with care."""


def told(persona: Persona, words: Words) -> dict[str, Any]:
    """Return the parts of a persona for the page.

    Parameters
    ----------
    persona : Persona
        Perhaps edited.
    words : Words
        How figures are written.

    Returns
    -------
    dict
        Lines are mappings of text and figure; the figure is empty where a line was edited.
    """
    more = [(part, text) for part in ("job", "gains") for text in getattr(persona, part)]
    hidden = persona.n is None
    return {
        "respondents": f"fewer than {persona.smallest}" if hidden else f"{persona.n:,}",
        "hidden": hidden,
        "few": persona.n is not None and persona.n < FEW,
        "job": list(persona.job),
        "more": [_line(persona, part, text, words.figures) for part, text in more],
        "less": [
            _line(persona, "matters_less", text, words.figures) for text in persona.matters_less
        ],
        "pains": [_pain(persona, text) for text in persona.pains],
        "scored": bool(persona.needs),
        "lacks": list(persona.lacks),
        "do": list(persona.do),
        "do_not": list(persona.do_not),
        "recognise": list(persona.recognise),
        "typical": list(persona.typical_member),
        "shared_by": persona.smallest,
        "quotes": list(persona.quotes),
        "suppressed": list(persona.suppressed),
    }


def _line(persona: Persona, part: str, text: str, figures: str) -> dict[str, str]:
    found = persona.figure_of(part, text)
    if found is None:
        return {"text": text, "figure": ""}
    value, others = (figures.format(_one_digit(v)) for v in (found.value, found.others))
    return {"text": text, "figure": f"{value}, others {others}"}


def _pain(persona: Persona, text: str) -> dict[str, Any]:
    """Return a pain with its opportunity, or the satisfaction behind it, or neither."""
    found = persona.figure_of("pains", text)
    if found is None or found.measure != "opportunity":
        return _line(persona, "pains", text, "{:.1f}") | {"need": None}
    need = next(n for n in persona.needs if n.item == found.item)
    span = "" if need.low is None or need.high is None else f"{need.low:.1f} to {need.high:.1f}"
    return {
        "text": text,
        "figure": "",
        "need": {
            "important": percent(need.importance / 10),
            "satisfied": percent(need.satisfaction / 10),
            "opportunity": f"{need.opportunity:.1f}",
            "interval": span,
        },
    }


def _one_digit(value: float) -> float:
    """Round as it is printed; a zero has no sign."""
    return round(value, 1) + 0.0
