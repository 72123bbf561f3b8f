"""The national survey of financial well-being: figures of the file, and every trap in it."""

import numpy as np
import pandas as pd
import pytest

from segkit._frames import column, column_names, n_rows, numeric_column
from segkit._weights import weighted_mean
from segkit.datasets import Dataset, fetch_financial_wellbeing

pytestmark = pytest.mark.real_data

CODES = {-1: "refused", -2: "not asked", -3: "invalid", -4: "not stored", -5: "no county"}


@pytest.fixture(scope="module")
def survey(data_folder) -> Dataset:
    return fetch_financial_wellbeing()


@pytest.fixture(scope="module")
def raw(data_folder) -> pd.DataFrame:
    return pd.read_csv(data_folder / "cfpb_nfwbs_2016" / "NFWBS_PUF_2016_data.csv.gz")


def test_shape_names_and_licence(survey, raw):
    assert survey.answers.shape == (6394, 221)
    assert list(survey.tables) == ["answers"]
    assert (survey.id, survey.weight) == ("PUF_ID", "finalwt")
    assert set(raw.columns) < set(survey.answers.columns)
    assert "Public domain in the US" in survey.licence
    assert "Consumer Financial Protection Bureau" in survey.source
    assert survey.title == "National Financial Well-Being Survey 2016"


def test_every_column_is_declared_once(survey):
    main, context = survey.codebook.names(), survey.context.names()
    assert not set(main) & set(context)
    assert set(main) | set(context) == set(survey.answers.columns)


def test_roles(survey):
    assert len(survey.codebook.names("item")) == 54
    assert len(survey.codebook.names("field")) == 34
    # what a typing tool must not learn from, and what the survey computed from the answers
    assert {"PPETHM", "FWBscore", "FSscore"} <= set(survey.context.names())


def test_items_are_codes_and_fields_are_words(survey):
    answers = survey.answers
    assert all(answers[n].dtype == float for n in survey.codebook.names("item"))
    assert set(answers["PPGENDER"]) == {"Male", "Female"}
    assert set(answers["agecat"]) == set(survey.codebook["agecat"].labels.values())
    assert answers["PUF_ID"].iloc[0] == "10350"
    assert answers["PUF_ID"].is_unique


def test_negative_codes_are_missing_and_nothing_else_is(survey, raw):
    for name in survey.codebook.names("item"):
        gone = raw[name].isin(CODES) | (name.startswith("MANAGE1") & (raw[name] == 1))
        expected = raw[name].where(~gone).astype(float)
        np.testing.assert_array_equal(survey.answers[name], expected)


def test_no_negative_code_is_left_in_any_column(survey, raw):
    columns = raw.columns.drop(["PUF_ID", "KHscore"])
    negative = raw[columns].isin(list(CODES))
    assert negative.sum().sum() == 31623
    assert (survey.answers[columns].isna() | ~negative).all(axis=None)
    assert (raw["PCTLT200FPL"] == -5).sum() == survey.answers["PCTLT200FPL"].isna().sum()


def test_a_score_below_zero_is_no_missing_code(survey, raw):
    np.testing.assert_array_equal(survey.answers["KHscore"], raw["KHscore"])
    assert survey.answers["KHscore"].min() == -2.053


def test_98_and_99_are_missing_in_bands_but_answers_out_of_100(survey, raw):
    assert survey.answers["SAVINGSRANGES"].isna().sum() == 38 + 158 + 988
    assert survey.answers["EMPLOY"].isna().sum() == 116
    assert (survey.answers["LIFEEXPECT"] == 99).sum() == (raw["LIFEEXPECT"] == 99).sum() == 138
    assert (survey.answers["CONNECT"] == 98).sum() == 67


def test_not_asked_of_tenants_is_missing(survey):
    assert survey.answers["VALUERANGES"].isna().sum() == 2230 + 159 + 115 + 7


def test_not_sure_stays_an_answer(survey):
    assert "Not sure" in set(survey.answers["COLLECT"])


@pytest.mark.parametrize(("item", "mixed"), [("MANAGE1_1", 137), ("MANAGE1_3", 1208)])
def test_the_mixed_code_is_declared_and_split(survey, raw, item, mixed):
    assert survey.codebook[item].scale == (2, 5)
    assert 1 in survey.codebook[item].missing
    flag = survey.answers[f"{item}_never_or_na"]
    assert (flag == "Yes").sum() == mixed == (raw[item] == 1).sum()
    assert (flag.isna() == (raw[item] == -1)).all()
    assert survey.answers.loc[flag == "Yes", item].isna().all()


def test_reverse_keying_happens_once_and_the_rest_is_untouched(survey):
    cleaned = survey.codebook.clean(survey.answers)
    turned = [item.item for item in survey.codebook if item.reversed]
    assert turned == [
        *("FWB1_3", "FWB1_5", "FWB1_6", "FWB2_1", "FWB2_3", "FWB2_4"),
        *("FS2_3", "SELFCONTROL_1"),
    ]
    for name in turned:
        low, high = survey.codebook[name].scale
        np.testing.assert_array_equal(cleaned[name], low + high - survey.answers[name])
    rest = [n for n in survey.answers.columns if n not in turned]
    pd.testing.assert_frame_equal(cleaned[rest], survey.answers[rest])


def test_turned_items_agree_with_the_published_score(survey):
    """The ten items, keyed, order people as the bureau's own scale does."""
    cleaned = survey.codebook.clean(survey.answers)
    total = cleaned[survey.codebook.names("item", block="financial well-being")].sum(
        axis=1, skipna=False
    )
    score = survey.answers["FWBscore"].where(total.notna())
    # the bureau weighs the pattern of answers by age group, so the order is not quite the sum's
    assert total.corr(score, method="spearman") > 0.97


def test_the_weighted_mean_score_is_the_published_54(survey):
    known = survey.answers["FWBscore"].notna()
    mean = weighted_mean(
        survey.answers.loc[known, "FWBscore"].to_numpy(),
        survey.answers.loc[known, "finalwt"].to_numpy(),
    )
    assert round(float(np.squeeze(mean))) == 54


def test_polars_holds_the_same(survey):
    polars = fetch_financial_wellbeing(output="polars").answers
    assert n_rows(polars) == 6394
    assert column_names(polars) == tuple(survey.answers.columns)
    for name in ("MANAGE1_3", "finalwt"):
        np.testing.assert_array_equal(numeric_column(polars, name), survey.answers[name])
    assert polars["MANAGE1_3"].null_count() == 1208 + 11
    assert list(column(polars, "SAVINGSRANGES")) == list(column(survey.answers, "SAVINGSRANGES"))
