"""How many respondents: one number a purpose, and the rules of thumb beside them.

References
----------
Dolnicar, S., Gruen, B., Leisch, F. and Schmidt, K. (2014). Required sample sizes for data-driven
market segmentation analyses in tourism. Journal of Travel Research 53, 296-306 (70 a item).
Dolnicar, S., Gruen, B. and Leisch, F. (2016). Increasing sample size compensates for data
problems in segmentation studies. Journal of Business Research 69, 992-999 (100 a item).
Cochran, W. G. (1977). Sampling Techniques, 3rd ed. Wiley, section 4.4 (a share).
"""

from typing import Any

import numpy as np
from scipy.stats import binom, norm

from segkit._checks import check_integer, check_number, check_share
from segkit._frames import Origin
from segkit._result import percent
from segkit.exceptions import SegkitError

__all__ = ["sample_size"]

Z = float(norm.ppf(0.975))
SURE = 0.95


def sample_size(
    n_segments: int,
    n_items: int,
    *,
    smallest: float | None = None,
    n_smallest: int = 50,
    size_error: float = 0.03,
    profile_error: float = 0.2,
    design_effect: float = 1.0,
) -> Any:
    """Say how many respondents a segmentation needs, purpose by purpose.

    Parameters
    ----------
    n_segments : int
        The number of segments, at least 2.
    n_items : int
        The number of items that make them.
    smallest : float, optional
        The share of the smallest segment; half of an even share by default.
    n_smallest : int, default 50
        So many respondents of the smallest segment are wanted, with 95 % probability.
    size_error : float, default .03
        Half the width of the 95 % interval of a segment's share.
    profile_error : float, default .2
        Half the width of the 95 % interval of a mean in the smallest segment, in standard
        deviations of the item within it.
    design_effect : float, default 1
        What weights cost: the number of respondents over Kish's effective n. All numbers but
        the rules of thumb are multiplied by it.

    Returns
    -------
    frame
        purpose : sizes, profiles, smallest, items_70, items_100;
        n : respondents; why : in words.

    Raises
    ------
    SegkitError
        For numbers that cannot be, and a smallest share above an even one.

    Notes
    -----
    *sizes*: ``n = z^2 s (1 - s) / e^2`` for the share s with the widest interval that k
    segments can have, the largest one (the others no smaller than the smallest), at most one
    half (Cochran 1977); z is 1.96, e the `size_error`. *profiles*: ``(z / e)^2`` respondents in
    the smallest segment. *smallest*: the least n for which a binomial count with the smallest
    share reaches `n_smallest` with probability .95. *items_70* and *items_100* are the rules of
    Dolnicar et al. (2014; 2016), from simulations of k-means: where items are few and
    good, too strict; where segments overlap or items are noisy, too lax.

    These numbers take the segments as known. Whether they come back depends on how far apart
    they lie: `segkit.diagnostics.stability` on a first part of the field says so.

    References
    ----------
    Dolnicar, S. et al. (2014). Journal of Travel Research 53, 296-306. Dolnicar, S., Gruen, B.
    and Leisch, F. (2016). Journal of Business Research 69, 992-999.

    Examples
    --------
    >>> sample_size(4, 20)[["purpose", "n"]]
         purpose     n
    0      sizes  1068
    1   profiles   769
    2   smallest   491
    3   items_70  1400
    4  items_100  2000
    """
    k = check_integer(n_segments, name="n_segments", low=2)
    items = check_integer(n_items, name="n_items")
    wanted = check_integer(n_smallest, name="n_smallest")
    size_error = check_share(size_error, name="size_error")
    if check_number(profile_error, name="profile_error") == 0:
        raise SegkitError("profile_error=0 was given; expected more, such as 0.2.")
    cost = check_number(design_effect, name="design_effect", low=1.0)
    share = _smallest(smallest, k)
    largest = min(0.5, 1 - (k - 1) * share)
    members = (Z / profile_error) ** 2
    rows = [
        ("sizes", cost * Z**2 * largest * (1 - largest) / size_error**2,
         f"every share within {100 * size_error:.1f} points"),
        ("profiles", cost * members / share,
         f"means in a segment of {percent(share)} within {profile_error:g} standard deviations"),
        ("smallest", cost * _reaching(wanted, share),
         f"{wanted} respondents of a segment of {percent(share)}, with 95 % probability"),
        ("items_70", 70 * items, "70 an item (Dolnicar et al. 2014)"),
        ("items_100", 100 * items, "100 an item (Dolnicar, Gruen and Leisch 2016)"),
    ]  # fmt: skip
    purpose, n, why = zip(*rows, strict=True)
    numbers = np.array([int(np.ceil(round(value, 6))) for value in n])
    return Origin().frame({"purpose": list(purpose), "n": numbers, "why": list(why)})


def _smallest(smallest: float | None, k: int) -> float:
    if smallest is None:
        return 0.5 / k
    share = check_share(smallest, name="smallest")
    if share > 1 / k:
        raise SegkitError(
            f"smallest={smallest!r} was given with n_segments={k}; expected at most {1 / k:.3f}: "
            "the smallest of them cannot be larger than an even share."
        )
    return share


def _reaching(wanted: int, share: float) -> int:
    """Return the least n for which a binomial count reaches what is wanted nearly surely."""
    low, high = wanted, wanted
    while binom.sf(wanted - 1, high, share) < SURE:
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        if binom.sf(wanted - 1, middle, share) >= SURE:
            high = middle
        else:
            low = middle + 1
    return high
