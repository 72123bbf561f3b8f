"""The head of a table: columns of people side by side, one group of columns a banner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_columns, check_same_rows
from segkit._frames import column_names, n_rows, typed_column
from segkit.exceptions import SegkitError
from segkit.segments.codes import coded
from segkit.segments.scheme import Scheme

__all__ = ["Banner", "column_letter", "read_banners"]

MOST_COLUMNS = 50


@dataclass(frozen=True)
class Banner:
    """One way to divide people into the columns of a table.

    Attributes
    ----------
    name : str
        What it is called: the column of the table, or "segment" for labels.
    columns : tuple of str
        The columns in order.
    codes : ndarray of shape (n_respondents,)
        The column of each respondent; -1 for none (missing, noise).
    """

    name: str
    columns: tuple[str, ...]
    codes: np.ndarray


def read_banners(table: Any, banner: Any) -> list[Banner]:
    """Read a banner in any of its forms.

    Parameters
    ----------
    table : frame
        The answers.
    banner : str, sequence of str, mapping, Scheme or array-like of shape (n_respondents,)
        Columns of the table by name; ``{name: column or labels}``; or one label a row.

    Returns
    -------
    list of Banner
        At least one, each of at least two columns.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"region": ["north", "south"]})
    >>> [b.columns for b in read_banners(table, {"region": "region", "segment": [0, 1]})]
    [('north', 'south'), ('0', '1')]
    """
    found = [_read(table, name, given) for name, given in _parts(table, banner)]
    if not found:
        raise SegkitError("banner is empty; expected a column of the table or one label a row.")
    for one in found:
        _check_size(one)
    return found


def column_letter(position: int) -> str:
    """Return the letter of a column: A to Z, then Aa, Ab; each begins with its capital.

    Examples
    --------
    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(53)
    ('A', 'Z', 'Aa', 'Bb')
    """
    before, at = divmod(position, 26)
    if before == 0:
        return chr(ord("A") + at)
    return column_letter(before - 1) + chr(ord("a") + at)


def _parts(table: Any, banner: Any) -> list[tuple[str, Any]]:
    """Return what was given, each with its name; a text in it names a column."""
    if isinstance(banner, Mapping):
        return [(str(name), given) for name, given in banner.items()]
    if isinstance(banner, str):
        return [(banner, banner)]
    if _names_columns(table, banner):
        return [(name, name) for name in dict.fromkeys(banner)]
    return [("segment", banner)]


def _names_columns(table: Any, banner: Any) -> bool:
    """Say whether a sequence holds names of columns rather than a label for each row."""
    if not isinstance(banner, Sequence) or not all(isinstance(n, str) for n in banner):
        return False
    return set(banner) <= set(column_names(table)) or len(banner) != n_rows(table)


def _read(table: Any, name: str, given: Any) -> Banner:
    if isinstance(given, str):
        check_columns(table, [given], what="table")
        return _of_column(table, name, given)
    what = f"the banner `{name}`"
    if isinstance(given, Scheme):
        codes, columns = given.labels, given.names
    else:
        labels = coded(given, what=what)
        codes, columns = labels.codes, tuple(str(n) for n in labels.names)
    check_same_rows(len(codes), n_rows(table), what=what, other="the table")
    return Banner(name, columns, codes)


def _of_column(table: Any, name: str, given: str) -> Banner:
    field = typed_column(table, given, what="table")
    if field.kind == "number":
        answered = ~np.isnan(field.values)
        known, codes = np.unique(field.values[answered], return_inverse=True)
        filled = np.full(field.values.size, -1)
        filled[answered] = codes
        return Banner(name, tuple(f"{v:.12g}" for v in known), filled)
    if field.kind not in ("text", "boolean"):
        held = {"empty": "no answer at all"}.get(field.kind, f"{field.dtype} values")
        raise SegkitError(
            f"the banner `{given}` holds {held}; expected text, yes/no or a few numbers. Turn it "
            "into groups of people."
        )
    return Banner(name, field.levels, field.values)


def _check_size(banner: Banner) -> None:
    n = len(banner.columns)
    if n < 2:
        raise SegkitError(
            f"the banner `{banner.name}` has {n} column(s); expected at least two, as columns are "
            "compared. Leave it out, or check its labels."
        )
    if n > MOST_COLUMNS:
        raise SegkitError(
            f"the banner `{banner.name}` has {n} columns; expected at most {MOST_COLUMNS}. Group "
            "its values, for example ages into bands."
        )
