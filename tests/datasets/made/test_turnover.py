import numpy as np
import pytest

from segkit.datasets.made.fields import field_model
from segkit.datasets.made.oracle import fields_posterior, oracle_score
from segkit.datasets.made.people import draw_people
from segkit.datasets.made.turnover import turn_over
from segkit.datasets.made.world import make_world

MODEL, WORLD = field_model(4), make_world(4)
N = 120_000
PEOPLE = draw_people(MODEL, WORLD.shares, N, seed=1)
STEADY = (MODEL, WORLD.shares)


def later(months=12, after=STEADY, seed=0):
    return turn_over(PEOPLE, STEADY, after, months, np.random.default_rng(seed))


def shares_of(values, n):
    return np.bincount(values, minlength=n) / len(values)


@pytest.mark.parametrize("months", [1, 12, 30])
def test_without_drift_the_base_keeps_its_distribution(months):
    people = later(months).people
    for s in range(4):
        before, after = PEOPLE.segments == s, people.segments == s
        assert abs(before.mean() - after.mean()) < 0.006
        for name in ("tenure", "bills_a_month", "payment_method", "household", "age"):
            was = getattr(PEOPLE.codes, name)[before].astype(float)
            now = getattr(people.codes, name)[after].astype(float)
            noise = np.sqrt(was.var() / len(was) + now.var() / len(now))
            assert abs(was.mean() - now.mean()) < 4.5 * noise, (name, s)


def test_the_ceiling_stays_where_it_was_and_the_posterior_is_right():
    people = later().people
    score = oracle_score(fields_posterior(WORLD, MODEL, people.codes), people.segments)
    assert score.accuracy == pytest.approx(0.575, abs=0.005)
    assert score.hits == pytest.approx(score.accuracy, abs=0.006)


def test_who_stays_grows_older_and_keeps_most_fields():
    turned = later()
    same = turned.stayed & ~turned.moved
    assert (turned.people.ages[turned.stayed] - PEOPLE.ages[turned.stayed] == 1).all()
    grown = turned.people.codes.tenure.astype(int) - PEOPLE.codes.tenure
    assert (grown[turned.stayed] == 10).all()
    for name, least in (("region", 0.90), ("payment_method", 0.80), ("app_logins_30d", 0.5)):
        kept = getattr(turned.people.codes, name) == getattr(PEOPLE.codes, name)
        assert least < kept[same].mean() < 1, name
    assert 0.75 < turned.stayed.mean() < 0.9
    assert 0.02 < turned.moved.mean() < 0.06
    assert not (turned.moved & ~turned.stayed).any()


def test_most_new_customers_are_new():
    turned = later()
    assert np.median(turned.people.codes.tenure[~turned.stayed]) < 10


def test_gaps_stay_what_they_are():
    codes = later().people.codes
    assert ((codes.late_reminders_12m < 0) == (codes.tenure < 10)).all()
    assert (np.isnan(codes.amount) == (codes.bills_a_month == 0)).all()
    assert abs((codes.age < 0).mean() - 0.06) < 0.005


def test_a_new_mix_changes_sizes_and_nothing_within_segments():
    shares = np.array([0.24, 0.27, 0.23, 0.26])
    people = later(after=(MODEL, shares)).people
    np.testing.assert_allclose(shares_of(people.segments, 4), shares, atol=0.005)
    for s in range(4):
        was = shares_of(PEOPLE.codes.products[PEOPLE.segments == s], 9)
        now = shares_of(people.codes.products[people.segments == s], 9)
        np.testing.assert_allclose(was, now, atol=0.012)


def test_recoded_fields_follow_the_later_model_exactly():
    after = field_model(4, recoded=True)
    people = later(after=(after, WORLD.shares)).people
    cells = people.segments.astype(int) * 4 + people.stages
    for cell in (1, 6, 15):
        codes = people.codes.payment_method[cells == cell]
        counts = shares_of(codes[codes >= 0], 6)
        np.testing.assert_allclose(counts, after.tables["payment_method"][cell], atol=0.02)
