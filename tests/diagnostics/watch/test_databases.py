"""Sessions of both kinds: one transaction, the same tables in and out, the same failures."""

from datetime import date

import pyarrow as pa
import pytest

from segkit.diagnostics.watch.databases import refused, transaction

ROWS = pa.table(
    {
        "customer_id": ["a", "b", "ü 'c'; --"],
        "first_day": pa.array([date(2026, 1, 1)] * 3, pa.date32()),
        "print": pa.array([1, -(2**63), 2**63 - 1], pa.int64()),
        "cells": pa.array([b"\x00\x01", b"", None], pa.binary()),
        "probability": [0.1, None, 1e-300],
    }
)


def rows_of(place):
    names = ", ".join(ROWS.column_names)
    with place.store.session(write=False) as session:
        return session.table(
            f"SELECT {names} FROM tags ORDER BY print", [], ROWS.schema
        ).combine_chunks()


def test_what_is_appended_comes_back_to_the_bit(made):
    with made.store.session(write=True) as session:
        session.append("tags", ROWS)
        session.append("tags", ROWS.slice(0, 0))
    assert rows_of(made).to_pylist() == sorted(ROWS.to_pylist(), key=lambda row: row["print"])


def emptied(place):
    """Write, delete and be interrupted."""
    with place.store.session(write=True) as session:
        session.append("tags", ROWS)
        session.run("DELETE FROM monitor")
        raise KeyboardInterrupt


def test_a_session_that_fails_leaves_the_store_as_it_was(made):
    with made.store.session(write=True) as session:
        session.append("tags", ROWS)
    with pytest.raises(KeyboardInterrupt):
        emptied(made)
    assert rows_of(made).num_rows == 3
    with made.store.session(write=False) as session:
        assert len(session.rows("SELECT * FROM monitor")) == 1


def test_values_are_bound_and_never_part_of_the_statement(made):
    with made.store.session(write=True) as session:
        session.append("tags", ROWS)
        sql = "SELECT count(*) FROM tags WHERE customer_id = ?"
        assert session.rows(sql, ["ü 'c'; --"]) == [(1,)]
        assert session.rows(sql, ["' OR 1 = 1 --"]) == [(0,)]
        some = "SELECT count(*) FROM tags WHERE customer_id = ANY(?)"
        assert session.rows(some, [["a", "b", "nobody"]]) == [(2,)]


def test_a_staged_table_is_known_until_the_session_ends(made):
    with made.store.session(write=True) as session:
        for n in (3, 2):  # staged again, it takes the place of the first
            session.stage("closing", ROWS.select(["customer_id"]).slice(0, n))
            assert session.rows("SELECT count(*) FROM closing") == [(n,)]
    with made.store.session(write=True) as session:
        assert not session.exists("closing")


def test_a_reading_session_writes_nothing(made):
    with pytest.raises(Exception, match="read-only"), made.store.session(write=False) as session:
        session.run("DELETE FROM monitor")
    with made.store.session(write=False) as session:
        assert len(session.rows("SELECT * FROM monitor")) == 1


def test_a_transaction_ends_once():
    said = []
    with transaction(*(lambda w=w: said.append(w) for w in ("begin", "commit", "rollback"))):
        said.append("work")
    assert said == ["begin", "work", "commit"]
    said.clear()
    with (
        pytest.raises(ValueError, match="work"),
        transaction(*(lambda w=w: said.append(w) for w in ("begin", "commit", "rollback"))),
    ):
        raise ValueError("work")
    assert said == ["begin", "rollback"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("  first line\nsecond"), "It failed: first line. Try again."),
        (ValueError("x" * 300), f"It failed: {'x' * 200}. Try again."),
        (ValueError(), "It failed: ValueError. Try again."),
        ("said", "It failed: said. Try again."),
    ],
)
def test_what_a_database_says_is_one_line(error, words):
    assert str(refused("It failed", error, "Try again.")) == words
