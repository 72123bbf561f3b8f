"""Eleven yes/no perceptions of a fast-food chain: the published case with four segments."""

import re

from segkit.datasets.dataset import Dataset, registered_dataset
from segkit.datasets.fetching import raw_content
from segkit.datasets.raw_tables import check_output, codebook_of, read_texts, texts, tidy
from segkit.exceptions import SegkitError

__all__ = ["fetch_mcdonalds"]

NAME = "mcdonalds"

RULES = (
    "The perceptions Yes and No are the codes 1 and 0.",
    "Like mixes words and numbers ('I love it!+5', '-3', 'I hate it!-5'): the number at its end "
    "is the answer, from -5 to +5.",
    "Liking is context: an outcome to describe segments with.",
)


def fetch_mcdonalds(output: str = "pandas") -> Dataset:
    """Load the perceptions of McDonald's of 1,453 Australians.

    Parameters
    ----------
    output : {"pandas", "polars"}
        The kind of table.

    Returns
    -------
    Dataset
        `answers` has 1,453 rows: 11 items (0 no, 1 yes), the fields ``Age``, ``Gender`` and
        ``VisitFrequency``, and as context ``Like`` from -5 to 5. There is no id.

    Raises
    ------
    DatasetUnavailableError
        When the file is neither in SEGKIT_DATA nor cached and cannot be downloaded.
    SegkitError
        When SEGKIT_DATA is no folder or holds another file of that name, and for an unknown
        `output`.

    References
    ----------
    Dolnicar, S., Gruen, B. and Leisch, F. (2018), Market Segmentation Analysis, Springer,
    appendix C.

    Examples
    --------
    >>> from segkit.datasets import fetch_mcdonalds
    >>> round(float(fetch_mcdonalds().answers["yummy"].mean()), 2)  # doctest: +SKIP
    0.55
    """
    check_output(output)
    book, context = codebook_of(NAME), codebook_of(f"{NAME}_context")
    raw = read_texts(raw_content(NAME, "answers"))
    raw["Like"] = texts(_number_at_end(answer) for answer in raw["Like"])
    answers = tidy(raw, output, book, context)
    return registered_dataset(
        NAME, {"answers": answers}, codebook=book, context=context, rules=RULES
    )


def _number_at_end(answer: str) -> str:
    found = re.search(r"[+-]?\d+$", answer)
    if found is None:
        raise SegkitError(
            f"`Like` holds {answer!r}; expected an answer that ends in a number, as 'I hate it!-5'."
        )
    return found.group()
