"""Ratings of eight payment methods in two waves, with a diary of payments."""

from collections.abc import Mapping

import numpy as np

from segkit._checks import check_option
from segkit.datasets.dataset import Dataset, registered_dataset
from segkit.datasets.fetching import raw_content
from segkit.datasets.raw_tables import (
    check_output,
    codebook_of,
    days,
    integers,
    numbers,
    read_texts,
    texts,
    tidy,
    without_fraction,
)

__all__ = ["fetch_payment_choice"]

NAME = "payment_choice"

WAVES = (2017, 2018)

RULES = (
    "`person` is the same in both waves; `respondent` is a person in a wave and unique. The 1,883 "
    "people in both waves are not independent between them: study one wave, or compare the two.",
    "`weight` is the weight of the respondent's own wave (weight_2017_only, weight_2018_only); it "
    "is zero for five people. weight_both_1 and weight_both_2 are for both waves pooled; weights "
    "that involve 2019 are left out, since that wave is not in the file.",
    "Ratings are high when the method is good: cost 5 is very low cost, security 5 very secure.",
    "Numbers stored as 1.0 are the codes 1; blanks are missing.",
    "Race and ethnicity are context: they describe segments, and neither make nor type them.",
    "Diary: an income row has no payment method, payee or merchant; both kinds are kept. The time "
    "0 (1,601 rows, against 509 from 00:01 to 04:59) stands for not given: missing. The number "
    "before a merchant's kind is left out.",
)

_RENAMED = {
    "amnt": "amount",
    "pi": "instrument",
    "merch_abv_fig": "merchant",
    "cw_location": "cash_location",
    "cw_source": "cash_source",
}


def fetch_payment_choice(output: str = "pandas", wave: int | None = None) -> Dataset:
    """Load the survey and the diary of consumer payment choice, 2017 and 2018.

    Parameters
    ----------
    output : {"pandas", "polars"}
        The kind of table.
    wave : {2017, 2018} or None
        One wave, or both stacked.

    Returns
    -------
    Dataset
        `answers` has 5,072 rows (2,498 in 2017, 2,574 in 2018): the id ``respondent``, the
        ``weight``, 48 items ``assess_<attribute>_<method>`` from 1 to 5 in six blocks, 20
        fields, and as context ``person``, ``wave``, pooled weights and ethnicity.
        ``tables["diary"]`` has 26,484 entries: ``respondent``, ``person``, ``wave``, ``date``,
        ``minute`` of the day, ``type``, ``amount`` in US dollars, ``instrument``,
        ``in_person``, ``bill``, ``payee``, ``merchant``, ``cash_location``, ``cash_source``.

    Raises
    ------
    DatasetUnavailableError
        When the files are not in SEGKIT_DATA: there is no download.
    SegkitError
        When SEGKIT_DATA is no folder or holds another file of that name, and for an unknown
        `wave` or `output`.

    Notes
    -----
    One person rates eight methods, so ratings share that person's way of answering (halo).
    Only people with at least one usable diary entry are in the file. Three days of diary a
    person are no history.

    References
    ----------
    Federal Reserve Bank of Atlanta, Survey and Diary of Consumer Payment Choice, 2017, 2018.
    Shy, O. (2023), Cash is alive: how economists explain holding and use of cash, Journal of
    Economic Literature 61.

    Examples
    --------
    >>> from segkit.datasets import fetch_payment_choice
    >>> fetch_payment_choice(wave=2018).codebook.names("item", block="records")  # doctest: +SKIP
    ['assess_records_cash', 'assess_records_check', ...]
    """
    check_output(output)
    check_option(wave, (None, *WAVES), name="wave")
    book, context = codebook_of(NAME), codebook_of(f"{NAME}_context")
    people = _in_wave(read_texts(raw_content(NAME, "respondents")), wave)
    diary = _in_wave(read_texts(raw_content(NAME, "diary")), wave)
    return registered_dataset(
        NAME,
        {
            "answers": tidy(_answers(people), output, book, context),
            "diary": tidy(_diary(diary), output, codebook_of("payment_diary")),
        },
        codebook=book,
        context=context,
        rules=RULES,
    )


def _in_wave(raw: Mapping[str, np.ndarray], wave: int | None) -> dict[str, np.ndarray]:
    rows = np.ones(len(raw["year"]), dtype=bool) if wave is None else raw["year"] == f"{wave:.0f}"
    return {name: values[rows] for name, values in raw.items()}


def _who(raw: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Tell people in a wave from people, whose numbers return in the next wave."""
    person, year = raw.pop("id"), raw.pop("year")
    respondent = texts(f"{p}-{y}" for p, y in zip(person, year, strict=True))
    return {"respondent": respondent, "person": person, "wave": integers(year, name="year")}


def _answers(raw: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    weights = {n: numbers(raw.pop(n), name=n) for n in list(raw) if n.startswith("weight")}
    who = _who(raw)
    own = np.where(
        who["wave"] == WAVES[0], weights["weight_2017_only"], weights["weight_2018_only"]
    )
    return {
        **who,
        "weight": own,
        "weight_both_1": weights["weight_1718_1"],
        "weight_both_2": weights["weight_1718_2"],
        **{name: without_fraction(values) for name, values in raw.items()},
    }


def _diary(raw: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    del raw["merch"]  # the number that stands before the words in merch_abv_fig
    clock = numbers(raw.pop("time"), name="time", missing=["0.0"])
    return {
        **_who(raw),
        "date": days(raw.pop("date")),
        "minute": clock // 100 * 60 + clock % 100,
        **{_RENAMED.get(name, name): values for name, values in raw.items()},
    }
