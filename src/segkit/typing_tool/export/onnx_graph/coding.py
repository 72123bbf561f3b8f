"""From an input to codes: the codebook of a field as nodes.

A number is compared with the edges in double precision, as in the tool: single precision would
move customers across an edge. Its bin is found by halving, six comparisons at most, so that a
row takes a few bytes however many bins there are.
"""

import numpy as np
from onnx import TensorProto

from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.export.onnx_graph.graph import ML, Graph

__all__ = ["MEANING", "add_codes", "input_type"]

MEANING = {
    "number": "a number; NaN where it is not known",
    "boolean": "1 for yes, 0 for no; NaN where it is not known",
    "text": "a text; empty where it is not known",
}
"""What an input of each kind holds."""


def input_type(field: FieldCode) -> int:
    """Return the type of a field's input."""
    return TensorProto.STRING if field.kind == "text" else TensorProto.DOUBLE


def add_codes(graph: Graph, field: FieldCode) -> str:
    """Add the nodes that turn a field's input into codes, shape (n, 1)."""
    if field.kind == "text":
        return _text(graph, field)
    codes = _number(graph, field) if field.kind == "number" else _boolean(graph, field)
    gap = graph.add("IsNaN", field.name)
    return graph.add("Where", gap, graph.constant(field.missing), codes)


def _text(graph: Graph, field: FieldCode) -> str:
    known = dict(zip(field.levels, field.codes.tolist(), strict=True))
    known[""] = field.missing  # nothing else can be told from a gap in every database
    return graph.add(
        "LabelEncoder",
        field.name,
        domain=ML,
        keys_strings=list(known),
        values_int64s=[int(code) for code in known.values()],
        default_int64=int(field.unseen),
    )


def _boolean(graph: Graph, field: FieldCode) -> str:
    codes = graph.constant(field.unseen)
    known = dict(zip(field.levels, field.codes.tolist(), strict=True))
    for value, level in ((0.0, "False"), (1.0, "True")):
        same = graph.add("Equal", field.name, graph.constant(value, np.float64))
        own = graph.constant(known.get(level, field.unseen))
        codes = graph.add("Where", same, own, codes)
    return codes


def _number(graph: Graph, field: FieldCode) -> str:
    """Count the edges below the value, by halving; a NaN is above none."""
    n_steps = int(field.edges.size).bit_length()
    edges = np.full(2**n_steps, np.inf)  # nothing is above those that fill up
    edges[: field.edges.size] = field.edges
    table = graph.constant(edges, np.float64)
    at = graph.whole(graph.add("Greater", field.name, graph.constant(np.inf, np.float64)))
    for step in (1 << bit for bit in reversed(range(n_steps))):
        tried = graph.add("Add", at, graph.constant(step - 1))
        above = graph.add("Greater", field.name, graph.add("Gather", table, tried, axis=0))
        taken = graph.add("Mul", graph.whole(above), graph.constant(step))
        at = graph.add("Add", at, taken)
    return graph.look_up(field.codes, at)
