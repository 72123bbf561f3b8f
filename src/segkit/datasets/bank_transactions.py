"""Accounts of a Czech bank and their transactions: real behaviour for audience rules."""

from collections.abc import Iterable

import numpy as np

from segkit.datasets.dataset import Dataset, registered_dataset
from segkit.datasets.fetching import raw_content
from segkit.datasets.raw_tables import (
    build,
    check_output,
    days,
    integers,
    numbers,
    read_texts,
    texts,
    translated,
    without_fraction,
)

__all__ = ["fetch_bank_transactions"]

NAME = "bank_transactions"

OPERATIONS = {
    "VKLAD": "credit in cash",
    "VYBER": "withdrawal in cash",
    "VYBER KARTOU": "card withdrawal",
    "PREVOD Z UCTU": "collection from another bank",
    "PREVOD NA UCET": "remittance to another bank",
}

TYPES = {"PRIJEM": "credit", "VYDAJ": "withdrawal", "VYBER": "withdrawal"}

PURPOSES = {
    "POJISTNE": "insurance",
    "SLUZBY": "statement fee",
    "UROK": "interest",
    "SANKC. UROK": "penalty interest",
    "SIPO": "household",
    "DUCHOD": "pension",
    "UVER": "loan payment",
    "LEASING": "leasing",
}

FREQUENCIES = {
    "POPLATEK MESICNE": "monthly",
    "POPLATEK TYDNE": "weekly",
    "POPLATEK PO OBRATU": "after each transaction",
}

ROLES = {"OWNER": "owner", "DISPONENT": "user"}

OUTCOMES = {
    "A": "finished, paid",
    "B": "finished, not paid",
    "C": "running, paid so far",
    "D": "running, in debt",
}

DISTRICT = {
    "A1": "district_id",
    "A2": "district",
    "A3": "region",
    "A4": "inhabitants",
    "A5": "municipalities_below_500",
    "A6": "municipalities_500_1999",
    "A7": "municipalities_2000_9999",
    "A8": "municipalities_from_10000",
    "A9": "cities",
    "A10": "urban_share",
    "A11": "average_salary",
    "A12": "unemployment_1995",
    "A13": "unemployment_1996",
    "A14": "entrepreneurs_per_1000",
    "A15": "crimes_1995",
    "A16": "crimes_1996",
}

RULES = (
    "Czech codes are English words: operation, type, purpose (k_symbol), frequency, role, status.",
    "`amount` is never below zero; `signed` is the amount with its sign. The type VYBER (651 rows) "
    "is a withdrawal like VYDAJ: the balances say so.",
    "k_symbol is blank in two ways, empty and one space: both are missing. A partner's account of "
    "0 is no account: missing. Partners' accounts stored as floats are text again.",
    "Dates are YYMMDD of the 1900s. A birth number has 50 added to the month for women: `sex` and "
    "`born` are read from it.",
    "A question mark in the figures of a district (unemployment and crimes of 1995) is missing.",
    "The transactions are the first 49,102 by date (January 1993 to March 1994) and cover 1,229 "
    "accounts; 354 accounts of the bank are not in the extract. Who opened an account later has no "
    "transactions here, which is not the same as having made none.",
)


def fetch_bank_transactions(output: str = "pandas") -> Dataset:
    """Load accounts, clients and transactions of a Czech bank.

    Parameters
    ----------
    output : {"pandas", "polars"}
        The kind of table.

    Returns
    -------
    Dataset
        ``tables["trans"]`` (also `answers`) has 49,102 transactions: ``trans_id``,
        ``account_id``, ``date``, ``type``, ``operation``, ``amount``, ``signed``, ``balance``
        (Czech crowns), ``purpose``, ``bank``, ``account``. Further tables: ``account`` (4,146),
        ``client`` (4,945), ``disp`` (who may use which account, 4,945), ``card`` (801),
        ``loan`` (328), ``order`` (standing orders, 5,658), ``district`` (77).

    Raises
    ------
    DatasetUnavailableError
        When the files are not in SEGKIT_DATA: there is no download.
    SegkitError
        When SEGKIT_DATA is no folder or holds another file of that name, and for an unknown
        `output`.

    References
    ----------
    Berka, P. and Sochorova, M. (1999), Guide to the financial data set, PKDD'99 Discovery
    Challenge.

    Examples
    --------
    >>> from segkit.datasets import fetch_bank_transactions
    >>> bank = fetch_bank_transactions()  # doctest: +SKIP
    >>> int((bank["loan"]["status"] == "finished, paid").sum())  # doctest: +SKIP
    163
    """
    check_output(output)
    makers = {
        "trans": _trans,
        "account": _account,
        "client": _client,
        "disp": _disp,
        "card": _card,
        "loan": _loan,
        "order": _order,
        "district": _district,
    }
    tables = {
        name: build(make(read_texts(raw_content(NAME, name))), output)
        for name, make in makers.items()
    }
    return registered_dataset(NAME, tables, rules=RULES)


Raw = dict[str, np.ndarray]


def _trans(raw: Raw) -> Raw:
    kind = translated(raw["type"], TYPES, name="type")
    amount = numbers(raw["amount"], name="amount")
    account = without_fraction(raw["account"])
    return {
        **_ids(raw, "trans_id", "account_id"),
        "date": _compact(raw["date"]),
        "type": kind,
        "operation": translated(raw["operation"], OPERATIONS, name="operation"),
        "amount": amount,
        "signed": np.where(kind == "credit", amount, -amount),
        "balance": numbers(raw["balance"], name="balance"),
        "purpose": translated(raw["k_symbol"], PURPOSES, name="k_symbol"),
        "bank": raw["bank"],
        "account": texts(None if a == "0" else a for a in account),
    }


def _account(raw: Raw) -> Raw:
    return {
        **_ids(raw, "account_id", "district_id"),
        "frequency": translated(raw["frequency"], FREQUENCIES, name="frequency"),
        "opened": _compact(raw["date"]),
    }


def _client(raw: Raw) -> Raw:
    birth = integers(raw["birth_number"], name="birth_number")
    female = birth // 100 % 100 > 12
    born = np.where(female, birth - 5000, birth)
    return {
        **_ids(raw, "client_id", "district_id"),
        "sex": np.where(female, "female", "male").astype(object),
        "born": _compact(texts(f"{b:06d}" for b in born)),
    }


def _disp(raw: Raw) -> Raw:
    return {
        **_ids(raw, "disp_id", "client_id", "account_id"),
        "role": translated(raw["type"], ROLES, name="type"),
    }


def _card(raw: Raw) -> Raw:
    issued = texts(text.split(" ")[0] for text in raw["issued"])
    return {**_ids(raw, "card_id", "disp_id"), "type": raw["type"], "issued": _compact(issued)}


def _loan(raw: Raw) -> Raw:
    return {
        **_ids(raw, "loan_id", "account_id"),
        "date": _compact(raw["date"]),
        "amount": numbers(raw["amount"], name="amount"),
        "months": integers(raw["duration"], name="duration"),
        "monthly": numbers(raw["payments"], name="payments"),
        "status": translated(raw["status"], OUTCOMES, name="status"),
    }


def _order(raw: Raw) -> Raw:
    return {
        **_ids(raw, "order_id", "account_id"),
        "bank_to": raw["bank_to"],
        "account_to": raw["account_to"],
        "amount": numbers(raw["amount"], name="amount"),
        "purpose": translated(raw["k_symbol"], PURPOSES, name="k_symbol"),
    }


def _district(raw: Raw) -> Raw:
    names = ("A2", "A3")
    return {
        DISTRICT[code]: values if code in names else numbers(values, name=code, missing=["?"])
        for code, values in (raw | _ids(raw, "A1")).items()
    } | {"district_id": integers(raw["A1"], name="A1")}


def _ids(raw: Raw, *names: str) -> Raw:
    return {name: integers(raw[name], name=name) for name in names}


def _compact(dates: Iterable[str]) -> np.ndarray:
    return days(texts(f"19{d[:2]}-{d[2:4]}-{d[4:6]}" for d in dates))
