"""Running a model over rows, and comparing its answers with the tool's to the bit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segkit.typing_tool import TypingTool


def _inputs(session: Any, rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """Each field as a column: NaN, or an empty text, where missing."""
    columns = {}
    for wanted in session.get_inputs():
        assert wanted.shape == ["n", 1]
        given = rows[wanted.name]
        if wanted.type == "tensor(string)":
            values = given.astype(object).where(given.notna(), "").to_numpy(object)
        else:
            assert wanted.type == "tensor(double)"
            values = pd.to_numeric(given.astype(object)).to_numpy(float)
        columns[wanted.name] = values.reshape(-1, 1)
    return columns


def _run(path: Path | bytes, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return tags and probabilities of rows."""
    onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    session = onnxruntime.InferenceSession(path)
    assert [out.name for out in session.get_outputs()] == ["tag", "probabilities"]
    tag, probabilities = session.run(None, _inputs(session, rows))
    assert (tag.dtype, tag.shape) == (np.int64, (len(rows),))
    return tag, probabilities


def _tags(tool: TypingTool, rows: pd.DataFrame) -> list[int]:
    """What the tool itself says, named segments by their places."""
    found, named = tool.predict(rows).tolist(), tool.classes_.dtype == object
    places = {segment: at for at, segment in enumerate(tool.classes_.tolist())}
    return [-1 if s is None else places[s] for s in found] if named else found


@pytest.fixture(scope="session")
def inputs() -> Callable[..., dict[str, np.ndarray]]:
    """Makes the inputs of a model from rows."""
    onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    return lambda path, rows: _inputs(onnxruntime.InferenceSession(path), rows)


@pytest.fixture(scope="session")
def run() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Runs a model over rows."""
    return _run


@pytest.fixture
def same(tmp_path: Path) -> Callable[[TypingTool, pd.DataFrame], None]:
    """Checks that the model of a tool types rows as the tool does, to the last bit."""

    def check(tool: TypingTool, rows: pd.DataFrame) -> None:
        tag, probabilities = _run(tool.to_onnx(tmp_path / "tool.onnx"), rows)
        assert tag.tolist() == _tags(tool, rows)
        np.testing.assert_array_equal(probabilities, tool.predict_proba(rows))

    return check
