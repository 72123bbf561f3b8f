import numpy as np
import pytest

from segkit.typing_tool.coding.fields import read_fields
from segkit.typing_tool.evaluation.crossfit import CrossFitting, cross_fit
from segkit.typing_tool.models.model import Settings

SETTINGS = Settings(n_trees=15, max_leaves=64, min_leaf=5, calibrate=True, n_jobs=None)


@pytest.fixture(scope="module")
def respondents(people):
    pandas = pytest.importorskip("pandas")
    made = people(300)
    return read_fields(pandas.DataFrame(made.columns)), np.eye(3)[made.segments]


def fitted(respondents, **options):
    columns, truth = respondents
    fitting = CrossFitting(**{"n_folds": 3, "n_repeats": 2} | options)
    return cross_fit(columns, truth, np.ones(300), SETTINGS, fitting, 0)


def test_everyone_is_typed_once_a_repeat(respondents):
    fit = fitted(respondents)
    assert fit.probabilities.shape == (2, 300, 3)
    np.testing.assert_allclose(fit.probabilities.sum(axis=2), 1)
    assert not np.array_equal(fit.probabilities[0], fit.probabilities[1])
    assert fit.kept.all()


def test_nobody_is_typed_by_a_model_that_knew_them(respondents):
    columns, _ = respondents
    # labels that nothing explains could only be remembered
    noise = np.eye(3)[np.random.default_rng(123).integers(0, 3, 300)]
    fit = cross_fit(columns, noise, np.ones(300), SETTINGS, CrossFitting(3, 1), 0)
    assert (fit.first[0] == noise.argmax(axis=1)).mean() < 0.45


def test_importance_is_found_where_it_is(respondents):
    fit = fitted(respondents)
    assert fit.marginal.means(5).loss.argmax() == 0  # age, by construction
    assert fit.conditional.means(5).loss.shape == (5,)
    without = fitted(respondents, importance=False)
    assert without.marginal is None
    np.testing.assert_array_equal(without.probabilities, fit.probabilities)


def test_a_level_or_value_that_a_training_part_lacks_is_no_obstacle(respondents):
    pandas = pytest.importorskip("pandas")
    _, truth = respondents
    rare = np.full(300, None, dtype=object)
    rare[7] = "only here"
    frame = pandas.DataFrame({"rare": rare, "x": np.arange(300) % 7, "n": [1.0] + [np.nan] * 299})
    fit = cross_fit(read_fields(frame), truth, np.ones(300), SETTINGS, CrossFitting(3, 1), 0)
    assert np.isfinite(fit.probabilities).all()


def test_the_cut_leaves_people_untagged(respondents):
    cut = round(0.6 * 2**20)
    fit = fitted(respondents, cut=cut)
    top = fit.probabilities.max(axis=2)
    np.testing.assert_array_equal(fit.kept, top >= 0.6)
