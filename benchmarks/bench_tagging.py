"""Tagging 1,000,000 customers of the made payments study: 11 fields, 4 segments.

The forest of a fitted typing tool beside scikit-learn's random forest of the same size
(as many trees, 64 leaves) on the same codes, both on one thread; then the whole way from
parquet to parquet in a process of its own, whose peak memory is its own.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from segkit import datasets
from segkit.typing_tool import TypingTool

N_CUSTOMERS = 1_000_000
PEER_ROWS = 300_000
CHILD = """
import json, resource, sys, time
from segkit.typing_tool import load
tool = load(sys.argv[1])
started, cpu = time.perf_counter(), time.process_time()
report = tool.tag(sys.argv[2], sys.argv[3])
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "rows": report.n_rows, "cpu": time.process_time() - cpu,
    "wall": time.perf_counter() - started, "peak_mb": usage.ru_maxrss / 1024,
}))
"""


def cpu_seconds(work):
    """Return what `work` gives and the CPU seconds it took."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def streamed(tool, base):
    """Tag from parquet to parquet in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "base.parquet"), Path(folder, "tagged.parquet")
        base.to_parquet(source)
        saved = tool.save(Path(folder, "tool.segkit"))
        command = [sys.executable, "-c", CHILD, str(saved), str(source), str(target)]
        environment = os.environ | {"TQDM_DISABLE": "1"}
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def run():
    study = datasets.make_payments_study(
        n_respondents=3000, n_customers=N_CUSTOMERS, random_state=0
    )
    labels = study.truth.respondents
    tool, fit = cpu_seconds(lambda: TypingTool().fit(study.fields, labels))
    model = tool.model_
    codes, encode = cpu_seconds(lambda: model.codes.encode(study.base))
    model.forest.score(codes[:10_000])  # tables are made once
    _, votes = cpu_seconds(lambda: model.forest.score(codes))
    peer = RandomForestClassifier(
        model.forest.n_trees, max_leaf_nodes=64, min_samples_leaf=5, random_state=0
    ).fit(model.codes.encode(study.fields), labels)
    few = codes[:PEER_ROWS].astype(np.float32)
    shares, peer_votes = cpu_seconds(lambda: peer.predict_proba(few))
    whole = streamed(tool, study.base)
    own_rate, peer_rate = N_CUSTOMERS / votes, PEER_ROWS / peer_votes
    right = (tool.predict(study.base) == study.truth.customers)[:PEER_ROWS].mean()
    peer_right = (shares.argmax(axis=1) == study.truth.customers[:PEER_ROWS]).mean()
    return {
        "name": "Tag 1,000,000 customers by 11 fields",
        "figures": {
            "trees": model.forest.n_trees,
            "fit and cross-validation of 3,000 respondents, CPU s": fit,
            "forest alone, rows per CPU s": own_rate,
            "ratio to scikit-learn": own_rate / peer_rate,
            "fields to codes, rows per CPU s": N_CUSTOMERS / encode,
            "parquet to parquet, rows per CPU s": whole["rows"] / whole["cpu"],
            "parquet to parquet, peak MB": whole["peak_mb"],
            "accuracy on the truth": right,
        },
        "peers": {
            "scikit-learn": {
                "call": "RandomForestClassifier(same trees, max_leaf_nodes=64).predict_proba",
                "figures": {
                    "forest alone, rows per CPU s": peer_rate,
                    "accuracy on the truth": peer_right,
                },
                "ran": True,
            }
        },
    }
