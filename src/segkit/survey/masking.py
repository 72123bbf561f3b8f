"""Personal data taken out of what respondents wrote."""

import re
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit._frames import is_missing
from segkit.exceptions import SegkitError

__all__ = ["mask_personal_data"]

# Separators and digits are disjoint and every pattern starts at a boundary, so that the time
# stays proportional to the length of the text whatever is in it.
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(
    r"\b[A-Z]{2}\d{2}[ -]?[A-Z0-9]{4}(?:[ -]?(?=[A-Z]{0,3}\d)[A-Z0-9]{4}){1,6}"
    r"(?:[ -]?(?=[A-Z]{0,2}\d)[A-Z0-9]{1,3})?\b",
    re.IGNORECASE,
)
_DATE = r"\d{4}[./-]\d{1,2}[./-]\d{1,2}(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{4}(?!\d)"
_YEARS = r"(?:19|20)\d{2} ?[-/] ?(?:19|20)\d{2}(?!\d)"
_AMOUNT = r"(?:\d{1,3}[ .]\d{3}|\d[ .]\d{3}[ .]\d{3})(?![ ./()-]{0,3}\d)"
_DIGITS = re.compile(
    rf"(?<!\d)(?:(?P<kept>{_DATE}|{_YEARS}|{_AMOUNT})|\+?\(?\d(?:[ ./()-]{{0,3}}\d){{5,}})"
)

_FEWEST_IBAN_DIGITS = 10
_PHONE_DIGITS = range(7, 16)
_CARD_DIGITS = range(13, 20)


def mask_personal_data(texts: Any) -> Any:
    """Replace what identifies a person in free text by a word in brackets.

    Parameters
    ----------
    texts : str, list of str, array or Series of shape (n_texts,)
        What respondents wrote; missing stays missing.

    Returns
    -------
    same kind as `texts`
        With web addresses as ``[url]``, e-mail addresses as ``[email]``, international bank
        account numbers as ``[iban]``, payment card numbers (13-19 digits that pass the Luhn
        check) as ``[card]``, telephone numbers (7-15 digits written in groups, or beginning
        with 0) as ``[phone]`` and other runs of six digits or more as ``[number]``.

    Raises
    ------
    SegkitError
        When `texts` is no text or collection of texts.

    Notes
    -----
    Patterns find numbers and addresses, not names of people, streets or employers: read
    what is quoted before it leaves the project. Dates, years and amounts with separated
    thousands stay. Masking what is masked changes nothing.

    Examples
    --------
    >>> mask_personal_data("Write to me@example.org or +47 22 86 44 00; paid 1 200 kr in 2024")
    'Write to [email] or [phone]; paid 1 200 kr in 2024'
    """
    if isinstance(texts, str):
        return _masked(texts)
    series = nw.from_native(texts, series_only=True, pass_through=True)
    if isinstance(series, nw.Series):
        return _masked_series(series)
    if isinstance(texts, list | tuple | np.ndarray):
        out = [_masked_or_missing(text, row) for row, text in enumerate(texts)]
        return np.array(out, dtype=object) if isinstance(texts, np.ndarray) else type(texts)(out)
    raise SegkitError(
        f"texts is a {type(texts).__name__}; expected a text, or a list or column of texts."
    )


def _masked_series(series: "nw.Series[Any]") -> Any:
    masked = [_masked_or_missing(text, row) for row, text in enumerate(series.to_list())]
    backend = series.implementation
    out = nw.new_series(series.name, masked, nw.String(), backend=backend).to_native()
    if backend == nw.Implementation.PANDAS:
        out.index = series.to_native().index
    return out


def _masked_or_missing(text: Any, row: int) -> str | None:
    if is_missing(text):
        return None
    if not isinstance(text, str):
        raise SegkitError(
            f"texts holds {text!r} in row {row}; expected text or missing. Give the column of "
            "what respondents wrote."
        )
    return _masked(text)


def _masked(text: str) -> str:
    text = _URL.sub("[url]", text)
    text = _EMAIL.sub("[email]", text)
    text = _IBAN.sub(_account_word, text)
    return _DIGITS.sub(_number_word, text)


def _account_word(found: re.Match[str]) -> str:
    digits = sum(c.isdigit() for c in found[0])
    return "[iban]" if digits >= _FEWEST_IBAN_DIGITS else found[0]


def _number_word(found: re.Match[str]) -> str:
    """Name a run of digits: card, phone or number; dates, years and amounts stay."""
    if found["kept"]:
        return found[0]
    run = found[0]
    digits = re.sub(r"\D", "", run)
    if len(digits) in _CARD_DIGITS and _passes_luhn(digits):
        return "[card]"
    unbroken = run.isdigit()
    if len(digits) in _PHONE_DIGITS and (not unbroken or run.startswith("0")):
        return "[phone]"
    return "[number]" if unbroken or len(digits) > _PHONE_DIGITS[0] else run


def _passes_luhn(digits: str) -> bool:
    """Check the last digit of a card number (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
