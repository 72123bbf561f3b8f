import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from segkit.segments.mixtures import solution as module
from segkit.segments.mixtures.item_blocks import Variances, build_mixture
from segkit.segments.mixtures.solution import Solution, in_order_of_size
from segkit.segments.patterns import distinct_rows

RNG = np.random.default_rng(0)
VALUES = np.column_stack([RNG.integers(1, 4, 90), RNG.normal(7, 3, 90)]).astype(float)


def fitted():
    mixture = build_mixture(
        VALUES,
        np.ones(90),
        ("categorical", "gaussian"),
        3,
        prior=0,
        variances=Variances(True, 0.01),
    )
    return mixture, mixture.start(np.array([4]))


def test_chunks_change_nothing(monkeypatch):
    found = Solution(*fitted())
    whole = found.memberships(VALUES)
    monkeypatch.setattr(module, "AT_ONCE", 7)
    parts = found.memberships(VALUES)
    assert_allclose(whole[0], parts[0])
    assert_allclose(whole[1], parts[1])


def test_the_log_density_is_on_the_scale_of_the_answers():
    mixture, params = fitted()
    wide = VALUES * [1, 10]
    scaled = build_mixture(
        wide, np.ones(90), ("categorical", "gaussian"), 3, prior=0, variances=Variances(True, 0.01)
    )
    narrow_density = Solution(mixture, params).memberships(VALUES)[1]
    assert_allclose(Solution(scaled, params).memberships(wide)[1], narrow_density - np.log(10))


def test_the_largest_segment_comes_first():
    ordered = in_order_of_size(*fitted(), distinct_rows(VALUES, np.ones(90)))
    labels = ordered.memberships(VALUES)[0].argmax(axis=1)
    assert (np.diff(np.bincount(labels, minlength=3)) <= 0).all()


def test_equal_segments_are_told_apart_by_the_first_item():
    values = np.repeat([[1.0, 1.0], [3.0, 3.0]], 10, axis=0)
    mixture = build_mixture(
        values, np.ones(20), ("categorical", "categorical"), 2, prior=0,
        variances=Variances(True, 0.01),
    )  # fmt: skip
    theta = np.array([[[0.9, 0.1, 0.9, 0.1], [0.1, 0.9, 0.1, 0.9]]])
    params = {"shares": np.array([[0.5, 0.5]]), "theta": theta}
    ordered = in_order_of_size(mixture, params, distinct_rows(values, np.ones(20)))
    assert_array_equal(ordered.params["theta"][0, 0], [0.1, 0.9, 0.1, 0.9])
