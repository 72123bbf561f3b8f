"""The card as Markdown: names stay names, whatever signs they hold."""

import re
from collections.abc import Sequence

from segkit.typing_tool.export.model_card.sections import Section, Table

__all__ = ["escaped", "markdown_of"]

SIGNS = re.compile(r"[\\`*_{}\[\]<>|~$&@]|(?<=:)//|(?<=\bwww)\.")
BEGINNING = re.compile(r"^(\d*)([#+\-=.)])")


def escaped(text: str) -> str:
    r"""Return a text that Markdown shows as it is, on one line.

    Examples
    --------
    >>> print(escaped("<b>|*x*"))
    \<b\>\|\*x\*
    """
    line = " ".join(text.split())
    return SIGNS.sub(lambda found: "".join(f"\\{sign}" for sign in found[0]), line)


def markdown_of(title: str, sections: Sequence[Section]) -> str:
    """Return the card; its picture is left out."""
    blocks = [f"# {escaped(title)}"]
    for section in sections:
        blocks.append(f"## {escaped(section.title)}")
        blocks += [_block(text) for text in section.paragraphs]
        if section.points:
            blocks.append("\n".join(f"- {_block(text)}" for text in section.points))
        for table in section.tables:
            blocks += [_block(table.caption), _table(table)]
    return "\n\n".join(blocks) + "\n"


def _table(table: Table) -> str:
    rules = [":--" if i < table.n_text else "--:" for i in range(len(table.columns))]
    rows = [table.columns, *table.rows]
    lines = ["| " + " | ".join(escaped(cell) for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "| " + " | ".join(rules) + " |", *lines[1:]])


def _block(text: str) -> str:
    """Keep what a text begins with from making a heading or a list."""
    return BEGINNING.sub(r"\1\\\2", escaped(text))
