import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.segments.describing.contrasts import contrasts
from segkit.segments.describing.table_rows import Row
from segkit.segments.three_step.bch import segment_means
from segkit.segments.three_step.outcome_tables import (
    Found,
    difference_table,
    outcome_table,
    wald_table,
)

RNG = np.random.default_rng(0)
put = np.repeat([0, 1, 2], [50, 40, 30])
SPEND = RNG.normal(put, 1.0)
APP = (RNG.random(120) < 0.3 + 0.2 * put).astype(float)


def found(values, is_share):
    rows = [Row("x", "True" if is_share else None, values, is_share)]
    places = np.eye(3)[put]
    means = segment_means(values[:, None], places, numbers=not is_share)
    return Found(rows, means, means.value, np.array([values.mean()]), 120)


@pytest.mark.parametrize(("values", "is_share"), [(SPEND, False), (APP, True)])
def test_without_errors_intervals_are_those_of_the_profile(values, is_share):
    table = outcome_table(None, [found(values, is_share)])
    peer = contrasts(values[:, None], np.array([is_share]), put, 3, np.ones(120))
    assert_allclose(table["value"], peer.value[:, 0])
    assert_allclose(table["low"], peer.value_low[:, 0])
    assert_allclose(table["high"], peer.value_high[:, 0])
    assert_allclose(table["n_effective"], [50, 40, 30])


def test_without_errors_differences_are_welchs():
    from scipy import stats as st

    table = difference_table(None, [found(SPEND, False)])
    peer = st.ttest_ind(SPEND[put == 0], SPEND[put == 2], equal_var=False)
    row = table.iloc[1]
    assert (row["segment"], row["other"]) == (0, 2)
    assert row["p"] == pytest.approx(peer.pvalue)
    interval = peer.confidence_interval()
    assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high))


def test_the_test_of_two_segments_is_the_square_of_their_difference():
    two = segment_means(SPEND[:90, None], np.eye(2)[put[:90]])
    one = Found([Row("x", None, SPEND[:90], False)], two, two.value, np.zeros(1), 90)
    pair, test = difference_table(None, [one]), wald_table(None, [one])
    assert test["wald"][0] == pytest.approx((pair["difference"][0] / pair["se"][0]) ** 2)
    assert test["df"][0] == 1
