import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError
from segkit.factors.sample import read_sample
from segkit.factors.scales.scale_keys import ScaleKey
from segkit.factors.scales.scale_reliability import Settings, measure_scale


def measured(table, signs=None, **changed):
    settings = {
        "correlation": "pearson",
        "n_factors": None,
        "interval": "jackknife",
        "level": 0.95,
        "n_boot": 30,
        "random_state": 0,
    }
    key = ScaleKey("ease", tuple(table), tuple(signs or [1.0] * table.shape[1]))
    return measure_scale(
        key, read_sample(table), Settings(**settings | changed), missing="pairwise"
    )


@pytest.mark.parametrize(("n_items", "n_factors"), [(2, 0), (3, 1), (5, 1), (8, 1), (9, 3)])
def test_the_number_of_factors_follows_the_number_of_items(answers, n_items, n_factors):
    assert measured(answers.iloc[:, :n_items]).n_factors == n_factors


def test_two_items_have_spearman_and_browns_alpha_and_no_omega(answers):
    found = measured(answers.iloc[:, :2])
    assert_allclose(found.standardised, 2 * found.average_r / (1 + found.average_r))
    assert np.isnan([found.omega_total, found.hierarchical, *found.intervals["omega"]]).all()
    assert np.isnan(found.without).all()
    assert np.isnan(found.loading).all()


def test_more_factors_than_a_scale_determines_are_refused(answers):
    with pytest.raises(
        SegkitError,
        match=r"n_factors=3 was asked of the scale `ease`, whose 5 items tell at most 2 apart",
    ):
        measured(answers.iloc[:, :5], n_factors=3)


def test_items_that_cancel_each_other_are_refused(answers):
    pair = answers.iloc[:, :1].assign(turned=6 - answers.iloc[:, 0])
    with pytest.raises(SegkitError, match=r"`ease` \(`imp_01`, `turned`\) cancel each other"):
        measured(pair)
    assert_allclose(measured(pair, signs=(1.0, -1.0)).alpha, 1.0)


def test_the_jackknife_and_the_bootstrap_agree(answers):
    three = answers.iloc[:, :3]
    jackknife, bootstrap = (
        measured(three, interval=kind, n_boot=400).intervals for kind in ("jackknife", "bootstrap")
    )
    for name in ("alpha", "omega"):
        assert_allclose(bootstrap[name], jackknife[name], atol=0.02)


def test_categorical_omega_has_an_interval_by_bootstrap_alone(answers):
    three = answers.iloc[:, :3]
    plain = measured(three, correlation="polychoric")
    drawn = measured(three, correlation="polychoric", interval="bootstrap", n_boot=400)
    assert np.isnan(plain.intervals["categorical"]).all()
    low, high = drawn.intervals["categorical"]
    assert low < plain.categorical < high
    assert_allclose(drawn.intervals["omega"], plain.intervals["omega"], atol=0.02)
    assert plain.intervals["alpha"] == measured(three).intervals["alpha"]


def test_replicates_in_which_an_item_does_not_vary_are_counted():
    rng = np.random.default_rng(0)
    rare = np.zeros(60)
    rare[0] = 1.0
    table = pd.DataFrame({"a": rng.normal(size=60), "b": rng.normal(size=60), "rare": rare})
    found = measured(table, interval="bootstrap", n_boot=60)
    assert 5 < found.n_failed < 45
    assert found.intervals["alpha"][0] < found.intervals["alpha"][1]


def test_respondents_without_an_answer_are_no_respondents_of_the_scale(answers):
    lost = answers.iloc[:, :3].copy()
    lost.iloc[:40] = np.nan
    found = measured(lost)
    assert found.n == measured(answers.iloc[40:, :3]).n
    assert_allclose(found.alpha, measured(answers.iloc[40:, :3]).alpha)


def test_a_pair_that_nobody_answered_together_is_refused(answers):
    apart = answers.iloc[:, :3].copy()
    apart.iloc[:150, 0] = apart.iloc[150:, 1] = np.nan
    with pytest.raises(SegkitError, match=r"`imp_01` and `imp_02` were answered together by 0"):
        measured(apart)
