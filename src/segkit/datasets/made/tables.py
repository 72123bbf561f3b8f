"""The codes of the made world as tables that a user reads."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from segkit._frames import from_arrow
from segkit.datasets.made.fields import AGES, LEVELS
from segkit.datasets.made.people import FieldCodes
from segkit.survey import Codebook, Item

__all__ = ["CARD_RENAMED", "FIELD_NAMES", "field_codebook", "field_columns", "table"]

CARD_RENAMED = "card or wallet"
"""What the level "card" of the payment method is called after its recoding."""

_COUNTS = ("products", "bills_a_month", "app_logins_30d", "late_reminders_12m")

# a wording is read in a booklet: why a field has gaps stands in made/fields.py
_FIELDS: dict[str, str] = {
    "age": "Age in years",
    "region": "Region of the postal address",
    "household": "Household type",
    "tenure": "Years as a customer, to the tenth",
    "products": "Number of products held",
    "payment_method": "Usual way of paying",
    "bills_a_month": "Bills paid in a usual month",
    "app_logins_30d": "Log-ins to the app in the last 30 days",
    "autopay": "At least one bill is paid automatically",
    "late_reminders_12m": "Reminders in the last 12 months",
    "amount_a_month": "Sum of the bills of a usual month, in euros",
}
_PRODUCTS = ("autopay",)
"""Fields that say who has a product."""

FIELD_NAMES = tuple(_FIELDS)
"""The customer-record fields, in the order of their columns."""


def field_codebook() -> Codebook:
    """Return the codebook of the customer-record fields."""
    blocks = dict.fromkeys(_PRODUCTS, "products")
    return Codebook(
        [Item(name, text, role="field", block=blocks.get(name)) for name, text in _FIELDS.items()]
    )


def field_columns(codes: FieldCodes, *, recoded: bool = False) -> dict[str, Any]:
    """Return the fields as Arrow columns: whole numbers, text, yes/no and decimals."""
    import pyarrow as pa

    out = dict.fromkeys(FIELD_NAMES)
    out["age"] = pa.array(AGES[codes.age].astype(np.int32), mask=codes.age < 0)
    for name, levels in LEVELS.items():
        if recoded:
            levels = tuple(CARD_RENAMED if level == "card" else level for level in levels)
        out[name] = _text(getattr(codes, name), levels)
    for name in _COUNTS:
        counts = getattr(codes, name).astype(np.int32)
        out[name] = pa.array(counts + (name == "products"), mask=counts < 0)
    out["tenure"] = pa.array(codes.tenure / 10)
    out["autopay"] = pa.array(codes.autopay == 1)
    amount = np.round(codes.amount.astype(np.float64), 2)
    out["amount_a_month"] = pa.array(amount, mask=np.isnan(amount))
    return out


def table(columns: Mapping[str, Any], output: str) -> Any:
    """Build a pandas or polars table from Arrow columns, arrays or lists."""
    import pyarrow as pa

    return from_arrow(pa.table({name: _arrow(v) for name, v in columns.items()}), output)


def _arrow(values: Any) -> Any:
    import pyarrow as pa

    if not isinstance(values, np.ndarray):
        return pa.array(values) if isinstance(values, list) else values
    if values.dtype.kind == "f":
        return pa.array(values, mask=np.isnan(values))
    if values.dtype.kind == "M":
        # microseconds are the unit that both libraries keep
        return pa.array(values.astype("datetime64[us]"), mask=np.isnat(values))
    return pa.array(values)


def _text(codes: np.ndarray, levels: tuple[str, ...]) -> Any:
    import pyarrow as pa

    places = pa.array(codes.astype(np.int8), mask=codes < 0)
    coded = pa.DictionaryArray.from_arrays(places, pa.array(levels, pa.large_string()))
    return coded.cast(pa.large_string())
