"""A document as data: sections of paragraphs, points and tables. Writers only set it in type."""

from dataclasses import dataclass

__all__ = ["Section", "Table"]


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Attributes
    ----------
    caption : str
        What it shows.
    columns : tuple of str
        The heads of the columns.
    rows : tuple of tuple of str
        The cells.
    n_text : int
        How many columns, from the left, hold words; the others hold numbers.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_text: int = 1


@dataclass(frozen=True)
class Section:
    """One section.

    Attributes
    ----------
    title : str
        Its heading.
    paragraphs, points : tuple of str
        What it says, in full sentences, then point by point.
    tables : tuple of Table
        What it shows.
    pictured : bool
        Whether the picture of the figures belongs here.
    """

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictured: bool = False
