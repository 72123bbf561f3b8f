import numpy as np
import pytest
from threadpoolctl import threadpool_info

from segkit.diagnostics.refits.processes import run_each


def threads(number):
    np.eye(3) @ np.eye(3)
    return number, max(pool["num_threads"] for pool in threadpool_info())


@pytest.mark.parametrize("n_jobs", [None, 1, 2])
def test_answers_come_in_the_order_of_the_calls_each_on_one_thread(n_jobs):
    answers = list(run_each(threads, ((i,) for i in range(20)), n_jobs))
    assert answers == [(i, 1) for i in range(20)]


def test_calls_are_taken_as_they_are_needed():
    taken = []

    def calls():
        for i in range(5):
            taken.append(i)
            yield (i, 0)

    answers = run_each(max, calls(), None)
    assert next(answers) == 0
    assert taken == [0]
