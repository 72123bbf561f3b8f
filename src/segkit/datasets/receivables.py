"""Invoices: a settled ledger for lateness, and open items for ageing and exposure."""

from collections.abc import Iterable

import numpy as np

from segkit.datasets.dataset import Dataset, registered_dataset
from segkit.datasets.fetching import raw_content
from segkit.datasets.raw_tables import (
    build,
    check_output,
    days,
    flags,
    integers,
    numbers,
    read_texts,
    texts,
    without_fraction,
)

__all__ = ["fetch_receivables"]

NAME = "receivables"

RULES = (
    "Ids of customers and invoices are text and keep their leading zeros.",
    "Ledger: dates are month/day/year; days_late is never below zero, early payment counts as 0. "
    "The data are very regular and probably made: learn the method from them, not facts.",
    "Open items: two currencies, US and Canadian dollars; `amount` is never to be added up over "
    "`currency`. Numbers stored as floats (doc_id, invoice_id) are text again.",
    "Open items: blanks around customer names are taken off; key_0 and columns that hold one value "
    "are left out, and so is the second document_create_date, which repeats the posting date.",
    "Only items that are still open are known there, so lateness cannot be learned from them.",
)


def fetch_receivables(output: str = "pandas") -> Dataset:
    """Load a ledger of settled invoices and a list of open receivables.

    Parameters
    ----------
    output : {"pandas", "polars"}
        The kind of table.

    Returns
    -------
    Dataset
        `answers`, also ``tables["ledger"]``, has 2,466 invoices of 100 customers:
        ``customer_id``, ``invoice_id``, ``issued``, ``due``, ``paid``, ``amount``,
        ``disputed``, ``country``, ``paperless``, ``paperless_since``, ``days_to_settle``,
        ``days_late``. ``tables["open_items"]`` has 9,700 items of 664 customers.

    Raises
    ------
    DatasetUnavailableError
        When the files are not in SEGKIT_DATA: they have no clear licence, so there is no
        download.
    SegkitError
        When SEGKIT_DATA is no folder or holds another file of that name, and for an unknown
        `output`.

    Examples
    --------
    >>> from segkit.datasets import fetch_receivables
    >>> ledger = fetch_receivables()["ledger"]  # doctest: +SKIP
    >>> round(float((ledger["days_late"] > 0).mean()), 3)  # doctest: +SKIP
    0.356
    """
    check_output(output)
    ledger = read_texts(raw_content(NAME, "ledger"))
    items = read_texts(raw_content(NAME, "open_items"))
    return registered_dataset(
        NAME,
        {"ledger": build(_ledger(ledger), output), "open_items": build(_open(items), output)},
        rules=RULES,
    )


def _ledger(raw: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {
        "customer_id": raw["customerID"],
        "invoice_id": raw["invoiceNumber"],
        "issued": _american(raw["InvoiceDate"]),
        "due": _american(raw["DueDate"]),
        "paid": _american(raw["SettledDate"]),
        "amount": numbers(raw["InvoiceAmount"], name="InvoiceAmount"),
        "disputed": flags(raw["Disputed"], name="Disputed"),
        "country": raw["countryCode"],
        "paperless": flags(
            raw["PaperlessBill"], name="PaperlessBill", true="Electronic", false="Paper"
        ),
        "paperless_since": _american(raw["PaperlessDate"]),
        "days_to_settle": integers(raw["DaysToSettle"], name="DaysToSettle"),
        "days_late": integers(raw["DaysLate"], name="DaysLate"),
    }


def _open(raw: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {
        "customer_id": raw["cust_number"],
        "customer_name": raw["name_customer"],
        "invoice_id": without_fraction(raw["invoice_id"]),
        "document_id": without_fraction(raw["doc_id"]),
        "business_code": raw["business_code"],
        "issued": days(raw["document_create_date"]),
        "posted": days(raw["posting_date"]),
        "baseline": days(raw["baseline_create_date"]),
        "due": days(raw["due_in_date"]),
        "amount": numbers(raw["total_open_amount"], name="total_open_amount"),
        "currency": raw["invoice_currency"],
        "terms": raw["cust_payment_terms"],
    }


def _american(dates: Iterable[str]) -> np.ndarray:
    parts = (date.split("/") for date in dates)
    return days(texts(f"{int(y)}-{int(m):02d}-{int(d):02d}" for m, d, y in parts))
