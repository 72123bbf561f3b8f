import numpy as np

from segkit.datasets.made.fields import AGES, MISSING_SHARE, field_model
from segkit.datasets.made.people import draw_people, take_people
from segkit.datasets.made.world import make_world

MODEL, SHARES = field_model(4), make_world(4).shares


def test_fields_follow_the_tables():
    people = draw_people(MODEL, SHARES, 300_000, seed=1)  # more than one block
    np.testing.assert_allclose(np.bincount(people.segments) / people.n, SHARES, atol=0.004)
    cells = people.segments.astype(int) * 4 + people.stages
    here = cells == 5
    for name in ("region", "products", "payment_method", "bills_a_month", "autopay"):
        codes = getattr(people.codes, name)[here]
        counts = np.bincount(codes[codes >= 0], minlength=MODEL.tables[name].shape[1])
        np.testing.assert_allclose(counts / counts.sum(), MODEL.tables[name][5], atol=0.015)


def test_gaps_are_where_they_belong():
    people = draw_people(MODEL, SHARES, 100_000, seed=2)
    codes = people.codes
    for name, share in MISSING_SHARE.items():
        assert abs((getattr(codes, name) < 0).mean() - share) < 0.005
    assert ((codes.late_reminders_12m < 0) == (codes.tenure < 10)).all()
    assert (np.isnan(codes.amount) == (codes.bills_a_month == 0)).all()
    assert 0.2 < (codes.app_logins_30d < 0).mean() < 0.5
    for name in ("region", "tenure", "products", "bills_a_month", "autopay"):
        assert (getattr(codes, name) >= 0).all()


def test_customers_do_not_depend_on_how_many_blocks_follow():
    few, many = (draw_people(MODEL, SHARES, n, seed=3) for n in (250_000, 260_000))
    np.testing.assert_array_equal(few.segments, many.segments[:250_000])
    np.testing.assert_array_equal(few.codes.tenure, many.codes.tenure[:250_000])


def test_known_ages_are_true():
    people = draw_people(MODEL, SHARES, 5000, seed=4)
    known = people.codes.age >= 0
    np.testing.assert_array_equal(people.codes.age[known], people.ages[known])
    assert AGES[people.ages].min() >= 18


def test_taking_customers_takes_all_they_have():
    people = draw_people(MODEL, SHARES, 100, seed=5)
    some = take_people(people, np.array([7, 3]))
    assert some.n == 2
    assert some.segments[0] == people.segments[7]
    assert some.codes.region[1] == people.codes.region[3]
