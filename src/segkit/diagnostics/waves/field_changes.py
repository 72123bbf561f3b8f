"""How the fields of the respondents changed: the figures of `drift`, as lines of a wave."""

from dataclasses import replace
from typing import Any

import numpy as np

from segkit._checks import check_same_rows
from segkit._frames import n_rows
from segkit.diagnostics.change.verdict import matters
from segkit.diagnostics.drift import Drift, drift
from segkit.diagnostics.waves.lines import Line, line_of
from segkit.diagnostics.waves.two_waves import TwoWaves
from segkit.exceptions import SegkitError

__all__ = ["field_lines"]


def field_lines(fields: Any, waves: TwoWaves, alpha: float) -> tuple[list[Line], Drift | None]:
    """Compare the fields of both waves.

    Parameters
    ----------
    fields : pair of frames, or None
        The respondents' fields, row by row as the answers.
    waves : TwoWaves
        The answers.
    alpha : float
        The level, adjusted for all fields.

    Returns
    -------
    lines : list of Line
        One a field; `change` is the effect, in standard deviations or Cramer's V.
    found : Drift or None
    """
    if fields is None:
        return [], None
    if not (isinstance(fields, tuple | list) and len(fields) == 2):
        raise SegkitError(
            f"fields is a {type(fields).__name__}; expected a pair of frames (fields of X_old, "
            "fields of X_new), one row a respondent."
        )
    for table, wave, what in ((fields[0], waves.old, "old"), (fields[1], waves.new, "new")):
        check_same_rows(n_rows(table), len(wave.w), what=f"the {what} fields", other=f"X_{what}")
    found = drift(
        fields[0],
        fields[1],
        sample_weight=(waves.old.w, waves.new.w),
        alpha=alpha,
    )
    n = (len(waves.old.w), len(waves.new.w), waves.people.n)
    lines = [
        replace(
            line_of(
                ("all", "fields", change.kind, change.field, change.effect_unit),
                (np.nan, np.nan, change.effect, np.nan, np.nan, change.p),
                n,
            ),
            p_adjusted=change.p_adjusted,
            changed=matters(change),
        )
        for change in found.changes
    ]
    return lines, found
