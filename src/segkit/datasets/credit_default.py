"""Six months of bills, payments and repayment status of card customers, and who defaulted."""

from segkit.datasets.dataset import Dataset, registered_dataset
from segkit.datasets.fetching import raw_content
from segkit.datasets.raw_tables import (
    check_output,
    codebook_of,
    integers,
    read_texts,
    tidy,
    without_fraction,
)

__all__ = ["fetch_credit_default"]

NAME = "credit_default"

RULES = (
    "EDUCATION 0, 5, 6 (345 customers) and MARRIAGE 0 (54) are not documented: missing.",
    "Repayment status 1 to 9 is months late and -1 paid duly; -2 and 0 are not documented, yet "
    "hold most customers: they stay as they are, and are no statements about lateness.",
    "PAY_0 is September 2005 and is followed by PAY_2, August: there is no PAY_1. Bills and "
    "payments are numbered from 1, September.",
    "A bill below zero is a credit balance and stays.",
)


def fetch_credit_default(output: str = "pandas") -> Dataset:
    """Load the credit card customers of a bank in Taiwan, 2005.

    Parameters
    ----------
    output : {"pandas", "polars"}
        The kind of table.

    Returns
    -------
    Dataset
        `answers` has 30,000 customers: ``ID``, five fields, and as context six months of
        ``PAY_*`` (status), ``BILL_AMT*`` and ``PAY_AMT*`` (NT dollars), September first, and
        ``default_next_month`` (1 when they did not pay in October).

    Raises
    ------
    DatasetUnavailableError
        When the file is not in SEGKIT_DATA: there is no download.
    SegkitError
        When SEGKIT_DATA is no folder or holds another file of that name, and for an unknown
        `output`.

    References
    ----------
    Yeh, I.-C. and Lien, C.-H. (2009), The comparisons of data mining techniques for the
    predictive accuracy of probability of default of credit card clients, Expert Systems with
    Applications 36.

    Examples
    --------
    >>> from segkit.datasets import fetch_credit_default
    >>> customers = fetch_credit_default().answers  # doctest: +SKIP
    >>> round(float(customers["default_next_month"].mean()), 3)  # doctest: +SKIP
    0.221
    """
    check_output(output)
    book, context = codebook_of(NAME), codebook_of(f"{NAME}_context")
    raw = read_texts(raw_content(NAME, "customers"))
    columns = {name: without_fraction(values) for name, values in raw.items()}
    columns["ID"] = integers(raw["ID"], name="ID")
    answers = tidy(columns, output, book, context)
    return registered_dataset(
        NAME, {"answers": answers}, codebook=book, context=context, rules=RULES
    )
