"""The path of lists."""

import numpy as np
import pytest

from segkit.typing_tool.golden.search import search


@pytest.fixture(scope="module")
def path(small):
    return search(small.part, small.candidates(5))


def test_each_list_is_one_item_longer_and_the_telling_come_first(path):
    assert [len(s.items) for s in path] == [1, 2, 3, 4, 5]
    assert set(path[2].items) == {0, 2, 5}
    assert all(s.units == s.items for s in path)


def test_what_came_and_went_makes_the_next_list(path):
    before: set[int] = set()
    for step in path:
        assert (before | set(step.added)) - set(step.dropped) == set(step.items)
        assert not set(step.dropped) & set(step.items)
        before = set(step.items)


def test_the_scorer_of_a_step_is_the_fit_on_all_respondents(small, path):
    for step in path:
        zero = np.zeros_like(step.parameters)
        again = small.part.parameters(step.items, step.spread, zero)
        np.testing.assert_allclose(step.parameters, again, atol=1e-4)


def test_no_list_of_three_is_better_by_a_single_exchange(small, path):
    part, step = small.part, path[2]
    own = part.compared(step.items, step.spread, None).loss
    for out in step.items:
        for new in set(range(8)) - set(step.items):
            other = (*(i for i in step.items if i != out), new)
            assert part.compared(other, step.spread, None).loss > own - 1e-4


def test_what_is_asked_anyway_stays_on_the_path(small):
    found = search(small.part, small.candidates(4, must_have=["b"]))
    assert found[0].items == (1,)
    assert all(1 in step.items for step in found)
    assert set(found[-1].items) == {0, 1, 2, 5}


def test_a_battery_comes_as_a_whole(small):
    found = search(small.part, small.candidates(4, blocks={"x": ["a", "c"], "y": ["b", "d"]}))
    assert [len(s.items) for s in found] == sorted({len(s.items) for s in found})
    assert set(found[0].items) == {0, 2}
