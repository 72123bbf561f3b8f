"""Twenty-five personality items: published figures and the traps of the file."""

import pandas as pd
import pytest

from segkit.datasets import fetch_bfi

pytestmark = pytest.mark.real_data

REVERSED = ["A1", "C4", "C5", "E1", "E2", "O2", "O5"]


@pytest.fixture(scope="module")
def survey(data_folder):
    return fetch_bfi()


@pytest.fixture(scope="module")
def raw(data_folder):
    return pd.read_csv(data_folder / "bfi" / "bfi.csv.gz")


def test_blanks_are_missing_and_nobody_is_dropped(survey):
    items = survey.answers[survey.codebook.names("item")]
    assert items.isna().sum().sum() + survey.answers["education"].isna().sum() == 731
    assert items.dropna().shape == (2436, 25)


def test_answers_are_those_of_the_file(survey, raw):
    items = survey.codebook.names("item")
    pd.testing.assert_frame_equal(survey.answers[items], raw[items].astype(float))


def test_row_names_are_ids_kept_as_text(survey):
    assert survey.id == "id"
    assert survey.answers["id"].iloc[0] == "61617"
    assert survey.answers["id"].is_unique


def test_keys_are_the_published_ones(survey, data_folder):
    keys = pd.read_csv(data_folder / "bfi" / "bfi_keys.csv").drop(columns="rownames")
    published = sorted(key[1:] for key in keys.to_numpy().ravel() if key.startswith("-"))
    assert [i.item for i in survey.codebook if i.reversed] == REVERSED == published


def test_items_of_a_trait_agree_after_keying(survey):
    cleaned = survey.codebook.clean(survey.answers)
    for block in dict.fromkeys(i.block for i in survey.codebook if i.is_answered):
        correlations = cleaned[survey.codebook.names("item", block=block)].corr().to_numpy()
        assert correlations.min() > 0


def test_wordings_are_those_of_the_dictionary(survey, data_folder):
    words = pd.read_csv(data_folder / "bfi" / "bfi_dictionary.csv", index_col=0)["Item"]
    for name in survey.codebook.names("item"):
        assert survey.codebook[name].wording == words[name].strip()


def test_fields(survey):
    answers = survey.answers
    assert answers["gender"].value_counts().to_dict() == {"Female": 1881, "Male": 919}
    assert (answers["education"] == "Some college").sum() == 1249
    assert answers["age"].min() == 3
    assert answers["age"].max() == 86
