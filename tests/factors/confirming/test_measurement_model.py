import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.factors.confirming.measurement_model import (
    Directions,
    Entries,
    Matrices,
    information_of,
)

PLACES = [
    ("loadings", 0, 0),
    ("loadings", 2, 1),
    ("factor_covariances", 1, 0),
    ("factor_covariances", 1, 1),
    ("residual_covariances", 1, 1),
    ("residual_covariances", 3, 2),
    ("intercepts", 2, 0),
    ("factor_means", 1, 0),
]
ENTRIES = Entries.of([(*place, number) for number, place in enumerate(PLACES)])


@pytest.fixture
def matrices():
    return Matrices(
        loadings=np.array([[0.8, 0.0], [0.7, 0.1], [0.0, 0.9], [0.0, 0.6]]),
        factor_covariances=np.array([[1.0, 0.3], [0.3, 1.4]]),
        residual_covariances=np.diag([0.5, 0.4, 0.3, 0.6]),
        intercepts=np.array([3.0, 2.0, 4.0, 3.5]),
        factor_means=np.array([0.2, -0.4]),
    )


def moved(matrices, number, by):
    theta = matrices.parameters(ENTRIES, np.zeros(len(PLACES)))
    theta[number] += by
    return matrices.with_parameters(ENTRIES, theta)


@pytest.mark.parametrize("number", range(len(PLACES)), ids=[p[0] for p in PLACES])
def test_directions_are_the_derivatives(matrices, number):
    got = Directions.of(matrices, ENTRIES)
    up, down = moved(matrices, number, 1e-5), moved(matrices, number, -1e-5)
    x, y = got.x[:, [number]], got.y[:, [number]]
    assert_allclose(
        got.s[number] * (x @ y.T + y @ x.T),
        (up.covariance() - down.covariance()) / 2e-5,
        atol=1e-9,
    )
    assert_allclose(got.m[:, number], (up.mean() - down.mean()) / 2e-5, atol=1e-9)


def test_information_is_the_trace_of_the_textbook(matrices):
    got = Directions.of(matrices, ENTRIES)
    inverse = np.linalg.inv(matrices.covariance())
    size = len(PLACES)
    moves = [
        got.s[k] * (np.outer(got.x[:, k], got.y[:, k]) + np.outer(got.y[:, k], got.x[:, k]))
        for k in range(size)
    ]
    expected = np.array([[np.trace(inverse @ a @ inverse @ b) / 2 for a in moves] for b in moves])
    expected += got.m.T @ inverse @ got.m
    assert_allclose(got.information(inverse), expected, atol=1e-12)
    assert_allclose(got.own_information(inverse), np.diag(expected), atol=1e-12)
    halves = information_of([(got, ENTRIES, inverse, 0.5), (got, ENTRIES, inverse, 0.5)], size)
    assert_allclose(halves, expected, atol=1e-12)


def test_slope_is_the_derivative_of_the_likelihood(matrices):
    S, mean = np.diag([1.2, 1.0, 1.5, 1.1]) + 0.2, np.array([3.3, 2.1, 3.7, 3.0])

    def log_likelihood(at):
        sigma, d = at.covariance(), mean - at.mean()
        inner = np.trace(np.linalg.solve(sigma, S + np.outer(d, d)))
        return -0.5 * (np.linalg.slogdet(sigma)[1] + inner)

    inverse, d = np.linalg.inv(matrices.covariance()), mean - matrices.mean()
    residual = inverse @ (S + np.outer(d, d) - matrices.covariance()) @ inverse
    got = Directions.of(matrices, ENTRIES).slope(residual, inverse @ d)
    for number in range(len(PLACES)):
        up, down = moved(matrices, number, 1e-5), moved(matrices, number, -1e-5)
        slope = (log_likelihood(up) - log_likelihood(down)) / 2e-5
        assert_allclose(got[number], slope, atol=1e-8)


def test_parameters_come_back_from_the_matrices(matrices):
    theta = np.arange(1.0, len(PLACES) + 1)
    there = matrices.with_parameters(ENTRIES, theta)
    assert_allclose(there.parameters(ENTRIES, np.zeros(len(PLACES))), theta)
    assert there.residual_covariances[2, 3] == there.residual_covariances[3, 2] == 6.0
