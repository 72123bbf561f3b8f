"""What a typing tool consists of, to a file and back; every number checked on the way back.

See `archive` for the file itself. Nothing of a respondent is in it: the evaluation, and how
often people of each segment were tagged how, are kept as sums.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from segkit._frames import Origin
from segkit.typing_tool.files.archive import read_archive, refusal, write_archive
from segkit.typing_tool.files.stored_fields import read_codes, write_codes
from segkit.typing_tool.files.stored_model import read_model, write_model
from segkit.typing_tool.files.stored_results import (
    read_choices,
    read_evaluation,
    read_importance,
    read_set_levels,
    read_sizes,
    read_typing_error,
    write_results,
    write_typing_error,
)
from segkit.typing_tool.files.values import one_of, require, text, whole
from segkit.typing_tool.files.versions import brought_up
from segkit.typing_tool.fitting import ToolState
from segkit.typing_tool.models.calibration import CUT_BITS
from segkit.typing_tool.models.membership import MAX_SEGMENTS

__all__ = ["load_state", "save_state"]


def save_state(state: ToolState, params: dict[str, Any], path: str | Path) -> Path:
    """Write a tool, and the choices it was made with, to a file."""
    model = state.model
    fields, field_arrays = write_codes(model.codes)
    voter, voter_arrays = write_model(model)
    manifest = {
        "params": params,
        "classes": state.classes.tolist(),
        "cut": state.cut,
        "sizes": None if state.sizes is None else state.sizes.tolist(),
        **voter,
        "fields": fields,
        **write_results(state.evaluation, state.importance, state.choices),
        "frames": state.evaluation.origin.kind,
    }
    arrays = {
        **field_arrays,
        **voter_arrays,
        **write_typing_error(state.typing_error),
        "set_levels": state.set_levels,
    }
    return write_archive(path, manifest, arrays)


def load_state(path: str | Path) -> tuple[ToolState, dict[str, Any]]:
    """Read a tool and its choices from a file of this or an earlier version, and check all of it.

    Raises
    ------
    SegkitError
        When the file is no tool, damaged, or holds numbers that no tool can have.
    """
    manifest, arrays = read_archive(path)
    try:
        manifest, arrays = brought_up(manifest, arrays)
        return _state(manifest, arrays), _params(manifest["params"])
    except Exception as error:
        # a manifest of the wrong shape fails in many ways; each is the same clear error
        raise refusal(path, error) from error


def _state(manifest: dict[str, Any], arrays: dict[str, np.ndarray]) -> ToolState:
    classes = _classes(manifest["classes"])
    k = int(classes.size)
    codes = read_codes(manifest["fields"], arrays["edges"], arrays["codes"])
    origin = _origin(manifest["frames"])
    return ToolState(
        classes,
        read_model(manifest, arrays, codes),
        whole(manifest["cut"], 0, 1 << CUT_BITS),
        read_typing_error(arrays, k),
        read_evaluation(manifest["evaluation"], classes.tolist(), origin),
        read_importance(manifest["importance"], origin),
        read_set_levels(arrays["set_levels"]),
        read_choices(manifest["choices"], codes.names, origin),
        read_sizes(manifest["sizes"], k),
    )


def _origin(kind: Any) -> Origin:
    """Return what tables are handed out as: what the tool was fitted on, where it is installed."""
    known = one_of(kind, ("pandas", "polars", "pyarrow", "array"))
    return Origin(known if known == "array" or find_spec(known) else "array")


def _params(values: Any) -> dict[str, Any]:
    require(isinstance(values, dict) and len(values) <= 30, "the settings are")
    plain = (int, float, str, type(None))
    require(all(isinstance(v, plain) for v in values.values()), "a setting is")
    return dict(values)


def _classes(values: Any) -> np.ndarray:
    require(isinstance(values, list) and 2 <= len(values) <= MAX_SEGMENTS, "the segments are")
    if all(isinstance(v, str) for v in values):
        out = np.array([text(v) for v in values], dtype=object)
    else:
        out = np.array([whole(v, -(2**62), 2**62) for v in values], dtype=np.int64)
    require(len(set(values)) == len(values), "the segments are")
    return out
