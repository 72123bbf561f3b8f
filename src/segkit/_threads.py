"""One thread for the linear algebra of many small matrices.

Threads inside a product of small matrices wait for each other longer than they work (on a
busy machine ten times longer), and the order in which they add up can change the last digit.
"""

from contextlib import AbstractContextManager

from threadpoolctl import threadpool_limits

__all__ = ["one_blas_thread"]


def one_blas_thread() -> AbstractContextManager[object]:
    """Hold the linear algebra to one thread; the number before is restored at the end.

    Examples
    --------
    >>> with one_blas_thread():
    ...     pass
    """
    return threadpool_limits(limits=1, user_api="blas")
