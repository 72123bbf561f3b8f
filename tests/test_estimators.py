"""The promise: estimators follow scikit-learn before anything is fitted."""

import inspect

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import NotFittedError as SklearnNotFittedError

from segkit.exceptions import NotFittedError
from segkit.factors import FactorModel
from segkit.segments import ConsensusSegments, DensitySegments, Gower, LatentClass, ReducedKMeans
from segkit.typing_tool import TypingTool

ASKED = {
    FactorModel: "transform",
    LatentClass: "predict",
    DensitySegments: "predict",
    ReducedKMeans: "predict",
    ConsensusSegments: "predict",
    Gower: "transform",
    TypingTool: "predict",
}
each_estimator = pytest.mark.parametrize("estimator", ASKED, ids=lambda e: e.__name__)


def parameters(estimator):
    return list(inspect.signature(estimator).parameters)


@each_estimator
def test_init_stores_what_it_is_given_and_does_nothing_else(estimator):
    # objects that no method could use: any work on them, a check included, would raise
    given = {name: object() for name in parameters(estimator)}
    made = estimator(**given)
    assert vars(made).keys() == given.keys()
    assert all(getattr(made, name) is value for name, value in given.items())


@each_estimator
def test_parameters_go_round_through_get_set_and_clone(estimator):
    made = estimator()
    assert isinstance(made, BaseEstimator)
    before = made.get_params(deep=False)
    assert list(before) == sorted(parameters(estimator))
    other = clone(made.set_params(random_state=7) if "random_state" in before else made)
    assert type(other) is estimator
    assert other is not made
    assert other.get_params() == made.get_params()
    assert clone(estimator(**before)).get_params() == before


@each_estimator
def test_an_unknown_parameter_is_refused(estimator):
    with pytest.raises(ValueError, match="Invalid parameter 'n_clusters'"):
        estimator().set_params(n_clusters=3)


@each_estimator
def test_an_estimator_has_a_default_for_everything(estimator):
    signature = inspect.signature(estimator)
    assert [p.name for p in signature.parameters.values() if p.default is p.empty] == []


@each_estimator
def test_asking_before_fitting_is_an_error_that_says_so(estimator):
    ask = getattr(estimator(), ASKED[estimator])
    with pytest.raises(NotFittedError, match=f"This {estimator.__name__} is not fitted yet"):
        ask(np.zeros((3, 2)))
    assert issubclass(NotFittedError, SklearnNotFittedError)


@each_estimator
def test_fit_takes_weights_and_its_defaults_are_not_shared(estimator):
    assert "sample_weight" in inspect.signature(estimator.fit).parameters
    shared = [v for v in estimator().get_params().values() if isinstance(v, list | dict | set)]
    assert shared == []
