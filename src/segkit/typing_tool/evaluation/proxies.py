"""Fields that stand in for a group of people: how far each, and all of them, tell the group.

References
----------
Bergsma, W. (2013). A bias-correction for Cramer's V and Tschuprow's T. Journal of the Korean
Statistical Society 42, 323-328, equations 4 and 5.
"""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.stats import rankdata

from segkit._frames import Column
from segkit._weights import effective_size
from segkit.exceptions import SegkitWarning
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.coding.fields import take_rows
from segkit.typing_tool.evaluation.grouping import Grouping
from segkit.typing_tool.models.model import Settings, fit_model

__all__ = [
    "area_under_curve",
    "cramers_v",
    "proxy_sentences",
    "proxy_table",
    "warn_of_proxies",
]

V_CUT = 0.30
AUC_CUT = 0.70
CLASSES = 8  # of a number
NAMES = ("by", "field", "measure", "value", "cut", "proxy")


def proxy_table(
    columns: Sequence[Column],
    w: np.ndarray,
    tags: np.ndarray,
    groupings: Sequence[Grouping],
    settings: Settings,
    random_state: int,
) -> dict[str, list[Any]]:
    """Return how far fields and tags tell each grouping: the table of `GroupFigures`.

    Parameters
    ----------
    columns : sequence of Column
        The fields; rows in canonical order.
    w : ndarray of shape (n,)
        Survey weights.
    tags : ndarray of shape (n,)
        The tag of each respondent by a model that had not seen them.
    groupings : sequence of Grouping
        The groups.
    settings : Settings
        How the forest that tells groups from fields is grown.
    random_state : int
        The seed.
    """
    book = FieldCodes.from_columns(columns, w)
    codes = book.encode_columns(columns, what="fields")
    classes = [
        _few_classes(codes[:, f], w) if code.kind == "number" else codes[:, f].astype(np.intp)
        for f, code in enumerate(book.fields)
    ]
    rows: list[tuple[Any, ...]] = []
    for grouping in groupings:
        known = grouping.code >= 0
        group, weight = grouping.code[known], w[known]
        single = [
            (f.name, cramers_v(c[known], group, weight))
            for f, c in zip(book.fields, classes, strict=True)
        ]
        single.append(("(tag)", cramers_v(tags[known], group, weight)))
        rows += [(grouping.name, name, "Cramer's V", v, V_CUT, v >= V_CUT) for name, v in single]
        area = _together(columns, known, group, weight, settings, random_state)
        rows.append((grouping.name, "(all fields)", "AUC", area, AUC_CUT, area >= AUC_CUT))
    return dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=True))


def proxy_sentences(proxies: dict[str, list[Any]]) -> list[str]:
    """Say which field stands in for which group."""
    out = []
    for by, name, measure, value, cut, is_proxy in zip(*proxies.values(), strict=True):
        if not is_proxy or name == "(tag)":
            continue
        figure = f"({measure} {value:.2f}, from {cut:.2f} on)"
        if name == "(all fields)":
            out.append(f"The fields together tell `{by}` {figure}.")
        elif name == by:
            out.append(f"`{by}` is itself a field of the tool {figure}.")
        else:
            out.append(f"`{name}` stands in for `{by}` {figure}.")
    return out


def warn_of_proxies(proxies: dict[str, list[Any]]) -> None:
    """Warn when fields stand in for a group.

    Warns
    -----
    SegkitWarning
        Names the fields.
    """
    found = proxy_sentences(proxies)
    if found:
        warnings.warn(
            f"{' '.join(found)} The tool can treat people by their group without being told it. "
            "Leave such a field out, or look at the tags of each group before they are used.",
            SegkitWarning,
            stacklevel=3,
        )


def cramers_v(a: np.ndarray, b: np.ndarray, w: np.ndarray) -> float:
    """Return the bias-corrected association of two columns of codes; 0 where one is constant.

    Examples
    --------
    >>> same = np.arange(100) % 2
    >>> round(cramers_v(same, same, np.ones(100)), 3)
    1.0
    """
    table = np.zeros((int(a.max()) + 1, int(b.max()) + 1))
    np.add.at(table, (a, b), w)
    table = table[table.any(axis=1)][:, table.any(axis=0)] / w.sum()
    r, c = table.shape
    if min(r, c) < 2:
        return 0.0
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0)
    phi2, n = float((np.square(table - expected) / expected).sum()), effective_size(w)
    phi2 = max(0.0, phi2 - (r - 1) * (c - 1) / (n - 1))
    rows, columns = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    return float(np.sqrt(phi2 / (min(rows, columns) - 1)))


def area_under_curve(score: np.ndarray, is_one: np.ndarray, w: np.ndarray) -> float:
    """Return how often a member has a higher score than another person; ties count half.

    Examples
    --------
    >>> area_under_curve(np.array([1, 2, 3]), np.array([False, True, True]), np.ones(3))
    1.0
    """
    at = rankdata(score, method="dense").astype(np.intp) - 1
    ones, others = (np.bincount(at, weights=w * part) for part in (is_one, ~is_one))
    below = np.cumsum(others) - others / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(ones @ below / (ones.sum() * others.sum()))


def _together(
    columns: Sequence[Column],
    known: np.ndarray,
    group: np.ndarray,
    w: np.ndarray,
    settings: Settings,
    seed: int,
) -> float:
    """Return the mean area under the curve of a forest that tells each group from the others."""
    truth = np.eye(int(group.max()) + 1)[group]
    plain = replace(settings, model="forest", tune=False, max_fields=None)
    fitted = fit_model(take_rows(columns, np.flatnonzero(known)), truth, w, plain, seed)
    some = fitted.held_out
    share = fitted.model.calibration.decide(fitted.held_out_votes[some]).probabilities
    areas = [area_under_curve(p, group[some] == g, w[some]) for g, p in enumerate(share.T)]
    size = np.bincount(group, weights=w)
    fine = np.isfinite(areas)
    return float(np.average(np.array(areas)[fine], weights=size[fine])) if fine.any() else 0.5


def _few_classes(codes: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Join neighbouring codes into eight classes of about equal weight."""
    size = np.bincount(codes, weights=w)
    middle = (np.cumsum(size) - size / 2) / w.sum()
    return np.minimum((middle * CLASSES).astype(np.intp), CLASSES - 1)[codes]
