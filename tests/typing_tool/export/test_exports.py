import pytest

from segkit.exceptions import NotFittedError, SegkitError
from segkit.typing_tool import TypingTool


@pytest.mark.parametrize("method", ["to_json", "to_html", "to_excel", "to_onnx"])
def test_an_unfitted_tool_has_nothing_to_write(method, tmp_path):
    with pytest.raises(NotFittedError):
        getattr(TypingTool(), method)(tmp_path / "tool")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(cases, tmp_path):
    with pytest.raises(SegkitError, match="nowhere"):
        cases["forest"].tool.to_json(tmp_path / "nowhere" / "tool.json")
