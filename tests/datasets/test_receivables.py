"""Invoices: ids with zeros in front, American dates, two currencies."""

import pandas as pd
import pytest

from segkit.datasets import fetch_receivables

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def data(data_folder):
    return fetch_receivables()


class TestLedger:
    def test_ids_keep_their_zeros(self, data):
        assert data["ledger"]["invoice_id"].iloc[0] == "0000611365"
        assert data["ledger"]["invoice_id"].is_unique
        assert data["ledger"]["customer_id"].nunique() == 100

    def test_month_comes_before_day(self, data):
        ledger = data["ledger"]
        assert ledger["issued"].iloc[0] == pd.Timestamp("2013-01-02")
        assert ledger["paperless_since"].iloc[0] == pd.Timestamp("2013-04-06")
        assert (ledger["due"] - ledger["issued"]).dt.days.unique().tolist() == [30]

    def test_day_counts_agree_with_the_dates(self, data):
        ledger = data["ledger"]
        late = (ledger["paid"] - ledger["due"]).dt.days
        assert (ledger["days_to_settle"] == (ledger["paid"] - ledger["issued"]).dt.days).all()
        assert (ledger["days_late"] == late.clip(lower=0)).all()
        assert round((ledger["days_late"] > 0).mean(), 3) == 0.356

    def test_disputes_are_true_or_false(self, data):
        assert data["ledger"]["disputed"].dtype == bool
        assert data["ledger"]["disputed"].sum() == 561


class TestOpenItems:
    def test_customer_numbers_keep_their_zeros(self, data):
        items = data["open_items"]
        assert items["customer_id"].iloc[0] == "0200706844"
        assert items["customer_id"].nunique() == 664

    def test_document_numbers_lose_the_fraction(self, data):
        assert data["open_items"]["invoice_id"].iloc[0] == "1930571429"
        assert not data["open_items"]["invoice_id"].str.contains(".", regex=False).any()

    def test_two_currencies_are_told_apart(self, data):
        assert data["open_items"]["currency"].value_counts().to_dict() == {"USD": 8953, "CAD": 747}

    def test_names_have_no_blanks_around_them(self, data):
        names = data["open_items"]["customer_name"]
        assert (names == names.str.strip()).all()

    def test_due_dates(self, data):
        due = data["open_items"]["due"]
        assert due.min() == pd.Timestamp("2020-02-28")
        assert due.max() == pd.Timestamp("2020-07-11")


def test_there_is_no_download(data):
    assert data.licence.startswith("No clear licence")
