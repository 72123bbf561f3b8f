"""The stability of a study in a file of plain arrays, so that it need not be computed again."""

from pathlib import Path
from typing import Any

import numpy as np

from segkit._files import whole_file
from segkit._frames import numeric_column, origin_of
from segkit.diagnostics import Stability

__all__ = ["read_stability", "write_stability"]

ARRAYS = ("n", "share", "jaccard", "low", "high", "samples", "ari_samples", "labels")
"""Attributes of a Stability that are arrays as they stand."""


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
    arrays["segments"] = np.array(found.segments)
    arrays["numbers"] = np.array([found.ari, found.effective_n])
    arrays["seed"] = np.array(found.seed)
    arrays["model"] = np.array(found.model)
    for name in ("certainty", "n_samples"):
        arrays[name] = numeric_column(found.respondent, name)
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
    origin = origin_of(like)
    ari, effective_n = arrays["numbers"].tolist()
    respondent = {
        "respondent": np.arange(arrays["labels"].size),
        "segment": arrays["labels"],
        "certainty": arrays["certainty"],
        "n_samples": arrays["n_samples"].astype(int),
    }
    return Stability(
        **{name: arrays[name] for name in ARRAYS},
        segments=tuple(arrays["segments"].tolist()),
        ari=ari,
        effective_n=effective_n,
        seed=int(arrays["seed"]),
        model=str(arrays["model"]),
        respondent=origin.frame(respondent, same_rows=True),
        origin=origin,
    )
