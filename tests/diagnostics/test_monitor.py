"""The monitor takes what it needs, and says what it lacks."""

import re

import pandas as pd
import pytest

from segkit.diagnostics import Monitor
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool import TypingTool


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


def test_a_base_without_many_of_its_customers_is_doubted(tmp_path):
    pytest.importorskip("duckdb")
    fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    tool = TypingTool(n_trees=5).fit(fields, (fields["age"] > 47).astype(int))
    base = fields.assign(customer_id=range(120))
    monitor = Monitor(tmp_path / "monitor.duckdb", tool, false_alarms_a_year=0.01)
    monitor.update(base, "2026-11-01")
    assert monitor.update(base.head(100), "2026-11-02").doubt == ""
    words = (
        "Of the customers of the day before 2026-11-03 25 of 100 are gone: is the base whole? If "
        "not, send the whole base for the same day"
    )
    with pytest.warns(SegkitWarning, match=re.escape(words)):
        found = monitor.update(base.head(75), "2026-11-03")
    assert found.status.endswith(" [25 of 100 are gone: is the base whole?]")
    assert found.summary().endswith("25 of 100 are gone: is the base whole?")
    # sent once more it changes nothing, and is not warned of again
    assert monitor.update(base.head(75), "2026-11-03").outcome == "known"
    # the whole base takes its place
    again = monitor.update(base.head(100), "2026-11-03")
    assert (again.outcome, again.doubt, again.gone) == ("replaced", "", 0)
