"""Polychoric correlations: bfi beside R, 100 items of 10,000 people, growth with people and items.

R's psych and lavaan run beside it, on the same answers in the same minute, where Rscript and the
packages are installed (`peers/polychoric.R`, `peers/ordinal_fit.R`). The start of both
interpreters is left out.
"""

import resource
from collections.abc import Callable

import numpy as np
import pandas as pd
from beside import bfi_answers, median_cpu, run_r

from segkit import factors
from segkit.factors.correlations.polychoric import (
    code_items,
    pair_tables,
    polychoric_pairs,
    thresholds_of,
)

REPEATS = 7
R_REPEATS = 3
PEOPLE = (1_000, 10_000, 100_000, 1_000_000)
CALL = "psych::polychoric(answers, progress = FALSE)"
BEFORE = {
    "figures": {"polychoric, CPU s": 8.59},
    "note": "measured before: median of 3, psych 2.5.3, R 4.2.2, reference BLAS, two-core machine",
}
FIT_CALL = (
    "lavaan::efa(answers, nfactors = 5, ordered = names(answers), estimator = 'ULSMV', "
    "missing = 'pairwise', rotation = 'none')"
)


def made(n: int, p: int, n_categories: int = 5) -> np.ndarray:
    """Draw answers to p items of five needs."""
    rng = np.random.default_rng(0)
    needs = rng.normal(size=(n, 5))
    latent = 0.7 * needs[:, np.arange(p) % 5] + 0.7 * rng.normal(size=(n, p))
    return 1.0 + np.digitize(latent, np.linspace(-1.4, 1.4, n_categories - 1))


def estimation(X: np.ndarray) -> Callable[[], object]:
    """Return the step from tables to correlations, which no longer meets the people."""
    items = code_items(X)
    margins, tables = pair_tables(items, np.ones(len(X)))
    thresholds = thresholds_of(margins, np.array([c.size for c in items.categories]))
    return lambda: polychoric_pairs(tables, thresholds)


def beside_psych(table: pd.DataFrame) -> tuple[dict, dict]:
    """Return our figures and psych's for the correlations of bfi."""
    ours = median_cpu(lambda: factors.correlation(table, "polychoric"), REPEATS)
    psych = run_r("polychoric.R", table, R_REPEATS)
    figures = {"polychoric, CPU s (promised: at most 0.2)": ours}
    if psych.result is not None:  # a ratio is told only of figures measured side by side
        figures["psych's CPU s to ours (promised: at least 100)"] = psych.seconds / ours
        rho = psych.result.to_numpy(dtype=float)
        gap = np.abs(factors.correlation(table, "polychoric").matrix - rho).max()
        figures["largest difference from psych"] = float(gap)
    return figures, psych.peer(CALL, "polychoric, CPU s", BEFORE)


def beside_lavaan(table: pd.DataFrame) -> tuple[dict, dict]:
    """Return our figures and lavaan's for five factors with scaled fit."""

    def fit() -> factors.FitIndices:
        return factors.FactorModel(5, rotation=None).fit(table).fit_

    ours = median_cpu(fit, REPEATS)
    lavaan = run_r("ordinal_fit.R", table, 1)
    figures = {"five factors with scaled fit, CPU s": ours}
    if lavaan.result is not None:
        figures["lavaan's CPU s to ours"] = lavaan.seconds / ours
        theirs = float(lavaan.result["chisq.scaled"][0])
        figures["relative difference of the scaled chi-square"] = abs(fit().chi2 / theirs - 1.0)
    return figures, lavaan.peer(FIT_CALL, "five factors with scaled fit, CPU s")


def growth() -> dict:
    """Return CPU seconds as people, items and categories grow."""
    wide = made(10_000, 100)
    figures = {
        "100 items of 10,000 people, CPU s (promised: below 3)": median_cpu(
            lambda: factors.correlation(wide, "polychoric"), 3
        ),
        "their standard errors, CPU s": median_cpu(
            factors.correlation(wide, "polychoric").intervals, 3
        ),
        "five factors of them with scaled fit, CPU s": median_cpu(
            lambda: factors.FactorModel(5, rotation=None).fit(wide).fit_, 1
        ),
    }
    for n in PEOPLE:
        X = made(n, 20)
        whole = median_cpu(lambda X=X: factors.correlation(X, "polychoric"), 3)
        figures[f"20 items of {n:,} people, CPU s"] = whole
        figures[f"of it tables to correlations, {n:,} people, CPU s"] = median_cpu(estimation(X), 3)
    for p, c in ((25, 5), (50, 5), (100, 5), (50, 3), (50, 9)):
        seconds = median_cpu(estimation(made(2_000, p, c)), 5)
        cells = p * (p - 1) / 2 * c * c
        figures[f"tables to correlations, {p} items, {c} categories, CPU ns a cell"] = (
            1e9 * seconds / cells
        )
    figures["peak memory of this process, GB"] = (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    )
    return figures


def run() -> dict:
    table, name = bfi_answers()
    correlated, psych = beside_psych(table)
    fitted, lavaan = beside_lavaan(table)
    n, p = table.shape
    return {
        "name": f"Polychoric correlations, {name}: {p} items of {n:,} people; growth",
        "figures": {**correlated, **fitted, **growth()},
        "peers": {"R psych": psych, "R lavaan": lavaan},
    }
