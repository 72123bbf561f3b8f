"""A choice among segmentations: every candidate on the same samples, beside refits by hand."""

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from segkit import choose, datasets, segments

NUMBERS = range(2, 9)
N_BOOT = 100


def answers() -> tuple[Any, str]:
    """Return McDonald's yes/no answers where the data are, else made ones of the same size."""
    if os.environ.get("SEGKIT_DATA"):
        data = datasets.fetch_mcdonalds()
        return data.codebook.clean(data.answers)[data.codebook.names(role="item")], "McDonald's"
    rng = np.random.default_rng(0)
    chance = rng.choice([0.15, 0.85], size=(4, 11))
    return (rng.random((1453, 11)) < chance[rng.integers(0, 4, 1453)]).astype(float), "made answers"


def seconds(job: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of a job and what it returns."""
    start = time.process_time()
    result = job()
    return time.process_time() - start, result


def by_hand(X: np.ndarray) -> list[float]:
    """Refit k-means to samples, number by number, and compare with the solution of all."""
    rng = np.random.default_rng(0)
    found = []
    for k in NUMBERS:
        whole = KMeans(k, n_init=5, random_state=0).fit_predict(X)
        for seed in range(N_BOOT):
            rows = rng.choice(len(X), size=len(X))
            again = KMeans(k, n_init=5, random_state=seed).fit(X[rows]).predict(X)
            found.append(adjusted_rand_score(whole, again))
    return found


def run() -> dict:
    X, what = answers()
    models = [KMeans(), segments.LatentClass()]
    both, found = seconds(lambda: choose.compare(X, models, NUMBERS, n_boot=N_BOOT))
    alone, _ = seconds(lambda: choose.compare(X, models[:1], NUMBERS, n_boot=N_BOOT))
    structure, verdict = seconds(lambda: choose.structure(segments.LatentClass(4), X))
    peer, _ = seconds(lambda: by_hand(np.asarray(X, dtype=float)))
    return {
        "name": f"Compare 2 to 8 segments on {what}, 100 samples ({len(X):,} x 11)",
        "figures": {
            "k-means and latent classes, CPU s (promised: below 60)": both,
            "k-means alone, CPU s": alone,
            "scikit-learn's CPU s to ours, k-means alone": peer / alone,
            "structure of four latent classes, CPU s": structure,
            "worlds it took": int(verdict.frame()["n_null"].max()),
            "number of segments suggested": int(found.suggested.n_segments),
        },
        "peers": {
            "scikit-learn by hand": {
                "call": "KMeans(k, n_init=5).fit on each sample, adjusted_rand_score; no Jaccard",
                "figures": {"k-means alone, agreement only, CPU s": peer},
                "ran": True,
            }
        },
    }
