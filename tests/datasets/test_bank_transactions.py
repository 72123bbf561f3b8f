"""A Czech bank: English words, signs that the balances confirm, two kinds of blank."""

import numpy as np
import pandas as pd
import pytest

from segkit.datasets import fetch_bank_transactions

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def bank(data_folder):
    return fetch_bank_transactions()


@pytest.fixture(scope="module")
def raw(data_folder):
    path = data_folder / "berka_1993_1994" / "trans.csv.gz"
    return pd.read_csv(path, dtype=str, keep_default_na=False)


class TestTransactions:
    def test_operations_are_english(self, bank):
        counts = bank["trans"]["operation"].value_counts()
        assert counts.to_dict() == {
            "withdrawal in cash": 19753,
            "credit in cash": 9759,
            "remittance to another bank": 6343,
            "collection from another bank": 3772,
            "card withdrawal": 12,
        }
        assert bank["trans"]["operation"].isna().sum() == 9463

    def test_the_type_vyber_is_a_withdrawal(self, bank, raw):
        odd = (raw["type"] == "VYBER").to_numpy()
        assert odd.sum() == 651
        assert (bank["trans"].loc[odd, "type"] == "withdrawal").all()
        assert (bank["trans"].loc[odd, "signed"] < 0).all()

    def test_amounts_are_without_sign_and_signed_with(self, bank):
        trans = bank["trans"]
        assert trans["amount"].min() > 0
        np.testing.assert_array_equal(trans["signed"].abs(), trans["amount"])
        assert ((trans["signed"] > 0) == (trans["type"] == "credit")).all()

    def test_balances_confirm_the_signs(self, bank, raw):
        """Where one transaction a day makes the order certain, the balance moves by `signed`."""
        trans = bank["trans"]
        alone = trans.groupby(["account_id", "date"])["trans_id"].transform("size") == 1
        before = trans.groupby("account_id")["balance"].shift()
        before_alone = alone.groupby(trans["account_id"]).shift(fill_value=False)
        certain = alone & before_alone & before.notna()
        moved = trans["balance"] - before
        assert certain.sum() > 10_000
        # balances are rounded to whole crowns and tenths along the way
        assert ((moved - trans["signed"]).abs()[certain] < 1.01).mean() > 0.99
        odd = certain & (raw["type"] == "VYBER")
        assert odd.sum() > 50
        assert ((moved - trans["signed"]).abs()[odd] < 1.01).mean() > 0.95

    def test_both_kinds_of_blank_are_missing(self, bank, raw):
        assert (raw["k_symbol"] == "").sum() == 26197
        assert (raw["k_symbol"] == " ").sum() == 1677
        assert bank["trans"]["purpose"].isna().sum() == 26197 + 1677

    def test_partners_are_text_and_0_is_nobody(self, bank, raw):
        account = bank["trans"]["account"]
        assert not account.str.contains(".", regex=False, na=False).any()
        assert (raw["account"] == "0.0").sum() == 763
        assert account.isna().sum() == 38224 + 763 == bank["trans"]["bank"].isna().sum()

    def test_the_extract_is_the_first_part_by_date(self, bank):
        trans = bank["trans"]
        assert trans["date"].is_monotonic_increasing
        assert trans["date"].min() == pd.Timestamp("1993-01-01")
        assert trans["date"].max() == pd.Timestamp("1994-03-31")
        assert trans["account_id"].nunique() == 1229


class TestOtherTables:
    def test_every_key_is_known(self, bank):
        accounts = set(bank["account"]["account_id"])
        for name in ("trans", "disp", "loan", "order"):
            assert set(bank[name]["account_id"]) <= accounts
        assert set(bank["disp"]["client_id"]) == set(bank["client"]["client_id"])
        assert set(bank["card"]["disp_id"]) <= set(bank["disp"]["disp_id"])
        assert set(bank["client"]["district_id"]) <= set(bank["district"]["district_id"])

    def test_birth_numbers_tell_sex_and_date(self, bank):
        first, second = bank["client"].iloc[0], bank["client"].iloc[1]
        assert (first["sex"], first["born"]) == ("female", pd.Timestamp("1970-12-13"))
        assert (second["sex"], second["born"]) == ("male", pd.Timestamp("1945-02-04"))
        assert bank["client"]["born"].dt.year.between(1911, 1987).all()

    def test_every_account_has_one_owner(self, bank):
        owners = bank["disp"][bank["disp"]["role"] == "owner"]
        assert owners["account_id"].is_unique
        assert len(owners) == 4146

    def test_loans(self, bank):
        loan = bank["loan"]
        assert loan["status"].value_counts().to_dict() == {
            "finished, paid": 163,
            "running, paid so far": 119,
            "finished, not paid": 28,
            "running, in debt": 18,
        }
        np.testing.assert_allclose(loan["monthly"] * loan["months"], loan["amount"], rtol=0.01)
        assert loan["account_id"].isin(bank["trans"]["account_id"]).sum() == 160

    def test_a_question_mark_is_missing(self, bank):
        assert bank["district"]["unemployment_1995"].isna().sum() == 1
        assert bank["district"]["crimes_1995"].isna().sum() == 1

    def test_words(self, bank):
        assert (bank["account"]["frequency"] == "monthly").sum() == 3867
        assert bank["order"]["purpose"].isna().sum() == 1222
        assert bank["card"]["issued"].min() == pd.Timestamp("1993-11-07")
