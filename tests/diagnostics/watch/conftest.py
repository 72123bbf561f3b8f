"""A small world to watch, and a store of each kind to watch it in."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics.monitor import Monitor
from segkit.diagnostics.watch.duckdb_store import DuckStore
from segkit.diagnostics.watch.postgres_store import PostgresStore
from segkit.diagnostics.watch.tables import TABLES, make_tables
from segkit.typing_tool import TypingTool

SCHEMAS = itertools.count()


@dataclass(frozen=True)
class Place:
    """Where a store is."""

    address: str
    schema: str = "segkit_monitor"

    def monitor(self, *given: Any, **options: Any) -> Monitor:
        return Monitor(self.address, *given, schema=self.schema, **options)

    @property
    def store(self) -> DuckStore | PostgresStore:
        if "://" in self.address:
            return PostgresStore(self.address, self.schema)
        return DuckStore(Path(self.address))

    def reads(self) -> bool:
        """Say whether the store can be read, or is not there yet."""
        if "://" not in self.address and not self.store.exists():
            return True
        with self.store.session(write=False) as session:
            return not session.exists("days") or len(session.rows("SELECT * FROM tags")) >= 0

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything in the store, in an order of its own."""
        with self.store.session(write=False) as session:
            tables = {name: session.rows(f"SELECT * FROM {name}") for name in TABLES}
        return {name: sorted(rows, key=repr) for name, rows in tables.items()}


@pytest.fixture(params=["file_place", "server_place"])
def place(request: pytest.FixtureRequest) -> Place:
    """An empty store of each kind."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def server_place(postgres_folder: Path) -> Place:
    """An empty store in a database."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    address = f"postgresql://postgres:secret@/postgres?host={postgres_folder}"
    return Place(address, f"monitor_{next(SCHEMAS)}")


@pytest.fixture
def file_place(tmp_path: Path) -> Place:
    """An empty store in a file."""
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    return Place(str(tmp_path / "monitor.duckdb"))


def people(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.normal(45, 12, n).round()
    return pd.DataFrame(
        {
            "customer_id": np.arange(n) + 1000,
            "age": np.where(rng.random(n) < 0.05, np.nan, age),
            "plan": rng.choice(["basic", "plus", "gold"], n, p=[0.5, 0.3, 0.2]),
            "online": rng.random(n) < 0.6,
        }
    )


def segments_of(table: pd.DataFrame) -> np.ndarray:
    old = table["age"].fillna(45) > 47
    return np.where(old, "old", np.where(table["plan"] == "gold", "gold", "rest"))


@pytest.fixture
def made(place: Place) -> Place:
    """A store with its tables."""
    with place.store.session(write=True) as session:
        make_tables(session)
    return place


@pytest.fixture(scope="session")
def customers() -> Callable[[int, int], pd.DataFrame]:
    """What makes so many customers from a seed."""
    return people


@pytest.fixture(scope="session")
def tool() -> TypingTool:
    """A tool with named segments that leaves some untagged."""
    fields = people(600, 1)
    return TypingTool(n_trees=15, abstain_below=0.6).fit(
        fields.drop(columns="customer_id"), segments_of(fields)
    )


@pytest.fixture(scope="session")
def other_tool() -> TypingTool:
    """Another tool for the same fields."""
    fields = people(600, 2)
    labels = np.where(fields["online"], "online", "offline")
    return TypingTool(n_trees=10).fit(fields.drop(columns="customer_id"), labels)


def next_day(base: pd.DataFrame, seed: int, share: float = 0.04) -> pd.DataFrame:
    """Some customers change, some leave, some arrive."""
    rng = np.random.default_rng(seed)
    fresh = people(len(base), seed + 500)
    rows = rng.choice(len(base), int(share * len(base)), replace=False)
    out = base.copy()
    for name in ("age", "plan", "online"):
        out.loc[out.index[rows], name] = fresh[name].to_numpy()[rows]
    arrived = fresh.head(5).assign(customer_id=np.arange(5) + 100_000 * (seed + 1))
    return pd.concat([out.drop(out.index[rows[:3]]), arrived], ignore_index=True)


@pytest.fixture(scope="session")
def days() -> dict[str, pd.DataFrame]:
    """A base on six days."""
    base = people(400, 3)
    found = {"2026-11-01": base}
    for number in range(2, 7):
        base = next_day(base, number)
        found[f"2026-11-0{number}"] = base
    return found


@pytest.fixture
def watched(place: Place, tool: TypingTool, days: dict[str, pd.DataFrame]) -> Iterator[Place]:
    """A store that was sent all days."""
    monitor = place.monitor(tool)
    for day, base in days.items():
        monitor.update(base, day)
    return place
