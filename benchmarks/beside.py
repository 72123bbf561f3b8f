"""What benchmarks beside a peer share: the answers, CPU seconds of ours, and the peer's run.

A peer is a script in peers/, called as ``Rscript script answers.csv repeats result.csv``, or by a
Python of its own where it does not install beside everything else. It times its own calls, so
that the start of the interpreter and of its packages is left out, and prints lines of a word and
what belongs to it: ``seconds`` (one number a repeat), the packages by name, for R its ``BLAS``.
The figures that are compared go to result.csv.
"""

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["PeerRun", "bfi_answers", "median_cpu", "run_python", "run_r"]

PEERS = Path(__file__).parent / "peers"


@dataclass(frozen=True)
class PeerRun:
    """What a peer's script told.

    Attributes
    ----------
    fault : str
        Why it did not run; empty where it did.
    seconds : float
        Median CPU seconds of the repeats; NaN where it did not run.
    told : dict
        What the script printed: first word of a line, the rest of it.
    result : frame or None
        What it wrote to result.csv.
    """

    fault: str = ""
    seconds: float = float("nan")
    told: dict[str, str] = field(default_factory=dict)
    result: pd.DataFrame | None = None

    def peer(self, call: str, what: str, before: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the entry in a benchmark's `peers`.

        Parameters
        ----------
        call : str
            How the peer is called.
        what : str
            What was timed, with its unit.
        before : dict or None
            ``figures`` and ``note`` of an earlier measurement, told where it did not run.
        """
        if self.fault:
            before = before or {"figures": {}, "note": "no figure measured before"}
            return {**before, "call": call, "ran": False, "note": f"{self.fault}; {before['note']}"}
        versions = {name: text for name, text in self.told.items() if name != "seconds"}
        return {"call": call, "figures": {what: self.seconds}, "ran": True, "versions": versions}


def bfi_answers() -> tuple[pd.DataFrame, str]:
    """Return bfi where it is there, else made answers of the same shape; and what they are."""
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


def median_cpu(action: Callable[[], object], repeats: int) -> float:
    """Return the median CPU seconds of an action, its first run left out."""
    action()
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        action()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


def run_r(script: str, table: pd.DataFrame, repeats: int) -> PeerRun:
    """Run an R script of peers/ on a table; say so where it cannot run."""
    if shutil.which("Rscript") is None:
        return PeerRun("R is not installed here")
    return _run("Rscript", script, table, repeats)


def run_python(script: str, table: pd.DataFrame, repeats: int, named_by: str) -> PeerRun:
    """Run a Python script of peers/ by the interpreter that an environment variable names."""
    python = os.environ.get(named_by, "")
    if not python:
        return PeerRun(f"{named_by} is not set")
    return _run(python, script, table, repeats)


def _run(interpreter: str, script: str, table: pd.DataFrame, repeats: int) -> PeerRun:
    with tempfile.TemporaryDirectory() as folder:
        data, result = Path(folder, "answers.csv"), Path(folder, "result.csv")
        table.to_csv(data, index=False)
        command = [interpreter, str(PEERS / script), str(data), str(repeats), str(result)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return PeerRun(f"{script} does not run here")
        lines = (line.split(maxsplit=1) for line in done.stdout.splitlines())
        told = {words[0]: words[1].strip() for words in lines if len(words) == 2}
        found = pd.read_csv(result) if result.is_file() else None
    seconds = statistics.median(float(s) for s in told["seconds"].split())
    return PeerRun("", seconds, told, found)
