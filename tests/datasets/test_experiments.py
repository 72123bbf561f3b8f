"""Two experiments: the published rates of their arms, and what the files cannot tell."""

import pytest

from segkit.datasets import fetch_email_experiment, fetch_turnout_nudges

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def customers(data_folder):
    return fetch_email_experiment().answers


@pytest.fixture(scope="module")
def data(data_folder):
    return fetch_turnout_nudges()


class TestEmail:
    def test_visit_rates_by_arm(self, customers):
        rates = customers.groupby("arm")["visit"].mean().round(4).to_dict()
        assert rates == {"men's e-mail": 0.1828, "women's e-mail": 0.1514, "no e-mail": 0.1062}

    def test_arms_are_of_equal_size(self, customers):
        counts = customers["arm"].value_counts().to_dict()
        assert counts == {"women's e-mail": 21387, "men's e-mail": 21307, "no e-mail": 21306}

    def test_the_arm_is_not_called_segment(self, customers):
        assert "segment" not in customers

    def test_spelling_and_bands(self, customers):
        assert (customers["area"] == "suburban").sum() == 28776
        assert (customers["history_segment"] == "$0 - $100").sum() == 22970
        assert not customers["history_segment"].str.contains(")", regex=False).any()

    def test_repeated_rows_are_kept(self, customers):
        assert customers.duplicated().sum() == 6562

    def test_who_bought_nothing_spent_nothing(self, customers):
        assert ((customers["spend"] > 0) == (customers["conversion"] == 1)).all()
        assert customers["conversion"].sum() == 578


class TestTurnout:
    def test_turnout_by_arm(self, data):
        rates = data.answers.groupby("messages")["primary2006"].mean().round(3).to_dict()
        assert rates == {
            "Control": 0.297,
            "Civic Duty": 0.315,
            "Hawthorne": 0.322,
            "Neighbors": 0.378,
        }

    def test_there_is_no_household_and_the_rules_say_so(self, data):
        assert not [n for n in data.answers if "household" in n]
        assert "too narrow" in data.rules[0]
        assert data.answers["hhsize"].max() == 8
