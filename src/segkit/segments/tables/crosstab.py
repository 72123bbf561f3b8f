"""Any items by any banner: column shares and means, with letters tests and associations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import (
    check_columns,
    check_frame,
    check_names,
    check_number,
    check_option,
    check_share,
    name_list,
)
from segkit._frames import attach, column, frame_like, n_rows, numeric_column
from segkit._result import Result, percent
from segkit._weights import check_weights
from segkit.exceptions import SegkitError
from segkit.segments.describing.table_rows import Row, table_rows, used_among
from segkit.segments.tables.banner import read_banners
from segkit.segments.tables.tabulation import SMALL_BASE, TOTAL, Comparison, Tabulation, tabulate
from segkit.segments.tables.wide_table import wide_table

__all__ = ["Crosstab", "crosstab"]

_FAMILY = {"row": "the pairs of each line and banner", "table": "all pairs of the table"}
_METHOD = {"holm": "Holm", "bh": "Benjamini and Hochberg"}


@dataclass(frozen=True, repr=False)
class Crosstab(Result):
    """Items by the columns of one or several banners.

    Attributes
    ----------
    cells : frame
        One row a line and column; see `frame`.
    associations : frame
        One row an item and banner: item, banner, measure ("V" or "eta"), value, statistic
        (chi-square, or Welch's F), df, p, p_adjusted (Benjamini and Hochberg).
    banners : tuple of str
        The banners in order.
    n_respondents : int
        People with a positive weight.
    n_outside : dict
        By banner, those without a column in it; they count in the total only.
    how : Comparison
        How columns were compared: adjust, across, alpha, min_base, used_items.
    weighted : bool
        True when survey weights were given.
    tabulation : Tabulation
        The same numbers as arrays.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"app": [True] * 30 + [False] * 50, "region": ["n"] * 40 + ["s"] * 40})
    >>> crosstab(table, "app", "region").table()[["total", "A n", "B s"]]
      total   A n  B s
    0    80    40   40
    1  38 %  75 % B  0 %
    """

    cells: Any
    associations: Any
    banners: tuple[str, ...]
    n_respondents: int
    n_outside: dict[str, int]
    how: Comparison
    weighted: bool
    tabulation: Tabulation

    def frame(self) -> Any:
        """Return one row a line (an item, or one answer of it) and column.

        Returns
        -------
        frame
            item, level : the item; the answer whose share is shown, empty for means;
            kind : "mean" or "share";
            banner, column, letter : the column and its letter; "total" is everybody;
            n, n_effective, base, missing : answers in the column, unweighted; Kish's
            effective number; their sum of weights; people of the column without an answer;
            value, low, high : weighted mean or share of the column, with its 95 % interval;
            letters : the columns of the same banner that the cell is significantly larger
            than;
            small_base : fewer than 30 effective answers;
            tested : the cell was compared with at least one other;
            association, p_association : Cramer's V or eta of the item and the banner, and
            the adjusted p value of their test.
        """
        return self.cells

    def table(self) -> Any:
        """Return the table as a person reads it: one row a line, one column a column.

        Returns
        -------
        frame
            Text: item, answer, total, one column each named by letter and label, and one
            "by" each banner with its association. A cell holds its value and letters; small
            bases carry a star. Lines "n" (and "effective n" with weights) stand above the
            items whose bases they are.
        """
        return wide_table(self.cells, weighted=self.weighted)

    def pairs(self) -> Any:
        """Return every comparison behind the letters.

        Returns
        -------
        frame
            item, level, banner, column, other; difference, low, high : column minus other
            with its 95 % interval, one at a time; p, p_adjusted : empty where no test was made.
        """
        items, columns = self.tabulation.pair_columns()
        return attach(frame_like(self.cells, {"item": items}), columns)

    def plot(self, ax: Any = None, most: int = 40) -> Any:
        """Draw the table as a heat map: values and letters, coloured by what was found.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        most : int
            The most lines to draw; items with the strongest associations are kept whole.
        """
        from segkit.plots.crosstab import plot_crosstab

        return plot_crosstab(self.cells, ax=ax, most=most)

    def summary(self) -> str:
        """Return one paragraph: what was compared, by which tests, and what was found."""
        n_lines, n_items = len(self.tabulation.lines), len(self.tabulation.items)
        larger = int((column(self.cells, "letters") != "").sum())
        n_cells = n_rows(self.cells) - n_lines
        weights = ", weighted" if self.weighted else ""
        return (
            f"Crosstab of {n_items} item(s) in {n_lines} line(s) by "
            f"{name_list(self.banners)}, {self.n_respondents} respondents{weights}; each line "
            "stands on those who answered it, the total on everybody. Letters name the columns of "
            "the same banner that a cell is larger than: two-sided z tests of shares, Welch's t "
            f"tests of means, Kish's effective n, level {percent(self.how.alpha)}, "
            f"{self._adjustment()}. {larger} of {n_cells} cells are larger than another."
            f"{self._strongest()}{self._remarks()}"
        )

    def _shown(self) -> Any:
        return self.table()

    def _adjustment(self) -> str:
        if self.how.adjust == "none":
            return "not adjusted for their number"
        return f"adjusted over {_FAMILY[self.how.across]} ({_METHOD[self.how.adjust]})"

    def _strongest(self) -> str:
        value = numeric_column(self.associations, "value")
        if np.isnan(value).all():
            return ""
        at = int(np.nanargmax(value))
        item, banner, measure = (
            column(self.associations, name)[at] for name in ("item", "banner", "measure")
        )
        return f" Strongest association: {item} by {banner}, {measure} {value[at]:.2f}."

    def _remarks(self) -> str:
        """Say what was left out, starred or not tested."""
        cells = column(self.cells, "banner") != TOTAL
        small = cells & (numeric_column(self.cells, "small_base") > 0)
        few = cells & (numeric_column(self.cells, "n_effective") < self.how.min_base)
        told = [
            f"{n} respondents have no column of {name}." for name, n in self.n_outside.items() if n
        ]
        if self.how.used_items:
            told.append(
                f"{len(self.how.used_items)} items made the segments: described, not tested."
            )
        if small.any():
            told.append(f"{small.sum()} cells stand on fewer than {SMALL_BASE} effective answers.")
        if few.any():
            told.append(f"{few.sum()} on fewer than {self.how.min_base:g}: these are not tested.")
        return "".join(f" {sentence}" for sentence in told)


def crosstab(
    table: Any,
    rows: str | Sequence[str],
    banner: Any,
    sample_weight: Any = None,
    *,
    shares: str | Sequence[str] = (),
    used_items: Sequence[str] = (),
    adjust: str = "holm",
    across: str = "row",
    alpha: float = 0.05,
    min_base: float = 10,
) -> Crosstab:
    """Set items against segments, or against any other columns of people.

    Parameters
    ----------
    table : frame of shape (n_respondents, n_columns)
        Answers and fields; missing as NaN or null.
    rows : str or sequence of str
        The columns of `table` to show: numbers (means), yes/no columns (the share of yes),
        text (the share of each answer).
    banner : str, sequence of str, mapping, Scheme or array-like of shape (n_respondents,)
        Who stands in which column: columns of `table` by name, several side by side; one
        label a respondent (-1 is none), a `Scheme`; or ``{name: column or labels}``.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights.
    shares : str or sequence of str
        Columns of numbers among `rows` whose values are answers: each gets its share instead
        of one mean.
    used_items : sequence of str
        Items that made the segments of the banner: described, never tested.
    adjust : {"holm", "bh", "none"}
        How p values are adjusted for their number: Holm (the risk of any false letter),
        Benjamini and Hochberg (the share of false letters), or not at all, the classic table.
    across : {"row", "table"}
        What is adjusted together: the pairs of each line and banner, or all pairs.
    alpha : float
        The level of the tests.
    min_base : float
        Columns with fewer effective answers are shown and not tested; at least 2.

    Returns
    -------
    Crosstab

    Raises
    ------
    SegkitError
        For an unknown column or option, dates, text with over 50 different answers, a banner
        of one column or over 50, labels that do not fit the table.

    Notes
    -----
    A cell holds the letters of the columns of its banner that it is significantly larger
    than: the z test of two shares with the pooled share, z = (p - q) / sqrt(r (1 - r) (1/n +
    1/m)), or Welch's t test of two means. n and m are Kish's effective numbers of answers,
    so weights of another unit change nothing. The total overlaps every column and is never
    compared. Each line stands on those who answered it; they are `n`, the rest `missing`.

    With the default, the risk of any false letter is `alpha` for each line and banner: a table
    of forty lines without any difference holds two such lines on average. ``across="table"``
    holds it for the whole table. Columns of few people differ significantly only when they differ
    much: no letter is no proof of equality. The z test is rough where a share rests
    on fewer than five people.

    Cramer's V and eta say how much the banner tells about an item, from 0 to 1, whatever
    the number of people; V of many columns or answers is above 0 by chance alone, about
    sqrt((columns - 1)(answers - 1) / n / min(columns - 1, answers - 1)). Their tests are
    Pearson's chi-square with each column's part divided by the design effect of its
    weights, and Welch's F.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
    Journal of Statistics 6, 65-70.
    Rao, J. N. K. and Scott, A. J. (1981). The analysis of categorical data from complex
    sample surveys. JASA 76, 221-230.
    Welch, B. L. (1947). Biometrika 34, 28-35; (1951). Biometrika 38, 330-336.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"age": [30, 34, 29, 31] * 5 + [60, 63, 58, 61] * 5,
    ...                       "app": [True, True, False, True] * 10})
    >>> found = crosstab(table, ["age", "app"], [0] * 20 + [1] * 20)
    >>> found.frame()[["item", "column", "n", "value", "letters"]]
      item column   n  value letters
    0  age  total  40  45.75
    1  age      0  20  31.00
    2  age      1  20  60.50       A
    3  app  total  40   0.75
    4  app      0  20   0.75
    5  app      1  20   0.75
    """
    check_frame(table, what="table")
    lines = _lines(table, rows, shares)
    banners = read_banners(table, banner)
    w = check_weights(sample_weight, n_rows(table))
    check_option(adjust, ("holm", "bh", "none"), name="adjust")
    check_option(across, tuple(_FAMILY), name="across")
    check_share(alpha, name="alpha")
    check_number(min_base, name="min_base", low=2)
    used = used_among(used_items, tuple(dict.fromkeys(r.item for r in lines)))
    how = Comparison(adjust, across, float(alpha), float(min_base), used)
    found = tabulate(lines, banners, w, how)
    items, associations = found.association_columns()
    cells = frame_like(table, {"item": [r.item for r in lines for _ in found.heads]})
    return Crosstab(
        cells=attach(cells, found.cell_columns()),
        associations=attach(frame_like(table, {"item": items}), associations),
        banners=tuple(b.name for b in banners),
        n_respondents=int((w > 0).sum()),
        n_outside={b.name: int(((b.codes < 0) & (w > 0)).sum()) for b in banners},
        how=how,
        weighted=sample_weight is not None,
        tabulation=found,
    )


def _lines(table: Any, rows: str | Sequence[str], shares: str | Sequence[str]) -> list[Row]:
    names, wanted = _names(rows, "rows"), _names(shares, "shares")
    check_columns(table, names, what="table")
    beyond = [n for n in wanted if n not in names]
    if beyond or not names:
        raise SegkitError(
            f"rows names {name_list(names) or 'nothing'} and shares {name_list(wanted)}; expected "
            "at least one row, and shares among them. Add the column to rows."
        )
    return table_rows(table, names, wanted)


def _names(given: str | Sequence[str], name: str) -> list[str]:
    return list(dict.fromkeys(check_names(given, name=name, alone=True)))
