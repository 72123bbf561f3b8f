"""The monitor takes what it needs, and says what it lacks."""

import pytest

from segkit.diagnostics import Monitor
from segkit.exceptions import SegkitError


def test_a_reference_needs_the_tool_that_tags_it(tmp_path):
    with pytest.raises(SegkitError, match="reference was given without a tool"):
        Monitor(tmp_path / "monitor.duckdb", reference=[1])


@pytest.mark.parametrize("path", ["mysql://a/b", 5, None])
def test_what_is_no_place_is_refused(path):
    with pytest.raises(SegkitError, match="neither a file nor a postgresql:// address"):
        Monitor(path)


def test_nothing_is_made_before_the_first_day(tmp_path):
    pytest.importorskip("duckdb")
    monitor = Monitor(tmp_path / "monitor.duckdb")
    assert repr(monitor) == "Monitor('monitor.duckdb')"
    with pytest.raises(SegkitError, match="does not exist; expected one that update"):
        monitor.history()
    assert list(tmp_path.iterdir()) == []
