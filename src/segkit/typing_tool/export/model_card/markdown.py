"""The card as Markdown: names stay names, whatever signs they hold."""

from collections.abc import Sequence

from segkit.typing_tool.export.escaping import escaped, escaped_block
from segkit.typing_tool.export.model_card.sections import Section, Table

__all__ = ["markdown_of"]


def markdown_of(title: str, sections: Sequence[Section]) -> str:
    """Return the card; its picture is left out."""
    blocks = [f"# {escaped(title)}"]
    for section in sections:
        blocks.append(f"## {escaped(section.title)}")
        blocks += [escaped_block(text) for text in section.paragraphs]
        if section.points:
            blocks.append("\n".join(f"- {escaped_block(text)}" for text in section.points))
        for table in section.tables:
            blocks += [escaped_block(table.caption), _table(table)]
    return "\n\n".join(blocks) + "\n"


def _table(table: Table) -> str:
    rules = [":--" if i < table.n_text else "--:" for i in range(len(table.columns))]
    rows = [table.columns, *table.rows]
    lines = ["| " + " | ".join(escaped(cell) for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "| " + " | ".join(rules) + " |", *lines[1:]])
