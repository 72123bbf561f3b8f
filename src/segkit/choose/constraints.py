"""What a client rules out: segments too small or too large, numbers, fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from segkit._checks import check_integer, check_share, name_list
from segkit._result import percent
from segkit.exceptions import SegkitError

__all__ = ["Constraints", "read_constraints"]

SMALLEST = 0.05
"""The default of the least share: a segment of fewer than one in twenty is hard to serve."""


@dataclass(frozen=True)
class Constraints:
    """Limits of what may be suggested.

    Attributes
    ----------
    smallest, largest : float
        The least and the largest share that a segment may have.
    excluded_numbers : tuple of int
        Numbers of segments that nobody wants.
    excluded_fields : tuple of str
        Fields that may not type anybody.
    """

    smallest: float = SMALLEST
    largest: float = 1.0
    excluded_numbers: tuple[int, ...] = ()
    excluded_fields: tuple[str, ...] = ()

    def breach(self, n_segments: int, smallest: float, largest: float) -> str:
        """Say what a candidate breaks; nothing when it is allowed.

        Parameters
        ----------
        n_segments : int
            Its number of segments.
        smallest, largest : float
            The shares of its smallest and largest segment.

        Returns
        -------
        str

        Examples
        --------
        >>> Constraints(smallest=0.1).breach(4, 0.08, 0.5)
        'smallest segment 8 % < 10 %'
        """
        if n_segments in self.excluded_numbers:
            return f"{n_segments} segments are excluded"
        if smallest < self.smallest:
            return f"smallest segment {percent(smallest)} < {percent(self.smallest)}"
        if largest > self.largest:
            return f"largest segment {percent(largest)} > {percent(self.largest)}"
        return ""

    def summary(self) -> str:
        """Return the limits in words."""
        parts = [f"no segment below {percent(self.smallest)}"]
        if self.largest < 1:
            parts.append(f"none above {percent(self.largest)}")
        if self.excluded_numbers:
            parts.append(f"not {', '.join(map(str, self.excluded_numbers))} segments")
        if self.excluded_fields:
            parts.append(f"no use of {name_list(self.excluded_fields)}")
        return ", ".join(parts)


def read_constraints(given: Any) -> Constraints:
    """Read what the user rules out.

    Parameters
    ----------
    given : mapping, Constraints or None
        Keys "smallest" and "largest" (shares), "excluded_numbers", "excluded_fields".

    Returns
    -------
    Constraints

    Raises
    ------
    SegkitError
        For an unknown key, and for shares that are none.

    Examples
    --------
    >>> read_constraints({"smallest": 0.08, "excluded_numbers": [7]}).summary()
    'no segment below 8 %, not 7 segments'
    """
    if given is None:
        return Constraints()
    if isinstance(given, Constraints):
        return given
    known = ("smallest", "largest", "excluded_numbers", "excluded_fields")
    if not isinstance(given, Mapping) or set(given) - set(known):
        odd = name_list(sorted(set(given) - set(known))) if isinstance(given, Mapping) else given
        raise SegkitError(
            f"constraints holds {odd}; expected a dict with some of the keys "
            f"{', '.join(known)}, such as {{'smallest': 0.08}}."
        )
    smallest, largest = given.get("smallest", SMALLEST), given.get("largest", 1.0)
    smallest = 0.0 if smallest == 0 else check_share(smallest, name="constraints['smallest']")
    largest = 1.0 if largest == 1 else check_share(largest, name="constraints['largest']")
    if smallest >= largest:
        raise SegkitError(
            f"constraints asks for shares of at least {smallest:g} and at most {largest:g}; "
            "expected the smallest below the largest."
        )
    return Constraints(
        smallest,
        largest,
        tuple(
            check_integer(k, name="constraints['excluded_numbers']", low=2)
            for k in given.get("excluded_numbers", ())
        ),
        tuple(map(str, given.get("excluded_fields", ()))),
    )
