"""The store in PostgreSQL: schemas are apart, and the password never shows."""

import traceback

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
