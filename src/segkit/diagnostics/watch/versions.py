"""The versions of the typing tool that a store has used, each with its reference."""

import hashlib
import json
import tempfile
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from segkit._checks import check_fitted
from segkit.diagnostics.counting.groups import UNTAGGED
from segkit.diagnostics.watch.databases import Session
from segkit.diagnostics.watch.reference import Reference
from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool, load
from segkit.typing_tool.base.frames.workers import SavedTool
from segkit.typing_tool.base.tagger import Tagger

__all__ = [
    "GIVEN",
    "Version",
    "all_versions",
    "current_version",
    "saved_tool",
    "segments_of",
    "set_current",
]

GIVEN = "given"
"""The source of a reference that was given as a table; else it is the day of a base."""


@dataclass(frozen=True)
class Version:
    """A typing tool in use.

    Attributes
    ----------
    number : int
        From 1.
    tool : bytes
        The tool's file: numbers and text, never code.
    segments : tuple of str
        Its segments, in the tool's order.
    source : str
        Where the reference comes from: "given", a day, or "" where there is none yet.
    reference : Reference or None
        What days are compared with.
    """

    number: int
    tool: bytes
    segments: tuple[str, ...]
    source: str = ""
    reference: Reference | None = None

    @property
    def digest(self) -> str:
        """What tells one tool from another."""
        return hashlib.sha256(self.tool).hexdigest()

    @cached_property
    def tagger(self) -> Tagger:
        """What tags."""
        return SavedTool(self.tool).tagger()

    @cached_property
    def loaded(self) -> TypingTool:
        """The whole tool."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "tool.segkit")
            path.write_bytes(self.tool)
            return load(path)

    def save(self, session: Session) -> None:
        """Write the version into the store, in place of what stood at its number."""
        session.run("DELETE FROM versions WHERE version = ?", [self.number])
        session.run(
            "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?)",
            [
                self.number,
                self.digest,
                self.tool,
                json.dumps(self.segments),
                self.source,
                None if self.reference is None else self.reference.to_json(),
            ],
        )


def saved_tool(tool: Any) -> bytes:
    """Return a fitted tool, or the file of one, as bytes.

    Raises
    ------
    SegkitError
        For anything else.
    """
    if isinstance(tool, str | Path):
        tool = load(tool)
    if not isinstance(tool, TypingTool):
        raise SegkitError(
            f"tool is a {type(tool).__name__}; expected a fitted TypingTool, or the path of a "
            "saved one (.segkit)."
        )
    check_fitted(tool)
    with tempfile.TemporaryDirectory() as folder:
        return tool.save(Path(folder, "tool.segkit")).read_bytes()


def segments_of(tool: bytes) -> tuple[str, ...]:
    """Return the names of a saved tool's segments; refuse those that the store needs itself."""
    names = tuple(str(c) for c in SavedTool(tool).tagger().classes.tolist())
    taken = [name for name in names if name in ("all", UNTAGGED)]
    if taken:
        raise SegkitError(
            f"A segment of the tool is named `{taken[0]}`; expected another name, since `all` "
            f"stands for everybody and `{UNTAGGED}` for those without a tag. Rename the segment."
        )
    return names


def all_versions(session: Session) -> list[Version]:
    """Return the versions in order."""
    rows = session.rows(
        "SELECT version, tool, segments, source, reference FROM versions ORDER BY version"
    )
    return [
        Version(
            int(number),
            bytes(tool),
            tuple(json.loads(segments)),
            source,
            None if reference is None else Reference.from_json(reference),
        )
        for number, tool, segments, source, reference in rows
    ]


def current_version(session: Session) -> Version | None:
    """Return the version in use; None in a new store."""
    found = session.rows("SELECT value FROM monitor WHERE name = 'version'")
    if not found:
        return None
    number = int(found[0][0])
    return next(v for v in all_versions(session) if v.number == number)


def set_current(session: Session, number: int) -> None:
    """Make a version the one in use, from the next day that is sent."""
    session.run("DELETE FROM monitor WHERE name = 'version'")
    session.run("INSERT INTO monitor VALUES ('version', ?)", [str(number)])


def forget_references(session: Session, after: date | None) -> None:
    """Take back references that were learned from days after a given one (None: from any)."""
    for version in all_versions(session):
        if version.source in ("", GIVEN):
            continue
        if after is None or date.fromisoformat(version.source) > after:
            Version(version.number, version.tool, version.segments).save(session)
