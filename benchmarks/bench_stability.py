"""Bootstrap stability of k-means: the whole against the fits alone, and against R."""

import time
from typing import Any

import numpy as np
from sklearn.cluster import KMeans

from segkit.diagnostics import stability


def answers(n: int = 1453, p: int = 11, seed: int = 0) -> np.ndarray:
    """Make yes/no answers of four kinds of people."""
    rng = np.random.default_rng(seed)
    chance = rng.choice([0.15, 0.85], size=(4, p))
    return (rng.random((n, p)) < chance[rng.integers(0, 4, n)]).astype(float)


def run() -> dict[str, Any]:
    """Time 100 samples of ten starts each, and the same fits without anything around them."""
    X = answers()
    model = KMeans(4, n_init=10, init="random")
    start = time.process_time()
    result = stability(model, X, n_boot=100)
    whole = time.process_time() - start
    start = time.process_time()
    for seed in range(100):
        rows = np.random.default_rng(seed).choice(len(X), size=918, replace=False)
        KMeans(4, n_init=10, init="random", random_state=seed).fit(X[rows])
    fits = time.process_time() - start
    return {
        "name": "bootstrap stability, k-means, 4 segments, 1,453 x 11 yes/no, 100 samples",
        "figures": {
            "CPU s": round(whole, 2),
            "CPU s of the fits alone": round(fits, 2),
            "weakest mean Jaccard": round(float(result.jaccard.min()), 3),
        },
        "peers": {
            "fpc 2.2-10 (R 4.2.2)": {
                "call": "clusterboot(X, B=100, clustermethod=kmeansCBI, krange=4, runs=10)",
                "figures": {"CPU s": 1.62},
                "ran": False,
                "note": "measured once on a quiet machine, on the mcdonalds answers, same size",
            }
        },
    }
