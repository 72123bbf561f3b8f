"""The national survey of financial well-being: attitudes beside what a bank could know."""

from typing import Any

import numpy as np

from segkit.datasets.dataset import Dataset, registered_dataset
from segkit.datasets.fetching import raw_content
from segkit.datasets.raw_tables import check_output, codebook_of, read_texts, tidy

__all__ = ["fetch_financial_wellbeing"]

NAME = "financial_wellbeing"

MIXED = ("MANAGE1_1", "MANAGE1_2", "MANAGE1_3", "MANAGE1_4")
"""Questions whose code 1 means "not applicable" for some and "never" for others."""

RULES = (
    "Negative codes (-1 refused, -2 not asked, -3 invalid, -4 not stored, -5 county unknown) are "
    "missing in every column but KHscore, which is a score below and above zero.",
    "98 (does not know) and 99 (prefers not to say) are missing in the money bands and 99 in "
    "EMPLOY; in CONNECT and LIFEEXPECT, asked from 0 to 100, they are answers.",
    "Code 8 (not sure, does not know, cannot recall) stays an answer of its own.",
    "Code 1 of MANAGE1_1 to MANAGE1_4 mixes 'not applicable' with 'never': it is missing in the "
    "item, whose scale starts at 2 (seldom), and stands as yes or no in MANAGE1_x_never_or_na.",
    "Answers keep the direction they were asked in; eight items are declared reversed.",
    "Ethnicity and the survey's own scores are context: they describe segments, and neither make "
    "nor type them.",
)


def fetch_financial_wellbeing(output: str = "pandas") -> Dataset:
    """Load the National Financial Well-Being Survey of 2016.

    Parameters
    ----------
    output : {"pandas", "polars"}
        The kind of table.

    Returns
    -------
    Dataset
        `answers` has 6,394 rows and 221 columns. `codebook` declares the id ``PUF_ID``, the
        weight ``finalwt``, 54 attitude items and 34 fields that a customer base could hold;
        `context` the other columns. A field holds its labels as text.

    Raises
    ------
    DatasetUnavailableError
        When the file is neither in SEGKIT_DATA nor cached and cannot be downloaded.
    SegkitError
        When SEGKIT_DATA is no folder or holds another file of that name, and for an unknown
        `output`.

    Notes
    -----
    The sample over-represents people of 62 and over and poorer households; figures about US
    adults need the weight. Who is missing from MANAGE1_x is not missing at random: people
    without a credit card cannot rate how they pay it off.

    References
    ----------
    Consumer Financial Protection Bureau (2017), National Financial Well-Being Survey: public
    use file user's guide.

    Examples
    --------
    >>> from segkit.datasets import fetch_financial_wellbeing
    >>> survey = fetch_financial_wellbeing()  # doctest: +SKIP
    >>> survey.codebook.names("item", block="planning")  # doctest: +SKIP
    ['PROPPLAN_1', 'PROPPLAN_2', 'PROPPLAN_3', 'PROPPLAN_4']
    """
    check_output(output)
    book, context = codebook_of(NAME), codebook_of(f"{NAME}_context")
    raw = read_texts(raw_content(NAME, "answers"))
    raw.update({f"{name}_never_or_na": _chose(raw[name], "1") for name in MIXED})
    answers = tidy(raw, output, book, context)
    return registered_dataset(
        NAME, {"answers": answers}, codebook=book, context=context, rules=RULES
    )


def _chose(codes: Any, code: str) -> np.ndarray:
    """Say of each answer whether it is this code: "1" or "0"; no answer stays its own code."""
    return np.array([c if c.startswith("-") else str(int(c == code)) for c in codes], dtype=object)
