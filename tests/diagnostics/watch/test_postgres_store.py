"""The store in PostgreSQL: schemas are apart, and the password never shows."""

import traceback
from datetime import date

import pyarrow as pa
import pytest

from segkit.diagnostics.monitor import Monitor
from segkit.diagnostics.watch.postgres_store import PostgresStore
from segkit.exceptions import SegkitError

SECRET = "hunter-2"


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://me:{SECRET}@127.0.0.1:1/base",
        f"postgresql://me@127.0.0.1:1/base?password={SECRET}",
        f"postgres://me:{SECRET}@127.0.0.1:1/base?no_such_option=1",
        f"postgresql://me:{SECRET}@nowhere.invalid:{SECRET}/base",
    ],
)
def test_a_password_never_shows(address, tool, days):
    pytest.importorskip("psycopg")
    monitor = Monitor(address, tool)
    with pytest.raises(SegkitError, match="cannot be reached") as raised:
        monitor.update(days["2026-11-01"], "2026-11-01")
    shown = "".join(traceback.format_exception(raised.value))
    for text in (shown, str(raised.value), repr(monitor), monitor.store, repr(monitor._store)):
        assert SECRET not in text
    assert "Check the address, the server and the permissions" in shown


def test_the_report_does_not_show_it_either(server_place, tool, days):
    monitor = server_place.monitor(tool)
    monitor.update(days["2026-11-01"], "2026-11-01")
    page = monitor.report()
    assert "secret" not in page
    assert f"postgresql:postgres/{server_place.schema}" in page


def test_two_schemas_are_two_monitors(server_place, tool, days):
    other = type(server_place)(server_place.address, f'{server_place.schema} "two"; --')
    server_place.monitor(tool).update(days["2026-11-01"], "2026-11-01")
    assert not other.store.exists()
    other.monitor(tool).update(days["2026-11-02"], "2026-11-05")
    assert server_place.monitor().history()["day"].astype(str).tolist() == ["2026-11-01"]
    assert other.monitor().history()["day"].astype(str).tolist() == ["2026-11-05"]


def test_a_table_that_somebody_dropped_is_told(server_place, tool, days):
    server_place.monitor(tool).update(days["2026-11-01"], "2026-11-01")
    with server_place.store.session(write=True) as session:
        session.run("DROP TABLE tags")
    with pytest.raises(SegkitError, match="it lacks `tags`"):
        server_place.monitor().history()


def test_an_address_that_is_none_is_refused():
    with pytest.raises(SegkitError, match="neither a file nor a postgresql:// address"):
        Monitor(f"mysql://me:{SECRET}@host/base")
    assert PostgresStore("postgresql://me@host/base", "a").schema == "a"


def test_texts_and_bytes_of_every_sort_are_loaded_as_they_are(server_place):
    rows = pa.table(
        {
            "customer_id": ["", "a,b", 'say "x"', "line\nbreak", "\\N", "\\x41", "NULL", "ü", None],
            "cells": pa.array([b"", b"\x00", b"\\x", b'"', b",", b"\n", None, b"\xff", b"\r"]),
            "probability": [0.1, 1 / 3, 1e-300, 1.0, None, -0.0, 5e-324, 123456789.123, 0.7],
            "print": pa.array([2**63 - 1, -(2**63), 0, 1, 2, 3, 4, 5, None], pa.int64()),
            "until": pa.array([date(1, 1, 1), None, *[date(2026, 11, 22)] * 7], pa.date32()),
        }
    )
    with server_place.store.session(write=True) as session:
        session.stage("closing", rows)
        names = ", ".join(rows.column_names)
        found = session.table(f"SELECT {names} FROM closing", [], rows.schema)
    assert found.to_pylist() == rows.to_pylist()
