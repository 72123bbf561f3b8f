"""The settings of a typing tool: what each may be."""

from typing import Any

from segkit._checks import (
    check_boolean,
    check_integer,
    check_n_jobs,
    check_number,
    check_random_state,
    check_share,
)
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
    check_n_jobs(tool.n_jobs)
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
    check_number(tool.min_leaf, name="min_leaf", low=1)
    for name in ("tune", "calibrate", "control"):
        check_boolean(getattr(tool, name), name=name)
    check_choice(tool.tune, tool.max_fields, tool.model)
