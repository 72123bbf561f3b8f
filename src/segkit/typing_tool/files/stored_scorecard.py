"""A scorecard and its odds in the file of a tool: whole points, none beyond a field's codes."""

from typing import Any

import numpy as np

from segkit.typing_tool.coding.codes import MAX_CODES
from segkit.typing_tool.files.values import number, require
from segkit.typing_tool.models.calibration import WEIGHT_BITS
from segkit.typing_tool.models.odds import MAX_BEHIND, Odds
from segkit.typing_tool.models.scorecard import MAX_POINTS, Scorecard

__all__ = ["read_odds", "read_scorecard", "write_scorecard"]


def write_scorecard(card: Scorecard, odds: Odds) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return what the manifest and the arrays hold of a scorecard."""
    entries = {"unit": odds.unit, "spread": card.spread, "rounding_loss": card.rounding_loss}
    arrays = {"everyone": card.everyone, "points": card.points, "weights": odds.table}
    return {"voter": "scorecard", **entries}, arrays


def read_scorecard(
    manifest: dict[str, Any], arrays: dict[str, np.ndarray], n_codes: np.ndarray, k: int
) -> Scorecard:
    """Read the points: none negative, none too large, none where there is no code."""
    everyone, points = arrays["everyone"], arrays["points"]
    for values, shape in ((everyone, (k,)), (points, (n_codes.size, MAX_CODES, k))):
        fits = values.dtype == np.int64 and values.shape == shape
        require(fits and (values >= 0).all() and (values <= MAX_POINTS).all(), "a point is")
    beyond = np.arange(MAX_CODES) >= n_codes[:, None]
    require(not points[beyond].any(), "the points beyond a field's codes are")
    spread, loss = number(manifest["spread"]), number(manifest["rounding_loss"])
    return Scorecard(everyone, points, spread, loss)


def read_odds(unit: Any, table: np.ndarray) -> Odds:
    """Read what points are worth: weights that fall from the largest, none below one."""
    fits = table.dtype == np.int64 and table.ndim == 1 and 1 <= table.size <= MAX_BEHIND
    falling = fits and table[0] == 2**WEIGHT_BITS and table[-1] >= 1 and (np.diff(table) <= 0).all()
    require(falling, "the table of weights is")
    require(number(unit) > 0, "the unit is")
    return Odds(number(unit), table)
