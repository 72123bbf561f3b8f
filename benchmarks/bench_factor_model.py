"""Five factors of the 25 bfi items of 2,800 people: Pearson correlations, minres, oblimin.

R's psych runs beside it, on the same answers in the same minute, where Rscript and psych are
installed (`peers/factor_model.R`). The start of both interpreters is left out. Both estimate
pairwise correlations, extract, rotate, and compute fit and the scores' validity. psych
rotates from one start, and so does segkit where the two are compared. Python's factor_analyzer
runs where FACTOR_ANALYZER_PYTHON names an interpreter that has it with scikit-learn below 1.6;
it fills gaps with means and computes no fit.
"""

import numpy as np
from beside import bfi_answers, median_cpu, run_python, run_r

from segkit import factors

REPEATS = 25
R_REPEATS = 7
CALL = "psych::fa(answers, nfactors = 5, fm = 'minres', rotate = 'oblimin')"
PYTHON_CALL = "FactorAnalyzer(n_factors=5, rotation='oblimin', method='minres').fit(answers)"


def model(rotation: str = "oblimin", n_starts: int | None = None) -> factors.FactorModel:
    return factors.FactorModel(5, "pearson", "minres", rotation, n_starts=n_starts)


def run() -> dict:
    table, name = bfi_answers()
    ours = median_cpu(lambda: model(n_starts=1).fit(table).fit_, REPEATS)
    psych = run_r("factor_model.R", table, R_REPEATS)
    figures = {
        "oblimin, 1 start, CPU s": ours,
        "oblimin, 10 starts, CPU s": median_cpu(lambda: model().fit(table).fit_, REPEATS),
        "geomin, 100 starts, CPU s": median_cpu(lambda: model("geomin").fit(table).fit_, REPEATS),
    }
    if psych.result is not None:  # a ratio is told only of figures measured side by side
        figures["psych's CPU s to ours, 1 start (promised: at least 3)"] = psych.seconds / ours
        loadings = model(n_starts=1).fit(table).loadings_.drop(columns="item").to_numpy()
        gap = np.abs(loadings - psych.result.to_numpy(dtype=float)).max()
        figures["largest difference of a loading from psych"] = float(gap)
    python = run_python(
        "factor_model_factor_analyzer.py", table, R_REPEATS, "FACTOR_ANALYZER_PYTHON"
    )
    if not python.fault:
        figures["factor_analyzer's CPU s to ours, 1 start"] = python.seconds / ours
    n, p = table.shape
    return {
        "name": f"Factor model, {name}: 5 factors of {p} items of {n:,} people, minres",
        "figures": figures,
        "peers": {
            "R psych": psych.peer(CALL, "oblimin, 1 start, CPU s"),
            "Python factor_analyzer": python.peer(PYTHON_CALL, "oblimin, CPU s"),
        },
    }
