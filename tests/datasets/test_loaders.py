"""What every loader promises, whatever the data set."""

import doctest
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segkit import datasets
from segkit._frames import column, column_names, n_rows, numeric_column
from segkit.datasets.fetching import registered
from segkit.exceptions import DatasetUnavailableError, SegkitError

SHAPES = {
    "financial_wellbeing": {"answers": (6394, 221)},
    "bfi": {"answers": (2800, 29)},
    "payment_choice": {"answers": (5072, 79), "diary": (26484, 14)},
    "mcdonalds": {"answers": (1453, 15)},
    "airport_survey": {"answers": (8876, 55), "used": (8876, 26)},
    "young_people": {"answers": (1010, 150)},
    "bank_marketing": {"answers": (41188, 23)},
    "credit_default": {"answers": (30000, 25)},
    "receivables": {"ledger": (2466, 12), "open_items": (9700, 12)},
    "bank_transactions": {
        "trans": (49102, 11),
        "account": (4146, 4),
        "client": (4945, 4),
        "disp": (4945, 4),
        "card": (801, 4),
        "loan": (328, 7),
        "order": (5658, 6),
        "district": (77, 16),
    },
    "email_experiment": {"customers": (64000, 12)},
    "turnout_nudges": {"voters": (305866, 6)},
}

LICENCES = {
    "financial_wellbeing": "Public domain in the US",
    "bfi": "GPL 2 or later",
    "payment_choice": "No explicit licence: published free by the Federal Reserve Bank of Atlanta",
    "mcdonalds": "GPL 2",
    "airport_survey": "Public Domain Dedication",
    "young_people": "CC0",
    "bank_marketing": "CC BY 4.0",
    "credit_default": "CC BY 4.0",
    "receivables": "No clear licence",
    "bank_transactions": "No explicit licence",
    "email_experiment": "No explicit licence",
    "turnout_nudges": "GPL 2",
}

DOWNLOADED = {
    "financial_wellbeing",
    "bfi",
    "mcdonalds",
    "airport_survey",
    "young_people",
    "bank_marketing",
    "email_experiment",
}

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "datasets.md"

every_set = pytest.mark.parametrize("name", sorted(SHAPES))


def fetcher(name):
    return getattr(datasets, f"fetch_{name}")


@cache
def load(name, output="pandas"):
    return fetcher(name)(output=output)


def test_every_loader_is_listed():
    fetched = {n.removeprefix("fetch_") for n in datasets.__all__ if n.startswith("fetch_")}
    assert fetched == set(SHAPES) == set(LICENCES)


@every_set
def test_offline_and_not_cached_is_one_clear_error(name, monkeypatch, tmp_path):
    monkeypatch.delenv("SEGKIT_DATA", raising=False)
    monkeypatch.setattr("segkit.datasets.fetching.cache_folder", lambda: tmp_path)
    # nobody listens on this port: what a machine without a network sees
    monkeypatch.setattr("segkit.datasets.fetching.RAW_ADDRESS", "http://127.0.0.1:9/{path}")
    with pytest.raises(DatasetUnavailableError) as caught:
        fetcher(name)()
    message = str(caught.value)
    assert f"`{name}`" in message
    assert re.search(r"\([\d,]+ rows, [\d.]+ [kM]B", message)
    assert "Set SEGKIT_DATA to a folder that holds `" in message
    assert ("to download" in message) == (name in DOWNLOADED)
    assert ("allow no download" in message) == (name not in DOWNLOADED)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


@every_set
@pytest.mark.real_data
def test_shape_licence_and_source(name, data_folder):
    data = load(name)
    assert {t: table.shape for t, table in data.tables.items()} == SHAPES[name]
    assert data.answers is next(iter(data.tables.values()))
    assert LICENCES[name] in data.licence
    assert data.source.endswith(".")
    assert data.rules
    assert "." not in data.title
    assert data.summary().startswith(data.description)


@every_set
@pytest.mark.real_data
def test_polars_holds_the_same(name, data_folder):
    ours, theirs = load(name), load(name, output="polars")
    for table, pandas in ours.tables.items():
        polars = theirs[table]
        assert type(polars).__module__.startswith("polars")
        assert column_names(polars) == tuple(pandas.columns)
        assert n_rows(polars) == len(pandas)
        for column_name in pandas.columns:
            assert polars[column_name].null_count() == pandas[column_name].isna().sum()
            if pandas[column_name].dtype.kind in "if":
                numbers = numeric_column(polars, column_name)
                np.testing.assert_array_equal(numbers, pandas[column_name])
            else:
                texts_or_dates = column(polars, column_name).tolist()
                assert texts_or_dates == column(pandas, column_name).tolist()


@every_set
@pytest.mark.real_data
def test_texts_have_no_blanks_around_them(name, data_folder):
    for table in load(name).tables.values():
        for column_name in table.columns[table.dtypes == "str"]:
            present = [v for v in set(column(table, column_name)) if v is not None]
            assert all(v == v.strip() != "" for v in present)


@pytest.mark.parametrize(
    "name",
    [
        "financial_wellbeing",
        "bfi",
        "payment_choice",
        "mcdonalds",
        "airport_survey",
        "young_people",
        "bank_marketing",
        "credit_default",
    ],
)
@pytest.mark.real_data
def test_cleaning_changes_nothing_but_the_direction_of_reversed_items(name, data_folder):
    data = load(name)
    declared = [*data.codebook.names(), *(data.context.names() if data.context else [])]
    assert len(declared) == len(set(declared))
    assert list(data.answers.columns) == declared
    cleaned = data.codebook.clean(data.answers)
    turned = [item.item for item in data.codebook if item.reversed]
    kept = [n for n in declared if n not in turned]
    pd.testing.assert_frame_equal(cleaned[kept], data.answers[kept])
    for item in (data.codebook[n] for n in turned):
        np.testing.assert_array_equal(cleaned[item.item], sum(item.scale) - data.answers[item.item])
    pd.testing.assert_frame_equal(data.codebook.cleaned().clean(cleaned), cleaned)


@every_set
@pytest.mark.real_data
def test_items_are_codes_and_fields_words_or_numbers(name, data_folder):
    data = load(name)
    if data.codebook is None:
        return
    for item in data.codebook:
        values = data.answers[item.item]
        if item.is_answered:
            assert values.dtype == float
            assert set(values.dropna()) <= set(item.categories)
        elif item.is_nominal:
            assert set(values.dropna()) <= set(item.labels.values())
        if item.is_answered or item.role == "field":
            assert item.wording
            assert item.block


@every_set
@pytest.mark.real_data
def test_columns_are_of_plain_types(name, data_folder):
    text = str(pd.Series(["a"]).dtype)  # the library's own: object before pandas 3
    for table in load(name).tables.values():
        types = {str(t) for t in table.dtypes}
        assert types <= {"float64", "int64", text, "bool", "boolean", "datetime64[us]"}


@every_set
@pytest.mark.real_data
def test_the_example_of_the_docstring_holds(name, data_folder):
    run_examples(fetcher(name).__doc__.replace("# doctest: +SKIP", ""))


def run_examples(text):
    example = doctest.DocTestParser().get_doctest(text, {}, "examples", None, 0)
    said = []
    ran = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=said.append)
    assert ran.attempted > 1
    assert ran.failed == 0, "".join(said)


@pytest.mark.skipif(not GUIDE.is_file(), reason="docs/ is not beside the tests")
@pytest.mark.real_data
def test_the_example_of_the_guide_holds(data_folder):
    run_examples(GUIDE.read_text(encoding="utf-8"))


@pytest.mark.skipif(not GUIDE.is_file(), reason="docs/ is not beside the tests")
@every_set
def test_the_guide_tells_rows_and_downloads(name):
    entry = registered(name)
    row = re.search(rf"^\| `{name}` \| (.*) \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    told, _, _, download = row[1].split(" | ")
    of_files = [file.rows for file in entry.files.values()]
    # three waves are stacked; elsewhere the first file is the main table
    rows = sum(of_files) if name == "airport_survey" else of_files[0]
    assert told.split(" and ")[0] == f"{rows:,}"
    assert (download == "yes") == (name in DOWNLOADED)


@every_set
def test_an_unknown_kind_of_table_is_refused_before_anything_is_read(name, monkeypatch):
    monkeypatch.setenv("SEGKIT_DATA", "/no/such/folder")
    with pytest.raises(SegkitError, match="output='excel' is not known"):
        fetcher(name)(output="excel")


@pytest.mark.parametrize("name", ["airport_survey", "payment_choice"])
@pytest.mark.real_data
def test_a_wave_may_be_given_as_any_number(name, data_folder):
    whole, other = fetcher(name)(wave=2017), fetcher(name)(wave=np.float64(2017))
    pd.testing.assert_frame_equal(whole.answers, other.answers)
