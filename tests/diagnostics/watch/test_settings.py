"""What a store remembers of the choices."""

import pytest

from segkit.diagnostics.watch.budget import Budget
from segkit.diagnostics.watch.settings import Settings, read_settings
from segkit.exceptions import SegkitError


def test_choices_are_remembered_until_others_are_given(place, tool, days):
    base = days["2026-11-01"].rename(columns={"customer_id": "who"})
    place.monitor(tool, id="who", false_alarms_a_year=2, updates_a_year=52).update(
        base, "2026-11-01"
    )
    found = place.monitor(updates_a_year=12).update(base, "2026-11-02")
    assert found.budget == Budget(2.0, 12.0)
    with place.store.session(write=False) as session:
        assert read_settings(session) == Settings("who", Budget(2.0, 12.0))


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"false_alarms_a_year": 0}, "false_alarms_a_year=0 was given"),
        ({"updates_a_year": "many"}, "updates_a_year='many' was given"),
    ],
)
def test_impossible_choices_are_refused(file_place, tool, days, choices, message):
    with pytest.raises(SegkitError, match=message):
        file_place.monitor(tool, **choices).update(days["2026-11-01"], "2026-11-01")
