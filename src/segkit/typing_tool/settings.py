"""The settings of a typing tool: what each may be."""

from typing import Any

import numpy as np

from segkit._checks import check_boolean, check_integer, check_random_state, check_share
from segkit.exceptions import SegkitError
from segkit.typing_tool.models.choice import check_choice
from segkit.typing_tool.models.forest import MAX_LEAVES, MAX_TREES
from segkit.typing_tool.models.model import check_model

__all__ = ["check_settings"]


def check_settings(tool: Any) -> None:
    """Refuse settings of a typing tool that mean nothing, one by one, by name."""
    check_model(tool.model)
    check_integer(tool.n_trees, name="n_trees", high=MAX_TREES)
    check_integer(tool.max_leaves, name="max_leaves", low=2, high=MAX_LEAVES)
    check_integer(tool.n_folds, name="n_folds", low=2)
    check_integer(tool.n_repeats, name="n_repeats")
    check_random_state(tool.random_state)
    if tool.n_jobs is not None and (not _is_whole(tool.n_jobs) or tool.n_jobs == 0):
        raise SegkitError(
            f"n_jobs={tool.n_jobs!r} was given; expected a number of threads, -1 for one a "
            "core, or None."
        )
    if tool.abstain_below is not None:
        check_share(tool.abstain_below, name="abstain_below")
    if tool.target_accuracy is not None:
        check_share(tool.target_accuracy, name="target_accuracy")
        if tool.abstain_below is not None:
            raise SegkitError(
                f"abstain_below={tool.abstain_below} and target_accuracy="
                f"{tool.target_accuracy} were both given; expected one. The target chooses "
                "the probability below which customers stay untagged."
            )
    if not isinstance(tool.min_leaf, int | float) or tool.min_leaf < 1:
        raise SegkitError(
            f"min_leaf={tool.min_leaf!r} was given; expected a number of respondents, at least 1."
        )
    for name in ("tune", "calibrate", "control"):
        check_boolean(getattr(tool, name), name=name)
    check_choice(tool.tune, tool.max_fields, tool.model)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
