"""A Monte-Carlo p value that stops as soon as it is known not to be small.

References
----------
Besag, J. and Clifford, P. (1991). Sequential Monte Carlo p-values. Biometrika 78, 301-304.
"""

from collections.abc import Iterable

__all__ = ["sequential_p"]


def sequential_p(
    observed: float, draws: Iterable[float], *, n_exceeding: int
) -> tuple[float, list[float]]:
    """Compare a statistic with draws under the null, until enough are as large.

    Parameters
    ----------
    observed : float
        The statistic.
    draws : iterable of float
        Statistics under the null, as many as there may be.
    n_exceeding : int
        So many h draws at least as large as the observed end the comparison.

    Returns
    -------
    p : float
        ``h / l`` when draw l was the h-th as large; ``(g + 1) / (n + 1)`` when all n draws were
        made and g < h of them were as large. Under the null P(p <= a) is at most a.
    made : list of float
        The draws made.

    Examples
    --------
    >>> sequential_p(2.0, [1.0, 3.0, 2.0, 1.0], n_exceeding=2)
    (0.666..., [1.0, 3.0, 2.0])
    >>> sequential_p(9.0, [1.0, 3.0, 2.0, 1.0], n_exceeding=2)[0]
    0.2
    """
    made: list[float] = []
    as_large = 0
    for draw in draws:
        made.append(draw)
        as_large += draw >= observed
        if as_large == n_exceeding:
            return as_large / len(made), made
    return (as_large + 1) / (len(made) + 1), made
