"""Migration of 10,000,000 customers between two tagged parquet files, one thread.

One customer in ten leaves, as many come. The files are joined by ids in one order, or in any
order: numbers that lie close together, numbers far apart, text. The peer is what one would write
by hand: a full join in polars and a count of the pairs, in the same run, on the same files. Every
pass runs in a process of its own, whose peak memory is its own; files are read once before.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MILLIONS = int(os.environ.get("SEGKIT_BENCH_MILLIONS", "10"))
SEGMENTS = 4
CHILD = """
import json, resource, sys, time
what, before, after = sys.argv[1:]
if what == "segkit":
    from segkit.diagnostics import migration
    import pyarrow.parquet, pyarrow.compute, pandas
else:
    import polars as pl
for path in (before, after):
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass
cpu = time.process_time()
if what == "segkit":
    found = migration(before, after, ids="customer_id")
    people = int(found.flows.counts.sum())
else:
    tags = [pl.scan_parquet(p).select("customer_id", "segment") for p in (before, after)]
    pairs = tags[0].join(tags[1], on="customer_id", how="full").group_by(
        "segment", "segment_right").len().collect(engine="streaming")
    people = int(pairs["len"].sum())
print(json.dumps({
    "cpu": time.process_time() - cpu, "people": people,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
}))
"""
KINDS = {
    "in one order": (lambda ids: ids, False, False),
    "numbers close together, any order": (lambda ids: ids, True, False),
    "numbers far apart, any order": (lambda ids: ids * 99_991 + 10**15, True, False),
    "text, any order": (
        lambda ids: pc.binary_join_element_wise("C", pc.cast(pa.array(ids), pa.string()), "-"),
        True,
        False,
    ),
    "close together, any order, moves told from noise": (lambda ids: ids, True, True),
}


def in_a_process(what, before, after):
    """Run a pass in a fresh process; return CPU seconds, people, peak GB."""
    command = [sys.executable, "-c", CHILD, what, str(before), str(after)]
    environment = os.environ | {"TQDM_DISABLE": "1", "POLARS_MAX_THREADS": "1"}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def write_pair(folder, made, shuffled, with_probabilities):
    """Write both tagged bases; return their files."""
    n = MILLIONS * 10**6
    rng = np.random.default_rng(0)
    score = rng.normal(size=(n, SEGMENTS)).astype(np.float32)
    later = 0.95 * score + 0.31 * rng.normal(size=(n, SEGMENTS)).astype(np.float32)
    people = {"before": np.arange(n), "after": np.arange(n // 10, n + n // 10)}
    paths = []
    for name, logits in (("before", score), ("after", later)):
        ids = people[name]
        order = rng.permutation(n) if shuffled else np.arange(n)
        # who is in both keeps the row of their score; who came takes that of who left
        p = np.exp(1.5 * logits[ids % n][order])
        p /= p.sum(axis=1, keepdims=True)
        columns = {"customer_id": made(ids[order]), "segment": p.argmax(axis=1)}
        if with_probabilities:
            columns |= {f"probability_{j}": p[:, j].astype(float) for j in range(SEGMENTS)}
        paths.append(folder / f"{name}.parquet")
        pq.write_table(pa.table(columns), paths[-1], compression="zstd", row_group_size=1 << 20)
    return paths


def run():
    figures, by_hand = {}, {}
    for word, (made, shuffled, with_probabilities) in KINDS.items():
        with tempfile.TemporaryDirectory() as name:
            paths = write_pair(Path(name), made, shuffled, with_probabilities)
            ours = in_a_process("segkit", *paths)
            figures[f"{word}, CPU s (promised: below 10)"] = ours["cpu"]
            figures[f"{word}, peak GB"] = ours["peak"]
            if with_probabilities:
                continue
            peer = in_a_process("polars", *paths)
            if peer["people"] != ours["people"]:
                raise SystemExit(f"{word}: {peer['people']} people against {ours['people']}.")
            figures[f"{word}, polars' CPU s to ours"] = peer["cpu"] / ours["cpu"]
            by_hand |= {f"{word}, CPU s": peer["cpu"], f"{word}, peak GB": peer["peak"]}
    call = "scan_parquet, join(how='full'), group_by, len; streaming"
    return {
        "name": f"Migration of {MILLIONS * 10**6:,} customers between two tagged parquet files",
        "figures": figures,
        "peers": {"polars": {"call": call, "figures": by_hand, "ran": True}},
    }
