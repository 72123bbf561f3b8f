"""The typical member: a real medoid, told only by what enough members share."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist

from segkit.segments.portraits.typical_member import band, closeness, places, readable, told_member
from segkit.survey import Codebook, Item

RNG = np.random.default_rng(5)
N = 300
PEOPLE = pd.DataFrame(
    {
        "age": RNG.integers(18, 90, N),
        "region": RNG.choice(["north", "south", "east"], N),
        "app": RNG.random(N) < 0.5,
        "amount": RNG.lognormal(4, 1, N).round(2),
        "id": [f"person {i}" for i in range(N)],
    }
)
BOOK = Codebook([Item("age", "Age?", role="field"), Item("card", role="id")])


def in_words(columns):
    return {c.name: band(c) for c in columns}


def test_the_most_typical_member_is_the_medoid():
    place = RNG.normal(size=(40, 3))
    member = np.arange(40) < 25
    near = closeness(place, member.astype(float), np.ones(40))
    sums = (cdist(place[member], place[member]) ** 2).sum(axis=1)
    assert near[member].argmax() == sums.argmin()


def test_weights_are_repeated_rows():
    place = RNG.normal(size=(12, 2))
    w = RNG.integers(1, 4, 12)
    once = closeness(place, np.ones(12), w)
    often = closeness(np.repeat(place, w, axis=0), np.ones(w.sum()), np.ones(w.sum()))
    np.testing.assert_allclose(np.repeat(once, w), often)


def test_positions_and_columns_count_the_same(frame_kind):
    people = frame_kind.make({n: PEOPLE[n].tolist() for n in ("age", "region")})
    place = places(people, readable(people, BOOK), RNG.normal(size=(N, 4)) * 50, np.ones(N))
    spread = place.var(axis=0)
    assert spread[-4:].sum() == pytest.approx(1.0)
    assert spread.sum() == pytest.approx(2.0)


def test_ids_dates_and_constants_describe_nobody():
    table = PEOPLE.assign(card=range(N), one="yes", day=pd.Timestamp("2024-01-01"))
    assert [c.name for c in readable(table, BOOK)] == ["age", "region", "app", "amount"]


@pytest.mark.parametrize("smallest", [2, 10, 60])
def test_everything_told_is_shared_by_as_many_members_as_stated(smallest):
    columns = readable(PEOPLE, BOOK)
    member = RNG.random(N) < 0.5
    near = closeness(places(PEOPLE, columns, None, np.ones(N)), member.astype(float), np.ones(N))
    lines, n_hidden = told_member(in_words(columns), member, near, BOOK, smallest=smallest)
    names = {"Age": "age"}
    told = [names.get(line.split(": ")[0], line.split(": ")[0]) for line in lines]
    bands = {c.name: band(c) for c in columns}
    alike = Counter(zip(*(bands[name][member] for name in told), strict=True)) if told else {(): N}
    assert alike[tuple(line.split(": ")[1] for line in lines)] >= smallest
    assert len(lines) + n_hidden == len(columns)


def test_nobody_is_told_who_is_alike_to_nobody():
    people = pd.DataFrame({"town": [f"town {i}" for i in range(20)]})
    columns = readable(people, BOOK)
    near = closeness(places(people, columns, None, np.ones(20)), np.ones(20), np.ones(20))
    member = np.ones(20, dtype=bool)
    assert told_member(in_words(columns), member, near, BOOK, smallest=10) == ([], 1)


def test_the_order_of_rows_does_not_matter():
    turned = PEOPLE.iloc[::-1].reset_index(drop=True)
    told = []
    for table in (PEOPLE, turned):
        columns = readable(table, BOOK)
        near = closeness(places(table, columns, None, np.ones(N)), np.ones(N), np.ones(N))
        told.append(told_member(in_words(columns), np.ones(N, dtype=bool), near, BOOK, smallest=5))
    assert told[0] == told[1]


def test_numbers_are_told_in_bands_of_round_width():
    columns = {c.name: c for c in readable(PEOPLE, BOOK)}
    ages = band(columns["age"])
    low, high = ages[0].split(" to ")
    assert int(low) <= PEOPLE["age"][0] <= int(high)
    assert (int(high) + 1 - int(low)) in (10, 20)
    assert " to under " in band(columns["amount"])[0]
    few = readable(pd.DataFrame({"children": [0.0, 1.0, 2.0, np.nan]}), BOOK)[0]
    assert band(few).tolist() == ["0", "1", "2", None]


def test_yes_and_no_and_gaps_are_told_as_such():
    table = pd.DataFrame({"app": pd.array([True, None, False], dtype="boolean")})
    assert band(readable(table, BOOK)[0]).tolist() == ["yes", None, "no"]
