"""Personas as a YAML file that a consultant edits: words above, figures below.

The file is read as plain values and written whole or not at all. Words that were edited stay as
they are when it is written again.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from reprlib import repr as short
from typing import Any

from segkit._checks import name_list
from segkit._files import as_path, read_yaml, whole_file
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.portraits.persona import LINES, WORDS, Need, Persona, Statement
from segkit.segments.portraits.persona_edits import keep_edits

__all__ = ["read_personas", "write_personas"]

WHAT = "The file of personas"

HEAD = """\
# Personas. Edit every text under `personas`: later runs keep what you changed and bring the rest
# up to date. `look_again` names edited texts whose figures have changed since; empty it when you
# have looked. `notes` are yours alone. Put texts that begin oddly (numbers, yes, -, #) in quotes.
# Comments in this file are not kept.
"""
BELOW = """
# From here on segkit writes: the figures behind the texts, and the texts as it suggested them.
"""

EDITABLE = ("segment", *WORDS, "notes", "look_again")
NUMBERS = ("n", "share", "low", "high")
TOLD = ("recognise", "typical_member", "suppressed")


def write_personas(personas: Sequence[Persona], path: str | Path) -> list[Persona]:
    """Write personas as YAML; words that were edited in the file stay.

    Parameters
    ----------
    personas : sequence of Persona
        Made by `personas`, perhaps edited.
    path : str or Path
        The file; where it exists its edited words are kept.

    Returns
    -------
    list of Persona
        As they stand in the file now.

    Raises
    ------
    SegkitError
        When the file that exists cannot be read, or two personas have one name. The file is
        then as it was.

    Warns
    -----
    SegkitWarning
        When a persona with edited words has no group any more: its words are moved to
        `set_aside` in the file.

    Notes
    -----
    New figures meet edited words so. A text that nobody changed is written anew. A text that
    was changed stays; when segkit would now suggest something else than it did, the
    text is named in `look_again` until the consultant takes it off. Words follow their group,
    not its number: a group is known again by its effects on the items (a cosine of at least
    .5). Figures are always the new ones.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "personas.yaml"
    >>> _ = write_personas([Persona(0, "Segment 0", suggested={"name": "Segment 0"})], path)
    >>> edited = path.read_text().replace("name: Segment 0", "name: Planners", 1)
    >>> _ = path.write_text(edited)
    >>> write_personas([Persona(0, "Segment 0", suggested={"name": "Segment 0"})], path)[0].name
    'Planners'
    """
    _check_personas(personas)
    target = as_path(path, what=f"the path of {WHAT.lower()}")
    old, aside = _read(target) if target.exists() else ([], [])
    kept, gone = keep_edits(personas, old)
    _refuse_twice(kept, target)
    if gone:
        warnings.warn(
            f"{name_list([p.name for p in gone])} in `{target.name}` has edited words but no group "
            "any more; they were moved to `set_aside` at the end of the file. Move them to the "
            "persona that they fit, or delete them.",
            SegkitWarning,
            stacklevel=2,
        )
    text = _text(kept, [*aside, *(_set_aside(p) for p in gone)])
    if not target.exists() or target.read_text("utf-8") != text:
        with whole_file(target) as draft:
            draft.write_text(text, "utf-8", newline="\n")
    return kept


def read_personas(path: str | Path) -> list[Persona]:
    """Read personas from the file that `write_personas` wrote, edited or not.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    list of Persona
        With their figures; tables come as pandas.

    Raises
    ------
    SegkitError
        For a file that is no YAML or asks for anything but plain values, an unknown key, or a
        text that is none (yes, 2024); it names the persona and the key.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "personas.yaml"
    >>> written = write_personas([Persona(0, "Planners", job=("See all bills",))], path)
    >>> read_personas(path) == written
    True
    """
    return _read(as_path(path, what=f"the path of {WHAT.lower()}"))[0]


def _read(path: Path) -> tuple[list[Persona], list[Any]]:
    content = read_yaml(path, what=WHAT, expected="a list `personas`, one mapping a persona")
    if not isinstance(content, Mapping) or not isinstance(content.get("personas"), list):
        raise SegkitError(
            f"{WHAT} `{path}` holds no list `personas`; expected `personas:` with one mapping a "
            "persona. Write one with segments.write_personas."
        )
    _known_keys(content, ("personas", "figures", "set_aside"), f"{WHAT} `{path}`")
    figures = _by_segment(content.get("figures") or [], path)
    found = [_persona(entry, at, figures) for at, entry in enumerate(content["personas"], start=1)]
    _refuse_twice(found, path)
    aside = content.get("set_aside") or []
    return found, aside if isinstance(aside, list) else [aside]


def _persona(entry: Any, position: int, figures: dict[str, Persona]) -> Persona:
    if not isinstance(entry, Mapping):
        raise SegkitError(
            f"Entry {position} of the personas is {short(entry)}; expected a mapping with at least "
            "`segment` and `name`."
        )
    where = f"Persona {entry['name'] if isinstance(entry.get('name'), str) else position}"
    _known_keys(entry, EDITABLE, where)
    name, segment = entry.get("name"), entry.get("segment")
    if not isinstance(name, str) or not name.strip():
        raise SegkitError(
            f"Entry {position} of the personas has the name {short(name)}; expected a text. Put "
            "names such as 007 or yes in quotes."
        )
    if isinstance(segment, bool) or not isinstance(segment, int | str):
        raise SegkitError(
            f"{where} has the segment {short(segment)}; expected the number or name of its segment."
        )
    known = figures.get(str(segment), Persona(segment, name))
    lines: dict[str, Any] = {
        key: _lines(entry.get(key), f"`{key}` of {where}") for key in (*LINES, "notes")
    }
    again = _lines(entry.get("look_again"), f"`look_again` of {where}")
    lines["look_again"] = again
    return replace(known, segment=segment, name=name.strip(), **lines)


def _lines(value: Any, where: str) -> tuple[str, ...]:
    lines = [value] if isinstance(value, str) else value or []
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise SegkitError(
            f"{where} is {short(value)}; expected texts, one a line after a dash. Put texts with a "
            "colon, and those that read as numbers or yes and no, in quotes."
        )
    return tuple(line.strip() for line in lines if line.strip())


def _by_segment(entries: Any, path: Path) -> dict[str, Persona]:
    """Read the figures; whatever is wrong with them, they were not to be edited."""
    try:
        return {str(e["segment"]): _figures(e) for e in entries}
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise SegkitError(
            f"`figures` in {path} cannot be read ({type(error).__name__}: {short(str(error))}); "
            "expected what segkit wrote. Delete `figures` with all that stands below it: the next "
            "run writes it anew."
        ) from error


def _figures(entry: Any) -> Persona:
    suggested = {
        word: text if word == "name" else tuple(text) for word, text in entry["suggested"].items()
    }
    figures: dict[str, Any] = {k: None if entry[k] is None else entry[k] + 0 for k in NUMBERS}
    told: dict[str, Any] = {key: tuple(str(line) for line in entry[key]) for key in TOLD}
    return Persona(
        segment=entry["segment"],
        name="",
        **figures,
        **told,
        unit=str(entry["unit"]),
        smallest=int(entry["smallest"]),
        statements=tuple(Statement(**s) for s in entry["statements"]),
        needs=tuple(Need(**n) for n in entry["needs"]),
        marks={str(item): float(effect) for item, effect in entry["marks"].items()},
        suggested=suggested,
    )


def _known_keys(entry: Mapping[Any, Any], known: tuple[str, ...], where: str) -> None:
    unknown = [short(k) if not isinstance(k, str) else k for k in entry if k not in known]
    if unknown:
        raise SegkitError(
            f"{where} has the unknown key {name_list(unknown)}; expected some of "
            f"{name_list(known, len(known))}. Correct the spelling or remove it."
        )


def _check_personas(personas: Any) -> None:
    listed = isinstance(personas, Sequence) and not isinstance(personas, str | bytes)
    strange = [p for p in personas if not isinstance(p, Persona)] if listed else [personas]
    if strange:
        raise SegkitError(
            f"personas holds a {type(strange[0]).__name__}; expected a list of Persona, as "
            "segments.personas returns it."
        )


def _refuse_twice(found: Sequence[Persona], path: Path) -> None:
    for what, values in (
        ("name", [p.name for p in found]),
        ("segment", [str(p.segment) for p in found]),
    ):
        twice = [v for v in values if values.count(v) > 1]
        if twice:
            raise SegkitError(
                f"Two personas have the {what} {twice[0]!r}; expected each to have its own. "
                f"Correct it in `{path}`."
            )


def _text(kept: Sequence[Persona], aside: list[Any]) -> str:
    words = [{key: _plain(getattr(p, key)) for key in EDITABLE if _is_shown(p, key)} for p in kept]
    figures = [_figures_of(p) for p in kept]
    text = (
        HEAD
        + _yaml({"personas": words})
        + BELOW
        + _yaml({"figures": figures}, flow=None, width=100)
    )
    return text + _yaml({"set_aside": aside}) if aside else text


def _is_shown(persona: Persona, key: str) -> bool:
    return key != "look_again" or bool(persona.look_again)


def _figures_of(persona: Persona) -> dict[str, Any]:
    keys = ("segment", *NUMBERS, "unit", "smallest", *TOLD)
    return {
        **{key: _plain(getattr(persona, key)) for key in keys},
        "statements": [asdict(s) for s in persona.statements],
        "needs": [asdict(n) for n in persona.needs],
        "suggested": {word: _plain(text) for word, text in persona.suggested.items()},
        "marks": dict(persona.marks),
    }


def _set_aside(persona: Persona) -> dict[str, Any]:
    words = ("name", *persona.edited, *(["notes"] if persona.notes else []))
    return {word: _plain(getattr(persona, word)) for word in dict.fromkeys(words)}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _yaml(content: Any, *, flow: bool | None = False, width: float = float("inf")) -> str:
    import yaml  # only where such a file is written

    return str(
        yaml.safe_dump(
            content, sort_keys=False, allow_unicode=True, width=width, default_flow_style=flow
        )
    )
