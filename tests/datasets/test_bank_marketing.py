"""Contacts of a bank: words for missing, a number for never, years that the file does not hold."""

import numpy as np
import pandas as pd
import pytest

from segkit.datasets import fetch_bank_marketing
from segkit.datasets.bank_marketing import _years


def test_years_grow_when_the_month_falls():
    months = np.array(["may", "may", "dec", "mar", "apr", "jan"])
    assert _years(months).tolist() == [2008, 2008, 2008, 2009, 2009, 2010]


@pytest.fixture(scope="module")
def survey(data_folder):
    return fetch_bank_marketing()


@pytest.fixture(scope="module")
def raw(data_folder):
    path = data_folder / "bank_marketing" / "bank-additional-full.csv.gz"
    return pd.read_csv(path, sep=";")


@pytest.mark.real_data
class TestFile:
    def test_unknown_is_missing(self, survey, raw):
        fields = survey.codebook.names("field")
        assert survey.answers[fields].isna().sum().sum() == 12718 == (raw == "unknown").sum().sum()

    def test_999_days_is_never(self, survey, raw):
        assert survey.answers["pdays"].isna().sum() == (raw["pdays"] == 999).sum() == 39673
        known = survey.answers["poutcome"] != "no earlier campaign"
        assert (survey.answers["pdays"].isna() & known).sum() == 4110

    def test_the_published_rate(self, survey):
        assert (survey.answers["y"] == "Yes").sum() == 4640
        assert round((survey.answers["y"] == "Yes").mean(), 3) == 0.113

    def test_duration_is_no_field(self, survey):
        assert "duration" in survey.context
        assert "duration" not in survey.codebook.names("field")

    def test_years_come_from_the_order(self, survey, raw):
        assert survey.answers["contact_id"].tolist() == list(range(1, 41189))
        years = survey.answers.groupby("year")["contact_id"]
        assert years.size().to_dict() == {2008: 27690, 2009: 11440, 2010: 2058}
        assert survey.answers["year"].is_monotonic_increasing

    def test_the_interest_rate_agrees_with_the_years(self, survey):
        # three-month money fell from above 4 % in 2008 to below 1 % in most of 2010
        rate = survey.answers.groupby("year")["euribor3m"].median()
        assert rate[2008] > 4
        assert rate[2009] < 2
        assert rate[2010] < 1

    def test_repeated_rows_are_kept(self, survey, raw):
        assert raw.duplicated().sum() == 12
        assert len(survey.answers) == len(raw)

    def test_words_are_readable(self, survey):
        assert (survey.answers["education"] == "university degree").sum() == 12168
        assert (survey.answers["job"] == "administration").sum() == 10422
