"""The linear algebra runs on one thread inside, and on as many as before afterwards."""

import numpy as np
from threadpoolctl import threadpool_info

from segkit._threads import one_blas_thread


def _threads() -> list[int]:
    np.eye(2) @ np.eye(2)
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_threads_are_held_to_one_and_given_back():
    before = _threads()
    with one_blas_thread():
        assert set(_threads()) <= {1}
    assert _threads() == before
