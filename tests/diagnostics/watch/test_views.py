"""What a store shows agrees with what the days said of themselves."""

from datetime import date

import numpy as np
import pytest

from segkit.diagnostics.watch import views

SECOND = date(2026, 11, 2)


@pytest.fixture
def shown(watched):
    """Columns of a view of a store of six days."""

    def columns(view, *given):
        with watched.store.session(write=False) as session:
            return view(session, *given)

    return columns


def test_history_is_one_row_a_day_and_flows_add_up(shown, days):
    found = shown(views.history_columns)
    assert [str(day) for day in found["day"]] == list(days)
    assert found["customers"] == [len(base) for base in days.values()]
    for i in range(1, 6):
        before, now = found["customers"][i - 1], found["customers"][i]
        assert before + found["new"][i] - found["gone"][i] == now
        assert found["moved"][i] <= found["changed"][i]
    assert found["n_alarms"] == [len(r.split(". ")) if r else 0 for r in found["reasons"]]
    assert all(
        low <= value <= high
        for low, value, high in zip(
            found["accuracy_low"], found["accuracy"], found["accuracy_high"], strict=True
        )
    )


def test_sizes_are_those_of_the_tags(shown, tool, days):
    found = shown(views.mix_columns)
    tags = np.asarray(tool.predict(days["2026-11-02"].drop(columns="customer_id")), dtype=object)
    there = {s: int((tags == s).sum()) for s in ("gold", "old", "rest")}
    rows = [i for i, day in enumerate(found["day"]) if day == SECOND]
    assert {found["segment"][i]: found["n"][i] for i in rows} == there
    counted = [found["counted"][i] for i in rows]
    assert sum(counted) == pytest.approx(1)
    # the largest segment of a day first
    assert counted == sorted(counted, reverse=True)
    assert all(found["low"][i] <= found["share"][i] <= found["high"][i] for i in rows)


def test_tags_of_a_day_are_those_of_its_base(shown, tool, days):
    base = days["2026-11-02"]
    found = shown(views.tag_columns, SECOND)
    expected = dict(
        zip(
            base["customer_id"].astype(str),
            tool.predict(base.drop(columns="customer_id")),
            strict=True,
        )
    )
    assert dict(zip(found["customer_id"], found["segment"], strict=True)) == {
        id: None if tag is None else str(tag) for id, tag in expected.items()
    }
    now = shown(views.tag_columns)
    assert set(now["until"]) == {None}
    assert len(now["customer_id"]) == len(days["2026-11-06"])


def test_a_trail_has_all_spells_of_a_customer_end_to_end(shown, days):
    last, first = days["2026-11-06"], days["2026-11-01"]
    stayed = sorted(set(last["customer_id"]) & set(first["customer_id"]))
    ids = [str(id) for id in stayed[:50]]
    found = shown(views.tag_columns, None, ids)
    assert set(found["customer_id"]) == set(ids)
    assert found["customer_id"] == sorted(found["customer_id"])
    for id in ids:
        rows = [i for i, other in enumerate(found["customer_id"]) if other == id]
        starts = [found["first_day"][i] for i in rows]
        assert starts[0] == date(2026, 11, 1)
        assert [found["until"][i] for i in rows] == [*starts[1:], None]
    assert shown(views.tag_columns, None, ["nobody"])["customer_id"] == []


def test_alarms_and_events_have_their_columns_without_a_row_too(place, tool, days):
    place.monitor(tool).update(days["2026-11-01"], "2026-11-01")
    with place.store.session(write=False) as session:
        alarms, events = views.alarm_columns(session), views.event_columns(session)
    assert list(alarms) == list(views.ALARM)
    assert all(column == [] for column in alarms.values())
    assert events == {
        "number": [1],
        "day": [None],
        "what": ["tool"],
        "detail": ["Version 1 of the typing tool is in use."],
    }
