"""How far a base lies from the survey, told from the sums of the pass that tagged it.

No respondent and no second pass is needed: the tool remembers how its respondents spread over
the codes of each field, and the pass counts the customers'. `drift` says more, from the tables.
"""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.diagnostics.change.distances import psi, psi_null

__all__ = ["glance"]


def glance(report: Any, effective_n: float) -> list[tuple[str, float, float]] | None:
    """Return each field's PSI between respondents and base, the farthest beyond chance first.

    Parameters
    ----------
    report : TagReport
        What tagging the base said.
    effective_n : float
        How many equally weighted respondents the survey is worth.

    Returns
    -------
    list of (str, float, float) or None
        Field, PSI, and the 95 % quantile of PSI without any change; None where the tool does
        not know its respondents' shares.
    """
    table = report.shift()
    names = column(table, "field")
    customers, respondents = (numeric_column(table, c) for c in ("customers", "respondents"))
    if np.isnan(respondents).any():
        return None
    n, m = effective_n, float(report.n_rows)
    rows = []
    for name in dict.fromkeys(names):
        a, b = respondents[names == name], customers[names == name]
        held = int(((a + b) > 0).sum())
        rows.append((str(name), psi(a, b, n, m), psi_null(n, m, held)))
    return sorted(rows, key=lambda row: row[2] - row[1])
