"""The card that goes with a tool: a text that also writes itself as a page or as Markdown."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from segkit._checks import check_text
from segkit._files import whole_file
from segkit.typing_tool.evaluation.card import card_text
from segkit.typing_tool.export.model_card.content import CardFacts, sections_of
from segkit.typing_tool.export.model_card.markdown import markdown_of
from segkit.typing_tool.export.model_card.page import card_page

__all__ = ["ToolCard"]

TITLE = "Typing tool: model card"


class ToolCard(str):
    """What a tool is good for, and what not: a text of a sentence or two a line.

    It can be printed, searched and split like any text. `to_html` and `to_markdown` write the
    whole model card: what the tool is; the data, with fields and gaps; honest figures with
    their intervals and how they were made; groups of people; limits; versions, settings and
    the checksum of the tool. No clock goes into it: the same tool gives the same card, unless
    a date is given.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> card = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int)).card()
    >>> print(card.splitlines()[0])
    Types customers into 2 segments (0, 1).
    >>> [line for line in card.markdown().splitlines() if line.startswith("## ")][:2]
    ['## What it is', '## Data']
    """

    _facts: CardFacts

    def __new__(cls, facts: CardFacts) -> "ToolCard":
        """Write the text, and remember what the card is made from."""
        card = super().__new__(
            cls,
            card_text(
                facts.model.codes.names,
                facts.segments,
                facts.figures,
                facts.tagged_from,
                facts.importance,
                facts.groups,
            ),
        )
        card._facts = facts
        return card

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self._facts,)

    def to_html(self, path: str | Path, title: str | None = None) -> Path:
        """Write the card as one HTML page, with its figures drawn, for a browser or a printer.

        Parameters
        ----------
        path : str or Path
            The file, for example "card.html".
        title : str, optional
            Stands at the top.

        Returns
        -------
        Path
            The file that was written.

        Raises
        ------
        SegkitError
            For a file that cannot be written.
        """
        shown = check_text(title, name="title") or TITLE
        return _write(card_page(shown, self._sections(), self._facts.figures), path)

    def to_markdown(self, path: str | Path, title: str | None = None) -> Path:
        """Write the card as Markdown, without the drawn figures.

        Parameters
        ----------
        path : str or Path
            The file, for example "card.md".
        title : str, optional
            Stands at the top.

        Returns
        -------
        Path
            The file that was written.

        Raises
        ------
        SegkitError
            For a file that cannot be written.
        """
        return _write(self.markdown(title), path)

    def markdown(self, title: str | None = None) -> str:
        """Return the card as Markdown."""
        return markdown_of(check_text(title, name="title") or TITLE, self._sections())

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _sections(self) -> Sequence[Any]:
        return sections_of(self._facts)


def _write(text: str, path: str | Path) -> Path:
    with whole_file(path) as draft:
        draft.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    return Path(path)
