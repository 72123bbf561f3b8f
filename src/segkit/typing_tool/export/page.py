"""One HTML file that types one person: form, answer and tool in it, nothing from outside."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segkit._checks import check_mapping, check_option
from segkit._files import whole_file
from segkit.exceptions import SegkitError
from segkit.plots.palette import color_of, segment_name
from segkit.typing_tool.export.questions import Question
from segkit.typing_tool.export.templating import template_named, template_text

__all__ = ["Brand", "advice_by_segment", "page_of", "write_page"]

COLOR = re.compile(r"#[0-9a-fA-F]{6}")
UNLISTED = "something else"


@dataclass(frozen=True)
class Brand:
    """How a page looks: the colour of its head, and a name to stand there.

    Attributes
    ----------
    color : str
        As ``#rrggbb``.
    logo : str
        A text; empty for none.
    """

    color: str = "#333333"
    logo: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str] | None) -> "Brand":
        """Read what a user gave."""
        check_mapping(given, name="brand", example="{'color': '#0a3d62', 'logo': 'The bank'}")
        for name, value in (given or {}).items():
            check_option(name, ("color", "logo"), name="an entry of brand")
            if not isinstance(value, str):
                raise SegkitError(f"{name} of brand is {value!r}; expected text.")
        brand = cls(**(given or {}))
        if not COLOR.fullmatch(brand.color):
            raise SegkitError(
                f"color of brand is {brand.color!r}; expected six hexadecimal digits after #, "
                "for example '#0a3d62'."
            )
        return brand

    @property
    def ink(self) -> str:
        """Black or white, whichever is read more easily on the colour.

        By relative luminance (WCAG 2.2); either way the contrast is at least 4.5.
        """
        parts = [int(self.color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        return "#000000" if light > 0.179 else "#ffffff"


def advice_by_segment(advice: Mapping[Any, str] | None, segments: Sequence[Any]) -> list[str]:
    """Return what to say to each segment; empty where nothing was given."""
    check_mapping(advice, name="advice", example=f"{{{segments[0]!r}: 'Say this.'}}")
    given = {str(segment): text for segment, text in (advice or {}).items()}
    known = {str(segment) for segment in segments}
    for segment, text in given.items():
        if segment not in known:
            raise SegkitError(
                f"advice names the segment {segment!r}; expected one of "
                f"{', '.join(repr(s) for s in segments)}."
            )
        if not isinstance(text, str):
            raise SegkitError(f"advice for segment {segment!r} is {text!r}; expected text.")
    return [given.get(str(segment), "") for segment in segments]


def page_of(
    document: dict[str, Any],
    questions: Sequence[Question],
    *,
    title: str,
    about: Sequence[str],
    advice: Sequence[str],
    brand: Brand,
) -> str:
    """Return the page.

    Parameters
    ----------
    document : dict
        The tool (`document_of`).
    questions : sequence of Question
        One a field, in the order of the document.
    title : str
        Stands at the top.
    about : sequence of str
        Paragraphs on what the tool is and how well it does.
    advice : sequence of str
        What to say to each segment.
    brand : Brand
        Colour and name.
    """
    head = f":root {{ --brand: {brand.color}; --on-brand: {brand.ink}; }}\n"
    style = head + template_text("page.css")
    script = template_text("typing.js") + "\n" + template_text("page.js")
    return template_named("page.html").render(
        title=title,
        logo=brand.logo,
        about=about,
        style=style,
        script=script,
        policy=_policy(style, script),
        data=_embedded(_payload(document, questions, advice)),
    )


def write_page(page: str, path: str | Path) -> Path:
    """Write a page, whole or not at all."""
    with whole_file(path) as draft:
        draft.write_text(page, encoding="utf-8", errors="replace", newline="\n")
    return Path(path)


def _payload(
    document: dict[str, Any], questions: Sequence[Question], advice: Sequence[str]
) -> dict[str, Any]:
    levels = {level for field in document["fields"] for level in field["levels"]}
    unlisted = UNLISTED
    while unlisted in levels:
        unlisted += "."
    return {
        "document": document,
        "unlisted": unlisted,
        "questions": [_shown(q, unlisted) for q in questions],
        "segments": [
            {"name": segment_name(s), "color": color_of(s, k), "advice": advice[k]}
            for k, s in enumerate(document["segments"])
        ],
    }


def _shown(question: Question, unlisted: str) -> dict[str, Any]:
    options = [{"value": _written(a.value), "text": a.text} for a in question.answers]
    if question.kind == "text":
        options.append({"value": unlisted, "text": f"({UNLISTED})"})
    listed = question.kind != "number" or bool(options)
    return {
        "name": question.name,
        "kind": question.kind,
        "label": question.wording,
        "hint": question.hint,
        "options": options if listed else None,
    }


def _written(value: str | float) -> str:
    """Write a value so that JavaScript reads the same one back; whole numbers plainly."""
    if isinstance(value, str):
        return value
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def _embedded(payload: dict[str, Any]) -> str:
    """Write JSON that cannot end the script around it: ASCII, without <, > and &."""
    text = json.dumps(payload, allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _policy(style: str, script: str) -> str:
    """Allow the page's own style and script by their hashes, and nothing else whatever."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
