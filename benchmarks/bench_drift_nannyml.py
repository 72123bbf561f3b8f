"""Drift of 1,000,000 rows by 20 fields in memory, beside NannyML's univariate drift.

NannyML compares each field by one distance, or by three; ours counts, tests and adjusts, and
looks at all fields together. NANNYML_PYTHON names an interpreter that has it
(`peers/drift_nannyml.py`). Neither draws anything.
"""

import pandas as pd
from bench_drift_counting import numbers
from beside import median_cpu, run_python

from segkit import diagnostics


def run():
    table = pd.DataFrame(numbers(10**6, 10**6))
    reference, current = table.iloc[:500_000], table.iloc[500_000:].reset_index(drop=True)
    whole = median_cpu(lambda: diagnostics.drift(reference, current), 3)
    nannyml = run_python("drift_nannyml.py", table, 3, "NANNYML_PYTHON")
    figures = {"drift, CPU s": whole}
    peer = nannyml.peer("UnivariateDriftCalculator(columns).fit(a).calculate(b)", "CPU s")
    if not nannyml.fault:
        three = float(nannyml.told.pop("three"))
        peer = nannyml.peer(peer["call"], "Jensen-Shannon alone, CPU s")
        peer["figures"]["Jensen-Shannon, Kolmogorov-Smirnov and Wasserstein, CPU s"] = three
        figures["NannyML's CPU s to ours, one distance"] = nannyml.seconds / whole
        figures["NannyML's CPU s to ours, three distances"] = three / whole
    return {
        "name": f"Drift between halves of {len(table):,} rows by {table.shape[1]} fields, beside "
        "NannyML",
        "figures": figures,
        "peers": {"NannyML": peer},
    }
