import numpy as np
import pytest

from segkit._frames import column_names, typed_column
from segkit.datasets.made.fields import field_model
from segkit.datasets.made.people import draw_people
from segkit.datasets.made.tables import (
    CARD_RENAMED,
    FIELD_NAMES,
    field_codebook,
    field_columns,
    table,
)
from segkit.datasets.made.world import make_world

PEOPLE = draw_people(field_model(4), make_world(4).shares, 3000, seed=1)
KINDS = {
    "region": "text",
    "household": "text",
    "payment_method": "text",
    "autopay": "boolean",
}


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_fields_are_of_natural_kinds(output):
    pytest.importorskip(output)
    frame = table(field_columns(PEOPLE.codes), output)
    assert type(frame).__module__.startswith(output)
    assert column_names(frame) == FIELD_NAMES
    for name in FIELD_NAMES:
        assert typed_column(frame, name).kind == KINDS.get(name, "number"), name


def test_gaps_and_values_are_those_of_the_codes():
    frame = table(field_columns(PEOPLE.codes), "pandas")
    codes = PEOPLE.codes
    np.testing.assert_array_equal(frame["age"].isna(), codes.age < 0)
    np.testing.assert_array_equal(frame["household"].isna(), codes.household < 0)
    np.testing.assert_array_equal(frame["products"], codes.products + 1)
    np.testing.assert_allclose(frame["tenure"], codes.tenure / 10)
    assert frame["age"].dropna().between(18, 95).all()
    assert str(frame["age"].dtype) == "Int32"  # whole numbers stay whole where some are missing
    assert frame["amount_a_month"].isna().mean() == np.isnan(codes.amount).mean()


def test_the_recoded_level_has_another_name():
    before, after = (
        set(table(field_columns(PEOPLE.codes, recoded=r), "pandas")["payment_method"].dropna())
        for r in (False, True)
    )
    assert before - after == {"card"}
    assert after - before == {CARD_RENAMED}


def test_every_field_is_explained():
    book = field_codebook()
    assert tuple(book.names("field")) == FIELD_NAMES
    assert "euros" in book["amount_a_month"].wording


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_days_and_missing_days_read_as_dates(output):
    pytest.importorskip(output)
    days = np.array(["2025-01-31", "NaT"], dtype="datetime64[D]")
    frame = table({"paid": days, "x": np.array([1.5, np.nan])}, output)
    assert typed_column(frame, "paid").kind == "date"
    assert np.isnan(typed_column(frame, "x").values).tolist() == [False, True]
