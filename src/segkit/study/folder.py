"""A new study folder: study.toml, data, notebooks and README, from a named source or a file."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segkit import datasets
from segkit._files import existing_file, whole_file, write_table
from segkit._frames import attach, column, column_names
from segkit.exceptions import SegkitError
from segkit.survey import Codebook, Item, read_survey

__all__ = ["new_study"]

MARK = "# written by `segkit new`, untouched since: "


@dataclass(frozen=True)
class _Source:
    """What a new folder is filled with."""

    title: str
    answers: Any
    codebook: Codebook
    items: str
    base: Any = None
    base_id: str | None = None
    note: str = ""


def new_study(
    folder: str | Path,
    data: str = "payments",
    *,
    items: str | None = None,
    fields: str | None = None,
    weight: str | None = None,
    id: str | None = None,
    n_segments: int = 4,
    refresh: bool = False,
) -> Path:
    """Make a study folder that `Study.open` can run.

    Parameters
    ----------
    folder : str or Path
        The folder to make.
    data : str
        ``"payments"`` (the made payments study: 3,000 respondents, 100,000 customers), the
        name of a public survey (``"financial_wellbeing"``: `segkit.datasets.fetch_...`), or
        the path of a file of answers.
    items, fields : str, optional
        For a file of answers: its items and its customer fields, names or patterns separated
        by commas (``"imp_*"``, ``"age,region"``).
    weight, id : str, optional
        For a file of answers: the column of survey weights and of respondent ids.
    n_segments : int
        The number of segments to look for.
    refresh : bool
        Write a folder anew that `segkit new` made and nobody edited.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SegkitError
        When the folder holds an edited study, or the source is not known.

    Examples
    --------
    >>> import tempfile
    >>> folder = new_study(Path(tempfile.mkdtemp()) / "acme")
    >>> sorted(p.name for p in folder.iterdir())
    ['README.md', 'data', 'notebooks', 'study.toml']
    """
    root = Path(folder)
    _refuse_edited(root, refresh)
    source = _source(data, items=items, fields=fields, weight=weight, id=id)
    for part in ("data", "notebooks"):
        (root / part).mkdir(parents=True, exist_ok=True)
    write_table(source.answers, root / "data" / "answers.parquet")
    source.codebook.to_yaml(root / "data" / "codebook.yaml")
    if source.base is not None:
        write_table(source.base, root / "data" / "base.parquet")
    _write(root / "study.toml", _marked(_toml(source, n_segments)))
    _write(root / "README.md", _readme(source))
    return root


def _source(data: str, **columns: str | None) -> _Source:
    if data == "payments":
        return _made()
    loader = getattr(datasets, f"fetch_{data}", None)
    if loader is not None:
        return _public(loader(), data)
    if Path(data).suffix:
        return _own(Path(data), **columns)
    known = sorted(n.removeprefix("fetch_") for n in datasets.__all__ if n.startswith("fetch_"))
    raise SegkitError(
        f"{data!r} is no known study; expected payments, one of {', '.join(known)}, or the path "
        "of a .csv or .parquet file of answers."
    )


def _made() -> _Source:
    made = datasets.make_payments_study()
    names = column_names(made.fields)
    answers = attach(made.answers, {n: column(made.fields, n) for n in names})
    book = Codebook([*made.codebook.items, *(Item(item=n, role="field") for n in names)])
    return _Source(
        "Payments study (made data)",
        answers,
        book,
        "importance",
        made.base,
        "customer_id",
        "The data are invented; the truth behind them is known to segkit.datasets.",
    )


def _public(dataset: Any, name: str) -> _Source:
    if dataset.codebook is None or not dataset.codebook.names(role="item"):
        raise SegkitError(
            f"The data set {name!r} is no survey of items, so it makes no study. "
            "Read it in a notebook with segkit.datasets instead."
        )
    return _Source(
        dataset.description.split(".")[0],
        dataset.answers,
        dataset.codebook,
        "item",
        note=f"Source: {dataset.source} Licence: {dataset.licence}",
    )


def _own(path: Path, **columns: str | None) -> _Source:
    survey = read_survey(existing_file(path, what="The answers"))
    book = Codebook.infer(
        survey.answers,
        items=_listed(columns["items"]),
        fields=_listed(columns["fields"]),
        weight=columns["weight"],
        id=columns["id"],
    )
    return _Source(path.stem, survey.answers, book, "item", note=" ".join(book.assumptions))


def _listed(text: str | None) -> list[str] | None:
    return [part.strip() for part in text.split(",") if part.strip()] if text else None


def _toml(source: _Source, n_segments: int) -> str:
    base = (
        f'base = "data/base.parquet"\nbase_id = "{source.base_id}"'
        if source.base is not None
        else '# base = "data/base.parquet"   # without it the respondents themselves are tagged'
    )
    title = source.title.replace("\\", " ").replace('"', "'")
    return f"""[study]
name = "{title}"
random_state = 0

[data]
answers = "data/answers.parquet"
codebook = "data/codebook.yaml"
{base}

[quality]
drop_careless = true

[needs]
items = "{source.items}"            # the role in the codebook of the items that make the needs
# n_factors = 5             # without it parallel analysis decides
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
"""


def _readme(source: _Source) -> str:
    return f"""# {source.title}

| where | what |
|---|---|
| study.toml | the choices of this study |
| data/ | answers, codebook and, where there is one, the customer base |
| notebooks/ | your own analyses |
| results/ | made by `segkit run`: booklet, tagged base, typing tool, figures, tables |

{source.note}

Run it with `segkit run FOLDER`; steps whose inputs did not change are not computed again.
"""


def _marked(text: str) -> str:
    return f"{MARK}{hashlib.sha256(text.encode()).hexdigest()[:16]}\n{text}"


def _refuse_edited(root: Path, refresh: bool) -> None:
    path = root / "study.toml"
    if not path.exists():
        if root.is_dir() and any(root.iterdir()):
            raise SegkitError(f"`{root}` is not empty and is no study. Choose a new folder.")
        return
    first, _, rest = path.read_text("utf-8").partition("\n")
    if not (refresh and first + "\n" + rest == _marked(rest)):
        raise SegkitError(
            f"`{path}` exists" + (" and was edited" if refresh else "") + ". Run the study as it "
            f"is with: segkit run {root}; or choose another folder."
        )


def _write(path: Path, text: str) -> None:
    with whole_file(path) as draft:
        draft.write_text(text, "utf-8")
