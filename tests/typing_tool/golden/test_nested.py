"""Held-out answers of the whole search."""

import numpy as np
import pytest

from segkit.typing_tool.golden.nested import HeldOut, nested_search, whole_search


@pytest.fixture(scope="module")
def found(small):
    people = small.people
    return nested_search(people.columns, people.truth, people.w, small.candidates(3), 3, 2, 5)


def test_right_and_lost_are_means_over_repeats():
    p = np.array([[[0.9, 0.1], [0.2, 0.8]], [[0.4, 0.6], [0.3, 0.7]]])
    held = HeldOut(p)
    truth = np.array([[1.0, 0.0], [0.25, 0.75]])
    assert held.first.tolist() == [[0, 1], [1, 1]]
    assert held.right(truth).tolist() == [0.5, 0.75]
    first = -np.log([0.9, 0.4]).mean()
    second = -(0.25 * np.log([0.2, 0.3]) + 0.75 * np.log([0.8, 0.7])).mean()
    np.testing.assert_allclose(held.loss(truth), [first, second])


def test_everybody_is_left_out_once_a_repeat(small, found):
    assert found.folds.shape == (2, 400)
    assert (found.folds[0] != found.folds[1]).any()
    for fold in found.folds:
        assert np.bincount(fold).min() > 120
    for held in (found.blind, *found.lists, found.full):
        assert held.probabilities.shape == (2, 400, 3)
        np.testing.assert_allclose(held.probabilities.sum(axis=2), 1, atol=1e-12)


def test_more_questions_tell_more_and_no_question_tells_the_sizes(small, found):
    truth = small.people.truth
    loss = [held.loss(truth).mean() for held in (found.blind, *found.lists)]
    assert loss == sorted(loss, reverse=True)
    assert np.ptp(found.blind.probabilities, axis=(0, 1)).max() < 0.02
    assert found.full.right(truth).mean() > found.blind.right(truth).mean() + 0.2


def test_how_often_parts_agree_on_an_item(found):
    assert found.frequency.shape == (3, 8)
    np.testing.assert_allclose(found.frequency.sum(axis=1), [1, 2, 3])
    np.testing.assert_allclose(found.frequency[2, [0, 2, 5]], 1)


def test_nobody_is_typed_by_a_part_that_knew_them(small, found):
    """Other labels of those left out do not change what is said of them, beyond the folds."""
    people = small.people
    again = nested_search(people.columns, people.truth, people.w, small.candidates(3), 3, 2, 5)
    np.testing.assert_array_equal(again.lists[0].probabilities, found.lists[0].probabilities)
    noise = np.random.default_rng(0).permutation(people.truth)
    other = nested_search(people.columns, noise, people.w, small.candidates(3), 3, 1, 5)
    gained = other.blind.loss(noise).mean() - other.lists[-1].loss(noise).mean()
    assert gained < 0.01


def test_the_path_of_all_respondents_is_that_of_the_whole_search(small, found):
    people = small.people
    steps = whole_search(people.columns, people.truth, people.w, small.candidates(3), 9)
    assert [set(s.items) for s in steps][-1] == set(found.steps[-1].items) == {0, 2, 5}
