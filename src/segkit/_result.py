"""What every result can do: a tidy table, a plot of that table, a paragraph, a notebook view.

A result is a frozen dataclass that inherits from `Result` and defines `frame`,
`plot` and `summary`.
"""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

__all__ = ["Result", "count_text", "figure_text", "interval_text", "percent"]


def percent(share: float, digits: int = 0) -> str:
    """Write a share as a percentage.

    Examples
    --------
    >>> percent(0.4167)
    '42 %'
    >>> percent(-0.0001)
    '0 %'
    """
    # zero is added because a rounded -0.0 would keep its sign
    return f"{round(100 * float(share), digits) + 0.0:.{digits}f} %"


def count_text(n: float, noun: str, plural: str = "") -> str:
    """Write how many there are of something; its plural ends in s unless another is given.

    Examples
    --------
    >>> count_text(1, "factor"), count_text(1200, "respondent")
    ('1 factor', '1,200 respondents')
    >>> count_text(1, "person", "people"), count_text(0.25, "alarm"), count_text(2.0, "alarm")
    ('1 person', '0.25 alarms', '2 alarms')
    """
    shown = int(n) if n == int(n) else n
    return f"{shown:,} {noun if n == 1 else plural or noun + 's'}"


def figure_text(value: float, is_share: bool) -> str:
    """Write a share as a percentage and a mean with three digits or so; nothing for NaN.

    Examples
    --------
    >>> figure_text(0.4167, True), figure_text(12.345, False), figure_text(3210.4, False)
    ('42 %', '12.3', '3,210')
    """
    if np.isnan(value):
        return ""
    if is_share:
        return percent(value)
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{round(float(value), digits) + 0.0:,.{digits}f}"  # a zero has no sign


def interval_text(value: float, low: float, high: float, digits: int = 2) -> str:
    """Write a value with its interval.

    Examples
    --------
    >>> interval_text(0.213, 0.18, 0.25)
    '0.21 [0.18, 0.25]'
    """
    return f"{value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


class Result:
    """Base of every result: ``.frame()``, ``.plot(ax=None)``, ``.summary()``."""

    def frame(self) -> Any:
        """Return the tidy table of all numbers, of the kind of the input."""
        raise TypeError(f"{type(self).__name__} defines no frame")

    def plot(self, ax: Any = None) -> Any:
        """Draw the table and return the matplotlib Axes."""
        raise TypeError(f"{type(self).__name__} defines no plot to draw on {ax}")

    def summary(self) -> str:
        """Return one paragraph that a report can quote."""
        raise TypeError(f"{type(self).__name__} defines no summary")

    def _shown(self) -> Any:
        """Return the table that a notebook shows: the tidy one, unless another reads better."""
        return self.frame()

    def __repr__(self) -> str:
        return f"{type(self).__name__}\n{self.summary()}\n{self._shown()}"

    def _repr_html_(self) -> str:
        # pandas is the one library whose HTML table every notebook and Sphinx renders alike
        table = nw.from_native(self._shown(), eager_only=True).to_pandas()
        return f"<p>{_escape(self.summary())}</p>{table.to_html(index=False, max_rows=30)}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
