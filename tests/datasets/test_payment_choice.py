"""Payment methods rated in two waves: who is who, whose weight counts, and the diary's gaps."""

import numpy as np
import pandas as pd
import pytest

from segkit.datasets import fetch_payment_choice
from segkit.exceptions import SegkitError


@pytest.fixture(scope="module")
def survey(data_folder):
    return fetch_payment_choice()


@pytest.fixture(scope="module")
def raw(data_folder):
    return pd.read_csv(
        data_folder / "payments_survey_2017_2018" / "respondents.csv.gz", dtype={"id": str}
    )


def test_an_unknown_wave_is_refused():
    with pytest.raises(SegkitError, match="wave"):
        fetch_payment_choice(wave=2019)


@pytest.mark.real_data
class TestAnswers:
    def test_a_respondent_is_a_person_in_a_wave(self, survey):
        answers = survey.answers
        assert survey.id == "respondent"
        assert answers["respondent"].is_unique
        assert answers["respondent"].iloc[0] == "100003-2017"
        people = answers.groupby("wave")["person"].agg(set)
        assert len(people[2017] & people[2018]) == 1883

    @pytest.mark.parametrize(("wave", "n", "entries"), [(2017, 2498, 13090), (2018, 2574, 13394)])
    def test_one_wave(self, survey, wave, n, entries):
        alone = fetch_payment_choice(wave=wave)
        assert len(alone.answers) == n
        assert len(alone["diary"]) == entries
        both = survey.answers.loc[survey.answers["wave"] == wave].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone.answers, both)

    def test_the_weight_is_that_of_the_own_wave(self, survey, raw):
        weight = survey.answers.groupby("wave")["weight"].sum().round(1)
        assert weight.to_dict() == {2017: 2451.0, 2018: 2562.4}
        assert (survey.answers["weight"] == 0).sum() == 5
        np.testing.assert_allclose(survey.answers["weight_both_1"], raw["weight_1718_1"])

    def test_48_ratings_in_six_batteries_of_eight(self, survey):
        items = survey.codebook.names("item")
        assert len(items) == 48
        blocks = pd.Series([survey.codebook[n].block for n in items]).value_counts()
        assert blocks.to_dict() == dict.fromkeys(
            ["acceptance", "cost", "convenience", "security", "get_setup", "records"], 8
        )
        assert survey.answers[items].isna().mean().mean() == pytest.approx(0.0007, abs=1e-4)

    def test_ratings_are_those_of_the_file(self, survey, raw):
        items = survey.codebook.names("item")
        pd.testing.assert_frame_equal(survey.answers[items], raw[items])

    def test_cash_is_accepted_and_leaves_poor_records(self, survey):
        means = survey.answers[survey.codebook.names("item")].mean()
        assert means["assess_acceptance_cash"] > 4.5
        assert means.filter(like="records").idxmin() == "assess_records_cash"
        assert means.filter(like="cost").idxmin() == "assess_cost_credit"

    def test_floats_that_are_codes_become_words(self, survey):
        adopted = survey.answers[["dc_adopt", "banp_adopt"]]
        assert (adopted == "Yes").sum().tolist() == [4042, 3634]
        assert adopted.isna().sum().tolist() == [120, 0]

    def test_race_is_context(self, survey):
        assert {"race_black", "hispaniclatino"} <= set(survey.context.names())


@pytest.mark.real_data
class TestDiary:
    def test_dates_are_dates(self, survey):
        date = survey["diary"]["date"]
        assert str(date.dtype) == "datetime64[us]"
        assert date.isna().sum() == 27
        assert date.min() == pd.Timestamp("2017-09-28")

    def test_time_zero_is_not_given(self, survey):
        minute = survey["diary"]["minute"]
        assert minute.isna().sum() == 4321 + 1601
        assert minute.max() == 23 * 60 + 59
        assert minute.iloc[0] == 12 * 60 + 31

    def test_income_has_no_method_and_stays(self, survey):
        diary = survey["diary"]
        income = diary[diary["type"] == "income"]
        assert len(income) == 3535
        assert income["instrument"].isna().all()
        assert diary.loc[diary["type"] == "payment", "instrument"].isna().sum() == 108

    def test_words_are_readable(self, survey):
        diary = survey["diary"]
        assert (diary["merchant"] == "Grocery store").sum() == 4112
        assert (diary["instrument"] == "prepaid card").sum() == 479
        assert not diary["payee"].str.contains("_", na=False).any()

    def test_everybody_in_the_diary_answered_the_survey(self, survey):
        assert set(survey["diary"]["respondent"]) == set(survey.answers["respondent"])
