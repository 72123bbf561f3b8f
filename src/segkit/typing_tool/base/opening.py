"""Which form a base in files has."""

from pathlib import Path
from typing import Any

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.arrow_base import ARROW_SUFFIXES, ArrowBase
from segkit.typing_tool.base.base_files import BaseFiles, files_of
from segkit.typing_tool.base.parquet import ParquetBase
from segkit.typing_tool.base.text_base import CSV_SUFFIXES, TextBase

__all__ = ["open_base"]

FORMS: dict[str, type[ParquetBase | TextBase | ArrowBase]] = {
    ".parquet": ParquetBase,
    **dict.fromkeys(CSV_SUFFIXES, TextBase),
    **dict.fromkeys(ARROW_SUFFIXES, ArrowBase),
}


def open_base(base: Any) -> BaseFiles:
    """Open files of one form, told by the ends of their names; another end is read as parquet.

    Raises
    ------
    SegkitError
        When forms are mixed, or a file is absent, damaged or has other columns.
    """
    paths = files_of(base, FORMS)
    forms = {_form(path) for path in paths}
    if len(forms) > 1:
        ends = ", ".join(sorted({path.suffix for path in paths}))
        raise SegkitError(
            f"The base's files are of several forms ({ends}); expected one. Give a list of the "
            "files to tag, or tag each form for itself."
        )
    return forms.pop().of(list(paths))


def _form(path: Path) -> type[ParquetBase | TextBase | ArrowBase]:
    name = path.name.lower()
    return next((form for end, form in FORMS.items() if name.endswith(end)), ParquetBase)
