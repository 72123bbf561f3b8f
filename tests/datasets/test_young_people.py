"""A wide survey: gaps, answers in words, a misspelled column and a misplaced height."""

import pandas as pd
import pytest

from segkit.datasets import fetch_young_people

pytestmark = pytest.mark.real_data

BLOCKS = {
    "music": 19,
    "films": 12,
    "hobbies": 32,
    "phobias": 10,
    "health": 3,
    "traits": 57,
    "spending": 7,
}


@pytest.fixture(scope="module")
def survey(data_folder):
    return fetch_young_people()


@pytest.fixture(scope="module")
def raw(data_folder):
    return pd.read_csv(data_folder / "young_people_survey" / "responses.csv.gz")


def test_batteries(survey):
    items = survey.codebook.names("item")
    blocks = pd.Series([survey.codebook[n].block for n in items]).value_counts()
    assert blocks.to_dict() == BLOCKS
    assert len(survey.codebook.names("field")) == 10


def test_columns_keep_their_names(survey, raw):
    assert list(survey.answers.columns) == list(raw.columns)
    assert {"Hiphop, Rap", "Parents' advice", "Appearence and gestures"} <= set(survey.answers)


def test_gaps_are_kept_and_the_height_of_62_is_one(survey, raw):
    assert raw.isna().sum().sum() == 608
    assert raw.isna().any(axis=1).sum() == 336
    assert (raw["Height"] == 62).sum() == 1
    assert survey.answers["Height"].min() == 148
    assert survey.answers.isna().sum().sum() == 608 + 1


def test_answers_in_words_are_ordinal_codes(survey, raw):
    smoking = survey.codebook["Smoking"]
    assert smoking.labels[1] == "never smoked"
    assert smoking.labels[4] == "current smoker"
    for name in ("Smoking", "Alcohol", "Punctuality", "Lying", "Internet usage"):
        words = survey.answers[name].map(survey.codebook[name].labels)
        pd.testing.assert_series_equal(words, raw[name], check_names=False, check_dtype=False)


def test_numbers_are_those_of_the_file(survey, raw):
    numeric = [n for n in survey.codebook.names("item") if raw[n].dtype.kind == "f"]
    pd.testing.assert_frame_equal(survey.answers[numeric], raw[numeric])


def test_weight_is_body_weight(survey):
    assert survey.weight is None
    assert survey.codebook["Weight"].role == "field"
    assert survey.answers["Weight"].median() > 50
