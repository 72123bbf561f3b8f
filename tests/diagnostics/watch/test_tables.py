"""The tables of a store: made once, brought up from the earlier format, refused otherwise."""

import pytest

from segkit.diagnostics.watch.tables import (
    ADDED,
    EARLIER,
    FORMAT,
    TABLES,
    bring_up,
    check_format,
    make_tables,
)
from segkit.exceptions import SegkitError


def made_earlier(place):
    """Turn a store into one of the earlier format."""
    with place.store.session(write=True) as session:
        for name in ADDED:
            session.run(f"DROP TABLE {name}")
        if "://" in place.address:
            session.run("DROP INDEX tags_of_customer")
        session.run("UPDATE monitor SET value = ? WHERE name = 'format'", [EARLIER])


def format_of(place):
    with place.store.session(write=False) as session:
        return session.rows("SELECT value FROM monitor WHERE name = 'format'")[0][0]


def indexes(place):
    with place.store.session(write=False) as session:
        sql = "SELECT indexname FROM pg_indexes WHERE schemaname = ? ORDER BY indexname"
        return [row[0] for row in session.rows(sql, [place.schema])]


def test_tables_are_made_once(place):
    for _ in range(2):
        with place.store.session(write=True) as session:
            make_tables(session)
            session.run("INSERT INTO mix (segment) VALUES ('a')")
    with place.store.session(write=False) as session:
        assert check_format(session) == FORMAT
        assert all(session.exists(name) for name in TABLES)
        assert len(session.rows("SELECT * FROM mix")) == 2


def test_a_store_of_the_earlier_format_is_read_as_it_is(watched):
    now = watched.monitor()
    history, tags = now.history(), now.tags()
    made_earlier(watched)
    assert now.history().equals(history)
    assert now.tags().equals(tags)
    assert now.latest().recodings == ()
    assert "because" in now.alarms().columns
    assert now.report().startswith("<!DOCTYPE html>")
    assert format_of(watched) == EARLIER


@pytest.mark.parametrize(
    "write",
    [
        lambda m, days: m.update(days["2026-11-06"].head(390), "2026-11-07"),
        lambda m, days: m.rollback("2026-11-03"),
        lambda m, days: m.forget(days["2026-11-06"]["customer_id"].iloc[0]),
        lambda m, days: m.retain(2),
    ],
)
def test_whatever_writes_brings_it_up(watched, days, write):
    made_earlier(watched)
    write(watched.monitor(), days)
    assert format_of(watched) == FORMAT
    events = watched.monitor().events()
    assert "The store was brought from 'segkit monitor 1' to 'segkit monitor 2'." in set(
        events["detail"]
    )
    assert events["number"].is_unique


def test_a_server_looks_customers_up_by_an_index(server_place, tool, days):
    server_place.monitor(tool).update(days["2026-11-01"], "2026-11-01")
    assert indexes(server_place) == ["tags_of_customer"]
    made_earlier(server_place)
    assert indexes(server_place) == []
    server_place.monitor().update(days["2026-11-02"], "2026-11-02")
    assert indexes(server_place) == ["tags_of_customer"]


def test_other_formats_are_refused(place):
    with place.store.session(write=True) as session:
        make_tables(session)
        session.run("UPDATE monitor SET value = 'segkit monitor 9' WHERE name = 'format'")
    for read in (check_format, bring_up):
        with (
            pytest.raises(SegkitError, match=r"The store says 'segkit monitor 9'; expected"),
            place.store.session(write=False) as session,
        ):
            read(session)


def test_a_store_that_lacks_a_table_is_refused(place):
    with place.store.session(write=True) as session:
        make_tables(session)
        session.run("DROP TABLE recodings")
    with (
        pytest.raises(SegkitError, match="it lacks `recodings`"),
        place.store.session(write=False) as session,
    ):
        check_format(session)
