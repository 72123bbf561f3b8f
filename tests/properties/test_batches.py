"""Labels do not depend on how people are served: one by one, in parts, on more threads."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from segkit.segments import ConsensusSegments, DensitySegments, LatentClass, ReducedKMeans

RNG = np.random.default_rng(0)
TRUTH = RNG.choice(3, 400, p=[0.5, 0.3, 0.2])
CENTRE = RNG.normal(0, 1.5, (3, 8))
ANSWERS = np.clip(np.round(3 + CENTRE[TRUTH] + RNG.normal(0, 0.8, (400, 8))), 1, 5)
GAPS = np.where(RNG.random(ANSWERS.shape) < 0.05, np.nan, ANSWERS)
NEW = RNG.permuted(ANSWERS, axis=0)[:24]  # every answer is known, no row is

MODELS = {
    "categorical": LatentClass(3, n_init=10),
    "ordinal": LatentClass(3, "ordinal", n_init=10),
    "gaussian": LatentClass(3, "gaussian", n_init=10),
    "reduced": ReducedKMeans(3, 2, n_init=10),
    "consensus": ConsensusSegments(3, n_draws=2),
    "density": DensitySegments(n_neighbors=15),
}
each_model = pytest.mark.parametrize("name", MODELS)


@pytest.fixture(scope="module")
def fitted():
    """Return each model, fitted once."""
    done = {}

    def get(name):
        if name not in done:
            done[name] = MODELS[name].fit(_answers(name))
        return done[name]

    return get


def _answers(name):
    return ANSWERS if name == "density" else GAPS


@each_model
@pytest.mark.parametrize("size", [1, 7])
def test_parts_of_any_size_get_the_same_labels(fitted, name, size):
    model = fitted(name)
    size = max(size, 6) if name == "density" else size  # each call of UMAP takes a second
    for table in (_answers(name)[:24], NEW):
        parts = [model.predict(table[i : i + size]) for i in range(0, len(table), size)]
        np.testing.assert_array_equal(np.concatenate(parts), model.predict(table))


@each_model
def test_more_threads_find_the_same_segments(fitted, name):
    one = fitted(name)
    with threadpool_limits(limits=2):
        other = type(one)(**one.get_params()).fit(_answers(name))
        np.testing.assert_array_equal(other.labels_, one.labels_)
        np.testing.assert_array_equal(other.predict(NEW), one.predict(NEW))
