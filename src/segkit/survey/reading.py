"""Surveys from files: the answers, and the codebook that the file or the reader gives."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from segkit._checks import check_option, name_list, require
from segkit._files import existing_file
from segkit._frames import column_names, n_rows
from segkit.exceptions import SegkitError
from segkit.survey.codebook import Codebook, check_codebook
from segkit.survey.item import Code

__all__ = ["Survey", "read_survey"]

_COMPRESSED = (".gz", ".bz2", ".xz")
_SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Survey:
    """Answers as collected, and what they mean.

    Attributes
    ----------
    answers : frame of shape (n_respondents, n_columns)
        The table of the file, unchanged: clean it with ``codebook.clean(answers)``.
    codebook : Codebook
        The codebook that was given, or the one inferred; its ``assumptions`` say what was
        assumed. Empty when nothing in the table looks like a rated item.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.survey import Codebook, Item
    >>> Survey(pd.DataFrame({"calm": [4, 2]}), Codebook([Item("calm", scale=(1, 5))]))
    Survey of 2 rows and 1 columns, 1 of them in the codebook
    """

    answers: Any
    codebook: Codebook

    def __repr__(self) -> str:
        names = column_names(self.answers)
        return (
            f"Survey of {n_rows(self.answers)} rows and {len(names)} columns, "
            f"{sum(name in self.codebook for name in names)} of them in the codebook"
        )


@dataclass(frozen=True)
class _Content:
    """What a file holds: the table, and where the format keeps them, labels and wordings."""

    answers: Any
    labels: Mapping[str, Mapping[Code, str]] = field(default_factory=dict)
    wordings: Mapping[str, str] = field(default_factory=dict)


def read_survey(
    path: str | Path,
    codebook: Codebook | str | Path | None = None,
    *,
    items: Sequence[str] | str | None = None,
    fields: Sequence[str] | str | None = None,
    weight: str | None = None,
    id: str | None = None,
    output: str = "pandas",
    encoding: str = "utf-8",
) -> Survey:
    r"""Read the answers of a survey and the codebook that goes with them.

    Parameters
    ----------
    path : str or Path
        A file ending in .csv (also compressed: .csv.gz), .parquet, .dta, .xlsx, .sav,
        .zsav or .por. Labels and wordings of .dta, .sav, .zsav and .por go into the
        codebook. The separator of a .csv (comma, semicolon, tab, bar) is recognised.
    codebook : Codebook, path of a YAML file, or None
        What the columns mean. None: it is inferred, see `Codebook.infer`.
    items, fields : name, pattern or list of them, or None
        Rated items and fields for the inferred codebook ("imp_*").
    weight, id : str or None
        Columns for the inferred codebook.
    output : {"pandas", "polars"}
        The kind of frame.
    encoding : str
        The encoding of a .csv.

    Returns
    -------
    Survey

    Raises
    ------
    SegkitError
        For a file that is absent, empty, of an unknown kind or not readable as what its
        name says, and for items or fields that fit no column.
    MissingExtraError
        Where a format needs an optional package; the message holds the install command.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "wave1.csv"
    >>> _ = path.write_text("who,q1,q2,q3\n1,5,4,-1\n2,1,2,3\n3,3,3,2\n")
    >>> survey = read_survey(path, id="who")
    >>> survey.codebook["q3"].missing
    (-1,)
    """
    found = existing_file(path, what="The survey")
    check_option(output, ("pandas", "polars"), name="output")
    if found.stat().st_size == 0:
        raise SegkitError(f"The survey `{found}` is empty (0 bytes). Export it again.")
    content = _read(found, output, encoding)
    if not n_rows(content.answers) or not column_names(content.answers):
        raise SegkitError(
            f"The survey `{found}` holds {n_rows(content.answers)} rows; expected a header and at "
            "least one respondent. Check the export."
        )
    if isinstance(codebook, str | Path):
        codebook = Codebook.from_yaml(codebook)
    asked = {"items": items, "fields": fields, "weight": weight, "id": id}
    given = [name for name, value in asked.items() if value is not None]
    if codebook is not None and given:
        raise SegkitError(
            f"codebook and {name_list(given)} were both given; expected one: the codebook says "
            "which columns are what. Leave the others out."
        )
    if codebook is None:
        codebook = _inferred(content, items, fields, weight, id)
    return Survey(content.answers, check_codebook(codebook))


def _inferred(
    content: _Content,
    items: Sequence[str] | str | None,
    fields: Sequence[str] | str | None,
    weight: str | None,
    id: str | None,
) -> Codebook:
    try:
        return Codebook.infer(
            content.answers,
            items,
            fields,
            weight,
            id,
            labels=content.labels,
            wordings=content.wordings,
        )
    except SegkitError as error:
        if any(value is not None for value in (items, fields, weight, id)):
            raise
        # nothing was asked for, so a table without batteries is still a table
        return Codebook([], assumptions=[str(error)])


def _read(path: Path, output: str, encoding: str) -> _Content:
    kinds: dict[str, Callable[[], _Content]] = {
        ".csv": lambda: _Content(_csv(path, output, encoding)),
        ".parquet": lambda: _Content(_parquet(path, output)),
        ".dta": lambda: _stata(path, output),
        ".xlsx": lambda: _Content(_excel(path, output)),
        ".sav": lambda: _spss(path, output),
        ".zsav": lambda: _spss(path, output),
        ".por": lambda: _spss(path, output),
    }
    suffixes = [s.lower() for s in path.suffixes]
    kind = next((s for s in reversed(suffixes) if s not in _COMPRESSED), "")
    if kind not in kinds or (suffixes[-1] in _COMPRESSED and kind != ".csv"):
        raise SegkitError(
            f"The survey `{path}` ends in {path.suffix or 'nothing'!r}; expected one of "
            f"{', '.join(kinds)} (a .csv may be compressed). Export it in one of these formats."
        )
    try:
        return kinds[kind]()
    except SegkitError:
        raise
    except UnicodeDecodeError as error:
        raise SegkitError(
            f"The survey `{path}` is not encoded in {encoding} (byte {error.start}). Give the "
            'encoding it was saved in, for example encoding="cp1252" or "utf-16".'
        ) from error
    except Exception as error:
        # each format's reader has errors of its own; all of them mean the same to the user
        raise SegkitError(
            f"The survey `{path}` does not read as {kind} ({_brief(error)}). Check that the file "
            "is whole and that its ending says what it is."
        ) from error


def _parquet(path: Path, output: Any) -> Any:
    return nw.read_parquet(str(path), backend=output).to_native()


def _csv(path: Path, output: str, encoding: str) -> Any:
    import io

    text = io.StringIO(_text(path, encoding))
    header = text.readline()
    if not header.strip():
        raise SegkitError(f"The survey `{path}` begins with an empty line; expected a header.")
    separator = max(_SEPARATORS, key=lambda s: len(next(csv.reader([header], delimiter=s))))
    names = next(csv.reader([header.rstrip("\r\n")], delimiter=separator))
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise SegkitError(
            f"The survey `{path}` names the column `{twice[0]}` more than once; expected distinct "
            "names. Rename one of them."
        )
    return _frame(_pandas().read_csv(io.StringIO(text.getvalue()), sep=separator), output)


def _text(path: Path, encoding: str) -> str:
    import bz2
    import gzip
    import lzma

    openers: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
    opener = openers.get(path.suffix.lower(), open)
    # utf-8-sig reads plain UTF-8 too, and takes the mark off that spreadsheets put in front
    with opener(path, "rt", encoding="utf-8-sig" if encoding == "utf-8" else encoding) as file:
        return str(file.read())


def _stata(path: Path, output: str) -> _Content:
    pandas = _pandas()
    codes = pandas.read_stata(path, convert_categoricals=False)
    with pandas.read_stata(path, iterator=True) as reader:
        sets = reader.value_labels()
        wordings = reader.variable_labels()
    return _Content(_frame(codes, output), _labels_of(path, codes, sets), wordings)


def _labels_of(path: Path, codes: Any, sets: Mapping[str, Any]) -> dict[str, dict[Code, str]]:
    """Find the label set of each column: the one that gives the words that the reader gives."""
    try:
        words = _pandas().read_stata(path)
    except ValueError:  # two codes of one set share a label, so the reader refuses
        words = None
    out: dict[str, dict[Code, str]] = {}
    for name in codes.columns:
        if name in sets and words is None:
            out[name] = _plain_labels(sets[name])
        if words is None or words[name].dtype.name != "category":
            continue
        told = dict(zip(codes[name].tolist(), words[name].astype(object).tolist(), strict=True))
        told = {c: w for c, w in told.items() if isinstance(w, str)}
        order = sorted(sets, key=lambda s: s != name)  # the set of the same name first
        fits = (s for s in order if all(sets[s].get(c) == w for c, w in told.items()))
        chosen = next(fits, None)
        if chosen is not None:
            out[name] = _plain_labels(sets[chosen])
    return out


def _plain_labels(labels: Mapping[Any, str]) -> dict[Code, str]:
    return {c if isinstance(c, str) else _whole(float(c)): str(w) for c, w in labels.items()}


def _whole(code: float) -> int | float:
    return int(code) if code.is_integer() else code


def _excel(path: Path, output: str) -> Any:
    require("openpyxl", extra="files")
    return _frame(_pandas().read_excel(path), output)


def _spss(path: Path, output: str) -> _Content:
    pyreadstat = require("pyreadstat", extra="files")
    reader = pyreadstat.read_por if path.suffix.lower() == ".por" else pyreadstat.read_sav
    table, about = reader(str(path))
    labels = {name: _plain_labels(words) for name, words in about.variable_value_labels.items()}
    wordings = {name: words or "" for name, words in about.column_names_to_labels.items()}
    return _Content(_frame(table, output), labels, wordings)


def _frame(table: Any, output: str) -> Any:
    return table if output == "pandas" else nw.from_native(table).to_polars()


def _pandas() -> Any:
    # the formats of statistics packages have no reader in narwhals, and pandas is always there
    import pandas

    return pandas


def _brief(error: Exception) -> str:
    words = str(error).strip().splitlines()
    return f"{type(error).__name__}: {words[0][:120]}" if words else type(error).__name__
