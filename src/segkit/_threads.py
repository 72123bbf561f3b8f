"""One thread for the linear algebra of many small matrices.

Threads inside a product of small matrices wait for each other longer than they work (on a
busy machine ten times longer), and the order in which they add up can change the last digit.
"""

import sys
from contextlib import AbstractContextManager
from functools import lru_cache

from threadpoolctl import ThreadpoolController

__all__ = ["one_blas_thread"]


def one_blas_thread() -> AbstractContextManager[object]:
    """Hold the linear algebra to one thread; the number before is restored at the end.

    Examples
    --------
    >>> with one_blas_thread():
    ...     pass
    """
    # a library that was loaded since the last call came with a module
    return _controller(len(sys.modules)).limit(limits=1, user_api="blas")


@lru_cache(maxsize=1)
def _controller(n_modules: int) -> ThreadpoolController:  # noqa: ARG001
    """Find the libraries of linear algebra, which takes longer than many a loop."""
    return ThreadpoolController()
