"""Drift of 1,000,000 rows by 20 fields in memory: the first half against the second.

Beside it the drift report of Evidently, where EVIDENTLY_PYTHON names an interpreter that has it
(`peers/drift_evidently.py`): it does not install beside everything else. Neither draws anything.
"""

import pandas as pd
from bench_drift_counting import numbers
from beside import median_cpu, run_python

from segkit import diagnostics


def run():
    table = pd.DataFrame(numbers(10**6, 10**6))
    reference, current = table.iloc[:500_000], table.iloc[500_000:].reset_index(drop=True)

    def count_both():
        bins = diagnostics.learn_bins(reference)
        return [diagnostics.count_table(part, bins) for part in (reference, current)]

    counting = median_cpu(count_both, 3)
    whole = median_cpu(lambda: diagnostics.drift(reference, current), 3)
    figures = {"drift, CPU s": whole, "bins and counts of both halves alone, CPU s": counting}
    evidently = run_python("drift_evidently.py", table, 1, "EVIDENTLY_PYTHON")
    if not evidently.fault:
        ratio = "Evidently's CPU s to ours, drift (promised: at least 20)"
        figures[ratio] = evidently.seconds / whole
        figures["Evidently's CPU s to ours, bins and counts"] = evidently.seconds / counting
    peer = evidently.peer("Report([DataDriftPreset()]).run(current, reference)", "report, CPU s")
    return {
        "name": f"Drift between halves of {len(table):,} rows by {table.shape[1]} fields in memory",
        "figures": figures,
        "peers": {"Evidently": peer},
    }
