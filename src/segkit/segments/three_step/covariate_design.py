"""Covariates as columns of numbers: of text, each answer but the first."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from segkit.exceptions import SegkitError
from segkit.segments.describing.table_rows import table_rows

__all__ = ["Covariate", "check_design", "covariate_columns"]


@dataclass(frozen=True)
class Covariate:
    """One column: a covariate, or one answer of it against another one.

    Attributes
    ----------
    name : str
        The covariate.
    level, against : str or None
        The answer, and the one that it is compared with; None for numbers.
    values : ndarray of shape (n,)
        Numbers, or zeros and ones; missing as NaN.
    """

    name: str
    level: str | None
    against: str | None
    values: np.ndarray

    @property
    def title(self) -> str:
        """The covariate and its answer."""
        return self.name if self.level is None else f"{self.name} = {self.level}"


def covariate_columns(table: Any) -> list[Covariate]:
    """Return the columns of a table as covariates.

    Parameters
    ----------
    table : frame or array of shape (n, n_covariates)
        Numbers, yes/no, text.

    Returns
    -------
    list of Covariate
        Numbers as they are, yes/no as yes against no, of text each answer against the first.
    """
    out = []
    for name, same in groupby(table_rows(table), key=lambda row: row.item):
        rows = list(same)
        if rows[0].level is None:
            out.append(Covariate(name, None, None, rows[0].values))
        elif len(rows) == 1:
            out.append(Covariate(name, rows[0].level, "False", rows[0].values))
        else:
            out += [Covariate(name, row.level, rows[0].level, row.values) for row in rows[1:]]
    return out


def check_design(design: np.ndarray, columns: list[Covariate]) -> None:
    """Make sure that every column says something that those before it do not.

    Parameters
    ----------
    design : ndarray of shape (n, 1 + n_columns)
        A column of ones, then the covariates of people who have all of them.
    columns : list of Covariate
        What the columns are.
    """
    if len(design) < 2:
        raise SegkitError(
            f"{len(design)} respondent(s) have all covariates; expected many. Leave out covariates "
            "that are mostly missing."
        )
    centred = design[:, 1:] - design[:, 1:].mean(axis=0)
    scale = np.sqrt(np.square(centred).mean(axis=0))
    for at, found in enumerate(columns):
        if scale[at] <= 1e-12 * max(1.0, float(np.abs(design[:, at + 1]).max())):
            raise SegkitError(
                f"`{found.title}` in table is the same for everybody who has all covariates; "
                "expected some variation. Leave it out."
            )
        if np.linalg.matrix_rank(centred[:, : at + 1] / scale[: at + 1], tol=1e-7) <= at:
            raise SegkitError(
                f"`{found.title}` in table follows from the covariates before it; expected each "
                "to say something of its own. Leave it out."
            )
