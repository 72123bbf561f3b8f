"""A base with gaps and levels never heard of, and what to compare tags by."""

from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from segkit.typing_tool.base.frames.workers import SavedTool
from segkit.typing_tool.base.tagger import Tagger

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


def voting(saved):
    """A tagger, and what a cluster's workers get, that give votes in place of probabilities.

    Everything else of an engine's way, from its frames to ours and back, stays as it is. The
    classes stand in here so that they travel to the workers of a cluster.
    """

    class VotingTagger(Tagger):
        def _decide(self, codes):
            votes = self.model.voter.score(codes, self.n_jobs)
            return replace(super()._decide(codes), probabilities=votes.astype(float))

    class SavedVoters(SavedTool):
        def tagger(self):
            known = super().tagger()
            return VotingTagger(**{f.name: getattr(known, f.name) for f in fields(known)})

    workers = SavedVoters(saved)
    return SimpleNamespace(tagger=workers.tagger(), workers=workers)


def votes_of(table):
    """Return the votes that came back, in the order of the ids, as whole numbers."""
    rows = table.sort_by("id")
    votes = np.stack([rows[f"probability_{s}"].to_numpy() for s in range(3)], axis=1)
    assert (votes == votes.astype(np.int64)).all()
    return votes.astype(np.int64)


@pytest.fixture(scope="session", params=[50_000, pytest.param(10**6, marks=pytest.mark.slow)])
def big(request, shy_tool, people):
    """A base in Arrow, its tags and votes by the engine in Python, and the tool."""
    base = make_base(people, request.param)
    return SimpleNamespace(
        base=base,
        tags=tags_of(shy_tool.tag(base)),
        tags_of=tags_of,
        votes=shy_tool.model_.forest.score(shy_tool.model_.codes.encode(base)),
        votes_of=votes_of,
        voting=voting(shy_tool._saved()),
        tool=shy_tool,
    )
