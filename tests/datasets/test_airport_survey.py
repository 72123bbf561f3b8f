"""Three waves with three sets of codes: every recoding by name, and the published score."""

import pandas as pd
import pytest

from segkit.datasets import fetch_airport_survey
from segkit.exceptions import SegkitError


@pytest.fixture(scope="module")
def survey(data_folder):
    return fetch_airport_survey()


@pytest.fixture(scope="module")
def by_wave(survey):
    return survey.answers.groupby("wave")


@pytest.fixture(scope="module")
def raw(data_folder):
    folder = data_folder / "sfo_airport_survey_2015_2017"
    return {
        year: pd.read_csv(folder / f"{year}_SFO_Customer_Survey.csv.gz", low_memory=False)
        for year in (2015, 2016, 2017)
    }


def test_an_unknown_wave_is_refused():
    with pytest.raises(SegkitError, match="wave"):
        fetch_airport_survey(wave=2012)


@pytest.mark.real_data
class TestHarmonised:
    def test_waves(self, survey, by_wave):
        assert by_wave.size().to_dict() == {2015: 2958, 2016: 3087, 2017: 2831}
        assert survey.answers["respondent"].is_unique
        alone = fetch_airport_survey(wave=2016)
        both = survey.answers[survey.answers["wave"] == 2016].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone.answers, both)

    def test_weights_add_up_to_each_wave(self, by_wave):
        assert by_wave["WEIGHT"].sum().round().to_dict() == {2015: 2958, 2016: 3087, 2017: 2831}

    def test_the_starred_header_of_2016_is_the_respondent(self, survey, raw):
        wave = survey.answers[survey.answers["wave"] == 2016]
        assert "*RESPNUM" in raw[2016]
        assert wave["respondent"].iloc[0] == f"2016-{raw[2016]['*RESPNUM'].iloc[0]}"

    def test_text_ages_and_genders_of_2016_are_the_same_bands(self, survey, by_wave):
        bands = set(survey.codebook["AGE"].labels.values())
        for _, wave in by_wave:
            assert set(wave["AGE"].dropna()) == bands
        males = by_wave["GENDER"].apply(lambda g: (g == "Male").sum())
        assert males.to_dict() == {2015: 1289, 2016: 1468, 2017: 1306}

    def test_under_18_filled_down_as_a_series(self, by_wave, raw):
        series = raw[2016]["Q19AGE"].value_counts()
        assert series.filter(like="Under").to_dict() == {f"Under {a}": 1 for a in range(18, 33)}
        young = by_wave["AGE"].apply(lambda a: (a == "Under 18").sum())
        assert young.to_dict() == {2015: 49, 2016: 15, 2017: 16}

    def test_income_bands_have_other_codes_by_year(self, by_wave, raw):
        codes = {2015: ("Q20INCOME", 6), 2016: ("Q21INCME", 5), 2017: ("Q21INCOME", 4)}
        for year, (name, highest) in codes.items():
            assert raw[year][name].max() == highest
        bands = by_wave["INCOME"].value_counts().unstack(0, fill_value=0)
        assert bands.loc["Other currency"].tolist() == [45, 15, 0]
        assert bands.loc["Over 150,000"].tolist() == [731, 738, 674]
        assert by_wave["INCOME"].apply(lambda i: i.isna().sum()).tolist() == [532, 506, 531]

    def test_first_time_is_code_2_in_every_wave(self, survey, by_wave):
        # who flew out of here at least twice in 12 months is not here for the first time
        often = survey.answers["Q5TIMESFLOWN"].isin(["3-6", "7-12", "13-24", "More than 24"])
        assert (survey.answers.loc[often, "Q5FIRSTTIME"].dropna() == "No").mean() > 0.98
        first = by_wave["Q5FIRSTTIME"].apply(lambda f: (f == "Yes").mean())
        assert first.between(0.15, 0.25).all()

    def test_undocumented_codes_are_missing(self, by_wave):
        assert by_wave["Q6LONGUSE"].apply(lambda v: v.isna().sum())[2015] == 51
        assert by_wave["FLY100K"].apply(lambda v: v.isna().sum()).tolist() == [116, 150, 141]

    def test_airlines_have_one_name(self, survey, by_wave):
        carriers = by_wave["AIRLINE"].value_counts().unstack(0)
        assert carriers.loc["United"].tolist() == [629, 648, 634]
        assert carriers.loc["Lufthansa"].tolist() == [50, 24, 12]
        assert len({name.lower() for name in carriers.index}) == len(carriers)
        # a code without a name would have stayed a number
        assert not survey.answers["AIRLINE"].str.contains(r"\d").any()

    def test_dates(self, by_wave):
        assert by_wave["date"].min().dt.strftime("%Y-%m-%d").tolist() == [
            "2015-05-08",
            "2016-05-06",
            "2017-05-05",
        ]


@pytest.mark.real_data
class TestRatings:
    def test_neither_0_nor_6_is_a_rating(self, survey, raw):
        for name in survey.codebook.names("item"):
            stacked = pd.concat([raw[y][name].astype(str) for y in raw], ignore_index=True)
            rated = stacked.where(stacked.isin(list("12345"))).astype(float)
            pd.testing.assert_series_equal(survey.answers[name], rated, check_names=False)

    def test_never_used_is_told_from_blank(self, survey, raw):
        used = survey["used"]["Q7LTPARKING"]
        stacked = pd.concat([raw[y]["Q7LTPARKING"] for y in raw], ignore_index=True)
        assert (~used).sum() == (stacked == 6).sum() == 5805
        assert used.isna().sum() == (stacked == 0).sum() == 580
        assert used.sum() == survey.answers["Q7LTPARKING"].notna().sum()

    def test_raters_can_be_picked(self, survey):
        raters = survey.answers[survey["used"]["Q7LTPARKING"]]
        assert raters["Q7LTPARKING"].notna().all()
        assert len(raters) == 8876 - 5805 - 580

    def test_the_text_blank_of_2017(self, survey, raw):
        assert (raw[2017]["Q7ALL"] == "Blank").sum() == 143
        wave = survey.answers[survey.answers["wave"] == 2017]
        assert wave["Q7ALL"].isna().sum() == 143
        assert survey["used"].loc[wave.index, "Q7ALL"].isna().sum() == 143

    def test_complete_raters_of_the_touchpoints_are_few(self, survey):
        # why complete cases do not stand for all passengers
        touchpoints = survey.codebook.names("item", block="touchpoints")
        assert survey.answers[touchpoints].dropna().shape[0] < 0.2 * len(survey.answers)


@pytest.mark.real_data
class TestRecommendation:
    def test_the_score_of_2017(self, by_wave):
        """Unweighted +39.84 of 2,746 answers."""
        answers = by_wave.get_group(2017)["NETPRO"].dropna()
        assert len(answers) == 2746
        score = 100 * ((answers >= 9).mean() - (answers <= 6).mean())
        assert round(score, 2) == 39.84

    def test_code_11_is_blank(self, by_wave, raw):
        assert (raw[2017]["NETPRO"] == 11).sum() == 84
        assert by_wave["NETPRO"].max()[2017] == 10

    def test_other_waves_were_not_asked(self, by_wave):
        assert by_wave["NETPRO"].count().to_dict() == {2015: 0, 2016: 0, 2017: 2746}

    def test_it_is_context(self, survey):
        assert "NETPRO" in survey.context
        assert "NETPRO" not in survey.codebook
