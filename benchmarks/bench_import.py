"""What `import segkit` costs beside `import sklearn`, in fresh processes."""

import resource
import statistics
import subprocess
import sys

REPEATS = 7
STATEMENTS = {
    "python alone": "pass",
    "import sklearn": "import sklearn",
    "import segkit": "import segkit",
    "the rooms": "from segkit import "
    "survey, datasets, factors, segments, typing_tool, diagnostics, reports, study",
}


def cpu_seconds(statement: str) -> float:
    """Return the CPU seconds of a fresh interpreter that runs one statement."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", statement], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def run() -> dict:
    rounds = [{n: cpu_seconds(s) for n, s in STATEMENTS.items()} for _ in range(REPEATS + 1)]
    # the first round fills the disk cache and is left out; the rounds take turns, so that a
    # noisy moment falls on all three
    cost = {n: statistics.median(r[n] for r in rounds[1:]) for n in STATEMENTS}
    return {
        "name": "Import in a fresh process (median of 7)",
        "figures": {
            "import segkit, CPU s": cost["import segkit"],
            "import of all its rooms, CPU s": cost["the rooms"],
            "ratio of import segkit to import sklearn (promised: at most 1.5)": cost[
                "import segkit"
            ]
            / cost["import sklearn"],
        },
        "peers": {
            "scikit-learn": {
                "call": STATEMENTS["import sklearn"],
                "figures": {"import sklearn, CPU s": cost["import sklearn"]},
                "ran": True,
            },
            "python": {
                "call": "python -c pass",
                "figures": {"nothing imported, CPU s": cost["python alone"]},
                "ran": True,
            },
        },
    }
