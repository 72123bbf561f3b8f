"""The errors and the warning of segkit.

Every error is a `SegkitError`, hence a `ValueError`: one ``except`` catches all
of them. A message names the item, field, row or file, says what was received and
what was expected, and ends with the remedy.
"""

from sklearn.exceptions import NotFittedError as _SklearnNotFittedError

__all__ = [
    "DatasetUnavailableError",
    "MissingExtraError",
    "NotFittedError",
    "SegkitError",
    "SegkitWarning",
]


class SegkitError(ValueError):
    """Something given to segkit cannot be used; the message says what, where and the remedy."""


class NotFittedError(SegkitError, _SklearnNotFittedError):
    """An estimator was asked for an answer before `fit`."""


class MissingExtraError(SegkitError, ImportError):
    """An optional package is needed; the message holds the install command."""


class DatasetUnavailableError(SegkitError):
    """A public data set is neither in ``SEGKIT_DATA`` nor cached, and cannot be downloaded."""


class SegkitWarning(UserWarning):
    """The result stands, but something was repaired, dropped or is weaker than it looks."""
