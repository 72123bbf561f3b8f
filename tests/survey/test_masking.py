import time

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import SegkitError
from segkit.survey import mask_personal_data


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to jo.berg+pay@mail.example.org.", "write to [email]."),
        ("JO@EXAMPLE.ORG,me@ex-ample.co.uk", "[email],[email]"),
        ("see https://pay.example.org/a?b=1 now", "see [url] now"),
        ("see www.example.org", "see [url]"),
        ("call +47 22 86 44 00 today", "call [phone] today"),
        ("call (555) 123-4567", "call [phone]"),
        ("ring 0207 946 0958", "ring [phone]"),
        ("mobile 912 34 567", "mobile [phone]"),
        ("tel 612 345 678", "tel [phone]"),
        ("ring 07700900123", "ring [phone]"),
        ("card 4111 1111 1111 1111 was refused", "card [card] was refused"),
        ("card 4111-1111-1111-1111", "card [card]"),
        ("378282246310005", "[card]"),
        ("account DE89 3704 0044 0532 0130 00 please", "account [iban] please"),
        ("BE68 5390 0754 7034 this", "[iban] this"),
        ("GB82WEST12345698765432", "[iban]"),
        ("customer 12345678", "customer [number]"),
        ("ref123456789", "ref[number]"),
        ("12345678kr", "[number]kr"),
        ("1234567890123456789012345678901234567890", "[number]"),
    ],
)
def test_what_identifies_a_person_is_replaced(text, masked):
    assert mask_personal_data(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "I paid 1 200 kr in 2024, then 12 500 and 1 200 000",
        "between 2017-2018 I waited 45 minutes, 3 times",
        "on 12.05.2024 at 13:45, or 2024-05-12",
        "costs 49,90 or 1,200,000.50",
        "I am 34, they are 7 of 10",
        "a@b is no address; mail me @ home",
        "",
        "æøå ülü 北京",
    ],
)
def test_what_identifies_nobody_stays(text):
    assert mask_personal_data(text) == text


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_masking_twice_changes_nothing(text):
    once = mask_personal_data(text)
    assert mask_personal_data(once) == once


@given(st.integers(10**5, 10**24), st.text("abc .,;:-", max_size=5), st.text("abc ,;:", max_size=5))
def test_no_long_run_of_digits_is_left(number, before, after):
    assert str(number) not in mask_personal_data(f"{before}{number}{after}")


def test_collections_come_back_as_they_came():
    texts = ["me@example.org", None, "fine"]
    expected = ["[email]", None, "fine"]
    assert mask_personal_data(texts) == expected
    assert mask_personal_data(tuple(texts)) == tuple(expected)
    assert mask_personal_data(np.array(texts, dtype=object)).tolist() == expected
    pandas = mask_personal_data(pd.Series(texts, index=[3, 4, 5], name="why"))
    assert pandas.name == "why"
    assert pandas.index.tolist() == [3, 4, 5]
    assert [None if pd.isna(v) else v for v in pandas] == expected
    polars = mask_personal_data(pl.Series("why", texts))
    assert polars.to_list() == expected
    assert polars.name == "why"


def test_a_column_without_any_answer_stays_empty():
    assert mask_personal_data(pl.Series("why", [None, None], dtype=pl.String)).null_count() == 2
    assert pd.isna(mask_personal_data(pd.Series([np.nan, np.nan]))).all()


def test_what_is_no_text_is_refused():
    with pytest.raises(SegkitError, match="texts holds 3 in row 1; expected text or missing"):
        mask_personal_data(["a", 3])
    with pytest.raises(SegkitError, match="texts is a int; expected a text"):
        mask_personal_data(3)


@pytest.mark.parametrize(
    "text",
    ["a" * 200_000, "a." * 100_000, "1 " * 100_000, "1-" * 100_000 + "x", "a@" * 100_000,
     "www." * 50_000, "AB12" * 50_000, "AB12 " * 40_000, "12.12." * 40_000, "+(1" * 60_000],
)  # fmt: skip
def test_hostile_text_takes_no_longer_than_its_length(text):
    start = time.process_time()
    mask_personal_data(text)
    assert time.process_time() - start < 2.0
