"""Two randomised experiments: e-mails to customers, and letters to voters."""

from segkit.datasets.dataset import Dataset, registered_dataset
from segkit.datasets.fetching import raw_content
from segkit.datasets.raw_tables import (
    build,
    check_output,
    integers,
    numbers,
    read_texts,
    translated,
)

__all__ = ["fetch_email_experiment", "fetch_turnout_nudges"]

EMAIL = "email_experiment"

TURNOUT = "turnout_nudges"

ARMS = {
    "No E-Mail": "no e-mail",
    "Mens E-Mail": "men's e-mail",
    "Womens E-Mail": "women's e-mail",
}

AREAS = {"Urban": "urban", "Surburban": "suburban", "Rural": "rural"}

EMAIL_RULES = (
    "The arm is called `segment` in the file and `arm` here: a segment is a group of customers.",
    "'Surburban' is suburban; zip_code is called `area`. The number before a band of spending is "
    "left out.",
    "There is no customer id. 6,562 repeated rows are different customers who look alike: kept.",
    "Spending is zero for everybody who bought nothing: 99.1 % of the rows.",
)

TURNOUT_RULES = (
    "People were randomised by household, yet the file has no household id: an interval that "
    "takes people as independent is too narrow. `hhsize` is the size of the household.",
    "The arm 'Self' of the published study is not in the file; 'Hawthorne' is.",
    "primary2004 and primary2006 are 1 for people who voted.",
)


def fetch_email_experiment(output: str = "pandas") -> Dataset:
    """Load an e-mail experiment with three arms and 64,000 customers.

    Parameters
    ----------
    output : {"pandas", "polars"}
        The kind of table.

    Returns
    -------
    Dataset
        `answers` has one row a customer: ``recency`` (months since the last purchase),
        ``history`` (US dollars in the past year) and its band ``history_segment``, ``mens``
        and ``womens`` (1 for purchases of such merchandise), ``area``, ``newbie``,
        ``channel``, ``arm``, and the outcomes of two weeks ``visit``, ``conversion`` (0 or 1)
        and ``spend`` (US dollars).

    Raises
    ------
    DatasetUnavailableError
        When the file is neither in SEGKIT_DATA nor cached and cannot be downloaded.
    SegkitError
        When SEGKIT_DATA is no folder or holds another file of that name, and for an unknown
        `output`.

    References
    ----------
    Hillstrom, K. (2008), The MineThatData E-Mail Analytics and Data Mining Challenge.

    Examples
    --------
    >>> from segkit.datasets import fetch_email_experiment
    >>> data = fetch_email_experiment().answers  # doctest: +SKIP
    >>> data.groupby("arm")["visit"].mean().round(4).to_dict()  # doctest: +SKIP
    {"men's e-mail": 0.1828, 'no e-mail': 0.1062, "women's e-mail": 0.1514}
    """
    check_output(output)
    raw = read_texts(raw_content(EMAIL, "customers"))
    whole = ("recency", "mens", "womens", "newbie", "visit", "conversion")
    bands = {band: band.partition(") ")[2] for band in set(raw["history_segment"])}
    counts = {name: integers(raw[name], name=name) for name in whole}
    customers = {
        "recency": counts["recency"],
        "history": numbers(raw["history"], name="history"),
        "history_segment": translated(raw["history_segment"], bands, name="history_segment"),
        "mens": counts["mens"],
        "womens": counts["womens"],
        "area": translated(raw["zip_code"], AREAS, name="zip_code"),
        "newbie": counts["newbie"],
        "channel": raw["channel"],
        "arm": translated(raw["segment"], ARMS, name="segment"),
        "visit": counts["visit"],
        "conversion": counts["conversion"],
        "spend": numbers(raw["spend"], name="spend"),
    }
    return registered_dataset(EMAIL, {"customers": build(customers, output)}, rules=EMAIL_RULES)


def fetch_turnout_nudges(output: str = "pandas") -> Dataset:
    """Load a letter experiment with four arms and 305,866 voters.

    Parameters
    ----------
    output : {"pandas", "polars"}
        The kind of table.

    Returns
    -------
    Dataset
        `answers` has one row a voter: ``sex``, ``yearofbirth``, ``hhsize``, ``primary2004``
        (voted before), ``messages`` (the arm: Control, Civic Duty, Hawthorne, Neighbors) and
        the outcome ``primary2006``.

    Raises
    ------
    DatasetUnavailableError
        When the file is not in SEGKIT_DATA: there is no download.
    SegkitError
        When SEGKIT_DATA is no folder or holds another file of that name, and for an unknown
        `output`.

    References
    ----------
    Gerber, A. S., Green, D. P. and Larimer, C. W. (2008), Social pressure and voter turnout:
    evidence from a large-scale field experiment, American Political Science Review 102.

    Examples
    --------
    >>> from segkit.datasets import fetch_turnout_nudges
    >>> voters = fetch_turnout_nudges().answers  # doctest: +SKIP
    >>> voters.groupby("messages")["primary2006"].mean().round(3).to_dict()  # doctest: +SKIP
    {'Civic Duty': 0.315, 'Control': 0.297, 'Hawthorne': 0.322, 'Neighbors': 0.378}
    """
    check_output(output)
    raw = read_texts(raw_content(TURNOUT, "voters"))
    voters = {
        "sex": raw["sex"],
        "yearofbirth": integers(raw["yearofbirth"], name="yearofbirth"),
        "hhsize": integers(raw["hhsize"], name="hhsize"),
        "primary2004": integers(raw["primary2004"], name="primary2004"),
        "messages": raw["messages"],
        "primary2006": integers(raw["primary2006"], name="primary2006"),
    }
    return registered_dataset(TURNOUT, {"voters": build(voters, output)}, rules=TURNOUT_RULES)
