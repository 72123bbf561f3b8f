"""Learn the bins of a reference, in memory or too large for it."""

from collections.abc import Sequence
from typing import Any

from segkit._checks import check_integer
from segkit._frames import lazy_kind
from segkit.diagnostics.counting.engines.sampling import learn_from_sample
from segkit.diagnostics.counting.table_bins import TableBins, bins_of
from segkit.typing_tool.base.base_files import is_path

__all__ = ["learn_bins"]


def learn_bins(
    table: Any,
    fields: Sequence[str] | None = None,
    sample_weight: Any = None,
    *,
    segments: str | None = None,
    max_levels: int = 50,
    min_respondents: int = 5,
) -> TableBins:
    """Learn from the reference how its fields are counted, then and ever after.

    Parameters
    ----------
    table : frame of shape (n_rows, n_columns), path, or list of paths
        The reference: the respondents' fields, or an earlier base. A polars LazyFrame, a Dask frame
        and parquet files need not fit into memory.
    fields : sequence of str, optional
        The fields to count. Default: every column but dates, ids, `segments` and the weights.
    sample_weight : str or array-like of shape (n_rows,), optional
        The column of the weights, or weights.
    segments : str, optional
        The column of the segments, which is no field.
    max_levels : int
        The most texts of a field that get a bin each, the most frequent first.
    min_respondents : int
        Texts that fewer rows hold get no bin, so that no saved reference names them.

    Returns
    -------
    TableBins

    Raises
    ------
    SegkitError
        For an empty table, an absent field, a date that was asked for, infinite numbers,
        or nothing to count.

    Notes
    -----
    Numbers get ten bins between the weighted deciles, or one a value where there are at most
    ten; texts and yes/no one a level; missing and never seen values one each. Texts without a
    bin of their own share one, "other levels". In a field that has it a new text cannot be told
    from a rare one: it shows as growth of that bin, without its name. Numbers are not
    pooled: an age or a rating names nobody.

    Of more than 200,000 rows in files, a LazyFrame or a Dask frame, the edges of numbers come from
    every second, third, ... row; which texts and single numbers there are is counted in all of
    them.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"plan": ["a"] * 50 + ["b"] * 40 + ["Ann's own", "Bob's own"] * 2})
    >>> learn_bins(table).fields[0].names()
    ['a', 'b', 'other levels', 'missing', 'never seen']
    """
    check_integer(max_levels, name="max_levels", low=1)
    check_integer(min_respondents, name="min_respondents", low=1)
    learn = learn_from_sample if is_path(table) or lazy_kind(table) else bins_of
    return learn(
        table, fields, sample_weight, segments=segments, max_levels=max_levels,
        min_respondents=min_respondents,
    )  # fmt: skip
