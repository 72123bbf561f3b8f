"""A small world of customers: fields of every kind with gaps, segments that lean on them."""

import os
import shutil
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from segkit.typing_tool import TypingTool

N_SEGMENTS = 3
REGIONS = np.array(["north", "east", "south", "west"], dtype=object)
PLANS = np.array(["basic", "plus", "family"], dtype=object)


@dataclass(frozen=True)
class People:
    """Fields by column, and the true segment of each person."""

    columns: dict[str, Any]
    segments: np.ndarray

    def take(self, rows: np.ndarray) -> "People":
        columns = {name: values[rows] for name, values in self.columns.items()}
        return People(columns, self.segments[rows])


def make_people(n: int, seed: int = 0, signal: float = 1.0) -> People:
    """Draw people; with ``signal=0`` the fields say nothing of the segments."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 90, n).astype(float)
    income = np.round(rng.lognormal(10, 0.5, n))
    region, plan = rng.integers(0, 4, n), rng.integers(0, 3, n)
    online = rng.random(n) < 0.4
    pull = signal * np.stack(
        [
            0.05 * (age - 54) + 0.8 * (plan == 0),
            1.5 * (region == 1) + 1.2 * online,
            1.2 * (np.log(income) - 10) + 1.0 * (plan == 2),
        ],
        axis=1,
    )
    segments = (pull + rng.gumbel(size=(n, N_SEGMENTS))).argmax(axis=1)
    age[rng.random(n) < 0.05] = np.nan
    names = REGIONS[region]
    names[rng.random(n) < 0.05] = None
    columns = {
        "age": age,
        "income": income,
        "region": names,
        "plan": PLANS[plan],
        "online": online,
    }
    return People(columns, segments)


@pytest.fixture(scope="session")
def people() -> Any:
    """The function that draws people."""
    return make_people


@pytest.fixture(scope="session")
def small_tool(people):
    """A tool fitted in a second on 600 people, as pandas frames."""
    pandas = pytest.importorskip("pandas")
    made = people(600)
    return TypingTool(n_trees=30, n_folds=3).fit(pandas.DataFrame(made.columns), made.segments)


@pytest.fixture(scope="session")
def shy_tool(people):
    """The same, leaving unsure people untagged."""
    pandas = pytest.importorskip("pandas")
    made = people(600)
    fields = pandas.DataFrame(made.columns)
    return TypingTool(n_trees=30, n_folds=3, abstain_below=0.55).fit(fields, made.segments)


@pytest.fixture(scope="session")
def spark():
    """A local Spark of one core; skips where there is no pyspark or no Java."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("Spark needs Java: openjdk-17-jre-headless is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", os.pathsep.join(p for p in sys.path if p))
        session = (
            sql.SparkSession.builder.master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.driver.memory", "1g")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()
