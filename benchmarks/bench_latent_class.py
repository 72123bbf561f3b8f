"""Latent classes: 20 starts on made answers beside StepMix, McDonald's, and 200,000 people.

StepMix runs beside it, on the same answers in the same process, where it is installed
(``pip install stepmix``). The time of poLCA was measured before.
"""

import importlib.util
import json
import resource
import time
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from segkit.segments import LatentClass
from segkit.segments.mixtures.em import accelerate, em_step
from segkit.segments.mixtures.item_blocks import Variances, build_mixture

N, ITEMS, SEGMENTS, STARTS = 2000, 20, 5, 20
CALL = "StepMix(n_components=5, measurement='categorical', n_init=20, random_state=0).fit(answers)"
STARTS_LINE = "20 starts, 2,000 x 20 five-point items, 5 segments, CPU s"
LL_LINE = "best log-likelihood of the 20 starts"
POLCA_LINE = "McDonald's, 4 segments, all starts, CPU s"
POLCA = {
    "call": "poLCA(cbind(<11 items>) ~ 1, X, nclass = 4, nrep = 20, maxiter = 3000, tol = 1e-10)",
    "figures": {POLCA_LINE: 9.87},
    "ran": False,
    "note": "measured before: median of 3, poLCA 1.6.0.2, R 4.2.2, two-core machine",
}


def cpu(action: Any) -> tuple[float, Any]:
    """Return the CPU seconds of an action and what it returned."""
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def five_point_answers() -> np.ndarray:
    """Return answers of five segments that overlap."""
    rng = np.random.default_rng(0)
    centre = rng.normal(0, 0.45, (SEGMENTS, ITEMS))
    latent = centre[rng.choice(SEGMENTS, N)] + rng.normal(size=(N, ITEMS))
    return np.digitize(latent, [-1.2, -0.4, 0.4, 1.2]) + 1.0


def every_start(answers: np.ndarray) -> Any:
    """Carry each of the starts to convergence, as StepMix does."""
    w = np.ones(N)
    kinds = ("categorical",) * ITEMS
    mixture = build_mixture(answers, w, kinds, SEGMENTS, prior=0.0, variances=Variances(True, 0.01))
    step = partial(em_step, mixture, mixture.features(answers), w)
    start = mixture.start(np.arange(STARTS))
    return accelerate(step, mixture, start, max_iter=5000, smallest=1e-10 * N)


def run_stepmix(answers: np.ndarray) -> dict[str, Any]:
    """Run StepMix on the same answers; say so where it is not installed."""
    if importlib.util.find_spec("stepmix") is None:
        note = "StepMix is not installed here"
        return {"call": CALL, "figures": {}, "ran": False, "note": note}
    from stepmix.stepmix import StepMix

    model = StepMix(
        n_components=SEGMENTS, measurement="categorical", n_init=STARTS, random_state=0,
        progress_bar=0,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it does not know the newest scikit-learn
        seconds, _ = cpu(lambda: model.fit(answers.astype(int) - 1))
        ll = model.score(answers.astype(int) - 1) * N
    return {
        "call": CALL,
        "figures": {STARTS_LINE: seconds, LL_LINE: ll},
        "ran": True,
        "note": "in the same process, one thread",
    }


def mcdonalds() -> np.ndarray:
    """Return the answers that the tests hold as patterns with counts."""
    path = Path(__file__).parents[1] / "tests" / "reference" / "latent_class.json"
    held = json.loads(path.read_text(encoding="utf-8"))["sets"]["mcdonalds"]
    patterns = np.array([[float(c) for c in p] for p in held["patterns"]])
    return np.repeat(patterns, held["counts"], axis=0)


def many_people() -> np.ndarray:
    """Return 30 numbers of 200,000 people in six segments."""
    rng = np.random.default_rng(0)
    centre = rng.normal(0, 0.5, (6, 30))
    return centre[rng.choice(6, 200_000)] + rng.normal(size=(200_000, 30))


def run() -> dict:
    answers = five_point_answers()
    all_starts, ended = cpu(lambda: every_start(answers))
    default, model = cpu(lambda: LatentClass(SEGMENTS, n_init=STARTS).fit(answers))
    ordinal, _ = cpu(lambda: LatentClass(SEGMENTS, "ordinal", n_init=STARTS).fit(answers))
    fast_food, _ = cpu(lambda: LatentClass(4).fit(mcdonalds()))
    stepmix = run_stepmix(answers)
    people = many_people()
    large, _ = cpu(lambda: LatentClass(6, "gaussian", n_init=10).fit(people))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    ratio = {}
    if stepmix["ran"]:
        line = "StepMix's CPU s to ours (promised: at least 20)"
        ratio = {line: stepmix["figures"][STARTS_LINE] / all_starts}
    return {
        "name": "latent classes: 20 starts; McDonald's (1,453 x 11); 200,000 x 30 numbers",
        "figures": {
            STARTS_LINE: all_starts,
            LL_LINE: float(ended.objective.max()),
            **ratio,
            "LatentClass(5, n_init=20), CPU s": default,
            "its log-likelihood": model.log_likelihood_,
            "LatentClass(5, 'ordinal', n_init=20), CPU s": ordinal,
            POLCA_LINE: fast_food,
            "200,000 x 30 numbers, 6 segments, 10 starts, CPU s": large,
            "peak memory of this process, GB": peak,
        },
        "peers": {"StepMix 3.0.0": stepmix, "poLCA": POLCA},
    }
