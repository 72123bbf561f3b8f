"""Text that stays text in a workbook, numbers to their last digit."""

import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.export.sheets.cells import refuse_unwritable, write_formula, write_value

openpyxl = pytest.importorskip("openpyxl")


def kept(tmp_path, values):
    """The values as a reader of the file finds them."""
    book = openpyxl.Workbook()
    for r, value in enumerate(values, 1):
        write_value(book.active.cell(r, 1), value)
    book.save(tmp_path / "cells.xlsx")
    return [c[0] for c in openpyxl.load_workbook(tmp_path / "cells.xlsx").active.iter_rows()]


@pytest.mark.parametrize("text", ["=1+1", "+x", "-1", "@sum(A1)", "'quoted", "plain", "01", "TRUE"])
def test_text_is_never_a_formula(text, tmp_path):
    (cell,) = kept(tmp_path, [text])
    assert (cell.value, cell.data_type) == (text, "s")
    assert bool(cell.quotePrefix) == text.startswith(("=", "+", "-", "@", "'"))


def test_numbers_keep_all_of_their_digits(tmp_path):
    numbers = [0.1 + 0.2, np.nextafter(0.3, 1), 1e-300, 2**53 - 1, True, None, float(1 / 3)]
    cells = kept(tmp_path, [float(v) if isinstance(v, float) else v for v in numbers])
    assert [c.value for c in cells[:-1]] == numbers[:-1]
    assert cells[-1].value == 1 / 3


def test_signs_that_no_file_holds_become_blanks(tmp_path):
    (cell,) = kept(tmp_path, ["a\x01b"])
    assert cell.value == "a b"


def test_a_formula_is_one(tmp_path):
    book = openpyxl.Workbook()
    assert write_formula(book.active["A1"], "1+1").value == "=1+1"
    assert book.active["A1"].data_type == "f"


@pytest.mark.parametrize("level", ["a\x01", "a\rb", "x" * 32_001])
def test_a_level_that_would_not_be_found_again_is_refused(level):
    refuse_unwritable("plan", ("fine", "=1+1", "ä\n"))
    with pytest.raises(SegkitError, match=r"`plan` has the level .* which a worksheet"):
        refuse_unwritable("plan", ("fine", level))
