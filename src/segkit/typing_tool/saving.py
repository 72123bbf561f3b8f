"""What a typing tool consists of, to a file and back; every number checked on the way back.

See `archive` for the file itself. Nothing of a respondent is in it: the evaluation, and how
often people of each segment were tagged how, are kept as sums.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from segkit._frames import Origin
from segkit.exceptions import SegkitError
from segkit.typing_tool.archive import read_archive, refusal, write_archive
from segkit.typing_tool.base.mix import TypingError
from segkit.typing_tool.coding.codes import MAX_CODES, FieldCodes
from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.evaluation.abstention import GRID, CoverageCurve
from segkit.typing_tool.evaluation.agreement import Confusion, ReliabilityCurve
from segkit.typing_tool.evaluation.evaluation import Evaluation
from segkit.typing_tool.evaluation.importance import FieldImportance
from segkit.typing_tool.fitting import ToolState
from segkit.typing_tool.models.calibration import CUT_BITS, STEPS, WEIGHT_BITS, Calibration
from segkit.typing_tool.models.forest import MAX_LEAVES, MAX_TREES, VOTES, Forest
from segkit.typing_tool.models.membership import MAX_SEGMENTS
from segkit.typing_tool.models.model import Model

__all__ = ["load_state", "save_state"]

MAX_TABLES = 10**6  # trees times fields: what the engine's tables are made of
NODE_ARRAYS = ("feature", "threshold", "left", "right")
FIGURES = ("n_respondents", "effective_n", "n_folds", "n_repeats", "n_boot")


def save_state(state: ToolState, params: dict[str, Any], path: str | Path) -> Path:
    """Write a tool, and the choices it was made with, to a file."""
    model = state.model
    entries, voter_arrays = _voter_parts(model)
    manifest = {
        "params": params,
        "classes": state.classes.tolist(),
        "cut": state.cut,
        **entries,
        "fields": [_field_entry(f) for f in model.codes.fields],
        "evaluation": _evaluation_entry(state.evaluation),
        "importance": {
            "table": _plain_table(state.importance.table),
            "n_respondents": state.importance.n_respondents,
        },
        "frames": state.evaluation.origin.kind,
    }
    arrays = {
        **voter_arrays,
        "edges": np.concatenate([f.edges for f in model.codes.fields]),
        "codes": np.concatenate([f.codes for f in model.codes.fields]),
        "error": state.typing_error.matrix,
        "error_draws": state.typing_error.draws,
        "set_levels": state.set_levels,
    }
    return write_archive(path, manifest, arrays)


def load_state(path: str | Path) -> tuple[ToolState, dict[str, Any]]:
    """Read a tool and its choices from a file, and check all of it.

    Raises
    ------
    SegkitError
        When the file is no tool, damaged, or holds numbers that no tool can have.
    """
    manifest, arrays = read_archive(path)
    try:
        return _state(manifest, arrays), _params(manifest["params"])
    except Exception as error:
        # a manifest of the wrong shape fails in many ways; each is the same clear error
        raise refusal(path, error) from error


def _state(manifest: dict[str, Any], arrays: dict[str, np.ndarray]) -> ToolState:
    classes = _classes(manifest["classes"])
    fields = _fields(manifest["fields"], arrays["edges"], arrays["codes"])
    forest = _forest(arrays, [f.n_codes for f in fields], classes.size)
    calibration = _calibration(manifest["exponent"], arrays, classes.size)
    origin = Origin(_one_of(manifest["frames"], ("pandas", "polars", "pyarrow", "array")))
    importance = manifest["importance"]
    names = ("field", "loss_rise", "low", "high", "accuracy_drop")
    return ToolState(
        classes,
        Model(FieldCodes(fields), forest, calibration),
        _whole(manifest["cut"], 0, 1 << CUT_BITS),
        _typing_error(arrays, classes.size),
        _evaluation(manifest["evaluation"], origin),
        FieldImportance(
            _table(importance["table"], names, ("field",)),
            _whole(importance["n_respondents"], 1, 2**62),
            origin,
        ),
        _set_levels(arrays["set_levels"]),
    )


def _voter_parts(model: Model) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return what the manifest and the arrays hold of voter and calibration."""
    voter, calibration = model.voter, model.calibration
    if isinstance(voter, Forest) and isinstance(calibration, Calibration):
        nodes = {name: getattr(voter, name) for name in (*NODE_ARRAYS, "votes", "starts")}
        whole = {"multipliers": calibration.multipliers, "weights": calibration.table}
        return {"exponent": calibration.exponent}, {**nodes, **whole}
    raise SegkitError(f"A tool that is a {voter.summary()} cannot be written to a file.")


def _require(holds: Any, what: str) -> None:
    if not bool(holds):
        raise SegkitError(f"{what} out of range")


def _whole(value: Any, low: int, high: int) -> int:
    _require(isinstance(value, int) and not isinstance(value, bool), "a whole number is")
    _require(low <= value <= high, "a whole number is")
    return int(value)


def _number(value: Any) -> float:
    _require(isinstance(value, int | float) and abs(value) < 1e300, "a number is")
    return float(value)


def _text(value: Any) -> str:
    _require(isinstance(value, str) and len(value) <= 10_000, "a text is")
    return str(value)


def _one_of(value: Any, options: Sequence[str]) -> str:
    _require(isinstance(value, str) and value in options, f"{value!r} is")
    return str(value)


def _params(values: Any) -> dict[str, Any]:
    _require(isinstance(values, dict) and len(values) <= 30, "the settings are")
    plain = (int, float, str, type(None))
    _require(all(isinstance(v, plain) for v in values.values()), "a setting is")
    return dict(values)


def _classes(values: Any) -> np.ndarray:
    _require(isinstance(values, list) and 2 <= len(values) <= MAX_SEGMENTS, "the segments are")
    if all(isinstance(v, str) for v in values):
        out = np.array([_text(v) for v in values], dtype=object)
    else:
        out = np.array([_whole(v, -(2**62), 2**62) for v in values], dtype=np.int64)
    _require(len(set(values)) == len(values), "the segments are")
    return out


def _field_entry(field: FieldCode) -> dict[str, Any]:
    return {
        "name": field.name,
        "kind": field.kind,
        "dtype": field.dtype,
        "levels": list(field.levels),
        "n_edges": int(field.edges.size),
        "missing": int(field.missing),
        "unseen": int(field.unseen),
        "n_codes": int(field.n_codes),
        "resting": [int(c) for c in field.resting],
        "n_pooled": int(field.n_pooled),
    }


def _fields(entries: Any, edges: np.ndarray, codes: np.ndarray) -> tuple[FieldCode, ...]:
    _require(isinstance(entries, list) and 1 <= len(entries) <= 10_000, "the fields are")
    _require(edges.dtype == np.float64 and edges.ndim == 1, "the edges are")
    _require(codes.dtype == np.int64 and codes.ndim == 1, "the codes are")
    out, at_edge, at_code = [], 0, 0
    for entry in entries:
        n_edges = _whole(entry["n_edges"], 0, MAX_CODES)
        n_codes = n_edges + 1 if entry["kind"] == "number" else len(entry["levels"])
        own = edges[at_edge : at_edge + n_edges], codes[at_code : at_code + n_codes]
        _require(own[0].size == n_edges and own[1].size == n_codes, "a field is")
        out.append(_field(entry, *own))
        at_edge, at_code = at_edge + n_edges, at_code + n_codes
    _require(at_edge == edges.size and at_code == codes.size, "the fields are")
    _require(len({f.name for f in out}) == len(out), "the names of fields are")
    return tuple(out)


def _field(entry: dict[str, Any], edges: np.ndarray, codes: np.ndarray) -> FieldCode:
    n_codes = _whole(entry["n_codes"], 1, MAX_CODES)
    levels = tuple(_text(level) for level in entry["levels"])
    unseen, missing = _whole(entry["unseen"], -1, n_codes - 1), _whole(entry["missing"], 0, 63)
    used = [*codes.tolist(), missing, *([unseen] if unseen >= 0 else [])]
    _require(sorted(used) == list(range(n_codes)), "the codes of a field are")
    _require(np.isfinite(edges).all() and (np.diff(edges) > 0).all(), "the edges are")
    _require(len(set(levels)) == len(levels), "the levels are")
    resting = tuple(_whole(c, 1, n_codes - 1) for c in entry["resting"])
    return FieldCode(
        _text(entry["name"]),
        _one_of(entry["kind"], ("number", "text", "boolean")),
        _text(entry["dtype"]),
        levels,
        edges,
        codes,
        missing,
        unseen,
        n_codes,
        resting,
        _whole(entry["n_pooled"], 0, 2**62),
    )


def _forest(arrays: dict[str, np.ndarray], n_codes: list[int], k: int) -> Forest:
    starts, votes = arrays["starts"], arrays["votes"]
    _require(starts.dtype == np.int64 and starts.ndim == 1 and starts.size > 1, "the trees are")
    sizes = np.diff(starts)
    n_trees, n_nodes = starts.size - 1, votes.shape[0]
    _require(n_trees <= MAX_TREES and n_trees * len(n_codes) <= MAX_TABLES, "the trees are")
    _require(starts[0] == 0 and starts[-1] == n_nodes and sizes.min() >= 1, "the trees are")
    _require(sizes.max() < 2 * MAX_LEAVES, "the leaves of a tree are")
    for name in NODE_ARRAYS:
        fits = arrays[name].dtype == np.int16 and arrays[name].shape == (n_nodes,)
        _require(fits, f"the array {name} is")
    _require(votes.dtype == np.int32 and votes.shape == (n_nodes, k), "the votes are")
    nodes = {name: arrays[name] for name in NODE_ARRAYS}
    forest = Forest(starts=starts, votes=votes, n_fields=len(n_codes), **nodes)
    _check_nodes(forest, np.array(n_codes), sizes)
    return forest


def _check_nodes(forest: Forest, n_codes: np.ndarray, sizes: np.ndarray) -> None:
    """Every node but the root has one parent before it; every leaf has all its votes."""
    feature, leaf = forest.feature, forest.feature < 0
    _require((feature >= -1).all() and (feature < n_codes.size).all(), "a field of a node is")
    inner = np.flatnonzero(~leaf)
    most = n_codes[feature[inner]] - 2
    fits = (forest.threshold[inner] >= 0) & (forest.threshold[inner] <= most)
    _require(fits.all(), "a threshold is")
    tree = np.repeat(np.arange(sizes.size), sizes)
    place = np.arange(feature.size) - forest.starts[tree]
    parents = np.zeros(feature.size, dtype=np.int64)
    for child in (forest.left, forest.right):
        to = child[inner].astype(np.int64)
        _require(((to > place[inner]) & (to < sizes[tree[inner]])).all(), "a child is")
        np.add.at(parents, forest.starts[tree[inner]] + to, 1)
    _require((parents == (place > 0)).all(), "a parent is")
    _require((forest.votes[leaf] >= 0).all(), "a vote is")
    _require((forest.votes[leaf].sum(axis=1, dtype=np.int64) == VOTES).all(), "a sum of votes is")


def _calibration(exponent: Any, arrays: dict[str, np.ndarray], k: int) -> Calibration:
    multipliers, table = arrays["multipliers"], arrays["weights"]
    fits = multipliers.dtype == np.int64 and multipliers.shape == (k,)
    _require(fits and (multipliers >= 1).all() and (multipliers < 2**16).all(), "a multiplier is")
    fits = table.dtype == np.int64 and table.shape == (STEPS + 1,)
    rising = fits and table[0] >= 1 and table[-1] <= 2**WEIGHT_BITS and (np.diff(table) >= 0).all()
    _require(rising, "the table of weights is")
    return Calibration(multipliers, table, _number(exponent))


def _typing_error(arrays: dict[str, np.ndarray], k: int) -> TypingError:
    matrix, draws = arrays["error"], arrays["error_draws"]
    for values, shape in ((matrix, (k, k)), (draws, (*draws.shape[:1], k, k))):
        fits = values.dtype == np.float64 and values.shape == shape and values.size > 0
        _require(fits and np.isfinite(values).all() and (values >= 0).all(), "a share is")
        _require((np.abs(values.sum(axis=-1) - 1) < 1e-6).all(), "a sum of shares is")
    return TypingError(matrix, draws)


def _set_levels(levels: np.ndarray) -> np.ndarray:
    fits = levels.dtype == np.float64 and levels.shape == GRID.shape
    rising = fits and levels[0] >= 0 and levels[-1] <= 1 and (np.diff(levels) >= 0).all()
    _require(rising, "the levels of sets are")
    return levels


def _evaluation_entry(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "table": _plain_table(evaluation.table),
        "confusion": _plain_table(evaluation.confusion.table),
        "reliability": _plain_table(evaluation.reliability.table),
        "coverage": _plain_table(evaluation.coverage.table),
        **{name: getattr(evaluation, name) for name in FIGURES},
    }


def _evaluation(entry: dict[str, Any], origin: Origin) -> Evaluation:
    rows = ("metric", "segment", "value", "low", "high", "chance")
    pairs = ("segment", "tagged", "n", "share", "low", "high")
    bins = ("predicted", "observed", "low", "high", "n")
    cuts = ("cut", "tagged", "accuracy", "low", "high")
    return Evaluation(
        table=_table(entry["table"], rows, rows[:2]),
        confusion=Confusion(_table(entry["confusion"], pairs, pairs[:2]), origin),
        reliability=ReliabilityCurve(_table(entry["reliability"], bins, ()), origin),
        coverage=CoverageCurve(_table(entry["coverage"], cuts, ()), origin),
        effective_n=_number(entry["effective_n"]),
        n_respondents=_whole(entry["n_respondents"], 1, 2**62),
        n_folds=_whole(entry["n_folds"], 2, 2**31),
        n_repeats=_whole(entry["n_repeats"], 1, 2**31),
        n_boot=_whole(entry["n_boot"], 1, 2**31),
        origin=origin,
    )


def _plain_table(table: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Write NaN as null: JSON has no NaN."""
    return {name: [None if v != v else v for v in values] for name, values in table.items()}


def _table(table: Any, columns: Sequence[str], texts: Sequence[str]) -> dict[str, list[Any]]:
    _require(isinstance(table, dict) and list(table) == list(columns), "a table is")
    _require(len({len(values) for values in table.values()}) == 1, "a table is")
    return {
        name: [_text(v) if name in texts else _number_or_nan(v) for v in values]
        for name, values in table.items()
    }


def _number_or_nan(value: Any) -> float:
    return float("nan") if value is None else _number(value)
