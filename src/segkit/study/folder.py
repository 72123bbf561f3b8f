"""A new study folder: study.toml, data, notebooks and README, written whole or not at all."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from segkit._checks import check_boolean, check_integer
from segkit._files import as_path, write_table
from segkit.exceptions import SegkitError
from segkit.study.config import MOST_SEGMENTS
from segkit.study.sources import FileSettings, Source, find_source

__all__ = ["new_study"]

MARK = "# written by `segkit new`, untouched since: "

PARTS = ("data", "README.md", "study.toml")
"""What `new_study` writes and may write anew; the rest of a folder is the analyst's."""


def new_study(
    folder: str | Path,
    data: str | Path = "payments",
    *,
    items: str | None = None,
    fields: str | None = None,
    weight: str | None = None,
    id: str | None = None,
    encoding: str | None = None,
    n_segments: int = 4,
    n_respondents: int | None = None,
    n_customers: int | None = None,
    refresh: bool = False,
) -> Path:
    """Make a study folder that `Study.open` can run.

    Parameters
    ----------
    folder : str or Path
        The folder to make.
    data : str or Path
        ``"payments"`` (the made payments study: 3,000 respondents, 100,000 customers), the
        name of a public survey (``"financial_wellbeing"``: `segkit.datasets.fetch_...`), or
        the path of a file of answers (.csv, .parquet, .sav, .dta, .xlsx).
    items, fields : str, optional
        For a file of answers: its items and its customer fields, names or patterns separated
        by commas (``"imp_*"``, ``"age,region"``). Without items, batteries are looked for.
    weight, id : str, optional
        For a file of answers: the column of survey weights and of respondent ids.
    encoding : str, optional
        For a .csv of answers that is not in utf-8: say ``"cp1252"``.
    n_segments : int
        The number of segments to look for.
    n_respondents, n_customers : int, optional
        For the made study: its sizes.
    refresh : bool
        Write a folder anew that `new_study` made and nobody edited. Results and notebooks
        stay as they are.

    Returns
    -------
    Path
        The folder. It is there whole, or not at all.

    Raises
    ------
    SegkitError
        When the folder holds a study already (with `refresh`: one that was edited) or
        anything else, the source is not known, or its columns make no study.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "acme"
    >>> folder = new_study(place, n_respondents=100, n_customers=200)
    >>> sorted(p.name for p in folder.iterdir())
    ['README.md', 'data', 'notebooks', 'study.toml']
    """
    root = as_path(folder, what="the path of a study folder")
    check_integer(n_segments, name="n_segments", low=2, high=MOST_SEGMENTS)
    _refuse_taken(root, check_boolean(refresh, name="refresh"))
    source = find_source(
        str(data),
        FileSettings(items, fields, weight, id, encoding),
        {"n_respondents": n_respondents, "n_customers": n_customers},
    )
    with _whole_folder(root) as draft:
        _fill(draft, source, n_segments)
    return root


def _fill(draft: Path, source: Source, n_segments: int) -> None:
    for part in ("data", "notebooks"):
        (draft / part).mkdir()
    write_table(source.answers, draft / "data" / "answers.parquet")
    source.codebook.to_yaml(draft / "data" / "codebook.yaml")
    if source.base is not None:
        write_table(source.base, draft / "data" / "base.parquet")
    _write(draft / "README.md", _readme(source))
    choices = _toml(source, n_segments)
    _write(draft / "study.toml", f"{MARK}{_digest(draft, choices)}\n{choices}")


def _toml(source: Source, n_segments: int) -> str:
    weight = f"\nbase_weight = {_quoted(source.base_weight)}" if source.base_weight else ""
    base = (
        f'base = "data/base.parquet"\nbase_id = {_quoted(str(source.base_id))}{weight}'
        if source.base is not None
        else '# base = "data/base.parquet"   # without it the respondents themselves are tagged\n'
        '# base_id = "customer_id"      # checked to be complete and unique'
    )
    factors = f"n_factors = {source.n_factors} " if source.n_factors else "# n_factors = 5"
    return f"""[study]
name = {_quoted(source.title)}
random_state = 0

[data]
answers = "data/answers.parquet"
codebook = "data/codebook.yaml"
{base}

[quality]
drop_careless = true

[needs]
items = "{source.items}"            # the role in the codebook of the items that make the needs
ratings = "{source.ratings}"           # given, or relative to the person's mean of the battery
{factors}             # without it parallel analysis decides
correlation = "auto"        # auto, polychoric, pearson, spearman
rotation = "oblimin"        # oblimin, varimax, promax, none

[segments]
model = "kmeans"            # kmeans, latent_class
n_segments = {n_segments}
# names = ["...", "..."]    # one a segment, largest first

[stability]
n_boot = 50

[typing]
# abstain_below = 0.4       # customers with a lower probability stay untagged

[personas]
smallest = 10               # nothing is told that fewer respondents stand behind
"""


def _quoted(text: str) -> str:
    """Write a text as a TOML string: JSON's escapes are TOML's, but for one control character."""
    printable = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(printable, ensure_ascii=False).replace("\x7f", "\\u007f")


def _readme(source: Source) -> str:
    note = f"\n{source.note}\n" if source.note else ""
    return f"""# {" ".join(source.title.encode("utf-8", "replace").decode("utf-8").split())}

| where | what |
|---|---|
| study.toml | the choices of this study |
| data/ | answers, codebook and, where there is one, the customer base |
| notebooks/ | your own analyses |
| personas.yaml | made by the first run: the words of the booklet on each segment, yours to edit |
| results/ | made by `segkit run`: booklet, tagged base, typing tool, figures, tables |
{note}
Run it with `segkit run` and the path of this folder; the typing tool, the tags and the
diagnostics are not computed again while what they are made from is unchanged. Texts that you
change in personas.yaml stay as they are; the names you give there stand in every figure.

To tag a customer base, put it into data/ (.parquet or .csv, with the columns that the codebook
calls fields) and name it in study.toml under [data]: `base`, and `base_id` for its id column.
"""


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")  # the same bytes everywhere, for the digest


def _digest(root: Path, choices: str) -> str:
    """Digest everything that `new_study` wrote: choices, README and every file in data/."""
    found = hashlib.sha256(choices.encode())
    files = [root / "README.md", *sorted((root / "data").rglob("*"))]
    for path in files:
        if path.is_file() and not path.name.startswith("."):
            found.update(path.relative_to(root).as_posix().encode() + b"\x00")
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _refuse_taken(root: Path, refresh: bool) -> None:
    path = root / "study.toml"
    if path.is_file():
        _refuse_study(root, path, refresh)
    elif root.is_dir():
        if any(not p.name.startswith(".") for p in root.iterdir()):
            raise SegkitError(f"`{root}` is not empty and is no study. Choose a new folder.")
    elif root.exists() or root.is_symlink():
        raise SegkitError(f"`{root}` is no folder. Choose a new folder.")


def _refuse_study(root: Path, path: Path, refresh: bool) -> None:
    if not refresh:
        raise SegkitError(
            f"`{root}` holds a study already. Run it as it is with: segkit run {root}; write it "
            "anew, where nobody edited it, with --refresh; or choose another folder."
        )
    first, _, choices = path.read_bytes().decode("utf-8", "replace").partition("\n")
    if first != MARK + _digest(root, choices):
        raise SegkitError(
            f"`{root}` was edited since `segkit new` wrote it, so it is not written anew. Run it "
            f"as it is with: segkit run {root}; or choose another folder."
        )


@contextmanager
def _whole_folder(root: Path) -> Iterator[Path]:
    """Give a draft folder; put what is in it into place when the block ends well."""
    home = root if root.is_dir() else root.parent
    home.mkdir(parents=True, exist_ok=True)
    # beside its target, so that putting into place is renaming
    draft = Path(tempfile.mkdtemp(dir=home, prefix=f".{root.name}.", suffix=".part"))
    try:
        yield draft
        if root.is_dir():
            _replace_parts(draft, root)
        else:
            mask = os.umask(0)
            os.umask(mask)
            draft.chmod(0o777 & ~mask)  # mkdtemp makes private folders
            draft.replace(root)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _replace_parts(draft: Path, root: Path) -> None:
    for part in PARTS:
        if (root / part).exists():
            (root / part).replace(draft / f"{part} before")
        (draft / part).replace(root / part)
    (root / "notebooks").mkdir(exist_ok=True)
