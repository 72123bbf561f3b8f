"""Versions of the file: each older one is brought up to the next, step by step.

A file of an older version gets what that version lacked, with the value that says so, and
is then read as if it were of today. Its tags never change.

1. Codebook, forest, calibration, evaluation, importance, typing error.
2. Names the segkit that wrote it (``written_by``), and what votes (``voter``).
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
    return {**manifest, "written_by": "segkit 0.1.0", "voter": "forest"}, arrays


STEPS: dict[int, Callable[[dict[str, Any], dict[str, np.ndarray]], Content]] = {1: _from_1}
