"""Count a table over frozen bins, wherever it lies."""

from typing import Any

from segkit.diagnostics.counting.engines.dispatch import count_by_engine
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.counting.table_counts import TableCounts
from segkit.exceptions import SegkitError

__all__ = ["count_table"]


def count_table(
    table: Any, bins: TableBins, segments: Any = None, sample_weight: Any = None
) -> TableCounts:
    """Count a table over frozen bins, segment by segment.

    Parameters
    ----------
    table : frame, path, or list of paths
        Holds the fields; columns in any order, further ones are not looked at. A pandas or
        polars frame or an Arrow table; or what need not fit into memory: a polars LazyFrame, an
        Arrow RecordBatchReader, a DuckDB relation, a Spark or Dask frame, parquet or Arrow files
        or a folder of them.
    bins : TableBins
        From `learn_bins`.
    segments : str or array-like of shape (n_rows,), optional
        The column of the segments, or labels of a table in memory. Missing ones are untagged.
    sample_weight : str or array-like of shape (n_rows,), optional
        The column of the weights, or weights of a table in memory.

    Returns
    -------
    TableCounts

    Raises
    ------
    SegkitError
        For an absent field, one that holds another kind of value than the reference, infinite
        numbers, weights or segments that do not fit.

    Notes
    -----
    The counts are the same wherever the table lies: to the unit without weights, to rounding with
    them. Each engine counts where its rows are; what travels is the sums. Numbers of any type are
    counted as doubles, so that whole numbers beyond 2**53 are those that a double can hold; an
    empty text is a missing one.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.diagnostics import learn_bins
    >>> bins = learn_bins(pd.DataFrame({"visits": range(100)}))
    >>> counts = count_table(pd.DataFrame({"visits": [3, 55, None]}), bins)
    >>> counts.fields["visits"].cells
    array([[1., 0., 0., 0., 0., 1., 0., 0., 0., 0., 1., 0.]])
    """
    if not isinstance(bins, TableBins):
        raise SegkitError(
            f"bins is a {type(bins).__name__}; expected TableBins. Learn them from the reference: "
            "learn_bins(reference)."
        )
    return count_by_engine(table, bins, segments, sample_weight)
