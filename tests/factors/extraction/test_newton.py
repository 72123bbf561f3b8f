import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from segkit.factors.extraction.newton import least_within


def bowl(seed, n=6, valley=True):
    """A quartic with a minimum; not convex everywhere unless it is a valley."""
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(n, n))
    A = A @ A.T + np.eye(n) if valley else (A + A.T)
    b = 3 * rng.normal(size=n)

    def loss(x):
        value = float(x @ A @ x / 2 + b @ x + (x**4).sum() / 4)
        return value, A @ x + b + x**3, A + np.diag(3 * x**2)

    return loss


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("valley", [True, False])
def test_the_minimum_within_bounds_is_that_of_another_method(seed, valley):
    loss = bowl(seed, valley=valley)
    low, high = np.full(6, -0.7), np.full(6, 0.4)
    x, settled = least_within(loss, np.zeros(6), low, high)
    assert settled
    assert ((low <= x) & (x <= high)).all()
    value, slope, _ = loss(x)
    assert np.abs(np.clip(x - slope, low, high) - x).max() < 1e-9
    if valley:
        other = minimize(
            lambda v: loss(v)[:2], np.zeros(6), jac=True, bounds=[(-0.7, 0.4)] * 6,
            options={"ftol": 0, "gtol": 1e-10},
        )  # fmt: skip
        assert_allclose(x, other.x, atol=1e-7)
    assert value <= loss(np.zeros(6))[0]


def test_a_loss_that_is_nowhere_lower_is_not_settled():
    x, settled = least_within(
        lambda v: (0.0, np.ones(2), np.eye(2)), np.zeros(2), np.full(2, -1.0), np.ones(2)
    )
    assert not settled
    assert_allclose(x, 0)
