"""Polychoric correlations of the 25 bfi items of 2,800 people, and ordinal parallel analysis.

R's psych runs beside it, on the same answers in the same minute, where Rscript and psych are
installed (`peers/polychoric.R`). The start of both interpreters is left out.
"""

import numpy as np
from beside_r import bfi_answers, median_cpu, run_r

from segkit import factors

REPEATS = 7
R_REPEATS = 3
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


def run() -> dict:
    table, name = bfi_answers()
    ours = median_cpu(lambda: factors.correlation(table, "polychoric"), REPEATS)
    parallel = median_cpu(lambda: factors.n_factors(table, "polychoric", n_iter=20), 3)
    psych = run_r("polychoric.R", table, R_REPEATS)
    figures = {
        "polychoric, CPU s (promised: at most 0.2)": ours,
        "parallel analysis, 20 shuffles, CPU s": parallel,
    }
    if psych.result is not None:  # a ratio is told only of figures measured side by side
        figures["psych's CPU s to ours"] = psych.seconds / ours
        rho = psych.result.to_numpy(dtype=float)
        gap = np.abs(factors.correlation(table, "polychoric").matrix - rho).max()
        figures["largest difference from psych"] = float(gap)
    n, p = table.shape
    return {
        "name": f"Polychoric correlations, {name}: {p} items of {n:,} people",
        "figures": figures,
        "peers": {
            "R psych": psych.peer(CALL, "polychoric, CPU s", BEFORE),
            "R psych, parallel analysis": PARALLEL_BEFORE,
        },
    }
