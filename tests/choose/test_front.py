import numpy as np

from segkit.choose.front import on_front

FIGURES = np.array([[0.9, 0.2], [0.5, 0.5], [0.2, 0.9], [0.4, 0.4], [0.5, 0.5]])


def test_who_is_beaten_is_not_on_the_front_and_equals_both_are():
    assert on_front(FIGURES, np.ones(5, dtype=bool)).tolist() == [True, True, True, False, True]


def test_who_is_not_allowed_neither_stands_there_nor_beats_anybody():
    allowed = np.array([True, False, True, True, False])
    assert on_front(FIGURES, allowed).tolist() == [True, False, True, True, False]


def test_a_missing_figure_is_the_worst():
    figures = np.array([[0.9, np.nan], [0.9, 0.1]])
    assert on_front(figures, np.ones(2, dtype=bool)).tolist() == [False, True]


def test_order_does_not_matter():
    turned = np.random.default_rng(0).permutation(5)
    all_allowed = np.ones(5, dtype=bool)
    assert (on_front(FIGURES[turned], all_allowed) == on_front(FIGURES, all_allowed)[turned]).all()
