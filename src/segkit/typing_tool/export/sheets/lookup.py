"""The sheet behind the others: where in a field an answer stands, and the points for it.

Every field has its rows: first the gap, then the level never heard of, then levels or bins. So
position 1 is a gap and 2 an unheard level in every field.
"""

from dataclasses import dataclass
from typing import Any

from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.export.sheets.cells import refuse_unwritable, write_value

__all__ = ["GAP", "UNHEARD", "FieldRows", "write_lookup"]

GAP, UNHEARD = 1, 2
SHEET = "Lookup"
FIRST_POINTS = 5  # the column of the first segment


@dataclass(frozen=True)
class FieldRows:
    """Where a field stands in the sheet.

    Attributes
    ----------
    field : FieldCode
        The field.
    start : int
        Its first row.
    """

    field: FieldCode
    start: int

    @property
    def n_entries(self) -> int:
        """The number of levels or bins."""
        return int(self.field.codes.size)

    @property
    def levels(self) -> str:
        """The range of the levels."""
        return self._range("C", 2, self.n_entries)

    def position(self, cell: str) -> str:
        """Return the formula for the position of the answer in a cell; #N/A for no answer.

        Nothing here compares text without regard to case, reads wildcards, or rounds numbers to
        fifteen digits, as MATCH, COUNTIF and the signs of comparison do.
        """
        if self.field.kind == "number":
            found = f"IF(AND(ISNUMBER({cell}),NOT(ISLOGICAL({cell}))),{self._bin(cell)},NA())"
        elif self.field.kind == "boolean":
            yes, no = (self._level(text) for text in ("True", "False"))
            found = (
                f"IF(ISLOGICAL({cell}),IF({cell},{yes},{no}),"
                f'IF(OR({cell}="yes",{cell}="true"),{yes},'
                f'IF(OR({cell}="no",{cell}="false"),{no},NA())))'
            )
        else:
            numbers = self._range("B", 2, self.n_entries)
            found = f"{UNHEARD}+SUMPRODUCT(EXACT({self.levels},{cell})*{numbers})"
        return f"IF(LEN({cell})=0,{GAP},{found})"

    def points(self, segment: int, position: str) -> str:
        """Return the formula for the points at a position, for one segment."""
        from openpyxl.utils import get_column_letter  # only when a workbook is written

        letter = get_column_letter(FIRST_POINTS + segment)
        return f"INDEX({self._range(letter, 0, 2 + self.n_entries)},{position})"

    def _bin(self, cell: str) -> str:
        if not self.field.edges.size:
            return str(UNHEARD + 1)
        edges = self._range("C", 2, self.n_entries - 1)
        return f"{UNHEARD}+MATCH(1,FREQUENCY({cell},{edges}),0)"

    def _level(self, text: str) -> int:
        levels = self.field.levels
        return UNHEARD + 1 + levels.index(text) if text in levels else UNHEARD

    def _range(self, letter: str, skip: int, n: int) -> str:
        first = self.start + skip
        return f"{SHEET}!${letter}${first}:${letter}${first + n - 1}"


def write_lookup(
    sheet: Any, fields: tuple[FieldCode, ...], points: Any, names: list[str]
) -> list[FieldRows]:
    """Write the rows of all fields, and return where they are.

    Parameters
    ----------
    sheet : Worksheet
        The sheet to write on.
    fields : tuple of FieldCode
        The fields.
    points : ndarray of shape (n_fields, 64, n_segments)
        Points by field, code and segment.
    names : list of str
        The segments' names, for the head.
    """
    for column, head in enumerate(["field", "number", "value or upper edge", "meaning", *names], 1):
        write_value(sheet.cell(1, column), head)
    row, out = 2, []
    for f, field in enumerate(fields):
        refuse_unwritable(field.name, field.levels)
        out.append(FieldRows(field, row))
        row = _write_field(sheet, field, points[f], row)
    return out


def _write_field(sheet: Any, field: FieldCode, points: Any, row: int) -> int:
    meanings = field.meanings()
    codes = [field.missing, field.unseen, *field.codes.tolist()]
    values = [None, None, *(field.levels if field.kind != "number" else field.edges.tolist()), None]
    for at, code in enumerate(codes):
        write_value(sheet.cell(row, 1), field.name)
        write_value(sheet.cell(row, 2), at - 1)
        write_value(sheet.cell(row, 3), values[at])
        write_value(sheet.cell(row, 4), meanings[code] if code >= 0 else "cannot occur")
        for k, value in enumerate(points[code] if code >= 0 else []):
            write_value(sheet.cell(row, FIRST_POINTS + k), int(value))
        row += 1
    return row
