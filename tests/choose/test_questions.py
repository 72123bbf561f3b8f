import numpy as np
import pytest

from segkit.choose.questions import few_questions, read_questions
from segkit.exceptions import SegkitError

RNG = np.random.default_rng(0)
LABELS = np.repeat([0, 1, 2, 3], 50)
NOISE = RNG.normal(size=(200, 4))


def test_questions_that_tell_come_first_and_a_repeated_one_adds_nothing():
    tells = 3.0 * (LABELS % 2) + RNG.normal(size=200)
    other = 2.0 * (LABELS // 2) + RNG.normal(size=200)
    asked = np.column_stack([NOISE, tells, tells, other])
    assert few_questions(asked, LABELS, np.ones(200), 2).tolist() == [4, 6]
    assert 5 not in few_questions(asked, LABELS, np.ones(200), 7)[:6]


def test_gaps_and_noise_do_no_harm():
    tells = 3.0 * LABELS + RNG.normal(size=200)
    asked = np.column_stack([NOISE, np.where(RNG.random(200) < 0.2, np.nan, tells)])
    labels = np.where(np.arange(200) < 10, -1, LABELS)
    assert few_questions(asked, labels, np.ones(200), 1).tolist() == [4]
    assert few_questions(asked, labels, np.ones(200), 9).size == 5


def test_weights_are_repeated_rows():
    w = RNG.integers(1, 4, 200)
    rows = np.repeat(np.arange(200), w)
    one = few_questions(NOISE, LABELS, w.astype(float), 3)
    assert (one == few_questions(NOISE[rows], LABELS[rows], np.ones(rows.size), 3)).all()


def test_questions_are_a_frame_of_as_many_rows(frame_kind):
    table = frame_kind.make({"a": NOISE[:, 0], "b": NOISE[:, 1]})
    assert (read_questions(table, np.array([3, 1]), 200) == NOISE[[3, 1], :2]).all()
    with pytest.raises(SegkitError, match="questions has 200 rows but X has 7"):
        read_questions(table, np.arange(7), 7)
    with pytest.raises(SegkitError, match="questions is a ndarray; expected a pandas or polars"):
        read_questions(NOISE, np.arange(200), 200)
