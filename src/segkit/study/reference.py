"""What the days of a study's base are compared with."""

from pathlib import Path
from typing import Any

import numpy as np

from segkit._files import read_table
from segkit._frames import numeric_column
from segkit.study.config import StudyConfig

__all__ = ["reference_of"]


def reference_of(config: StudyConfig, tagged: Path) -> tuple[Any, np.ndarray | None]:
    """Return the reference of a monitor, and its weights where it has any.

    Parameters
    ----------
    config : StudyConfig
        The choices of the study.
    tagged : Path
        What a run of the study tagged.

    Returns
    -------
    reference : Path or None
        The tagged base. None in a study without a base: what was tagged are then the respondents
        whom the tool learned from. It is surer of these than of any base, and tags more of
        them rightly, so that a base would differ from them without any drift.
    weights : ndarray of shape (n_rows,) or None
        Weights of the base.
    """
    if config.base is None:
        return None, None
    if config.base_weight is None:
        return tagged, None
    table = read_table(tagged, what="The tagged base")
    return tagged, numeric_column(table, config.base_weight, what="the tagged base")
