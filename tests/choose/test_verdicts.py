import numpy as np
import pytest

from segkit.choose.verdicts import joint_p, verdict_of


@pytest.mark.parametrize(
    ("p", "verdict"),
    [
        ((0.05, 0.05), "natural"),
        ((0.05, 0.06), "reproducible"),
        ((0.06, 0.01), "constructive"),
    ],
)
def test_separation_counts_only_beyond_stability(p, verdict):
    assert verdict_of(*p) == verdict


def test_one_candidate_has_the_monte_carlo_p():
    figures = np.array([3.0, 1.0, 4.0, 2.0, 0.0])[:, None]
    assert joint_p(figures).tolist() == [2 / 5]


def test_joint_p_values_are_no_smaller_than_those_alone():
    figures = np.random.default_rng(0).normal(size=(40, 6))
    alone = np.array([joint_p(figures[:, [j]])[0] for j in range(6)])
    together = joint_p(figures)
    assert (together >= alone).all()
    assert together.argmin() == alone.argmin() or together.min() == together[alone.argmin()]


def test_a_candidate_alike_in_all_worlds_is_never_small():
    figures = np.column_stack([np.ones(20), np.r_[9.0, np.zeros(19)]])
    assert joint_p(figures).tolist() == [1.0, 0.05] or joint_p(figures)[0] > 0.05


def test_under_the_null_any_p_is_small_in_five_of_a_hundred(simulated):
    rng = np.random.default_rng(0)
    small = 0
    for _ in range(1000):
        common = rng.normal(size=(20, 1))
        small += joint_p(common + rng.normal(size=(20, 5))).min() <= 0.05
    simulated("joint p <= .05 of five related statistics", small, 1000, 0.05)
