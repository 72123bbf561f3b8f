"""What a comparison found before, in a folder of plain arrays: an interrupted call goes on."""

import importlib
import os
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from segkit._files import clear_drafts, whole_file
from segkit._fingerprint import code_digest, fingerprint
from segkit._frames import matrix
from segkit.choose.candidates import Fitted
from segkit.choose.material import Material
from segkit.exceptions import SegkitError, SegkitWarning

__all__ = ["NOTHING_KEPT", "Store", "of_candidate", "open_store"]

KNOWN = ("segkit", "sklearn")
"""Packages whose models are told by class, parameters and version. Code from elsewhere may change
under the same name."""

DAMAGED = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    RuntimeError,
    TypeError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a damaged archive raises: headers, directory and data each have their own."""


class Store:
    """Arrays by what they were computed from.

    Parameters
    ----------
    folder : Path or None
        Where they are kept; None keeps nothing.

    Examples
    --------
    >>> import tempfile
    >>> store = Store(Path(tempfile.mkdtemp()))
    >>> store.arrays("sums", [1, 2], lambda: {"sum": np.array(3)})["sum"].item()
    3
    >>> store.arrays("sums", [1, 2], lambda: {})["sum"].item()  # not computed again
    3
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @property
    def keeps(self) -> bool:
        """Whether anything is kept."""
        return self._folder is not None

    def arrays(
        self, what: str, inputs: Sequence[Any], compute: Callable[[], dict[str, np.ndarray]]
    ) -> dict[str, np.ndarray]:
        """Return arrays by name, computed now or before.

        Parameters
        ----------
        what : str
            What they are, for the name of the file.
        inputs : sequence
            All that they depend on, besides the code. `UNKNOWN` among them: always computed.
        compute : callable
            Computes them.

        Returns
        -------
        dict of str to ndarray
        """
        if self._folder is None or any(value is UNKNOWN for value in inputs):
            return compute()
        key = fingerprint([code_digest(), _versions(), *inputs])
        path = self._folder / f"{what}-{key[:40]}.npz"
        found = _read(path)
        if found is None:
            found = compute()
            _keep(found, path)
        return found


NOTHING_KEPT = Store(None)

SEAL = "seal"
"""The array of a file with the digest of the others: whole is what holds what was written."""

UNKNOWN = object()
"""Stands for something that cannot be told apart by its content."""


def open_store(folder: Any) -> Store:
    """Return the store in a folder, which is made if it is not there.

    Raises
    ------
    SegkitError
        When there is a file of that name, no folder can be made, or it is no path.
    """
    if folder is None:
        return NOTHING_KEPT
    if not isinstance(folder, str | os.PathLike) or not str(folder):
        raise SegkitError(
            f"cache={folder!r} was given; expected the path of a folder, there or to be made, "
            "or None to keep nothing."
        )
    path = Path(folder)
    if path.exists() and not path.is_dir():
        raise SegkitError(f"cache is `{path}`, a file; expected a folder, there or to be made.")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SegkitError(
            f"The folder `{path}` of the cache cannot be made ({error.strerror}). Name another, "
            "or leave cache out."
        ) from error
    return Store(path)


def of_candidate(fitted: Fitted, material: Material) -> list[Any]:
    """Return what the figures of a candidate depend on: its model, its table, the weights."""
    X = material.inputs[fitted.candidate.input]
    return [
        *_of_model(fitted.estimator),
        fitted.labels,
        type(X).__module__,
        matrix(X).values,
        matrix(X).names,
        material.w,
        material.weighted,
    ]


def _of_model(model: Any) -> list[Any]:
    """Return the class and the parameters of a model, and of the models in it."""
    out = [*_of_class(model)]
    for name, value in sorted(model.get_params(deep=True).items()):
        out += [name, *_of_value(value)]
    return out


def _of_class(model: Any) -> list[Any]:
    kind = type(model)
    known = kind.__module__.split(".")[0] in KNOWN
    return [kind.__module__, kind.__qualname__] if known else [UNKNOWN]


def _of_value(value: Any) -> list[Any]:
    if isinstance(value, np.ndarray) and value.dtype != object:
        return [value]
    if value is None or isinstance(value, bool | int | float | str | np.generic):
        return [value]
    if isinstance(value, list | tuple):
        return [type(value).__name__, len(value), *(v for each in value for v in _of_value(each))]
    if hasattr(value, "get_params") and not isinstance(value, type):
        # its parameters stand beside it, by their long names
        return _of_class(value)
    return [UNKNOWN]


def _versions() -> list[str]:
    names = ("numpy", "scipy", "sklearn")
    return [importlib.import_module(name).__version__ for name in names]


def _keep(found: dict[str, np.ndarray], path: Path) -> None:
    """Write what was computed; a folder that takes nothing costs no figures."""
    try:
        with whole_file(path) as draft, draft.open("wb") as file:
            seal = {SEAL: np.array(_seal(found, path))}
            np.savez_compressed(file, allow_pickle=False, **found, **seal)
        clear_drafts(path)
    except (OSError, SegkitError) as error:
        warnings.warn(
            f"The cache does not keep what was computed, which is used nevertheless: {error}",
            SegkitWarning,
            stacklevel=4,
        )


def _read(path: Path) -> dict[str, np.ndarray] | None:
    """Return what was kept; None where nothing was, or what was is damaged."""
    if not path.is_file():
        return None
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            found = {name: file[name] for name in file.files}
    except DAMAGED:
        found = {}
    sealed = found.pop(SEAL, None)
    if sealed is not None and sealed.shape == () and str(sealed) == _seal(found, path):
        return found
    warnings.warn(
        f"The file `{path.name}` of the cache is damaged; what it held is computed again.",
        SegkitWarning,
        stacklevel=4,
    )
    return None


def _seal(found: dict[str, np.ndarray], path: Path) -> str:
    """Return the digest of arrays under a name: neither others nor those of another file have it.

    It finds damage, not malice: whoever can write the folder can write any figures.
    """
    parts = (part for name in sorted(found) for part in (name, np.asarray(found[name])))
    return fingerprint([path.stem, *parts])
