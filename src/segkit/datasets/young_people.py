"""A wide survey of young people: 140 questions with gaps in the answers."""

from segkit.datasets.dataset import Dataset, registered_dataset
from segkit.datasets.fetching import raw_content
from segkit.datasets.raw_tables import check_output, codebook_of, read_texts, tidy, without_fraction

__all__ = ["fetch_young_people"]

NAME = "young_people"

RULES = (
    "Blank answers are missing: 608 cells in 336 rows. Nobody is dropped.",
    "Five items answered in words (Smoking, Alcohol, Punctuality, Lying, Internet usage) are "
    "ordinal codes from 1, with their words as labels.",
    "Columns keep the names of the file, commas, apostrophes and the misspelled 'Appearence' "
    "included.",
    "A height of 62 cm is a typing error: missing.",
    "`Weight` is body weight; the survey has no weights. It is a convenience sample.",
)


def fetch_young_people(output: str = "pandas") -> Dataset:
    """Load the Young People Survey of 2013.

    Parameters
    ----------
    output : {"pandas", "polars"}
        The kind of table.

    Returns
    -------
    Dataset
        `answers` has 1,010 rows: 140 items in seven blocks (music, films, hobbies, phobias,
        health, traits, spending), 135 of them from 1 to 5, and ten demographic fields. There
        is no id and no weight.

    Raises
    ------
    DatasetUnavailableError
        When the file is neither in SEGKIT_DATA nor cached and cannot be downloaded.
    SegkitError
        When SEGKIT_DATA is no folder or holds another file of that name, and for an unknown
        `output`.

    Notes
    -----
    A convenience sample of people from 15 to 30: shares say nothing about a population.

    Examples
    --------
    >>> from segkit.datasets import fetch_young_people
    >>> len(fetch_young_people().codebook.names("item", block="music"))  # doctest: +SKIP
    19
    """
    check_output(output)
    book = codebook_of(NAME)
    raw = read_texts(raw_content(NAME, "answers"))
    answers = tidy({n: without_fraction(v) for n, v in raw.items()}, output, book)
    return registered_dataset(NAME, {"answers": answers}, codebook=book, rules=RULES)
