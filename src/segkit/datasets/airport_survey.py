"""Three waves of an airport survey: touchpoints, trips, recommendation, and recodings.

Each wave has its own names and codes. What differs is declared in `WAVES`; after it every
wave speaks the names and codes of 2017, which the codebook translates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from segkit._checks import check_option
from segkit._frames import Nullable
from segkit.datasets.dataset import Dataset, registered_dataset
from segkit.datasets.fetching import raw_content
from segkit.datasets.raw_tables import (
    build,
    check_output,
    codebook_of,
    days,
    read_texts,
    texts,
    tidy,
)

__all__ = ["fetch_airport_survey"]

NAME = "airport_survey"

RULES = (
    "Every wave comes under the names of 2017: *RESPNUM (2016), Q18AGE and Q19AGE, Q12PRECHEKCRATE "
    "and the like are renamed.",
    "Ratings: 0 (blank or several answers) and 6 (never used, not applicable, do not know) are "
    "missing. `tables['used']` tells them apart: True rated, False code 6, missing blank.",
    "Q7ALL holds the text 'Blank' in 2017: missing, as the 0 of other waves.",
    "NETPRO is asked in 2017 only; its code 11 (84 rows) is blank: missing.",
    "Age and gender are texts in 2016 and codes in 2015 and 2017: one set of bands for all.",
    "Age in 2016 runs 'Under 18', 'Under 19', ... 'Under 32', each once: a spreadsheet's series "
    "filled down from 'Under 18', the only such band of the questionnaire. All are under 18.",
    "Q5FIRSTTIME: the guide of 2015 says 1 yes, those of 2016 and 2017 say 1 no. In 2015 too the "
    "people with code 1 have flown here before, so 1 is no in every wave.",
    "Income has the codes 0-6 in 2015, 0-5 in 2016, 0-4 in 2017. The bands 1 to 4 are the same; 5 "
    "is another currency (answered by nobody in 2017), 0 and the undocumented 6 are missing.",
    "GENDER 4 (2017) is blank, as the guide says; the undocumented codes Q6LONGUSE 5 (2015) and "
    "FLY100K 4 (2016, 2017) are missing too.",
    "AIRLINE is a code in 2015 and a name later: names for all, in one spelling.",
    "The date is the day of May in 2015 and 2017 and a full date in 2016: a date for all.",
    "WEIGHT represents the passengers of a wave by airline; it adds up to each wave's size.",
)

AIRLINES_2015 = (
    "Aeromexico",
    "Air Canada",
    "Air China",
    "Air France",
    "Air New Zealand",
    "Airtran",
    "Alaska",
    "American",
    "ANA All Nippon",
    "Asiana",
    "British Airways",
    "Cathay Pacific",
    "China Airlines",
    "China Eastern",
    "Delta",
    "Emirates",
    "EVA Air",
    "Frontier",
    "Hawaiian",
    "Japan Airlines",
    "JetBlue",
    "KLM",
    "Korean Air",
    "LAN",
    "Lufthansa",
    "Philippine Air",
    "SAS",
    "Singapore Airlines",
    "Southwest",
    "Sun Country",
    "Swiss",
    "TACA",
    "United",
    "United International",
    "US Airways",
    "Virgin America",
    "Virgin Atlantic",
    "WestJet",
    "Aer Lingus",
    "Other or unknown",
    "Etihad",
)

AIRLINES_LATER = {
    "KOREAN AIR LINES": "Korean Air",
    "SAS (SCANDINAVIAN)": "SAS",
    "SWISS INTL AIR": "Swiss",
    "UNITED INTL": "United International",
    "PHILIPPINE AIR": "Philippine Air",
    "COPA": "COPA",
    "WOW": "WOW",
}

AIRLINES = AIRLINES_LATER | {airline.upper(): airline for airline in AIRLINES_2015}

AGES_2016 = {
    "18-24": "2",
    "25-34": "3",
    "35-44": "4",
    "45-54": "5",
    "55-64": "6",
    "65-Over": "7",
    "Don't Know or Refused": "8",
    **{f"Under {age}": "1" for age in range(18, 33)},
}


@dataclass(frozen=True)
class _Wave:
    """What a wave calls and codes differently from 2017."""

    year: int
    names: Mapping[str, str]
    recodes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


WAVES = (
    _Wave(
        2015,
        {
            "Q18AGE": "AGE",
            "Q19GENDER": "GENDER",
            "Q20INCOME": "INCOME",
            "Q21FLY": "FLY100K",
            "Q12PRECHEKCRATE": "Q12PRECHECKRATE",
        },
        {"AIRLINE": {str(code): name for code, name in enumerate(AIRLINES_2015, start=1)}},
    ),
    _Wave(
        2016,
        {
            "*RESPNUM": "RESPNUM",
            "Q19AGE": "AGE",
            "Q20GENDER": "GENDER",
            "Q21INCME": "INCOME",
            "Q22FLY": "FLY100K",
        },
        {"AGE": AGES_2016, "GENDER": {"Male": "1", "Female": "2"}},
    ),
    _Wave(
        2017,
        {
            "Q19AGE": "AGE",
            "Q20GENDER": "GENDER",
            "Q21INCOME": "INCOME",
            "Q22FLY": "FLY100K",
            "Q12PRECHEKCRATE": "Q12PRECHECKRATE",
        },
        {"Q7ALL": {"Blank": "0"}},
    ),
)

YEARS = tuple(wave.year for wave in WAVES)


def fetch_airport_survey(output: str = "pandas", wave: int | None = None) -> Dataset:
    """Load the customer survey of San Francisco International Airport, 2015 to 2017.

    Parameters
    ----------
    output : {"pandas", "polars"}
        The kind of table.
    wave : {2015, 2016, 2017} or None
        One wave, or all three stacked.

    Returns
    -------
    Dataset
        `answers` has 8,876 rows (2,958, 3,087 and 2,831): the id ``respondent``, ``WEIGHT``,
        25 items from 1 to 5 (touchpoints ``Q7*``, cleanliness ``Q9*``, ease, overall), 22
        fields, and as context ``wave``, ``date``, ``NETPRO`` (0 to 10, 2017), problems.
        ``tables["used"]`` has a column for each rated item: True when it was rated, False when
        it was never used or does not apply, missing when it was left blank.

    Raises
    ------
    DatasetUnavailableError
        When the files are neither in SEGKIT_DATA nor cached and cannot be downloaded.
    SegkitError
        When SEGKIT_DATA is no folder or holds another file of that name, and for an unknown
        `wave` or `output`.

    Notes
    -----
    Between 1 and 65 % never used a touchpoint, and not at random: report the number of raters
    beside a mean, and do not read a complete-case analysis as one of all passengers.

    References
    ----------
    San Francisco International Airport, Customer survey: code list and field guide, 2015,
    2016, 2017.

    Examples
    --------
    >>> from segkit.datasets import fetch_airport_survey
    >>> int(fetch_airport_survey(wave=2017).answers["NETPRO"].count())  # doctest: +SKIP
    2746
    """
    check_output(output)
    check_option(wave, (None, *YEARS), name="wave")
    book, context = codebook_of(NAME), codebook_of(f"{NAME}_context")
    columns = [item.item for codes in (book, context) for item in codes]
    chosen = [w for w in WAVES if wave in (None, w.year)]
    stacked = _stack([_harmonised(w, columns) for w in chosen])
    used = {"respondent": stacked["respondent"]} | {
        name: _used(stacked[name]) for name in book.names("item")
    }
    return registered_dataset(
        NAME,
        {"answers": tidy(stacked, output, book, context), "used": build(used, output)},
        codebook=book,
        context=context,
        rules=RULES,
    )


def _harmonised(wave: _Wave, columns: list[str]) -> dict[str, np.ndarray]:
    """Read a wave under the names and in the codes of 2017."""
    raw = read_texts(raw_content(NAME, str(wave.year)))
    raw = {wave.names.get(name, name): values for name, values in raw.items()}
    for name, codes in wave.recodes.items():
        raw[name] = texts(codes.get(v, v) for v in raw[name])
    n = len(raw["RESPNUM"])
    raw["respondent"] = texts(f"{wave.year}-{number}" for number in raw["RESPNUM"])
    raw["wave"] = np.full(n, wave.year)
    raw["date"] = days(_iso(wave.year, text) for text in raw["INTDATE"])
    raw["AIRLINE"] = texts(_airline(name) for name in raw["AIRLINE"])
    raw.setdefault("NETPRO", np.full(n, None, dtype=object))
    return {name: raw[name] for name in columns}


def _stack(waves: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([wave[name] for wave in waves]) for name in waves[0]}


def _used(codes: np.ndarray) -> Nullable:
    """Tell a rating (True) from code 6 (False) and from a blank (missing)."""
    return Nullable(codes != "6", np.array([code in ("0", None) for code in codes]))


def _iso(year: int, text: str) -> str:
    """Write a day of May, or 05/09/2016 with a time behind it, as 2016-05-09."""
    day = text.split("/")[1] if "/" in text else text
    return f"{year}-05-{int(day):02d}"


def _airline(name: str) -> str:
    return AIRLINES.get(name.upper(), name.title())
