import numpy as np
import pytest

from segkit.typing_tool.coding.fields import read_fields
from segkit.typing_tool.models.model import Settings, fit_model


@pytest.fixture(scope="module")
def columns_and_truth(people):
    pandas = pytest.importorskip("pandas")
    made = people(300)
    return read_fields(pandas.DataFrame(made.columns)), np.eye(3)[made.segments]


def test_a_model_goes_from_fields_to_decisions(columns_and_truth):
    columns, truth = columns_and_truth
    model = fit_model(columns, truth, np.ones(300), Settings(20, 64, 5, True, None), 0).model
    decision = model.decide(model.codes.encode_columns(columns))
    assert (decision.first == truth.argmax(axis=1)).mean() > 0.6
    assert model.calibration.exponent != 1


def test_without_calibration_probabilities_are_vote_shares(columns_and_truth):
    columns, truth = columns_and_truth
    model = fit_model(columns, truth, np.ones(300), Settings(20, 64, 5, False, None), 0).model
    codes = model.codes.encode_columns(columns)
    votes = model.forest.score(codes)
    np.testing.assert_allclose(
        model.decide(codes).probabilities, votes / votes.sum(axis=1, keepdims=True), atol=1e-3
    )


def test_calibration_lowers_the_loss_on_new_people(columns_and_truth, people):
    pandas = pytest.importorskip("pandas")
    columns, truth = columns_and_truth
    fresh = people(4000, seed=3)
    loss = []
    for calibrate in (False, True):
        model = fit_model(
            columns, truth, np.ones(300), Settings(60, 64, 5, calibrate, None), 0
        ).model
        p = model.decide(model.codes.encode(pandas.DataFrame(fresh.columns))).probabilities
        loss.append(-np.log(p[np.arange(4000), fresh.segments]).mean())
    assert loss[1] < loss[0]


def test_a_forest_is_a_voter_and_says_so(columns_and_truth):
    columns, truth = columns_and_truth
    model = fit_model(columns, truth, np.ones(300), Settings(20, 64, 5, True, None), 0).model
    assert model.forest is model.voter
    codes = model.codes.encode_columns(columns)
    np.testing.assert_array_equal(model.voter.score_one(codes[7]), model.voter.score(codes)[7])
    assert model.summary().startswith("random forest of 20 trees")
    assert "Calibrated with exponent" in model.summary()
