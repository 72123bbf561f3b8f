"""A day of a monitor: 1,000,000 customers with 11 fields, of whom 2 % changed.

A day reads the base from parquet, finds who changed, tags them, brings the counts up to date,
judges every field and segment, commits, and copies the store. Beside it: the first day, on
which everybody is new, a day sent again, a day on which a field is recoded (everybody is tagged
again, and the base read once more to tell what happened), and tagging the whole base anew.
"""

import tempfile
import time
from pathlib import Path

import numpy as np

from segkit.datasets import make_payments_study
from segkit.diagnostics import Monitor
from segkit.typing_tool import TypingTool

N_CUSTOMERS = 1_000_000
CHANGED = 0.02


def base_of(made, rng):
    """Return a base of a million, drawn from the made one."""
    rows = rng.integers(0, len(made.base), N_CUSTOMERS)
    base = made.base.iloc[rows].reset_index(drop=True)
    base["customer_id"] = np.arange(N_CUSTOMERS)
    return base


def changed(base, made, rng):
    """Return the base with other fields for some of its customers."""
    rows = rng.choice(N_CUSTOMERS, round(CHANGED * N_CUSTOMERS), replace=False)
    other = made.base.iloc[rng.integers(0, len(made.base), rows.size)]
    out = base.copy()
    for name in base.columns.drop("customer_id"):
        out.loc[rows, name] = other[name].to_numpy()
    return out


def seconds(action):
    """Return the CPU seconds of a call, of all threads."""
    begin = time.process_time()
    action()
    return time.process_time() - begin


def run():
    made = make_payments_study(n_respondents=1000, n_customers=50_000, random_state=0)
    tool = TypingTool(n_trees=100, n_folds=2).fit(made.fields, made.truth.respondents)
    rng = np.random.default_rng(0)
    base = base_of(made, rng)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, second = folder / "first.parquet", folder / "second.parquet"
        base.to_parquet(first)
        later = changed(base, made, rng)
        later.to_parquet(second)
        third = folder / "third.parquet"
        later.assign(amount_a_month=100 * later["amount_a_month"]).to_parquet(third)
        tool.tag(made.base.head(50_000))  # compiled loops are ready
        monitor = Monitor(folder / "monitor.duckdb", tool)
        begin = seconds(lambda: monitor.update(first, "2026-11-01"))
        day = seconds(lambda: monitor.update(second, "2026-11-02"))
        again = seconds(lambda: monitor.update(second, "2026-11-02"))
        recoded = seconds(lambda: monitor.update(third, "2026-11-03"))
        if not monitor.latest().recodings:
            raise RuntimeError("the recoded day was not told")
        tagging = seconds(lambda: tool.tag(second, out=folder / "tagged.parquet"))
        size = (folder / "monitor.duckdb").stat().st_size / 1e6
    return {
        "name": "a day of a monitor: 1,000,000 customers, 11 fields, 4 segments, 2 % changed",
        "figures": {
            "a day, CPU seconds": day,
            "the first day (everybody new), CPU seconds": begin,
            "the same day again, CPU seconds": again,
            "a day on which a field is recoded, CPU seconds": recoded,
            "beside it: tagging everybody anew to a file, CPU seconds": tagging,
            "the store, MB": size,
        },
        "peers": {},
    }
