"""The codebook of a tool in its file: fields with their bins, levels and codes."""

from typing import Any

import numpy as np

from segkit.typing_tool.coding.codes import MAX_CODES, FieldCodes
from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.files.values import number, one_of, require, text, whole

__all__ = ["read_codes", "write_codes"]


def write_codes(codes: FieldCodes) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
    """Return one entry a field for the manifest, and the arrays of all fields one by one."""
    arrays = {
        "edges": np.concatenate([f.edges for f in codes.fields]),
        "codes": np.concatenate([f.codes for f in codes.fields]),
    }
    return [_entry(f) for f in codes.fields], arrays


def read_codes(entries: Any, edges: np.ndarray, codes: np.ndarray) -> FieldCodes:
    """Read the codebook: a field's codes are each used once, its edges rise."""
    require(isinstance(entries, list) and 1 <= len(entries) <= 10_000, "the fields are")
    require(edges.dtype == np.float64 and edges.ndim == 1, "the edges are")
    require(codes.dtype == np.int64 and codes.ndim == 1, "the codes are")
    out, at_edge, at_code = [], 0, 0
    for entry in entries:
        n_edges = whole(entry["n_edges"], 0, MAX_CODES)
        n_codes = n_edges + 1 if entry["kind"] == "number" else len(entry["levels"])
        own = edges[at_edge : at_edge + n_edges], codes[at_code : at_code + n_codes]
        require(own[0].size == n_edges and own[1].size == n_codes, "a field is")
        out.append(_field(entry, *own))
        at_edge, at_code = at_edge + n_edges, at_code + n_codes
    require(at_edge == edges.size and at_code == codes.size, "the fields are")
    require(len({f.name for f in out}) == len(out), "the names of fields are")
    return FieldCodes(tuple(out))


def _entry(field: FieldCode) -> dict[str, Any]:
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
        "shares": list(field.shares),
    }


def _field(entry: dict[str, Any], edges: np.ndarray, codes: np.ndarray) -> FieldCode:
    n_codes = whole(entry["n_codes"], 1, MAX_CODES)
    levels = tuple(text(level) for level in entry["levels"])
    unseen, missing = whole(entry["unseen"], -1, n_codes - 1), whole(entry["missing"], 0, 63)
    used = [*codes.tolist(), missing, *([unseen] if unseen >= 0 else [])]
    is_number = entry["kind"] == "number"
    require((unseen < 0) == is_number, "the code of levels never heard of is")
    require(not (is_number and levels), "the levels are")
    require(sorted(used) == list(range(n_codes)), "the codes of a field are")
    require(np.isfinite(edges).all() and (np.diff(edges) > 0).all(), "the edges are")
    require(len(set(levels)) == len(levels), "the levels are")
    resting = tuple(whole(c, 1, n_codes - 1) for c in entry["resting"])
    return FieldCode(
        text(entry["name"]),
        one_of(entry["kind"], ("number", "text", "boolean")),
        text(entry["dtype"]),
        levels,
        edges,
        codes,
        missing,
        unseen,
        n_codes,
        resting,
        whole(entry["n_pooled"], 0, 2**62),
        _shares(entry.get("shares", []), n_codes),
    )


def _shares(values: Any, n_codes: int) -> tuple[float, ...]:
    """Read the respondents' shares of a field's codes; an older file does not know them."""
    require(isinstance(values, list) and len(values) in (0, n_codes), "the shares are")
    shares = tuple(number(v) for v in values)
    fits = not shares or (min(shares) >= 0 and abs(sum(shares) - 1) < 1e-6)
    require(fits, "a share is")
    return shares
