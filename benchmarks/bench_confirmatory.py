"""A given structure on the bfi answers: five factors of five items, then invariance by gender.

R's lavaan runs beside it, on the same answers in the same minute, where Rscript and lavaan are
installed (`peers/confirmatory.R`, `peers/confirmatory_ordinal.R`, `peers/invariance.R`). Python's
semopy runs where SEMOPY_PYTHON names an interpreter that has it (`peers/confirmatory_semopy.py`):
it does not install beside everything else.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from beside import bfi_answers, median_cpu, run_python, run_r

from segkit import factors

SHARED = "group.equal = c('loadings', 'intercepts', 'residuals')"
CALLS = {
    "confirmatory": "cfa(model, answers, std.lv = TRUE, estimator = 'MLM')",
    "confirmatory_ordinal": "cfa(model, answers, std.lv = TRUE, ordered = items, "
    "estimator = 'WLSMV')",
    "invariance": f"the first four times with group = 'group', up to {SHARED}",
    "semopy": "semopy.Model(model).fit(answers); semopy.calc_stats(model)",
}
WHAT = {
    "confirmatory": "continuous",
    "confirmatory_ordinal": "ordinal",
    "invariance": "four steps of invariance",
}


def grouped_answers() -> tuple[pd.DataFrame, str]:
    """Return the complete answers and a group of two."""
    table, name = bfi_answers()
    folder = os.environ.get("SEGKIT_DATA", "")
    group = np.arange(len(table)) % 3 // 2 + 1
    if name == "bfi":
        group = pd.read_csv(Path(folder, "bfi", "bfi.csv.gz"))["gender"].to_numpy()
    return table.assign(group=group).dropna(), name


def measured(table: pd.DataFrame) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Return our CPU seconds, and chi-square plain and scaled, of the three analyses."""
    items, group = table.drop(columns="group"), table["group"]
    sets = {f"f{k + 1}": list(items.columns[5 * k : 5 * k + 5]) for k in range(5)}
    actions = {
        "confirmatory": lambda: factors.confirmation(items, sets),
        "confirmatory_ordinal": lambda: factors.confirmation(items, sets, correlation="polychoric"),
        "invariance": lambda: factors.invariance(items, group, structure=sets),
    }
    seconds = {what: median_cpu(action, 5) for what, action in actions.items()}
    fits = {what: actions[what]().fit for what in ("confirmatory", "confirmatory_ordinal")}
    steps = actions["invariance"]().frame()
    chi2 = {what: np.array([[fit.chi2, fit.chi2_scaled]]) for what, fit in fits.items()}
    chi2["invariance"] = np.column_stack([steps["chi2"], steps["chi2"] / steps["scaling"]])
    return seconds, chi2


def run() -> dict:
    table, name = grouped_answers()
    seconds, chi2 = measured(table)
    figures: dict[str, float] = {f"{WHAT[k]}, CPU s": s for k, s in seconds.items()}
    peers: dict[str, Any] = {}
    gaps = []
    for topic, ours in seconds.items():
        lavaan = run_r(f"{topic}.R", table, 3)
        peers[f"R lavaan, {WHAT[topic]}"] = lavaan.peer(CALLS[topic], f"{WHAT[topic]}, CPU s")
        if lavaan.result is not None:  # a ratio is told only of figures measured side by side
            figures[f"{WHAT[topic]}, lavaan's CPU s to ours"] = lavaan.seconds / ours
            gaps.append(np.abs(chi2[topic] / lavaan.result.to_numpy(dtype=float) - 1.0).max())
    if gaps:
        figures["largest relative difference of a chi2 from lavaan"] = float(max(gaps))
    semopy = run_python("confirmatory_semopy.py", table, 3, "SEMOPY_PYTHON")
    peers["Python semopy"] = semopy.peer(CALLS["semopy"], "continuous, CPU s")
    if not semopy.fault:
        figures["continuous, semopy's CPU s to ours"] = semopy.seconds / seconds["confirmatory"]
    n, p = table.drop(columns="group").shape
    return {
        "name": f"Confirmatory factor analysis, {name}: {p} items of {n:,} people on 5 factors",
        "figures": figures,
        "peers": peers,
    }
