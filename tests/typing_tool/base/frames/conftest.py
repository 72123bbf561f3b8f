"""A base with gaps and levels never heard of, and what to compare tags by."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

COMPARED = ("segment", "probability", "second", "probability_0", "probability_1", "reason")


def make_base(people, n):
    """Draw a base: one region in ten was never heard of, gaps in every field."""
    rng = np.random.default_rng(n)
    made = people(n, seed=11).columns
    region = made["region"].copy()
    region[rng.random(n) < 0.1] = "atlantis"
    online = made["online"].astype(object)
    online[rng.random(n) < 0.05] = None
    plan = made["plan"].astype(object)
    plan[rng.random(n) < 0.05] = None
    columns = {"id": np.arange(n), **made, "region": region, "online": online, "plan": plan}
    columns["age"] = pa.array(made["age"], from_pandas=True)
    return pa.table({name: pa.array(v) if name != "age" else v for name, v in columns.items()})


def tags_of(table):
    """Return the added columns in the order of the ids, gaps as None, as plain lists."""
    rows = table.sort_by("id")
    return {name: rows[name].to_pylist() for name in COMPARED}


@pytest.fixture(scope="session", params=[50_000, pytest.param(10**6, marks=pytest.mark.slow)])
def big(request, shy_tool, people):
    """A base in Arrow, its tags by the engine in Python, and the tool."""
    base = make_base(people, request.param)
    tagged = shy_tool.tag(base)
    return SimpleNamespace(base=base, tags=tags_of(tagged), tags_of=tags_of, tool=shy_tool)
