"""Polychoric correlations of the 25 bfi items of 2,800 people, and ordinal parallel analysis.

R's psych runs beside it, on the same answers in the same minute, where Rscript and psych are
installed (`peers/polychoric.R`). The start of both interpreters is left out.
"""

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from segkit import factors

REPEATS = 7
R_REPEATS = 3
PEER = Path(__file__).parent / "peers" / "polychoric.R"
CALL = "psych::polychoric(answers, progress = FALSE)"
BEFORE = {
    "figures": {"polychoric, CPU s": 8.59},
    "note": "measured before: median of 3, psych 2.5.3, R 4.2.2, reference BLAS, two-core machine",
}
PARALLEL_BEFORE = {
    "call": "psych::fa.parallel(answers, fm = 'minres', fa = 'both', n.iter = 20, cor = 'poly')",
    "figures": {"parallel analysis, 20 shuffles, CPU s": 134.7},
    "ran": False,
    "note": "measured before: once, psych 2.5.3, R 4.2.2, reference BLAS, two-core machine",
}


def answers() -> tuple[pd.DataFrame, str]:
    """Return bfi where it is there, else made answers of the same shape."""
    folder = os.environ.get("SEGKIT_DATA", "")
    path = Path(folder, "bfi", "bfi.csv.gz")
    if folder and path.is_file():
        return pd.read_csv(path).loc[:, "A1":"O5"].astype(float), "bfi"
    rng = np.random.default_rng(0)
    needs = rng.normal(size=(2800, 5))
    latent = 0.7 * np.repeat(needs, 5, axis=1) + 0.7 * rng.normal(size=(2800, 25))
    codes = 1.0 + np.digitize(latent, [-1.6, -0.9, -0.2, 0.6, 1.4])
    codes[rng.random(codes.shape) < 0.007] = np.nan
    return pd.DataFrame(codes, columns=[f"q{j + 1:02d}" for j in range(25)]), "made answers"


def median_cpu(action: Any, repeats: int) -> float:
    """Return the median CPU seconds of an action, its first run left out."""
    action()
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        action()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


def run_r(table: pd.DataFrame) -> tuple[dict[str, Any], np.ndarray | None]:
    """Run psych on the same answers; say so where it cannot run."""
    unable = {"call": CALL, "ran": False, **BEFORE}
    if shutil.which("Rscript") is None:
        return {**unable, "note": f"R is not installed here; {BEFORE['note']}"}, None
    with tempfile.TemporaryDirectory() as folder:
        data, matrix = Path(folder, "answers.csv"), Path(folder, "matrix.csv")
        table.to_csv(data, index=False)
        command = ["Rscript", str(PEER), str(data), str(R_REPEATS), str(matrix)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return {**unable, "note": f"psych does not run here; {BEFORE['note']}"}, None
        told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if " " in line)
        rho = pd.read_csv(matrix).to_numpy(dtype=float)
    seconds = statistics.median(float(s) for s in told["seconds"].split())
    return {
        "call": CALL,
        "figures": {"polychoric, CPU s": seconds},
        "ran": True,
        "versions": {name: told[name].strip() for name in ("R", "psych", "BLAS")},
    }, rho


def run() -> dict:
    table, name = answers()
    ours = median_cpu(lambda: factors.correlation(table, "polychoric"), REPEATS)
    parallel = median_cpu(lambda: factors.n_factors(table, "polychoric", n_iter=20), 3)
    peer, rho = run_r(table)
    figures = {
        "polychoric, CPU s (promised: at most 0.2)": ours,
        "parallel analysis, 20 shuffles, CPU s": parallel,
    }
    if rho is not None:  # a ratio is told only of figures measured side by side
        figures["psych's CPU s to ours"] = peer["figures"]["polychoric, CPU s"] / ours
        gap = np.abs(factors.correlation(table, "polychoric").matrix - rho).max()
        figures["largest difference from psych"] = float(gap)
    n, p = table.shape
    return {
        "name": f"Polychoric correlations, {name}: {p} items of {n:,} people",
        "figures": figures,
        "peers": {"R psych": peer, "R psych, parallel analysis": PARALLEL_BEFORE},
    }
