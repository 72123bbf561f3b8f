"""A typing tool from its file."""

from pathlib import Path
from typing import Any

from segkit.exceptions import SegkitError
from segkit.typing_tool.files.archive import refusal
from segkit.typing_tool.files.saving import load_state
from segkit.typing_tool.settings import check_settings
from segkit.typing_tool.tool import TypingTool

__all__ = ["load"]


def load(path: str | Path) -> TypingTool:
    """Read a typing tool from a file written by `TypingTool.save`.

    The file cannot run code, and everything in it is checked: a damaged or hostile file is a
    `SegkitError`. Files of earlier versions are read and tag as they did; one of a later
    version, or with a setting that no tool has, is an error that says so.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    TypingTool
        Tags exactly as the saved one did.

    Examples
    --------
    >>> import numpy as np, pandas as pd, tempfile
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": np.arange(40) % 20, "city": ["a", "b"] * 20})
    >>> tool = TypingTool(n_trees=5).fit(fields, np.arange(40) % 2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = load(tool.save(f"{folder}/tool.segkit"))
    >>> bool((again.predict(fields) == tool.predict(fields)).all())
    True
    """
    state, params = load_state(path)
    tool = _tool_with(params, path)
    tool._store(state)
    named = state.evaluation.origin.kind != "array"
    tool._remember_fields(state.choices.names(), named=named)
    return tool


def _tool_with(params: dict[str, Any], path: str | Path) -> TypingTool:
    """Return an unfitted tool with a file's settings; what it does not name is as by default."""
    unknown = sorted(set(params) - set(TypingTool().get_params()))
    try:
        if unknown:
            raise SegkitError(f"it has a setting {unknown[0][:40]!r} that no tool has")
        tool = TypingTool(**params)
        check_settings(tool)
    except SegkitError as error:
        raise refusal(path, error) from error
    return tool
