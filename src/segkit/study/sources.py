"""What a new study folder is filled with: the made study, a public survey, or a file of answers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segkit import datasets
from segkit._checks import name_list
from segkit._files import existing_file
from segkit._frames import attach, column, column_names, select, typed_column
from segkit.exceptions import SegkitError
from segkit.survey import Codebook, read_survey

__all__ = ["SURVEYS", "FileSettings", "Source", "find_source"]

SURVEYS = (
    "airport_survey",
    "bfi",
    "financial_wellbeing",
    "mcdonalds",
    "payment_choice",
    "young_people",
)
"""Public data sets that make a study: they ask items and know fields."""

FEWEST_ITEMS = 3
"""With fewer items there are no needs to find."""


@dataclass(frozen=True)
class FileSettings:
    """How a file of answers is to be read, as the user says it; None where nothing is said.

    Attributes
    ----------
    items, fields : str or None
        Names or patterns, separated by commas.
    weight, id : str or None
        One column each.
    encoding : str or None
        The encoding of a .csv; None is utf-8.
    """

    items: str | None = None
    fields: str | None = None
    weight: str | None = None
    id: str | None = None
    encoding: str | None = None

    @property
    def given(self) -> list[str]:
        """The settings that were given."""
        return [name for name, value in vars(self).items() if value is not None]


@dataclass(frozen=True)
class Source:
    """What a new folder is filled with.

    Attributes
    ----------
    title : str
        The name of the study.
    answers : frame
        One row a respondent.
    codebook : Codebook
        What its columns mean.
    items : str
        The role of the items that make the needs.
    base : frame or None
        The customer base.
    base_id : str or None
        The id column of the base.
    base_weight : str or None
        The column of survey weights, where the base is a survey itself.
    ratings : str
        ``"given"``, or ``"relative"`` where one person rates many things on the same question.
    n_factors : int or None
        The number of needs; None leaves it to parallel analysis.
    note : str
        What the reader of the folder should know of the data.
    """

    title: str
    answers: Any
    codebook: Codebook
    items: str
    base: Any = None
    base_id: str | None = None
    base_weight: str | None = None
    ratings: str = "given"
    n_factors: int | None = None
    note: str = ""


def find_source(data: str, settings: FileSettings, sizes: dict[str, Any]) -> Source:
    """Return what the named data fill a folder with.

    Parameters
    ----------
    data : str
        ``"payments"``, the name of a public survey, or the path of a file of answers.
    settings : FileSettings
        For a file of answers: which columns are what.
    sizes : dict
        For the made study: n_respondents and n_customers; None for the usual ones.

    Returns
    -------
    Source

    Raises
    ------
    SegkitError
        When the source is not known, or a setting does not go with it.
    """
    given = [name for name, size in sizes.items() if size is not None]
    if given and data != "payments":
        raise SegkitError(
            f"{name_list(given)} was given with data={data!r}; expected it with the made study "
            'only (data="payments"): other data have the size they have. Leave it out.'
        )
    if data == "payments" or data in SURVEYS:
        if settings.given:
            raise SegkitError(
                f"{name_list(settings.given)} was given with data={data!r}, which comes with its "
                "own codebook. Give the path of your file of answers as data, or leave it out."
            )
        return _made(sizes) if data == "payments" else _public(data)
    path = Path(data)
    if not path.suffix or path.is_dir():
        raise SegkitError(
            f"{data!r} is no known study; expected payments, one of {', '.join(SURVEYS)}, or the "
            "path of a file of answers such as answers.csv or answers.parquet."
        )
    return _own(path, settings)


def _made(sizes: dict[str, Any]) -> Source:
    made = datasets.make_payments_study(**{k: n for k, n in sizes.items() if n is not None})
    fields = {name: column(made.fields, name) for name in column_names(made.fields)}
    return Source(
        "Payments study (made data)",
        attach(made.answers, fields),
        Codebook([*made.codebook.items, *made.field_codebook.items]),
        "importance",
        made.base,
        "customer_id",
        note="The data are invented; the truth behind them is known to segkit.datasets.",
    )


def _public(name: str) -> Source:
    if name == "payment_choice":
        return _payment_choice()
    dataset = getattr(datasets, f"fetch_{name}")()
    return Source(
        dataset.title,
        dataset.answers,
        dataset.codebook,
        "item",
        note=f"Source: {dataset.source} Licence: {dataset.licence}",
    )


def _payment_choice() -> Source:
    """Segment the people of 2017 and tag those of 2018: most were asked in both waves."""
    asked, later = (datasets.fetch_payment_choice(wave=wave) for wave in (2017, 2018))
    book = asked.codebook or Codebook([])
    known = ["respondent", "person", "weight", *book.names(role="field")]
    return Source(
        f"{asked.title.removesuffix(' 2017-2018')}: answers of 2017, base of 2018",
        asked.answers,
        book,
        "item",
        select(later.answers, known),
        "respondent",
        base_weight="weight",
        ratings="relative",
        n_factors=4,
        note=f"Source: {asked.source} Licence: {asked.licence} The answers are those of 2017; the "
        "base are the respondents of 2018, whose answers the typing tool does not see. 1,883 "
        "people are in both, under one `person`. Each person rates eight methods on each "
        "attribute, and who finds one secure finds the others secure too; so needs are made from "
        "ratings relative to the person's own mean of the attribute (`ratings` in study.toml). Of "
        "these, parallel analysis would count every small family of two or three; the minimum "
        "average partial correlation counts 4 needs, which study.toml states (`n_factors`).",
    )


def _own(path: Path, settings: FileSettings) -> Source:
    survey = read_survey(
        existing_file(path, what="The answers"),
        items=_listed(settings.items),
        fields=_listed(settings.fields),
        weight=settings.weight,
        id=settings.id,
        encoding=settings.encoding or "utf-8",
    )
    book = survey.codebook
    if not book.items:
        raise SegkitError(f"{' '.join(book.assumptions)} (On the command line: --items 'q*'.)")
    if not book.names(role="field"):
        _refuse_without_fields(path, column_names(survey.answers), book)
    answers, told = _storable(survey.answers)
    book = Codebook(book.items, [*book.assumptions, *told])
    return Source(path.stem, answers, book, _role_of_needs(book), note=" ".join(book.assumptions))


def _storable(answers: Any) -> tuple[Any, list[str]]:
    """Turn columns that mix numbers and text, as spreadsheets may, into text; say which."""
    mixed = {}
    for name in column_names(answers):
        try:
            typed_column(answers, name)
        except SegkitError:
            texts = [None if v is None else str(v) for v in column(answers, name)]
            mixed[name] = np.array(texts, dtype=object)
    told = [f"{name_list(list(mixed))} mixes numbers and text, and was kept as text."]
    return (attach(answers, mixed), told) if mixed else (answers, [])


def _refuse_without_fields(path: Path, names: tuple[str, ...], book: Codebook) -> None:
    free = [name for name in names if name not in book]
    raise SegkitError(
        f"No column of `{path.name}` was named as a field, so customers could not be typed; "
        f"columns that are neither item, weight nor id: {name_list(free, 60) or 'none'}. Name "
        'those that the customer base holds too: fields="age,region" (on the command line: '
        "--fields age,region)."
    )


def _role_of_needs(book: Codebook) -> str:
    """Needs are made from importance where it was asked, else from any rated items."""
    roles = [
        r for r in ("importance", "item", "satisfaction") if len(book.names(r)) >= FEWEST_ITEMS
    ]
    if not roles:
        rated = book.names(("importance", "item", "satisfaction"))
        raise SegkitError(
            f"The items are {name_list(rated)}; expected at least {FEWEST_ITEMS} of one kind to "
            'find needs behind them. Name more, for example items="q*".'
        )
    return roles[0]


def _listed(text: str | None) -> list[str] | None:
    return [part.strip() for part in text.split(",") if part.strip()] if text else None
