"""Run the benchmarks: each bench_<topic>.py in a process of its own.

    python benchmarks/run.py                  all of them
    python benchmarks/run.py --only tagging   one topic; may be given several times

A benchmark module has one function ``run() -> dict`` with

* ``name``: what is done, on how much data: a line for the table;
* ``figures``: {what, with its unit: number}; CPU seconds are those of all threads together;
* ``peers``: {who: {"call": how it is called, "figures": {what: number}, "ran": whether it ran
  here and now, "note": where the figure comes from if it did not}}; may be empty.

Results go to benchmarks/results/<topic>.json with the date and the machine, and the table in
benchmarks/README.md is written anew from all results that are there.
"""

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from segkit._files import whole_file

HERE = Path(__file__).parent
RESULTS = HERE / "results"
README = HERE / "README.md"
START, END = "<!-- table: written by run.py -->\n", "<!-- end of table -->"
PACKAGES = ("numpy", "scipy", "scikit-learn", "pandas", "pyarrow", "hdbscan", "umap-learn")
# one thread for linear algebra: CPU seconds then do not hold threads that wait for each other
SETTINGS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TQDM_DISABLE": "1"}


def main(arguments: list[str]) -> int:
    """Run what was asked for, write results and table; return how many failed."""
    parser = argparse.ArgumentParser(description="Run the benchmarks.")
    parser.add_argument("--only", action="append", metavar="TOPIC", help="run only this topic")
    parser.add_argument("--child", nargs=2, metavar=("MODULE", "OUT"), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.child:
        run_here(*map(Path, asked.child))
        return 0
    found = {p.stem.removeprefix("bench_"): p for p in sorted(HERE.glob("bench_*.py"))}
    unknown = set(asked.only or ()) - set(found)
    if unknown:
        parser.error(f"no bench_{min(unknown)}.py; there are: {', '.join(found)}")
    failed = [t for t in asked.only or found if not measured(t, found[t])]
    write_table()
    return len(failed)


def measured(topic: str, module: Path) -> bool:
    """Run one benchmark in a fresh process and store what it found; say whether it ran."""
    print(f"{topic} ...", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "result.json")
        start = time.perf_counter()
        command = [sys.executable, __file__, "--child", str(module), str(out)]
        done = subprocess.run(command, env={**os.environ, **SETTINGS}, check=False)
        if done.returncode:
            print(f"{topic} FAILED with exit code {done.returncode}", flush=True)
            return False
        result = json.loads(out.read_text(encoding="utf-8"))
    RESULTS.mkdir(exist_ok=True)
    head = {"topic": topic, "date": f"{datetime.now(UTC):%Y-%m-%d}"}
    foot = {"wall_seconds": round(time.perf_counter() - start, 1), "machine": machine()}
    with whole_file(RESULTS / f"{topic}.json") as draft:
        text = json.dumps({**head, **result, **foot}, indent=1, ensure_ascii=False)
        draft.write_text(text + "\n", encoding="utf-8")
    for line in lines_of(result["figures"]):
        print(f"  {line}", flush=True)
    return True


def run_here(module: Path, out: Path) -> None:
    """Import a benchmark module, run it and write its dictionary (in the fresh process)."""
    spec = importlib.util.spec_from_file_location(module.stem, module)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{module} cannot be imported.")
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    result = bench.run()
    missing = {"name", "figures", "peers"} - set(result)
    if missing:
        raise SystemExit(f"{module.name}: run() gave no {', '.join(sorted(missing))}.")
    out.write_text(json.dumps(result, default=float), encoding="utf-8")


def machine() -> dict[str, Any]:
    """Describe what the figures were measured on."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]  # type: ignore[index]
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "blas": f"{blas['name']} {blas['version']}",
        "blas_threads": 1,
        "versions": {name: version(name) for name in PACKAGES},
    }


def cpu_model() -> str:
    """Return the processor's name where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def write_table() -> None:
    """Write the table of benchmarks/README.md anew from the stored results."""
    results = [json.loads(p.read_text(encoding="utf-8")) for p in sorted(RESULTS.glob("*.json"))]
    rows = ["| what | segkit | peers | measured |", "|---|---|---|---|"]
    for result in results:
        here = "<br>".join(lines_of(result["figures"]))
        peers = "<br>".join(peer_line(*peer) for peer in result["peers"].items())
        cells = (result["name"], here, peers, result["date"])
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    rows += ["", machines_line(results)]
    before, _, rest = README.read_text(encoding="utf-8").partition(START)
    after = rest.partition(END)[2]
    with whole_file(README) as draft:
        draft.write_text(before + START + "\n".join(rows) + "\n" + END + after, encoding="utf-8")


def lines_of(figures: dict[str, Any]) -> list[str]:
    """Write each figure as "what: number"."""
    return [f"{what}: {number_text(value)}" for what, value in figures.items()]


def number_text(value: Any) -> str:
    """Write a number with three significant digits, counts in full."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value)


def peer_line(who: str, peer: dict[str, Any]) -> str:
    """Write a peer's figures, and where they come from if it did not run here."""
    note = "" if peer.get("ran") else f" ({peer.get('note', 'not run here')})"
    return f"{who}: " + "; ".join(lines_of(peer.get("figures", {}))) + note


def machines_line(results: list[dict[str, Any]]) -> str:
    """Write the processors that the results come from."""
    names = {f"{r['machine']['cpu']}, {r['machine']['cores']} cores" for r in results}
    return f"Measured on: {'; '.join(sorted(names))}. One thread for linear algebra."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
