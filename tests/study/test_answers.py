"""Answers are read, cleaned and screened; what cannot be a study is named."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from segkit._fingerprint import fingerprint
from segkit.exceptions import SegkitError
from segkit.study import StudyConfig, read_config
from segkit.study.answers import read_answers
from segkit.survey import Codebook, Item


@pytest.fixture
def read(folder):
    """Read the study's answers after changing table and codebook."""

    def _read(change=None, items=None, **settings):
        path = folder / "data" / "answers.parquet"
        if change is not None:
            table = pd.read_parquet(path)
            table = change(table)
            table.to_parquet(path)
        if items is not None:
            book = folder / "data" / "codebook.yaml"
            Codebook(items(list(Codebook.from_yaml(book).items))).to_yaml(book)
        return read_answers(folder, StudyConfig(**settings))

    return _read


def test_answers_are_clean_and_screened(whole_run):
    answers = whole_run[0].answers
    assert answers.n_read == 600
    kept = len(answers.table)
    assert kept == len(answers.weight) == 600 - answers.quality.flags.sum()
    assert answers.items == [f"imp_{j:02d}" for j in range(1, 25)]
    assert "payment_method" in answers.fields
    assert list(answers.part(["age"]).columns) == ["age"]


def test_careless_respondents_stay_where_the_study_says_so(read):
    answers = read(drop_careless=False)
    assert answers.quality.flags.any()
    assert len(answers.table) == 600


def test_whoever_left_out_half_of_the_items_or_has_no_weight_is_left_out(read):
    def change(table):
        table.loc[[1, 2], [f"imp_{j:02d}" for j in range(1, 14)]] = np.nan
        table.loc[3, "weight"] = 0
        table.loc[4, "weight"] = np.nan
        return table

    answers = read(change, drop_careless=False)
    assert len(answers.table) == 596
    assert not set(answers.table["respondent"]) & {2, 3, 4, 5}


def test_without_weights_everybody_counts_once(read):
    answers = read(items=lambda items: [i for i in items if i.role not in ("weight", "seconds")])
    assert set(answers.weight) == {1.0}


def test_polars_and_pandas_files_read_alike(folder):
    path = folder / "data" / "answers.parquet"
    one = read_answers(folder, read_config(folder))
    pl.read_parquet(path).write_parquet(path)
    other = read_answers(folder, read_config(folder))
    assert fingerprint([one.table, one.weight]) == fingerprint([other.table, other.weight])


def test_a_csv_reads_as_the_parquet_does(folder):
    one = read_answers(folder, read_config(folder))
    table = pd.read_parquet(folder / "data" / "answers.parquet")
    table.to_csv(folder / "data" / "answers.csv", index=False, sep=";")
    other = read_answers(folder, StudyConfig(answers="data/answers.csv"))
    pd.testing.assert_frame_equal(one.part(one.items), other.part(other.items))
    # pandas 2 rounds the last digit of a number read from text
    np.testing.assert_allclose(one.weight, other.weight, rtol=1e-14)


def drop(role):
    return lambda items: [item for item in items if item.role != role]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (
            drop("importance"),
            r"names 0 item\(s\) of role `importance`, its roles are `id`.*`items` under",
        ),
        (drop("field"), r"The codebook names no field.*role `field`"),
        (lambda items: [*items, Item("shoe_size", role="field")], r"answers lacks `shoe_size`"),
        (lambda items: [], r"names 0 item\(s\) of role `importance`, its roles are none"),
    ],
)
def test_a_codebook_that_makes_no_study_is_named(read, items, message):
    with pytest.raises(SegkitError, match=message):
        read(items=items)


def set_cell(name, row, value):
    def change(table):
        table.loc[row, name] = value
        return table

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            set_cell("imp_07", 41, 6),
            r"`imp_07` holds 6 in 1 row \(first: row 41\); its scale is 1-5. Declare 6 as a "
            "missing code or widen the scale.",
        ),
        (
            set_cell("respondent", 5, 1),
            r"`respondent` of the answers holds 1 more than once \(rows 0 and 5\)",
        ),
        (set_cell("weight", 7, -1.0), r"sample_weight is -1.0 in row 7"),
        (
            lambda table: table.head(30),
            r"of 30 respondents can be used.*expected at least 40 for 4",
        ),
        (lambda table: table.drop(columns="imp_03"), r"answers lacks `imp_03`"),
        (lambda table: table.head(0), r"holds 0 rows"),
    ],
)
def test_answers_that_make_no_study_are_named(read, change, message):
    with pytest.raises(SegkitError, match=message):
        read(change)


def test_absent_files_are_named(folder):
    with pytest.raises(SegkitError, match=r"The answers `.*nowhere.csv` is not a file"):
        read_answers(folder, StudyConfig(answers="nowhere.csv"))
    with pytest.raises(SegkitError, match=r"The codebook `.*nowhere.yaml` is not a file"):
        read_answers(folder, StudyConfig(codebook="nowhere.yaml"))
