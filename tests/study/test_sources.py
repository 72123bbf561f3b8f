"""Where a new study comes from: the made study, public surveys, files of answers."""

import re

import pandas as pd
import pytest

from segkit import datasets
from segkit.exceptions import SegkitError
from segkit.study.sources import SURVEYS, FileSettings, find_source


@pytest.fixture(scope="module")
def answers():
    made = datasets.make_payments_study(n_respondents=100, n_customers=100)
    return pd.concat([made.answers, made.fields], axis=1)


@pytest.fixture
def file(answers, tmp_path):
    path = tmp_path / "wave 1.csv"
    answers.to_csv(path, index=False)
    return path


def found(data, sizes=None, **columns):
    return find_source(str(data), FileSettings(**columns), sizes or {})


def refuse(data, message, sizes=None, **columns):
    with pytest.raises(SegkitError, match=message) as caught:
        found(data, sizes, **columns)
    return str(caught.value)


def test_the_made_study_comes_in_the_sizes_asked_for():
    source = found("payments", {"n_respondents": 60, "n_customers": 90})
    assert (len(source.answers), len(source.base)) == (60, 90)
    assert source.base_id in source.base.columns
    assert source.items == "importance"


def test_every_field_of_the_made_study_is_worded():
    source = found("payments", {"n_respondents": 60, "n_customers": 60})
    fields = source.codebook.names(role="field")
    assert set(fields) == set(source.base.columns) - {"customer_id"}
    assert all(source.codebook[name].wording for name in fields)


@pytest.mark.real_data
def test_the_payment_choice_study_takes_the_person_out_of_the_ratings(data_folder):
    source = found("payment_choice")
    assert (source.ratings, source.n_factors, source.base_weight) == ("relative", 4, "weight")
    assert "relative to the person's own mean" in source.note
    assert "weight" in source.base.columns


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["bfi", "mcdonalds"])
def test_a_public_survey_makes_a_study(data_folder, name):
    source = found(name)
    assert len(source.codebook.names(role="item")) > 10
    assert source.codebook.names(role="field")
    assert source.title
    assert "Source:" in source.note
    assert "Licence:" in source.note


@pytest.mark.real_data
def test_the_payments_survey_segments_one_wave_and_tags_the_next(data_folder):
    source = found("payment_choice")
    assert len(source.answers) == 2498
    assert len(source.base) == 2574
    assert source.base["respondent"].is_unique
    assert source.base["person"].isin(source.answers["person"]).sum() == 1883
    assert not set(source.codebook.names(role="item")) & set(source.base.columns)


def test_every_public_survey_has_a_loader():
    assert all(hasattr(datasets, f"fetch_{name}") for name in SURVEYS)


def test_an_unknown_name_is_told_the_known_ones():
    said = refuse("paymints", r"'paymints' is no known study; expected payments, one of ")
    assert all(name in said for name in SURVEYS)


@pytest.mark.parametrize("name", ["bank_marketing", "receivables"])
def test_data_without_items_are_no_study(name):
    refuse(name, "is no known study")


def test_a_folder_is_no_source(tmp_path):
    folder = tmp_path / "acme.d"
    folder.mkdir()
    refuse(folder, "is no known study.*path of a file of answers")


def test_an_absent_file_is_named():
    refuse("nowhere.csv", r"`nowhere.csv` is not a file that can be read")


def test_columns_do_not_go_with_data_that_have_a_codebook():
    refuse("payments", r"`items`, `weight` was given with data='payments'", items="q*", weight="w")


def test_sizes_do_not_go_with_other_data(file):
    refuse(file, r"`n_customers` was given with data=.*made study only", {"n_customers": 5})


def test_importance_makes_the_needs_where_it_was_asked(file):
    source = found(
        file, items="imp_*, sat_*", fields="age,region", weight="weight", id="respondent"
    )
    assert source.items == "importance"
    assert len(source.codebook.names(role="satisfaction")) == 24
    assert source.codebook.names(role="field") == ["age", "region"]
    assert source.codebook.names(role=["id", "weight"]) == ["respondent", "weight"]
    assert source.title == "wave 1"
    assert "taken to be 1-5" in source.note


def test_other_rated_items_make_the_needs_elsewhere(answers, tmp_path):
    table = answers.rename(columns=lambda name: name.replace("imp_", "q"))
    path = tmp_path / "answers.parquet"
    table.to_parquet(path)
    source = found(path, items="q*", fields="age")
    assert source.items == "item"


def test_batteries_are_found_without_naming_them(file):
    source = found(file, fields="age,region")
    assert source.items == "importance"
    assert "No items were named" in source.note


def test_without_batteries_the_items_must_be_named(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("age,town\n31,Ghent\n45,Bruges\n")
    refuse(path, r"None of the 2 columns looks like a battery.*--items", fields=None)


def test_without_fields_the_free_columns_are_listed(file):
    said = refuse(file, r"No column of `wave 1.csv` was named as a field.*`age`", items="imp_*")
    assert "--fields age,region" in said


def test_too_few_items_are_named(file):
    refuse(
        file,
        r"The items are `imp_01`, `imp_02`; expected at least 3",
        items="imp_01,imp_02",
        fields="age",
    )


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"items": "qq*"}, r"items names 'qq\*', which fits no free column"),
        ({"fields": "agee"}, r"fields names 'agee', which fits no free column"),
        ({"weight": "w"}, r"lacks `w`"),
        ({"id": "who"}, r"lacks `who`"),
        ({"items": "region"}, r"`region` cannot be a rated item"),
    ],
)
def test_a_column_that_is_not_there_is_named(file, columns, message):
    refuse(file, message, **({"items": "imp_*", "fields": "age"} | columns))


def test_a_column_of_numbers_and_words_is_kept_as_text(answers, tmp_path):
    path = tmp_path / "answers.xlsx"
    note = [None, "unknown", *range(98)]
    answers.drop(columns="verbatim").assign(note=note).to_excel(path, index=False)
    source = found(path, items="imp_*", fields="age")
    assert source.answers["note"].tolist()[1:4] == ["unknown", "0", "1"]
    assert source.answers["note"].isna()[0]
    assert "`note` mixes numbers and text, and was kept as text." in source.codebook.assumptions


def test_another_encoding_can_be_given(answers, tmp_path):
    path = tmp_path / "answers.csv"
    answers.rename(columns={"region": "région"}).to_csv(path, index=False, encoding="cp1252")
    refuse(path, r"is not encoded in utf-8.*encoding=\"cp1252\"", items="imp_*", fields="age")
    source = found(path, items="imp_*", fields="age,région", encoding="cp1252")
    assert source.codebook.names(role="field") == ["age", "région"]


def test_an_ending_that_nobody_reads_is_named(tmp_path):
    path = tmp_path / "answers.docx"
    path.write_text("x")
    refuse(path, re.escape("ends in '.docx'; expected one of .csv"), items="q*")
