"""Versions of a tool: told by their bytes, kept whole."""

import numpy as np
import pytest

from segkit.diagnostics.watch.versions import saved_tool, segments_of
from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool, load


def test_a_tool_and_its_file_are_the_same_bytes(tool, tmp_path):
    path = tool.save(tmp_path / "tool.segkit")
    assert saved_tool(tool) == saved_tool(tool) == saved_tool(path)
    assert saved_tool(load(path)) == saved_tool(tool)
    assert segments_of(saved_tool(tool)) == ("gold", "old", "rest")


def test_the_store_gives_the_tool_back(place, tool, days):
    place.monitor(tool).update(days["2026-11-01"], "2026-11-01")
    from segkit.diagnostics.watch.versions import current_version

    with place.store.session(write=False) as session:
        version = current_version(session)
    base = days["2026-11-01"]
    assert np.array_equal(version.loaded.predict_proba(base), tool.predict_proba(base))
    assert version.tool == saved_tool(tool)


@pytest.mark.parametrize("given", [5, {"a": 1}, object()])
def test_what_is_no_tool_is_refused(given):
    with pytest.raises(SegkitError, match="expected a fitted TypingTool, or the path"):
        saved_tool(given)


def test_an_unfitted_tool_is_refused():
    with pytest.raises(Exception, match="fit"):
        saved_tool(TypingTool())


@pytest.mark.parametrize("name", ["all", "untagged"])
def test_names_that_the_store_needs_are_refused(name, days):
    base = days["2026-11-01"].drop(columns="customer_id")
    labels = np.where(base["online"], "one", name)
    tool = TypingTool(n_trees=5, n_folds=2).fit(base, labels)
    with pytest.raises(SegkitError, match=f"named `{name}`; expected another name"):
        segments_of(saved_tool(tool))
