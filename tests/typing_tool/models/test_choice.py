import numpy as np
import pytest

from segkit.typing_tool.coding.fields import read_fields
from segkit.typing_tool.models.model import Settings, fit_model


@pytest.fixture(scope="module")
def fitted_and_columns(people):
    pandas = pytest.importorskip("pandas")
    made = people(400)
    rng = np.random.default_rng(0)
    columns = read_fields(
        pandas.DataFrame({"idle": rng.normal(size=400), **made.columns, "coin": rng.random(400)})
    )
    settings = Settings(40, 64, 5, True, None, tune=True, max_fields=3)
    return fit_model(columns, np.eye(3)[made.segments], np.ones(400), settings, 0), columns


def test_a_model_asks_for_the_fields_it_chose(fitted_and_columns):
    fitted, _ = fitted_and_columns
    assert fitted.model.codes.names == fitted.choice.fields
    assert 1 <= len(fitted.choice.fields) <= 3
    assert "age" in fitted.choice.fields
    assert fitted.model.forest.n_fields == len(fitted.choice.fields)
    assert fitted.choice.min_leaf in (5, 15)


def test_shown_all_fields_it_says_the_same(fitted_and_columns):
    fitted, columns = fitted_and_columns
    own = [c for c in columns if c.name in fitted.choice.fields]
    wide = fitted.over_all_fields
    assert wide.codes.names == tuple(c.name for c in columns)
    codes = wide.codes.encode_columns(columns)
    narrow = fitted.model.decide(fitted.model.codes.encode_columns(own))
    np.testing.assert_array_equal(wide.decide(codes).probabilities, narrow.probabilities)
    np.testing.assert_array_equal(wide.voter.score_one(codes[5]), wide.voter.score(codes[5:6])[0])
    assert wide.voter.summary() == fitted.model.voter.summary()
    # a field that was not chosen says nothing
    codes[:, 0] = codes[::-1, 0]
    np.testing.assert_array_equal(wide.decide(codes).probabilities, narrow.probabilities)


def test_without_a_choice_nothing_changes(people):
    pandas = pytest.importorskip("pandas")
    made = people(200)
    columns = read_fields(pandas.DataFrame(made.columns))
    settings = Settings(10, 64, 5, True, None)
    fitted = fit_model(columns, np.eye(3)[made.segments], np.ones(200), settings, 0)
    assert fitted.over_all_fields is fitted.model
    assert fitted.choice.fields == tuple(made.columns)
    assert (fitted.choice.min_leaf, fitted.choice.split_fields) == (5, None)
