"""The figures of a tool in its file: evaluation, importance, how people are mistyped."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from segkit._frames import Origin
from segkit.typing_tool.base.typing_error import TypingError
from segkit.typing_tool.evaluation.abstention import GRID, CoverageCurve
from segkit.typing_tool.evaluation.agreement import Confusion, ReliabilityCurve
from segkit.typing_tool.evaluation.choices import Choices
from segkit.typing_tool.evaluation.evaluation import Evaluation
from segkit.typing_tool.evaluation.importance import FieldImportance
from segkit.typing_tool.evaluation.lift import COLUMNS as LIFT
from segkit.typing_tool.evaluation.lift import LiftCurve
from segkit.typing_tool.files.values import checked_table, number, plain_table, require, whole

__all__ = [
    "read_choices",
    "read_evaluation",
    "read_importance",
    "read_set_levels",
    "read_sizes",
    "read_typing_error",
    "write_results",
    "write_typing_error",
]

MAX_TILT = 100.0
ERROR_ARRAYS = {
    "error": "matrix",
    "error_tags": "tags",
    "error_prior": "prior",
    "error_tilt": "tilt",
    "error_draws": "draws",
    "error_tag_draws": "tag_draws",
    "error_prior_draws": "prior_draws",
    "error_tilt_draws": "tilt_draws",
}
"""What the file calls the parts of a `TypingError`."""

FIGURES = ("n_respondents", "effective_n", "n_folds", "n_repeats", "n_boot")


def write_results(
    evaluation: Evaluation, importance: FieldImportance, choices: Choices
) -> dict[str, dict[str, Any]]:
    """Return the tables and figures for the manifest."""
    return {
        "evaluation": _evaluation_entry(evaluation),
        "importance": {
            "table": plain_table(importance.table),
            "n_respondents": importance.n_respondents,
        },
        "choices": {"table": plain_table(choices.table), "n_parts": choices.n_parts},
    }


def read_evaluation(entry: dict[str, Any], classes: Sequence[Any], origin: Origin) -> Evaluation:
    """Read the honest figures: all that the tool's paragraph and card tell is there."""
    rows = ("metric", "segment", "value", "low", "high", "chance")
    pairs = ("segment", "tagged", "n", "share", "low", "high")
    bins = ("predicted", "observed", "low", "high", "n")
    cuts = ("cut", "tagged", "accuracy", "low", "high")
    evaluation = Evaluation(
        table=checked_table(entry["table"], rows, rows[:2]),
        confusion=Confusion(checked_table(entry["confusion"], pairs, pairs[:2]), origin),
        reliability=ReliabilityCurve(checked_table(entry["reliability"], bins, ()), origin),
        coverage=CoverageCurve(checked_table(entry["coverage"], cuts, ()), origin),
        lift=LiftCurve(checked_table(entry["lift"], LIFT, LIFT[:1]), origin),
        effective_n=number(entry["effective_n"]),
        n_respondents=whole(entry["n_respondents"], 1, 2**62),
        n_folds=whole(entry["n_folds"], 2, 2**31),
        n_repeats=whole(entry["n_repeats"], 1, 2**31),
        n_boot=whole(entry["n_boot"], 1, 2**31),
        origin=origin,
    )
    _check_told(evaluation, [str(c) for c in classes])
    return evaluation


def read_importance(entry: dict[str, Any], origin: Origin) -> FieldImportance:
    """Read what each field contributes."""
    added = ("conditional_rise", "conditional_low", "conditional_high")
    names = ("field", "loss_rise", "low", "high", "accuracy_drop", *added)
    table = checked_table(entry["table"], names, names[:1])
    importance = FieldImportance(table, whole(entry["n_respondents"], 1, 2**62), origin)
    importance.summary()
    return importance


def read_choices(entry: dict[str, Any], in_use: tuple[str, ...], origin: Origin) -> Choices:
    """Read the fields and settings that were chosen; those in use are the codebook's."""
    names = ("choice", "value", "used", "share")
    table = checked_table(entry["table"], names, names[:2])
    choices = Choices(table, whole(entry["n_parts"], 0, 2**31), origin)
    require(choices.names(used=True) == in_use, "the fields in use are")
    require(len(set(choices.names())) == len(choices.names()), "the names of fields are")
    return choices


def read_typing_error(arrays: dict[str, np.ndarray], k: int) -> TypingError:
    """Read how people of each segment are tagged: shares that sum to one."""
    n_draws = arrays["error_draws"].shape[:1]
    square, row = (k, k), (k,)
    shapes = (square, square, row, (k + 1,))
    drawn = tuple((*n_draws, *shape) for shape in shapes)
    for name, shape in zip(ERROR_ARRAYS, shapes + drawn, strict=True):
        values = arrays[name]
        fits = values.dtype == np.float64 and values.shape == shape and values.size > 0
        require(fits and np.isfinite(values).all(), "a share is")
        if "tilt" in name:
            require((np.abs(values) < MAX_TILT).all(), "a calibration is")
        else:
            require((values >= 0).all(), "a share is")
            require((np.abs(values.sum(axis=-1) - 1) < 1e-6).all(), "a sum of shares is")
    require((arrays["error_prior"] > 0).all(), "a share is")
    return TypingError(**{field: arrays[name] for name, field in ERROR_ARRAYS.items()})


def write_typing_error(error: TypingError) -> dict[str, np.ndarray]:
    """Return its arrays by their names in the file."""
    return {name: getattr(error, field) for name, field in ERROR_ARRAYS.items()}


def read_sizes(values: Any, k: int) -> np.ndarray | None:
    """Read the sizes that tags were re-weighted to."""
    if values is None:
        return None
    require(isinstance(values, list) and len(values) == k, "the sizes are")
    sizes = np.array([number(v) for v in values])
    require((sizes >= 0).all() and abs(sizes.sum() - 1) < 1e-6, "the sizes are")
    return sizes


def read_set_levels(levels: np.ndarray) -> np.ndarray:
    """Read the levels of prediction sets: rising, between 0 and 1."""
    fits = levels.dtype == np.float64 and levels.shape == GRID.shape
    rising = fits and levels[0] >= 0 and levels[-1] <= 1 and (np.diff(levels) >= 0).all()
    require(rising, "the levels of sets are")
    return levels


def _check_told(evaluation: Evaluation, classes: list[str]) -> None:
    evaluation.summary()
    for c in classes:
        evaluation.value("recall", c)
    truth, tags = (evaluation.confusion.table[name] for name in ("segment", "tagged"))
    pairs = [(c, t) for c in classes for t in dict.fromkeys(tags)]
    require(list(zip(truth, tags, strict=True)) == pairs, "a pair of segments is")


def _evaluation_entry(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "table": plain_table(evaluation.table),
        "confusion": plain_table(evaluation.confusion.table),
        "reliability": plain_table(evaluation.reliability.table),
        "coverage": plain_table(evaluation.coverage.table),
        "lift": plain_table(evaluation.lift.table),
        **{name: getattr(evaluation, name) for name in FIGURES},
    }
