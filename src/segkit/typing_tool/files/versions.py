"""Versions of the file: each older one is brought up to the next, step by step.

A file of an older version gets what that version lacked, with the value that says so, and
is then read as if it were of today. Its tags never change.

1. Codebook, forest, calibration, evaluation, importance, typing error.
2. Names the segkit that wrote it (``written_by``), what votes (``voter``), and which of the
   fields that were given are in use (``choices``); holds mistakes of tags beside those of
   probabilities, and the sizes that tags were re-weighted to;
   what fields add to the others, and what calling the likeliest finds (``lift``).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from segkit.exceptions import SegkitError

__all__ = ["VERSION", "brought_up", "check_version"]

VERSION = 2
"""The version that is written."""

Content = tuple[dict[str, Any], dict[str, np.ndarray]]


def check_version(manifest: dict[str, Any]) -> None:
    """Refuse a version that this segkit does not know.

    Raises
    ------
    SegkitError
        Names the segkit that wrote the file, where the file says so.
    """
    version: Any = manifest.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise SegkitError(f"its version is {str(version)[:20]!r}, not a number from 1 to {VERSION}")
    if version > VERSION:
        writer = str(manifest.get("written_by", "a later segkit"))[:40]
        raise SegkitError(
            f"it is of version {str(version)[:20]}, written by {writer}, and this segkit reads "
            f"versions up to {VERSION}: install that segkit or a later one"
        )


def brought_up(manifest: dict[str, Any], arrays: dict[str, np.ndarray]) -> Content:
    """Return the content of a file as the latest version would hold it."""
    for version in range(manifest["version"], VERSION):
        manifest, arrays = STEPS[version](manifest, arrays)
    return manifest, arrays


def _from_1(manifest: dict[str, Any], arrays: dict[str, np.ndarray]) -> Content:
    added: dict[str, Any] = {"written_by": "segkit 0.1.0", "voter": "forest", "sizes": None}
    added |= _without_what_came_later(manifest["importance"], manifest["evaluation"])
    return {**manifest, **added, "choices": _all_in_use(manifest)}, {
        **arrays,
        **_tag_errors(manifest, arrays),
    }


def _tag_errors(manifest: dict[str, Any], arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Take mistakes of tags from the evaluation, and draws of them from their counts."""
    k, n_draws = arrays["error"].shape[0], arrays["error_draws"].shape[0]
    counts = np.array(manifest["evaluation"]["confusion"]["n"], dtype=float).reshape(k, k + 1)
    cells, sizes = counts[:, :k] + 0.5, counts.sum(axis=1) + 0.5
    rng = np.random.default_rng(0)
    return {
        "error_tags": cells / cells.sum(axis=1, keepdims=True),
        "error_tag_draws": np.stack([rng.dirichlet(row, n_draws) for row in cells], axis=1),
        "error_prior": sizes / sizes.sum(),
        "error_prior_draws": rng.dirichlet(sizes, n_draws),
        "error_tilt": np.zeros(k + 1),
        "error_tilt_draws": np.zeros((n_draws, k + 1)),
    }


def _all_in_use(manifest: dict[str, Any]) -> dict[str, Any]:
    names = [entry["name"] for entry in manifest["fields"]]
    columns = {"choice": "field", "value": None, "used": 1.0, "share": 1.0}
    table = {column: [value] * len(names) for column, value in columns.items()}
    return {"table": {**table, "value": names}, "n_parts": 0}


def _without_what_came_later(
    importance: dict[str, Any], evaluation: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """Say of what fields add to the others that it is not known; of lists, what is."""
    unknown = [None] * len(importance["table"]["field"])
    names = ("conditional_rise", "conditional_low", "conditional_high")
    table = {**importance["table"], **dict.fromkeys(names, unknown)}
    return {
        "importance": {**importance, "table": table},
        "evaluation": {**evaluation, "lift": _top_tenths(evaluation["table"])},
    }


def _top_tenths(table: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Of the curve of each segment, what the table of figures knows: its place at a tenth."""
    rows = [i for i, metric in enumerate(table["metric"]) if metric == "lift"]
    lift = {name: [table[name][i] for i in rows] for name in ("value", "low", "high")}
    found = {
        name: [None if v is None else min(1.0, v / 10) for v in values]
        for name, values in lift.items()
    }
    return {
        "segment": [table["segment"][i] for i in rows],
        "called": [0.1] * len(rows),
        "found": found["value"],
        "low": found["low"],
        "high": found["high"],
        "lift": lift["value"],
        "lift_low": lift["low"],
        "lift_high": lift["high"],
    }


STEPS: dict[int, Callable[[dict[str, Any], dict[str, np.ndarray]], Content]] = {1: _from_1}
