"""The workbook of any tool: points of a scorecard, cells or a distilled tree of a forest."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segkit.exceptions import SegkitError
from segkit.typing_tool.export.cell_table import MAX_CELLS, count_cells
from segkit.typing_tool.export.distilled import Distilled
from segkit.typing_tool.export.fitted_tool import FittedTool
from segkit.typing_tool.export.sheets.batch import BATCH_ROWS
from segkit.typing_tool.export.sheets.book import Texts, write_points_book, write_rules_book
from segkit.typing_tool.export.sheets.rules import rules_of_cells, rules_of_tree
from segkit.typing_tool.models.forest import Forest
from segkit.typing_tool.models.scorecard import Scorecard

__all__ = ["WrittenWorkbook", "write_workbook"]


@dataclass(frozen=True)
class WrittenWorkbook:
    """A workbook that was written; stands for its file wherever a path is asked for.

    Attributes
    ----------
    path : Path
        The file.
    exact : bool
        Whether everybody gets the tag of `predict`.
    says : str
        What stands in it, and of a distilled tree how often it agrees with the forest.
    agreement, low, high : float
        The share of people with the tag of the tool, with its 95 % interval; 1 where exact.
    """

    path: Path
    exact: bool
    says: str
    agreement: float = 1.0
    low: float = 1.0
    high: float = 1.0

    def __fspath__(self) -> str:
        """Return the file's path."""
        return str(self.path)

    def summary(self) -> str:
        """Return a paragraph: the file, what stands in it, how often it agrees."""
        return f"Workbook `{self.path.name}`. {self.says}"


def write_workbook(
    tool: FittedTool,
    texts: Texts,
    path: str | Path,
    *,
    exact: bool = True,
    base: Any = None,
    n_rows: int = BATCH_ROWS,
) -> WrittenWorkbook:
    """Write the workbook of a tool, whole or not at all.

    Parameters
    ----------
    tool : FittedTool
        The tool.
    texts : Texts
        Questions and what to say about the tool.
    path : str or Path
        The file.
    exact : bool
        Whether everybody has to get the tag of `predict`.
    base : frame, optional
        Customers to distil for.
    n_rows : int
        Rows that "Batch" types.

    Raises
    ------
    SegkitError
        For a forest of too many cells where it has to be exact, and a plugged-in classifier.
    """
    voter = tool.model.voter
    if isinstance(voter, Scorecard):
        own = (tool.model, tool.segments, tool.cut, texts)
        written = write_points_book(*own, path, n_rows=n_rows)
        return WrittenWorkbook(written, True, f"Exact: a {voter.summary()}.")
    if not isinstance(voter, Forest):
        raise SegkitError(
            f"This tool is a {voter.summary()}, which a worksheet cannot hold, whatever exact "
            f"says (exact={exact}). Fit TypingTool(model='scorecard') or a forest for a workbook."
        )
    cells = count_cells(voter)
    if cells <= MAX_CELLS:
        return _by_cells(tool, texts, path, cells, n_rows)
    if exact:
        raise _too_many_cells(voter, cells)
    return _by_tree(tool, texts, path, tool.distilled(base), n_rows)


def _by_cells(
    tool: FittedTool, texts: Texts, path: str | Path, cells: int, n_rows: int
) -> WrittenWorkbook:
    note = (
        f"Exact: all {cells:,} cells (combinations of answers) that the trees tell apart. The "
        "segments are those that segkit's predict gives."
    )
    rules = rules_of_cells(tool.model, tool.cut)
    own = (tool.model, tool.segments, rules, note, texts)
    return WrittenWorkbook(write_rules_book(*own, path, n_rows=n_rows), True, note)


def _by_tree(
    tool: FittedTool, texts: Texts, path: str | Path, found: Distilled, n_rows: int
) -> WrittenWorkbook:
    note = f"Not exact. {found.summary()}"
    rules = rules_of_tree(found, tool.model.codes.fields, tool.cut)
    own = (tool.model, tool.segments, rules, note, texts)
    written = write_rules_book(*own, path, n_rows=n_rows)
    return WrittenWorkbook(written, False, note, found.agreement, found.low, found.high)


def _too_many_cells(forest: Forest, cells: int) -> SegkitError:
    many = f"{cells:,} cells" if cells < 10**9 else "too many cells to count"
    return SegkitError(
        f"This tool is a {forest.summary()}, which a worksheet cannot hold: an exact table of "
        f"cells takes {MAX_CELLS:,} at most, and here the answers make {many}. Ask for "
        "exact=False (one tree that states how often it agrees), fit fewer fields or leaves for "
        "the table, or fit TypingTool(model='scorecard'), which is exact. to_html and to_json hold "
        "a forest as it is."
    )
