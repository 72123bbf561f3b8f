"""Parallel analysis of the 25 bfi items of 2,800 people, Pearson and polychoric, 20 shuffles.

R's psych runs beside it, on the same answers in the same minute, where Rscript and psych are
installed (`peers/parallel_analysis.R`, `peers/parallel_analysis_polychoric.R`). The start of both
interpreters is left out. psych resamples the answers and also draws normal ones; "components
only" leaves out its second analysis, of common factors, which segkit does not make.

psych takes minutes for 20 polychoric iterations, so it runs 4. It estimates one polychoric
matrix for the answers and one for each iteration, so 20 iterations are taken as 21/5 of that.
"""

from typing import Any

import numpy as np
import pandas as pd
from beside import PeerRun, bfi_answers, median_cpu, run_r

from segkit import factors

SHUFFLES = 20
R_SHUFFLES = 4
REPEATS = 7
CALL = "psych::fa.parallel(answers, fm = 'minres', fa = 'both', n.iter = {}{}, plot = FALSE)"
FIGURE = "20 shuffles, CPU s"
BEFORE = {
    "figures": {FIGURE: 134.7},
    "note": "measured before: once, psych 2.5.3, R 4.2.2, reference BLAS, two-core machine",
}


def run() -> dict:
    table, name = bfi_answers()
    pearson = cpu(table, "pearson", methods=())
    polychoric = cpu(table, "polychoric", methods=())
    figures = {
        f"Pearson, {FIGURE}": pearson,
        f"polychoric, {FIGURE}": polychoric,
        f"polychoric and all quick rules, {FIGURE}": cpu(table, "polychoric"),
    }
    plain = run_r("parallel_analysis.R", table, 3)
    ordinal = run_r("parallel_analysis_polychoric.R", table, 1)
    peers = {
        "R psych, Pearson": plain.peer(CALL.format(SHUFFLES, ""), FIGURE),
        "R psych, polychoric": ordinal.peer(
            CALL.format(R_SHUFFLES, ", cor = 'poly'"), f"{R_SHUFFLES} shuffles, CPU s", BEFORE
        ),
    }
    if plain.result is not None:  # a ratio is told only of figures measured side by side
        components = float(plain.told["components_seconds"])
        peers["R psych, Pearson"]["figures"]["components only, CPU s"] = components
        figures["Pearson, psych's CPU s to ours (promised: at least 20)"] = plain.seconds / pearson
        figures["Pearson, psych's CPU s for components only to ours"] = components / pearson
        figures.update(agreement(table, "pearson", plain))
    if ordinal.result is not None:
        scaled = ordinal.seconds * (SHUFFLES + 1) / (R_SHUFFLES + 1)
        peers["R psych, polychoric"]["figures"]["20 shuffles, CPU s, as 21/5 of it"] = scaled
        figures["polychoric, psych's CPU s to ours (promised: at least 200)"] = scaled / polychoric
        figures.update(agreement(table, "polychoric", ordinal))
    n, p = table.shape
    return {
        "name": f"Parallel analysis, {name}: {p} items of {n:,} people",
        "figures": figures,
        "peers": peers,
    }


def cpu(table: pd.DataFrame, method: str, **asked: Any) -> float:
    """Return the CPU seconds of counting factors."""
    return median_cpu(lambda: factors.n_factors(table, method, n_iter=SHUFFLES, **asked), REPEATS)


def agreement(table: pd.DataFrame, method: str, psych: PeerRun) -> dict[str, float]:
    """Say how far the null's mean eigenvalues lie apart, and both numbers of components."""
    ours = factors.n_factors(table, method, n_iter=100, methods=())
    gap = np.abs(ours.null.mean(axis=0) - psych.result["null_mean"].to_numpy()).max()
    return {
        f"{method}, number suggested": ours.suggested,
        f"{method}, psych's number": int(psych.told["components"]),
        f"{method}, largest difference of the mean null eigenvalues": float(gap),
    }
