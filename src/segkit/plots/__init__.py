"""Figures: one a file, drawn from a tidy frame, returning matplotlib Axes.

Every function here takes the table that a result's ``.frame()`` returns and an
optional ``ax``. It knows no estimator. Titles say the finding, axes say the unit;
intervals are drawn wherever the table has them.
"""

from segkit.plots.palette import SEGMENT_COLORS, segment_color, segment_name

__all__ = ["SEGMENT_COLORS", "segment_color", "segment_name"]
