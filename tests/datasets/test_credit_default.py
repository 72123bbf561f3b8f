"""Credit card customers: undocumented codes, a month that is skipped, and who defaulted."""

import pytest

from segkit.datasets import fetch_credit_default

pytestmark = pytest.mark.real_data

# default rate by repayment status of September, computed from the file as published by UCI
BY_STATUS = {-2: 0.132, -1: 0.168, 0: 0.128, 1: 0.339, 2: 0.691, 3: 0.758}


@pytest.fixture(scope="module")
def survey(data_folder):
    return fetch_credit_default()


def test_the_published_rate(survey):
    assert survey.answers["default_next_month"].sum() == 6636
    assert round(survey.answers["default_next_month"].mean(), 4) == 0.2212


def test_the_rate_by_status(survey):
    rate = survey.answers.groupby("PAY_0")["default_next_month"].mean().round(3)
    assert {status: rate[status] for status in BY_STATUS} == BY_STATUS


def test_undocumented_status_stays_a_code(survey):
    counts = survey.answers["PAY_0"].value_counts()
    assert counts[0] == 14737
    assert counts[-2] == 2759


def test_undocumented_education_and_marriage_are_missing(survey):
    assert survey.answers["EDUCATION"].isna().sum() == 280 + 51 + 14
    assert survey.answers["MARRIAGE"].isna().sum() == 54
    assert (survey.answers["EDUCATION"] == "University").sum() == 14030


def test_there_is_no_second_month_called_1(survey):
    status = [n for n in survey.answers if n.startswith("PAY_") and "AMT" not in n]
    assert status == ["PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6"]
    assert survey.context["PAY_0"].wording.endswith("September")
    assert survey.context["PAY_2"].wording.endswith("August")


def test_credit_balances_stay_below_zero(survey):
    assert survey.answers["BILL_AMT1"].min() == -165580
    assert survey.answers["PAY_AMT1"].min() == 0
