"""What a comparison works on: tables, weights and fields of the same people, in one order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_items, check_option, check_same_rows
from segkit._frames import Origin, take
from segkit._resample import canonical_order
from segkit._weights import check_weights, effective_size, standardised
from segkit.exceptions import SegkitError

__all__ = ["OWN", "Material", "read_material"]

UNNAMED = "the answers"
"""What a single table is called that was given without a name."""

OWN = "own"
"""The name of the space in which every candidate is measured on its own input."""


@dataclass(frozen=True)
class Material:
    """The respondents with weight, in canonical order.

    Attributes
    ----------
    inputs : dict of str to frame or array
        The tables, of the kind they were given.
    spaces : dict of str to ndarray of shape (n, n_items)
        By input: the standardised items in which separation is measured.
    space : str
        The name of that space: of an input, "own", or "given".
    w : ndarray of shape (n,)
        Survey weights with mean one.
    weighted : bool
        Whether weights were given.
    rows : ndarray of shape (n,)
        Where each of these respondents stood.
    n_rows : int
        Rows that were given.
    origin : Origin
        The kind of the first table.
    """

    inputs: dict[str, Any]
    spaces: dict[str, np.ndarray]
    space: str
    w: np.ndarray
    weighted: bool
    rows: np.ndarray
    n_rows: int
    origin: Origin

    @property
    def effective_n(self) -> float:
        """Kish's effective number of respondents."""
        return effective_size(self.w)

    def scattered(self, labels: np.ndarray) -> np.ndarray:
        """Put labels back to the rows they belong to; -1 for respondents without weight."""
        out = np.full(self.n_rows, -1, dtype=np.intp)
        out[self.rows] = labels
        return out


def read_material(X: Any, sample_weight: Any, space: Any = None) -> Material:
    """Read the tables of a comparison.

    Parameters
    ----------
    X : frame, array or mapping of str to these
        One table, or several of the same respondents in the same order.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights; a respondent with weight 0 is left out.
    space : str, frame or None
        Where separation is measured: the name of an input (default: the first), "own" for
        each candidate's own, or a table of its own.

    Returns
    -------
    Material

    Raises
    ------
    SegkitError
        For tables that cannot be used or have other lengths, and for an unknown space.
    """
    given = {str(k): v for k, v in X.items()} if isinstance(X, Mapping) else {UNNAMED: X}
    if not given:
        raise SegkitError("X holds no input; expected a frame, or {name: frame} with at least one.")
    tables = {k: check_items(v, what=_called(k), varying=False) for k, v in given.items()}
    first = next(iter(tables.values()))
    for name, table in tables.items():
        check_same_rows(
            len(table.values), len(first.values), what=_called(name), other="the first one"
        )
    n = len(first.values)
    w = check_weights(sample_weight, n)
    order = canonical_order(*(t.values for t in tables.values()), w)
    rows = order[w[order] > 0]
    kept = w[rows] * (rows.size / w[rows].sum())
    name, measured = _space(space, tables)
    return Material(
        inputs={k: take(v, rows) for k, v in given.items()},
        spaces={k: _standard(v[rows], kept) for k, v in measured.items()},
        space=name,
        w=kept,
        weighted=sample_weight is not None,
        rows=rows,
        n_rows=n,
        origin=first.origin,
    )


def _called(name: str) -> str:
    return name if name == UNNAMED else f"the input `{name}`"


def _space(space: Any, tables: Mapping[str, Any]) -> tuple[str, dict[str, np.ndarray]]:
    """Return the name of the space, and by input the items that span it."""
    if space is None:
        space = next(iter(tables))
    if isinstance(space, str):
        check_option(space, (*tables, OWN), name="space")
        return space, {k: tables[k if space == OWN else space].values for k in tables}
    table = check_items(space, what="space", varying=False)
    n = len(next(iter(tables.values())).values)
    check_same_rows(len(table.values), n, what="space", other="X")
    return "given", dict.fromkeys(tables, table.values)


def _standard(values: np.ndarray, w: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        z = standardised(values, w)
    # an item that does not vary separates nobody
    return np.asarray(z[:, np.isfinite(z).any(axis=0)])
