"""Counting for drift: 10,000,000 rows by 20 fields of numbers in a parquet file, 0.6 GB.

The file holds two fields of text too, which are counted besides in a second go. The floor is
polars reading the same columns and summing them (of a text, the lengths), as a stream, in the same
minute. Every pass runs in a process of its own, whose peak memory is its own; each is timed
three times, floor and counting by turns.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from segkit import diagnostics

MILLIONS = int(os.environ.get("SEGKIT_BENCH_MILLIONS", "10"))
N_FIELDS, N_SEGMENTS, REPEATS = 20, 8, 3
NAMES = [f"field_{j + 1:02}" for j in range(N_FIELDS)]
TEXTS = ["region", "plan"]
CHILD = """
import json, resource, sys, time
import polars as pl
from segkit import diagnostics
what, bins, source = sys.argv[1:]
bins = diagnostics.TableBins.from_dict(json.load(open(bins)))
tag = "tag" if what == "segments" else None
def run(scan):
    if what != "floor":
        return diagnostics.count_table(scan, bins, tag)
    columns = [pl.col(f.field) for f in bins.fields]
    sums = [c.sum() if f.holds == "number" else c.str.len_bytes().sum()
            for c, f in zip(columns, bins.fields)]
    return scan.select(sums).collect(engine="streaming")
run(pl.scan_parquet(source).head(1000))  # imports and threads are there, before anything is timed
cpu, wall = time.process_time(), time.perf_counter()
run(pl.scan_parquet(source) if what == "floor" else source)
print(json.dumps({
    "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
}))
"""


def numbers(n, seed):
    """Draw amounts, counts and ratings, one value in fifty missing."""
    rng = np.random.default_rng(seed)
    columns = {}
    for j, name in enumerate(NAMES):
        x = rng.normal(size=n)
        made = [np.round(np.exp(3 + x), 2), np.round(100 * x), x, np.clip(np.round(3 + x), 1, 5)]
        columns[name] = np.where(rng.random(n) < 0.02, np.nan, made[j % 4])
    return columns


def write_base(path):
    """Write the base, a million rows at a time."""
    writer = None
    for part in range(MILLIONS):
        rng = np.random.default_rng(1000 + part)
        columns = {name: pa.array(x, from_pandas=True) for name, x in numbers(10**6, part).items()}
        columns |= {
            name: pa.array([f"{name} {i}" for i in range(12)]).take(rng.integers(0, 12, 10**6))
            for name in TEXTS
        }
        columns["tag"] = pa.array(rng.integers(0, N_SEGMENTS, 10**6))
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    writer.close()


def in_a_process(what, bins, source):
    """Run a pass in a fresh process; return CPU seconds, seconds, peak GB."""
    command = [sys.executable, "-c", CHILD, what, str(bins), str(source)]
    environment = os.environ | {"TQDM_DISABLE": "1"}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def by_turns(whats, bins, source):
    """Return the median CPU seconds and the largest peak of each pass."""
    runs = [{w: in_a_process(w, bins, source) for w in whats} for _ in range(REPEATS)]
    return {
        w: (statistics.median(r[w]["cpu"] for r in runs), max(r[w]["peak"] for r in runs))
        for w in whats
    }


def large_figures(folder):
    """Return the figures of the file: floor, everybody, by segment, with texts."""
    source = folder / "base.parquet"
    write_base(source)
    sample = pq.ParquetFile(source).read_row_group(0).slice(0, 200_000)
    figures = {"rows": MILLIONS * 10**6, "fields": N_FIELDS}
    for word, names in (("", NAMES), (", two texts besides", [*NAMES, *TEXTS])):
        bins = folder / "bins.json"
        plain = diagnostics.learn_bins(sample, names).to_dict()
        bins.write_text(json.dumps(plain), encoding="utf-8")
        found = by_turns(("floor", "everybody", "segments"), bins, source)
        floor = found["floor"][0]
        figures[f"floor (read and sum alone){word}, CPU s"] = floor
        for what, most in (("everybody", 1.5), ("segments", 4)):
            who = "everybody" if what == "everybody" else f"{N_SEGMENTS} segments"
            cpu, peak = found[what]
            figures[f"{who}{word}, CPU s"] = cpu
            figures[f"{who}{word}, ratio to the floor (promised: at most {most})"] = cpu / floor
            figures[f"{who}{word}, peak GB (promised: below 1.5)"] = peak
    return figures


def run():
    with tempfile.TemporaryDirectory() as name:
        figures = large_figures(Path(name))
    return {
        "name": f"Count {MILLIONS * 10**6:,} rows by {N_FIELDS} fields for drift, from parquet",
        "figures": figures,
        "peers": {},
    }
