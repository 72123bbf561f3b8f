"""Single values: options, numbers, shares, seeds, lengths, packages."""

import contextlib
import importlib
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.utils.validation import check_random_state as _sklearn_random_state

from segkit._frames import is_frame
from segkit.exceptions import MissingExtraError, SegkitError

__all__ = [
    "check_boolean",
    "check_integer",
    "check_list",
    "check_mapping",
    "check_n_jobs",
    "check_names",
    "check_number",
    "check_option",
    "check_random_state",
    "check_same_rows",
    "check_share",
    "check_shared_names",
    "check_text",
    "name_list",
    "require",
]


_LONG = 80  # characters of a value that a message still repeats
_MOST = 2**31 - 1  # no count is larger: nothing could hold as many samples, starts or people


def name_list(names: Sequence[object], most: int = 6) -> str:
    """Write names for a message: at most `most` of them, then how many more.

    Examples
    --------
    >>> name_list(["age", "region"])
    '`age`, `region`'
    """
    shown = ", ".join(f"`{n}`" if len(str(n)) <= _LONG else _a(n) for n in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def check_option(value: Any, options: Sequence[Hashable], *, name: str) -> Any:
    """Return `value` when it is one of `options`."""
    if isinstance(value, Hashable) and value in options:
        return value
    allowed = ", ".join(repr(o) for o in options)
    raise SegkitError(f"{name}{_given(value)} is not known; expected one of {allowed}.")


def check_boolean(value: Any, *, name: str) -> bool:
    """Return True or False; what is merely true or false to Python, such as "no", is refused."""
    if not isinstance(value, bool | np.bool_):
        raise SegkitError(f"{name}{_given(value)} was given; expected True or False.")
    return bool(value)


def check_text(value: Any, *, name: str) -> Any:
    """Return a text, or None where none was given."""
    if not isinstance(value, str | None):
        raise SegkitError(f"{name}{_given(value)} was given; expected text, or None.")
    return value


def check_integer(value: Any, *, name: str, low: int = 1, high: int | None = None) -> int:
    """Return a whole number within [low, high]."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < low or value > (_MOST if high is None else high):
        bounded = high is not None or (whole and value > _MOST)
        span = f"from {low} to {high or _MOST}" if bounded else f"at least {low}"
        raise SegkitError(f"{name}{_given(value)} was given; expected a whole number {span}.")
    return int(value)


def check_number(value: Any, *, name: str, low: float = 0.0) -> float:
    """Return a finite number of at least `low`."""
    number = isinstance(value, int | float | np.integer | np.floating)
    if number and not isinstance(value, bool):
        with contextlib.suppress(OverflowError):  # a whole number beyond any double
            if math.isfinite(value) and value >= low:
                return float(value)
    raise SegkitError(f"{name}{_given(value)} was given; expected a number of at least {low:g}.")


def check_share(value: Any, *, name: str) -> float:
    """Return a number strictly between 0 and 1."""
    if isinstance(value, int | float | np.floating) and 0 < value < 1:
        return float(value)
    raise SegkitError(
        f"{name}{_given(value)} was given; expected a share between 0 and 1 (say 0.9)."
    )


def check_random_state(random_state: Any) -> np.random.RandomState:
    """Return scikit-learn's generator for an int, None or a RandomState."""
    try:
        return _sklearn_random_state(random_state)
    except ValueError as error:
        raise SegkitError(
            f"random_state{_given(random_state)} was given; expected a whole number, None or a "
            "numpy.random.RandomState."
        ) from error


def check_same_rows(n: int, n_expected: int, *, what: str, other: str) -> None:
    """Make sure that two tables have as many rows as each other."""
    if n != n_expected:
        raise SegkitError(
            f"{what} has {n} rows but {other} has {n_expected}; expected one row a respondent in "
            "both, in the same order. Join them on the respondent's id first."
        )


def check_names(names: Any, *, name: str, alone: bool = False) -> list[str]:
    """Return a list of names; one name alone, which would be read letter by letter, is refused.

    Parameters
    ----------
    names : sequence of str
        What was given.
    name : str
        The parameter.
    alone : bool
        Take one name alone as well.

    Examples
    --------
    >>> check_names(("age", "plan"), name="fields")
    ['age', 'plan']
    >>> check_names("age", name="rows", alone=True)
    ['age']
    """
    if isinstance(names, str):
        if alone:
            return [names]
        raise SegkitError(
            f"{name}={names!r} is one text; expected a list of names. Write {name}=[{names!r}]."
        )
    listed = check_list(names, name=name, of="names, such as ['a', 'b']")
    if not all(isinstance(n, str) for n in listed):
        raise SegkitError(
            f"{name}{_given(names)} was given; expected a list of names, such as ['a', 'b']."
        )
    return sorted(listed) if isinstance(names, set | frozenset) else listed


def check_list(given: Any, *, name: str, of: str) -> list[Any]:
    """Return the values of a list, a tuple, a column: not of a text, a mapping, a frame.

    Walking over these yields something as well, and not what was meant.
    """
    told = isinstance(given, str | bytes | Mapping) or is_frame(given)
    if told or not isinstance(given, Iterable):
        raise SegkitError(f"{name}{_given(given)} was given; expected a list of {of}.")
    return list(given)


def check_mapping(given: Any, *, name: str, example: str) -> Any:
    """Return a mapping, or None where none was given."""
    if not isinstance(given, Mapping | None):
        raise SegkitError(
            f"{name} is {_repeated(given)}{_a(given)}; expected a dict such as {example}, or None."
        )
    return given


def check_n_jobs(n_jobs: Any) -> int | None:
    """Return a number of processes or threads: a whole one but zero, -1 for one a core; None."""
    whole = isinstance(n_jobs, int | np.integer) and not isinstance(n_jobs, bool)
    if n_jobs is not None and (not whole or not -_MOST <= n_jobs <= _MOST or n_jobs == 0):
        raise SegkitError(
            f"n_jobs{_given(n_jobs)} was given; expected a whole number of processes or threads, "
            "-1 for one a core, or None."
        )
    return None if n_jobs is None else int(n_jobs)


def check_shared_names(first: Sequence[str], second: Sequence[str], *, what: str) -> None:
    """Make sure that the segments of two sides are not all strangers; no name at all will do.

    Examples
    --------
    >>> check_shared_names(["0", "1"], ["1", "2"], what="tables")
    """
    if first and second and not set(first) & set(second):
        raise SegkitError(
            f"The two {what} have no segment in common: {name_list(first)} and "
            f"{name_list(second)}; expected the same names. Rename those of one side "
            "(segkit.segments.match finds which is which)."
        )


def require(module: str, *, extra: str) -> Any:
    """Import an optional package, or say how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"The package `{module}` is needed for this and is not installed. "
            f'Install it with: pip install "segkit[{extra}]"'
        ) from error


def _given(value: Any) -> str:
    """Write what was given behind a parameter's name: the value, or its type where it is long."""
    text = repr(value)
    return f"={text}" if len(text) <= _LONG else f" is {_a(value)}, which"


def _a(value: Any) -> str:
    return f"a {type(value).__name__}"


def _repeated(value: Any) -> str:
    return f"{value!r}, " if len(repr(value)) <= _LONG else ""
