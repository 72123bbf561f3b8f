import pickle

import pytest
from sklearn.exceptions import NotFittedError as SklearnNotFittedError

import segkit
from segkit import exceptions
from segkit.exceptions import (
    DatasetUnavailableError,
    MissingExtraError,
    NotFittedError,
    SegkitError,
    SegkitWarning,
)

ERRORS = [getattr(exceptions, n) for n in exceptions.__all__ if n.endswith("Error")]


@pytest.mark.parametrize("error", ERRORS)
def test_one_except_catches_all(error):
    assert issubclass(error, SegkitError)
    assert issubclass(error, ValueError)
    with pytest.raises(SegkitError, match="what, where, remedy"):
        raise error("what, where, remedy")


@pytest.mark.parametrize("error", ERRORS)
def test_errors_cross_processes(error):
    again = pickle.loads(pickle.dumps(error("what")))
    assert (type(again), str(again)) == (error, "what")


def test_errors_are_also_what_others_expect():
    assert issubclass(NotFittedError, SklearnNotFittedError)
    assert issubclass(MissingExtraError, ImportError)
    assert not issubclass(DatasetUnavailableError, ImportError)


def test_the_warning_is_a_user_warning_and_no_error():
    assert issubclass(SegkitWarning, UserWarning)
    assert not issubclass(SegkitWarning, SegkitError)


def test_errors_and_warning_stand_in_the_public_face():
    assert segkit.SegkitError is SegkitError
    assert segkit.SegkitWarning is SegkitWarning
