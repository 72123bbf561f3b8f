import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering, KMeans

from segkit.diagnostics.refits.sample_fit import Task, fit_sample, fitted_rows, plain_codes
from segkit.exceptions import SegkitError

X = np.repeat([[0.0], [9.0]], [6, 4], axis=0) + np.arange(10)[:, None] / 100
CODES = np.repeat([0, 1], [6, 4])


def task(model, **settings):
    plain = {
        "name": "a", "model": model, "X": X, "w": np.ones(10), "weighted": False, "repeats": False,
        "counts_as_weights": False, "codes": CODES,
    }  # fmt: skip
    return Task(**(plain | settings))


COUNTS = np.array([2, 0, 1, 0, 0, 0, 0, 3, 0, 1])
DRAWN = np.flatnonzero(COUNTS)


def test_who_is_drawn_twice_counts_once_or_twice_as_weight_or_as_row():
    once = fitted_rows(task(None), DRAWN, COUNTS[DRAWN])
    assert once[0].tolist() == [0, 2, 7, 9]
    assert once[1] is None
    weights = fitted_rows(task(None, repeats=True, counts_as_weights=True), DRAWN, COUNTS[DRAWN])
    assert weights[1].tolist() == [2, 1, 3, 1]
    rows = fitted_rows(task(None, repeats=True), DRAWN, COUNTS[DRAWN])
    assert rows[0].tolist() == [0, 0, 2, 7, 7, 7, 9]
    w = np.arange(1.0, 11.0)
    surveyed = fitted_rows(
        task(None, repeats=True, counts_as_weights=True, weighted=True, w=w), DRAWN, COUNTS[DRAWN]
    )
    assert surveyed[1].tolist() == [2 * 1, 1 * 3, 3 * 8, 1 * 10]


@pytest.mark.parametrize("model", [KMeans(2, n_init=2), AgglomerativeClustering(2)])
def test_everybody_is_labelled_drawn_or_not(model):
    found = fit_sample([task(model, warm=True)], COUNTS, 0, 1)[0]
    np.testing.assert_array_equal(found.labels, CODES)
    warm = isinstance(model, KMeans)
    assert (found.warm is not None) is warm
    if warm:
        np.testing.assert_array_equal(found.warm, CODES)


def test_names_of_a_fit_decide_nothing():
    assert plain_codes(np.array([7, -1, 3, 7])).tolist() == [0, -1, 1, 0]
    assert plain_codes(np.array([3, -2, 7, 3])).tolist() == [0, -1, 1, 0]
    assert plain_codes(np.array([-1, -1])).tolist() == [-1, -1]


def test_a_fit_that_fails_names_model_and_sample():
    with pytest.raises(SegkitError, match=r"KMeans cannot be fitted to sample 5 \(4 of 10 resp"):
        fit_sample([task(KMeans(8))], COUNTS, 0, 5)
