"""Twenty-five personality items: the reference case of factor analysis."""

from segkit.datasets.dataset import Dataset, registered_dataset
from segkit.datasets.fetching import raw_content
from segkit.datasets.raw_tables import check_output, codebook_of, read_texts, tidy

__all__ = ["fetch_bfi"]

NAME = "bfi"

RULES = (
    "The row names of the file are the respondents' ids, kept as text in `id`.",
    "Blank answers are missing; nobody is dropped.",
    "A1, C4, C5, E1, E2, O2 and O5 speak against their trait: answers keep the direction they "
    "were asked in, and the codebook declares these seven reversed.",
    "The neuroticism items are keyed towards neuroticism, as in the published scoring keys.",
    "Ages from 3 to 86 are kept as they were given.",
)


def fetch_bfi(output: str = "pandas") -> Dataset:
    """Load 25 personality items answered by 2,800 people.

    Parameters
    ----------
    output : {"pandas", "polars"}
        The kind of table.

    Returns
    -------
    Dataset
        `answers` has 2,800 rows: ``id``, 25 items from 1 (very inaccurate) to 6 (very
        accurate) in five blocks, and the fields ``gender``, ``education`` and ``age``.

    Raises
    ------
    DatasetUnavailableError
        When the file is neither in SEGKIT_DATA nor cached and cannot be downloaded.
    SegkitError
        When SEGKIT_DATA is no folder or holds another file of that name, and for an unknown
        `output`.

    References
    ----------
    Revelle, W., Wilt, J. and Rosenthal, A. (2010), Individual differences in cognition: new
    methods for examining the personality-cognition link. In Handbook of Individual
    Differences in Cognition, Springer.

    Examples
    --------
    >>> from segkit.datasets import fetch_bfi
    >>> fetch_bfi().codebook["C5"].wording  # doctest: +SKIP
    'Waste my time.'
    """
    check_output(output)
    book = codebook_of(NAME)
    raw = read_texts(raw_content(NAME, "answers"))
    raw["id"] = raw.pop("rownames")
    return registered_dataset(
        NAME, {"answers": tidy(raw, output, book)}, codebook=book, rules=RULES
    )
