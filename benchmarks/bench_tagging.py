"""Tagging 5,000,000 customers by 10 fields, from parquet to parquet, one thread.

The same forest twice: scikit-learn grows it, its trees become a typing tool's by their splits and
leaves, and both are timed on the same codes: scikit-learn's ``predict_proba`` alone, the typing
tool the whole way from file to file. Beside it the floor: the same file read, and written
again with columns like those of tagging, without any tagging. Every pass runs in a process of its
own, whose peak memory is its own, three times (the median counts, as with scikit-learn's); machine
code is compiled, and files are read once, before.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from beside import median_cpu
from sklearn.ensemble import RandomForestClassifier

from segkit import datasets
from segkit.typing_tool import TypingTool
from segkit.typing_tool.models.forest import VOTES, _joined

MILLIONS = int(os.environ.get("SEGKIT_BENCH_MILLIONS", "5"))
PEER_ROWS = 100_000
FIELDS = (
    "age", "region", "household", "tenure", "payment_method",
    "bills_a_month", "app_logins_30d", "autopay", "late_reminders_12m", "amount_a_month",
)  # fmt: skip
BANDED = ("age", "region", "household", "payment_method", "autopay")
CHILD = """
import json, resource, sys, time
import pyarrow.parquet as pq
from segkit.typing_tool import load
from segkit.typing_tool.base.parquet import ParquetBase
from segkit.typing_tool.base.tagger import BATCH_ROWS
from segkit.typing_tool.base.writing import table_writer
from segkit.typing_tool.models import compiled
what, tool, source, target = sys.argv[1:]
tool = load(tool)
if what == "numpy":
    compiled.MANY_ROWS = 10**18
if what == "tag":
    compiled.loops(compiled.MANY_ROWS)
tagger, files = tool._tagger(), ParquetBase.of(source).in_codes()
names, types = tagger.names, tagger.types | files.types
first = next(files.frames(BATCH_ROWS, files.names))
like = tagger.tag_part(first, coded=True)[0].select(names)
pq.ParquetFile(source).read_row_group(0)
cpu, wall = time.process_time(), time.perf_counter()
if what == "floor":
    with table_writer(__import__("pathlib").Path(target), types) as write:
        for part in files.frames(BATCH_ROWS, files.names):
            for name in names:
                part = part.append_column(name, like[name].slice(0, part.num_rows))
            write(part)
else:
    tool.tag(source, target)
print(json.dumps({
    "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
}))
"""


def in_processes(what, tool, source):
    """Run a pass three times, each in a fresh process; return the one of median CPU seconds."""
    passes = [in_a_process(what, tool, source) for _ in range(3)]
    return sorted(passes, key=lambda found: found["cpu"])[1]


def in_a_process(what, tool, source):
    """Run a pass in a fresh process; return CPU seconds, seconds, peak GB."""
    target = source.with_name("out.parquet")
    command = [sys.executable, "-c", CHILD, what, *map(str, (tool, source, target))]
    environment = os.environ | {"TQDM_DISABLE": "1"}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def bands(frame):
    """Return five fields as a client hands them over: ages in bands of ten years."""
    out = frame[list(BANDED)].copy()
    return out.assign(age=(out["age"] // 10) * 10)


def write_base(folder):
    """Write the base, and the same in five banded fields, a million rows at a time."""
    writers = {}
    for part in range(MILLIONS):
        made = datasets.make_payments_study(
            n_respondents=3000, n_customers=1_000_000, random_state=part
        ).base
        for name, table in (("base", made[list(FIELDS)]), ("banded", bands(made))):
            ids = np.arange(part * 10**6, (part + 1) * 10**6)
            frame = pd.concat([pd.Series(ids, name="customer_id"), table], axis=1)
            arrow = pa.Table.from_pandas(frame, preserve_index=False)
            if name not in writers:
                writers[name] = pq.ParquetWriter(
                    folder / f"{name}.parquet", arrow.schema, compression="zstd"
                )
            writers[name].write_table(arrow)
    for writer in writers.values():
        writer.close()


def tool_of(forest, fitted, segments, folder):
    """Save a typing tool that has exactly scikit-learn's trees."""
    trees = [
        SimpleNamespace(
            node_count=t.node_count,
            feature=t.feature,
            threshold=t.threshold,
            children_left=t.children_left,
            children_right=t.children_right,
            value=np.swapaxes(t.value, 1, 2),
        )
        for t in (estimator.tree_ for estimator in forest.estimators_)
    ]
    anchors = np.tile(np.arange(64), (len(fitted.model_.codes.names), 1))
    fitted.model_ = replace(fitted.model_, voter=_joined(trees, anchors))
    return fitted, fitted.save(folder / f"tool{len(trees)}_{segments}.segkit")


def same_forest(n_trees, fitted, codes, labels, sample, folder):
    """Return the peer's rows a CPU second, the saved tool, how far apart they are, and ours."""
    peer = RandomForestClassifier(n_trees, max_leaf_nodes=64, min_samples_leaf=5, random_state=0)
    peer.fit(codes, labels)
    tool, path = tool_of(peer, fitted, "fields", folder)
    rows = sample.astype(np.float32)
    shares = peer.predict_proba(rows)
    rate = len(rows) / median_cpu(lambda: peer.predict_proba(rows), 3)
    votes = tool.model_.forest.score(sample) / (VOTES * n_trees)
    alone = len(rows) / median_cpu(lambda: tool.model_.forest.score(sample), 3)
    return rate, path, np.abs(votes - shares).max(), alone


def run():
    study = datasets.make_payments_study(n_respondents=3000, n_customers=PEER_ROWS, random_state=99)
    labels, n = study.truth.respondents, MILLIONS * 10**6
    figures = {"rows": n, "fields": len(FIELDS)}
    peers = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_base(folder)
        fitted = TypingTool(n_trees=50, n_folds=2).fit(study.fields[list(FIELDS)], labels)
        book = fitted.model_.codes
        codes, sample = book.encode(study.fields), book.encode(study.base)
        for n_trees in (100, 400):
            rate, path, apart, alone = same_forest(n_trees, fitted, codes, labels, sample, folder)
            if n_trees == 100:
                floor = in_processes("floor", path, folder / "base.parquet")
                figures["floor (read and write alone), CPU s"] = floor["cpu"]
            ours = in_processes("tag", path, folder / "base.parquet")
            word = f"{n_trees} trees of 64 leaves, "
            figures |= {
                f"{word}CPU s": ours["cpu"],
                f"{word}rows per CPU s": n / ours["cpu"],
                f"{word}ratio to scikit-learn's predict_proba": n / ours["cpu"] / rate,
                f"{word}the forest alone, ratio to scikit-learn's": alone / rate,
                f"{word}ratio to the floor": ours["cpu"] / floor["cpu"],
                f"{word}peak GB (promised: below 1.5)": ours["peak"],
                f"{word}largest difference of a share of votes": apart,
            }
            peers[f"scikit-learn, {n_trees} trees"] = {
                "call": f"RandomForestClassifier({n_trees}, max_leaf_nodes=64).predict_proba",
                "figures": {"rows per CPU s": rate},
                "ran": True,
            }
        slow = in_a_process("numpy", path, folder / "base.parquet")
        figures["400 trees of 64 leaves, without numba, CPU s"] = slow["cpu"]
        banded = TypingTool(n_trees=100, n_folds=2).fit(bands(study.fields), labels)
        path = banded.save(folder / "banded.segkit")
        least = in_processes("floor", path, folder / "banded.parquet")
        ours = in_processes("tag", path, folder / "banded.parquet")
        figures |= {
            "five banded fields, CPU s": ours["cpu"],
            "five banded fields, ratio to their floor": ours["cpu"] / least["cpu"],
        }
    return {
        "name": f"Tag {n:,} customers by {len(FIELDS)} fields, parquet to parquet, one thread",
        "figures": figures,
        "peers": peers,
    }
