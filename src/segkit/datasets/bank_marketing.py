"""The customers a bank telephoned for two and a half years, in order: typing, tagging, drift."""

import numpy as np

from segkit.datasets.dataset import Dataset, registered_dataset
from segkit.datasets.fetching import raw_content
from segkit.datasets.raw_tables import check_output, codebook_of, read_texts, tidy

__all__ = ["fetch_bank_marketing"]

NAME = "bank_marketing"

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

FIRST_YEAR = 2008

RULES = (
    "'unknown' is missing in job, marital, education, default, housing and loan (12,718 cells).",
    "pdays 999 means that there was no earlier campaign, or that its date is not known: missing. "
    "For 4,110 of the 39,673 poutcome knows of an earlier campaign.",
    "The file has no customer id and no year. `contact_id` is the place in the file, from 1; the "
    "file is in the order of the dates from May 2008 on, so `year` grows when the month falls.",
    "`duration` is known only when the outcome is: context, and no input of a model of `y`.",
    "The 12 repeated rows are kept: without an id nothing says that they are the same customer.",
)


def fetch_bank_marketing(output: str = "pandas") -> Dataset:
    """Load the telephone marketing of a Portuguese bank, 2008 to 2010.

    Parameters
    ----------
    output : {"pandas", "polars"}
        The kind of table.

    Returns
    -------
    Dataset
        `answers` has 41,188 contacts: ``contact_id``, seven fields of the customer, and as
        context the contact (``year``, ``month``, ...), the economy and the outcome ``y``.

    Raises
    ------
    DatasetUnavailableError
        When the file is neither in SEGKIT_DATA nor cached and cannot be downloaded.
    SegkitError
        When SEGKIT_DATA is no folder or holds another file of that name, and for an unknown
        `output`.

    References
    ----------
    Moro, S., Cortez, P. and Rita, P. (2014), A data-driven approach to predict the success of
    bank telemarketing, Decision Support Systems 62.

    Examples
    --------
    >>> from segkit.datasets import fetch_bank_marketing
    >>> round(float((fetch_bank_marketing().answers["y"] == "Yes").mean()), 3)  # doctest: +SKIP
    0.113
    """
    check_output(output)
    book, context = codebook_of(NAME), codebook_of(f"{NAME}_context")
    raw = read_texts(raw_content(NAME, "contacts"), separator=";")
    raw["contact_id"] = np.arange(1, len(raw["y"]) + 1)
    raw["year"] = _years(raw["month"])
    answers = tidy(raw, output, book, context)
    return registered_dataset(
        NAME, {"answers": answers}, codebook=book, context=context, rules=RULES
    )


def _years(months: np.ndarray) -> np.ndarray:
    """Count the years of contacts that are in the order of their dates."""
    number = np.array([MONTHS.index(month) for month in months])
    return FIRST_YEAR + np.cumsum(np.diff(number, prepend=number[:1]) < 0)
