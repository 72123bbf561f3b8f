"""What a monitor shows of its store."""

import re

import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics.watch.showing import as_day
from segkit.exceptions import SegkitError


def test_the_history_has_a_row_a_day(watched, days):
    history = watched.monitor().history()
    assert history["day"].astype(str).tolist() == list(days)
    assert history["customers"].tolist() == [len(base) for base in days.values()]
    assert history["new"].tolist() == [400] + [5] * 5
    assert history["gone"].tolist() == [0] + [3] * 5
    assert (history["accuracy_low"] < history["accuracy"]).all()
    assert set(history["verdict"]) == {"keep"}


def test_the_mix_is_counted_and_corrected(watched, tool, days):
    mix = watched.monitor().mix()
    assert len(mix) == 3 * len(days)
    last = mix[mix["day"] == mix["day"].max()].set_index("segment")
    expected = tool.segment_mix(days["2026-11-06"]).frame().set_index("segment")
    for name in ("counted", "share", "low", "high"):
        other = "corrected" if name == "share" else name
        np.testing.assert_allclose(last[name], expected[other].loc[last.index], atol=2e-3)


def test_tags_as_of_a_day_are_those_that_the_tool_gave(watched, tool, days):
    for day, base in days.items():
        tags = watched.monitor().tags(day).set_index("customer_id")
        expected = tool.tag(base).assign(customer_id=lambda t: t["customer_id"].astype(str))
        expected = expected.set_index("customer_id").loc[tags.index]
        assert (tags["segment"].fillna("") == expected["segment"].fillna("")).all()
        np.testing.assert_allclose(tags["probability"], expected["probability"], atol=1e-12)


def test_a_trail_has_all_tags_of_a_customer_without_gaps(watched):
    trail = watched.monitor().trail(watched.monitor().tags()["customer_id"].tolist())
    for _, own in trail.groupby("customer_id"):
        assert own["until"].iloc[:-1].tolist() == own["first_day"].iloc[1:].tolist()
        assert own["until"].isna().tolist() == [False] * (len(own) - 1) + [True]
        segments = own["segment"].fillna("").tolist()
        for i in range(1, len(own)):
            same = segments[i] == segments[i - 1]
            since = own["since"].iloc[i - 1] if same else own["first_day"].iloc[i]
            assert own["since"].iloc[i] == since


def test_the_status_is_one_line_with_the_verdict_first(watched):
    monitor = watched.monitor()
    assert re.fullmatch(
        r"keep 2026-11-06: 410 customers \(5 new, \d+ changed, 3 gone, \d+ moved\); no alarm; tool "
        r"version 1",
        monitor.status(),
    )
    assert monitor.exit_code() == 0
    assert monitor.latest().frame().shape == (12, 14)


def test_what_was_done_is_noted(watched):
    watched.monitor().rollback("2026-11-05")
    events = watched.monitor().events()
    assert events["number"].tolist() == [1, 2]
    assert events["detail"][1] == "Back to 2026-11-05: 1 day taken back."


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", 5, None])
def test_what_is_no_day_is_refused(day):
    with pytest.raises(SegkitError, match="expected a date, or a text like"):
        as_day(day)


def test_timestamps_are_days():
    assert as_day(pd.Timestamp("2026-11-22 13:00")).isoformat() == "2026-11-22"


def test_the_picture_draws_the_mix(watched):
    ax = watched.monitor().plot()
    assert len(ax.lines) == 3
    assert "the largest change" in ax.get_title(loc="left")
    assert len(ax.collections) == 3  # bands
