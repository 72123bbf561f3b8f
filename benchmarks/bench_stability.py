"""Stability of k-means: the whole against the fits alone, ranges against single calls, and R."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.pipeline import make_pipeline

from segkit.diagnostics import prediction_strength, stability
from segkit.factors import FactorModel
from segkit.segments.agreement import contingencies, one_hot

RANGE = "CPU s, 2 to 8 segments, 200 samples of 10 starts"
PREDICTION = "CPU s of prediction strength, 2 to 8 segments, 50 splits of 5 starts"
PAIRS = {"n_segments": range(2, 9), "n_boot": 200, "repeats": True, "warm": False, "tolerance": 0}


def answers(n: int = 1453, p: int = 11, seed: int = 0) -> np.ndarray:
    """Make yes/no answers of four kinds of people."""
    rng = np.random.default_rng(seed)
    chance = rng.choice([0.15, 0.85], size=(4, p))
    return (rng.random((n, p)) < chance[rng.integers(0, 4, n)]).astype(float)


def ratings(n: int = 1000, seed: int = 1) -> np.ndarray:
    """Make twelve ratings of 1 to 5 on three needs."""
    rng = np.random.default_rng(seed)
    needs = rng.normal(size=(n, 3))
    items = np.repeat(needs, 4, axis=1) + rng.normal(size=(n, 12))
    return np.clip(np.round(3 + items), 1, 5)


def seconds(job: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of a job and what it returns."""
    start = time.process_time()
    result = job()
    return time.process_time() - start, result


def fits_alone(X: np.ndarray) -> None:
    """Fit what a hundred samples fit, and nothing else."""
    for seed in range(100):
        rows = np.random.default_rng(seed).choice(len(X), size=918, replace=False)
        KMeans(4, n_init=10, init="random", random_state=seed).fit(X[rows])


def of_factors(X: np.ndarray) -> tuple[float, float]:
    """Return the CPU seconds of a range behind one factor model, and of one call a number."""
    model = make_pipeline(FactorModel(3, correlation="pearson"), KMeans(n_init=10))
    settings = {"n_boot": 20, "warm": False}
    together, _ = seconds(lambda: stability(model, X, n_segments=range(3, 7), **settings))
    apart, _ = seconds(lambda: [stability(model, X, n_segments=k, **settings) for k in range(3, 7)])
    return together, apart


def of_counting(n: int = 1453, k: int = 6) -> tuple[float, float]:
    """Return the CPU milliseconds of a hundred tables by counting and by one-hot products."""
    rng = np.random.default_rng(0)
    a, b, w = rng.integers(0, k, n), rng.integers(0, k, (100, n)), np.ones(n)
    counted, _ = seconds(lambda: [contingencies(a, b, k, k, w) for _ in range(10)])
    product, _ = seconds(lambda: [one_hot(a, k).T @ one_hot(b.T, k) for _ in range(10)])
    return 100 * counted, 100 * product


def run() -> dict[str, Any]:
    """Time a hundred samples of ten starts each, and what surrounds them."""
    X = answers()
    model = KMeans(4, n_init=10, init="random")
    fits, _ = seconds(lambda: fits_alone(X))
    plain, result = seconds(lambda: stability(model, X, tolerance=0, warm=False))
    warm, _ = seconds(lambda: stability(model, X, tolerance=0))
    stopped, early = seconds(lambda: stability(model, X))
    pairs, _ = seconds(lambda: stability(model, X, **PAIRS))
    halves, _ = seconds(lambda: prediction_strength(KMeans(n_init=5, init="random"), X))
    together, apart = of_factors(ratings())
    counted, product = of_counting()
    return {
        "name": "stability of k-means, 4 segments, 1,453 x 11 yes/no, 100 samples of 10 starts",
        "figures": {
            "CPU s": round(plain, 2),
            "CPU s of the fits alone": round(fits, 2),
            "CPU s with warm starts too": round(warm, 2),
            f"CPU s when stopped at {len(early.samples)} samples, warm starts too": round(
                stopped, 2
            ),
            "weakest mean Jaccard": round(float(result.jaccard.min()), 3),
            RANGE: round(pairs, 1),
            PREDICTION: round(halves, 1),
            "CPU s, factors and 3 to 6 segments together, 20 samples": round(together, 2),
            "CPU s, the same in four calls": round(apart, 2),
            "CPU ms of 100 tables of 6 x 6 by counting": round(counted, 1),
            "CPU ms, the same by one-hot products": round(product, 1),
        },
        "peers": {
            "fpc 2.2-10 (R 4.2.2)": {
                "call": "clusterboot(X, B=100, clustermethod=kmeansCBI, krange=4, runs=10)",
                "figures": {"CPU s": 1.62, PREDICTION: 7.1},
                "ran": False,
                "note": "measured once on a quiet machine, on the mcdonalds answers, same size; "
                "prediction.strength(X, Gmin=2, Gmax=8, M=50, clustermethod=kmeansCBI, "
                "classification='centroid', runs=5)",
            },
            "flexclust 1.5.0 (R 4.2.2)": {
                "call": "bootFlexclust(X, 2:8, nrep=10, nboot=100, FUN='cclust')",
                "figures": {RANGE: 206.1},
                "ran": False,
                "note": "measured once on a quiet machine, on the mcdonalds answers, same size",
            },
        },
    }
