"""One colour-blind-safe colour a segment, the same everywhere, in order of size.

The first eight are the colours of Okabe and Ito (2008), black replaced by grey and
reordered so that neighbours differ in lightness too; more segments repeat them.
"""

from typing import Any

import numpy as np

from segkit.exceptions import SegkitError

__all__ = ["SEGMENT_COLORS", "color_of", "segment_color", "segment_name"]

SEGMENT_COLORS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#B8A800",
    "#7A7A7A",
)


def segment_color(position: int) -> str:
    """Return the colour of the segment that is `position`-th in size (0: the largest).

    Parameters
    ----------
    position : int
        The place of the segment in order of size; beyond the palette, colours come again.

    Returns
    -------
    str
        A colour as ``#rrggbb``.

    Examples
    --------
    >>> segment_color(0), segment_color(8) == segment_color(0)
    ('#0072B2', True)
    """
    if not isinstance(position, int | np.integer):
        raise SegkitError(f"position={position!r} was given; expected a whole number.")
    return SEGMENT_COLORS[position % len(SEGMENT_COLORS)]


def color_of(segment: Any, position: int) -> str:
    """Return the colour of a segment: by its number, or where it has a name by its position.

    Parameters
    ----------
    segment : int or str
        The label of the segment; numbers are in order of size.
    position : int
        Its place among the segments.

    Returns
    -------
    str
        A colour as ``#rrggbb``.

    Examples
    --------
    >>> color_of(2, 0) == color_of("Planners", 2) == segment_color(2)
    True
    """
    return segment_color(segment if isinstance(segment, int) else position)


def segment_name(segment: Any) -> str:
    """Write a segment's label for a figure: a number, or its text, becomes "Segment n".

    A name stays as it is.

    Parameters
    ----------
    segment : int or str
        The label of a segment.

    Returns
    -------
    str

    Examples
    --------
    >>> segment_name(0), segment_name("0"), segment_name("Planners")
    ('Segment 0', 'Segment 0', 'Planners')
    """
    if isinstance(segment, float | np.floating) and not float(segment).is_integer():
        return str(segment)
    if isinstance(segment, int | float | np.number) or str(segment).isdigit():
        return f"Segment {int(segment)}"
    return str(segment)
