"""The stability of a study in a file of plain arrays, so that it need not be computed again."""

from pathlib import Path
from typing import Any

import numpy as np

from segkit._files import whole_file
from segkit._frames import origin_of
from segkit.diagnostics import Stability
from segkit.diagnostics.refits.stability_result import PER_SEGMENT, PER_SOLUTION

__all__ = ["read_stability", "write_stability"]

ARRAYS = (*PER_SEGMENT, *PER_SOLUTION, "w")
"""Attributes of a Stability that are arrays as they stand."""
TEXTS = ("model", "scheme", "placing")
COUNTS = ("seed", "n_boot", "repeats")
NUMBERS = ("tolerance", "effective_n")
NUMBERINGS = ("n_segments", "number", "segments")


def write_stability(found: Stability, path: Path) -> None:
    """Write what was found as .npz: numbers and text, never code.

    Parameters
    ----------
    found : Stability
        Of a model whose seed is a whole number.
    path : Path
        The file.
    """
    arrays = {name: getattr(found, name) for name in ARRAYS}
    for name in (*TEXTS, *COUNTS, *NUMBERS, *NUMBERINGS):
        arrays[name] = np.array(getattr(found, name))
    with whole_file(path) as draft, draft.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def read_stability(path: Path, like: Any) -> Stability:
    """Read what `write_stability` wrote.

    Parameters
    ----------
    path : Path
        The file.
    like : frame of shape (n_respondents, n_columns)
        The table that the stability is of: results come as its kind, with its rows.

    Returns
    -------
    Stability
    """
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    fields: dict[str, Any] = {name: arrays[name] for name in ARRAYS}
    fields |= {name: str(arrays[name]) for name in TEXTS}
    fields |= {name: arrays[name].item() for name in (*COUNTS, *NUMBERS)}
    fields |= {name: tuple(arrays[name].tolist()) for name in NUMBERINGS}
    return Stability(**fields, origin=origin_of(like))
